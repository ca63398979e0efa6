"""Routes of reports: the page for a screen, and the same page on paper."""

import asyncio
from dataclasses import dataclass
from typing import Annotated, Literal

from fastapi import Query, Request
from fastapi.responses import Response

from homeward.clinical.reports.glucose import For
from homeward.clinical.reports.page import Page
from homeward.clinical.words import Speech
from homeward.guard.route import IN_PATH, STAFF, Route
from homeward.model.person import Role
from homeward.services.asking import Asking
from homeward.services.contract import Tools
from homeward.services.report.drawing import sheet, title_of
from homeward.services.report.making import DAYS_MAX, Made, Name, Wish, make
from homeward.services.speaking import speech
from homeward.store import Door

Days = Annotated[int | None, Query(ge=1, le=DAYS_MAX)]
Unit = Literal["mg/dL", "mmol/L"]


@dataclass(frozen=True, slots=True)
class ReportShown:
    """A report, when it was made (ms since 1970 UTC), and by which clock its times are."""

    page: Page
    made: int
    zone: str


async def get_measured_report(
    patient_id: int, name: Name, door: Asking, request: Request,
    days: Days = None, unit: Unit | None = None, targets: For | None = None,
) -> ReportShown:  # fmt: skip
    """A report of what was measured, as its guideline reads it. Without a `unit` glucose is in that
    which the patient chose, and in mg/dL for staff."""
    say = await _speech(door, request)
    made = await _made(door, patient_id, name, Wish(days, unit, targets), request, say)
    return ReportShown(made.page, round(made.at.timestamp() * 1000), made.zone)


async def get_report_paper(
    patient_id: int, name: Name, door: Asking, request: Request,
    days: Days = None, unit: Unit | None = None, targets: For | None = None,
) -> Response:  # fmt: skip
    """The same page as a PDF of one sheet."""
    say = await _speech(door, request)
    made = await _made(door, patient_id, name, Wish(days, unit, targets), request, say)
    body = await asyncio.to_thread(sheet, made)
    named = f'attachment; filename="{title_of(made.page)}-{made.at:%Y-%m-%d}.pdf"'
    return Response(body, media_type="application/pdf", headers={"content-disposition": named})


async def get_let_report(
    patient_id: int, name: Name, door: Asking, request: Request,
    days: Days = None, unit: Unit | None = None, targets: For | None = None,
) -> ReportShown:  # fmt: skip
    """The same report, for a relative whom the patient let read it."""
    return await get_measured_report(patient_id, name, door, request, days, unit, targets)


async def get_let_paper(
    patient_id: int, name: Name, door: Asking, request: Request,
    days: Days = None, unit: Unit | None = None, targets: For | None = None,
) -> Response:  # fmt: skip
    """The same sheet, for a relative whom the patient let read it."""
    return await get_report_paper(patient_id, name, door, request, days, unit, targets)


async def _speech(door: Door, request: Request) -> Speech:
    tools: Tools = request.app.state.tools
    return await speech(door, tools.settings, request.headers.get("accept-language", ""))


async def _made(
    door: Door, patient: int, name: Name, wish: Wish, request: Request, say: Speech
) -> Made:
    tools: Tools = request.app.state.tools
    return await make(door, patient, name, wish, tools.now(), tools.settings.zone, say)


_AT = "/api/patients/{patient_id}/reports/{name}"
_LET = "/api/let/{patient_id}/reports/{name}"
RELATIVE = frozenset({Role.RELATIVE})
READERS = STAFF | {Role.PATIENT}
ROUTES = (
    Route("GET", _AT, get_measured_report, READERS, part="readings"),
    Route("GET", f"{_AT}/paper", get_report_paper, READERS, part="readings"),
    Route("GET", _LET, get_let_report, RELATIVE, as_platform=IN_PATH, let="reports"),
    Route("GET", f"{_LET}/paper", get_let_paper, RELATIVE, as_platform=IN_PATH, let="reports"),
)
