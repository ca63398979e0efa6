"""Routes of the patient's own copy: the record as files, as a page, and to whom it went."""

from collections.abc import AsyncIterator
from contextlib import aclosing
from dataclasses import dataclass, replace
from typing import Annotated
from weakref import WeakValueDictionary

from fastapi import Request
from fastapi.responses import Response, StreamingResponse
from pydantic import Field

from homeward.clinical.words import ENGLISH
from homeward.guard.route import STAFF, Route
from homeward.model.errors import Conflict, Forbidden
from homeward.model.person import Role
from homeward.services.asking import Asking
from homeward.services.contract import Tools
from homeward.services.release.accounting import Went, accounting, as_csv, disclose
from homeward.services.release.files import files, name_of
from homeward.services.release.gather import Whose, whose
from homeward.services.release.summary import summary
from homeward.services.release.zipped import zipped
from homeward.services.speaking import speech
from homeward.store import Door

EXPORTS_MAX = 2  # at once in one process: each reads a whole record
OWNER = frozenset({Role.PATIENT})


class _Copy:
    """A copy being written: it is, for as long as somebody holds this."""


_writing: WeakValueDictionary[int, _Copy] = WeakValueDictionary()  # by patient


@dataclass(frozen=True)
class NewDisclosure:
    """To whom what went, and what for."""

    recipient: Annotated[str, Field(min_length=2, max_length=300)]
    what: Annotated[str, Field(min_length=2, max_length=1000)]
    purpose: Annotated[str, Field(min_length=2, max_length=1000)]


def _tools(request: Request) -> Tools:
    return request.app.state.tools


async def get_export(patient_id: int, door: Asking, request: Request) -> StreamingResponse:
    """My whole record: a ZIP of FHIR R4 files and a page to read."""
    _must_be_wanted(request)
    now = _tools(request).now()
    if patient_id in _writing or len(_writing) >= EXPORTS_MAX:
        raise Conflict("A copy is being written already. Try again in a minute.", "copy_writing")
    copy = _writing[patient_id] = _Copy()
    of = await _whose(door, patient_id, request)
    await _disclosed(request, door, patient_id, "whole")

    async def writing(_: _Copy) -> AsyncIterator[bytes]:
        async with aclosing(zipped(files(of), now)) as pieces:
            async for piece in pieces:
                yield piece

    return StreamingResponse(
        writing(copy), media_type="application/zip", headers=_as_file(f"{name_of(now)}.zip")
    )


async def get_summary(patient_id: int, door: Asking, request: Request) -> Response:
    """My record as a PDF to read."""
    _must_be_wanted(request)
    now = _tools(request).now()
    of = await _whose(door, patient_id, request)
    await _disclosed(request, door, patient_id, "summary")
    name = _as_file(f"{name_of(now)}.pdf")
    return Response(await summary(of), media_type="application/pdf", headers=name)


async def _whose(door: Door, patient: int, request: Request) -> Whose:
    tools = _tools(request)
    say = await speech(door, tools.settings, request.headers.get("accept-language", ""))
    found = await whose(door, door.as_platform, patient, tools.now())
    return replace(found, say=say)


def _must_be_wanted(request: Request) -> None:
    """A link on somebody else's page must not have a record written to a disk. Raises Forbidden."""
    if request.headers.get("sec-fetch-site", "none") not in {"none", "same-origin"}:
        raise Forbidden("This came from another site.", "other_site")


async def _disclosed(request: Request, door: Asking, patient: int, what: str) -> None:
    now = _tools(request).now()
    who, which, why = (ENGLISH(f"summary.went.{each}") for each in ("page", what, "copy"))
    await disclose(door.as_platform, patient, who, which, why, "page", now)


async def get_disclosures(patient_id: int, door: Asking, request: Request) -> list[Went]:
    """To whom anything of a record went, in six years."""
    tools = _tools(request)
    say = await speech(door, tools.settings, request.headers.get("accept-language", ""))
    return await accounting(door, patient_id, tools.now(), say)


async def get_disclosures_file(patient_id: int, door: Asking, request: Request) -> Response:
    """The same as a table for spreadsheets."""
    now = _tools(request).now()
    found = await accounting(door, patient_id, now)
    headers = _as_file(f"who-was-given-my-data-{now:%Y-%m-%d}.csv")
    return Response(as_csv(found), media_type="text/csv; charset=utf-8", headers=headers)


async def post_disclosure(
    patient_id: int, said: NewDisclosure, door: Asking, request: Request
) -> None:
    """Say that something of a record went to somebody, by letter or so."""
    now = _tools(request).now()
    await disclose(door, patient_id, said.recipient, said.what, said.purpose, "by hand", now)


def _as_file(name: str) -> dict[str, str]:
    return {"content-disposition": f'attachment; filename="{name}"'}


_AT = "/api/patients/{patient_id}"
ROUTES = (
    Route("GET", f"{_AT}/export", get_export, OWNER),
    Route("GET", f"{_AT}/export/summary", get_summary, OWNER),
    Route("GET", f"{_AT}/disclosures", get_disclosures, STAFF | OWNER),
    Route("GET", f"{_AT}/disclosures/file", get_disclosures_file, STAFF | OWNER),
    Route("POST", f"{_AT}/disclosures", post_disclosure, STAFF),
)
