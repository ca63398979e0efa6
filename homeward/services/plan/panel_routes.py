"""Routes of the panel: who of a ward needs a call and why, and what was done about it."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated, Any, Literal

from fastapi import Request
from pydantic import Field

from homeward.clinical.panel import Why
from homeward.guard.route import STAFF, Route
from homeward.guard.sealing import Secret, of_patient
from homeward.services.asking import Asking
from homeward.services.contract import Tools
from homeward.services.plan.plans import me
from homeward.services.plan.zone_routes import Q

Act = Literal["message", "limit", "visit", "done"]
ACTED_FOR = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class ReasonShown:
    """Why somebody stands in the panel."""

    kind: Why
    points: int
    words: str


@dataclass(frozen=True, slots=True)
class PanelLine:
    """One patient; what was counted of them (None: not yet) and when, and what was done last."""

    id: int
    name: str
    record_number: str
    age: int
    sex: str
    counted: int | None
    points: int | None
    reasons: list[ReasonShown]
    expected: int | None
    done: int | None
    last_reading: int | None
    acted: int | None
    act: str | None
    acted_by: str | None


@dataclass(frozen=True, slots=True)
class Panel:
    """Everybody of a ward, who needs a call first."""

    ward: str
    now: int
    lines: list[PanelLine]


@dataclass(frozen=True)
class NewAct:
    """What somebody did about a patient."""

    act: Act
    note: Annotated[str, Field(max_length=500)] = ""


@dataclass(frozen=True, slots=True)
class ActShown:
    """What was done, by whom, when."""

    id: int
    at: int
    person: str
    act: str
    note: str


async def get_panel(ward_id: int, door: Asking, request: Request) -> Panel:
    """Everybody of a ward, who needs a call first and why, as it was counted."""
    tools: Tools = request.app.state.tools
    now = tools.now()
    ward = await door.one(Q.ward, dict, ward=ward_id)
    rows = await door.all(Q.panel, dict, ward=ward_id, day=now - ACTED_FOR)
    return Panel(ward["name"], round(now.timestamp() * 1000), [_line(row) for row in rows])


def _line(row: dict[str, Any]) -> PanelLine:
    reasons = [
        ReasonShown(Why(each["kind"]), each["points"], each["words"])
        for each in row["reasons"] or ()
    ]
    return PanelLine(**{**row, "reasons": reasons})


async def get_panel_acts(patient_id: int, door: Asking) -> list[ActShown]:
    """What was done about a patient, newest first."""
    return await door.all(Q.acts_of, ActShown, patient=patient_id)


async def post_panel_act(patient_id: int, said: NewAct, door: Asking, request: Request) -> None:
    """Say what was done about a patient."""
    tools: Tools = request.app.state.tools
    note = Secret(of_patient(patient_id), "panel_act.note", said.note.strip())
    await door.run(
        Q.add_act, patient=patient_id, now=tools.now(), person=me(door), act=said.act, note=note
    )


PANEL_ROUTES = (
    Route("GET", "/api/wards/{ward_id}/panel", get_panel, STAFF),
    Route("GET", "/api/patients/{patient_id}/panel-acts", get_panel_acts, STAFF),
    Route("POST", "/api/patients/{patient_id}/panel-acts", post_panel_act, STAFF),
)
