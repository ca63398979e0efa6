"""Routes of the panel: who of a ward needs a call and why, and what was done about it."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import Request
from pydantic import Field

from homeward.clinical.panel import Letters, Why, letter_reason
from homeward.guard.route import STAFF, Route
from homeward.guard.sealing import Secret, of_patient
from homeward.model.errors import Unreadable
from homeward.services.asking import Asking
from homeward.services.contract import Tools
from homeward.services.plan.letters.letters import write
from homeward.services.plan.letters.routes import open_on, tell, written
from homeward.services.plan.letters.views import NewLetter
from homeward.services.plan.plans import me
from homeward.services.plan.zone_routes import Q

Act = Literal["message", "limit", "visit", "done"]
ACTED_FOR = timedelta(days=1)
OLD_AFTER = timedelta(hours=1)  # they are counted each quarter of one


@dataclass(frozen=True, slots=True)
class ReasonShown:
    """Why somebody stands in the panel."""

    kind: Why
    points: int
    words: str


@dataclass(frozen=True, slots=True)
class PanelLine:
    """One patient; what was counted of them (None: not yet) and when, what was done last, and since
    when something they wrote waits for an answer."""

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
    wrote: int | None = None


@dataclass(frozen=True, slots=True)
class Panel:
    """Everybody of a ward, who needs a call first."""

    ward: str
    now: int
    lines: list[PanelLine]


@dataclass(frozen=True)
class NewAct:
    """What somebody did about a patient. `letter`: what they write to them with it. `key`: the
    page's own; what is sent again with it is there once."""

    act: Act
    note: Annotated[str, Field(max_length=500)] = ""
    letter: NewLetter | None = None
    key: UUID | None = None


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
    rows = await door.all(Q.panel, dict, ward=ward_id)
    waiting = {each["patient_id"]: _letters(each) for each in await open_on(door, ward_id)}
    rang = {row["id"] for row in rows if row.pop("rang")}
    lines = [_line(row, waiting.get(row["id"]), now) for row in rows]
    place = partial(_place, rang=rang, now=now)
    return Panel(ward["name"], _ms(now), sorted(lines, key=place))


def _line(row: dict[str, Any], letters: Letters | None, now: datetime) -> PanelLine:
    """What they wrote counts as it stands now; all else as it was counted last. Where that was long
    ago it says so, also of whom nothing asked for a call then."""
    reasons = [
        ReasonShown(Why(each["kind"]), each["points"], each["words"])
        for each in row["reasons"] or ()
    ]
    points, wrote = row["points"], None
    if row["counted"] is not None and row["counted"] < _ms(now - OLD_AFTER):
        hours = (_ms(now) - row["counted"]) // 3_600_000
        reasons.append(ReasonShown(Why.SILENCE, 0, f"Not counted for {hours} h: this is old"))
    if letters is not None:
        found = letter_reason(letters, now)
        reasons.insert(0, ReasonShown(found.kind, found.points, found.words))
        points, wrote = (points or 0) + found.points, _ms(letters.since)
    return PanelLine(**{**row, "reasons": reasons, "points": points, "wrote": wrote})


def _place(line: PanelLine, rang: Collection[int], now: datetime) -> tuple[bool, int, int]:
    """Who needs a call first; who was called within a day stands below, unless they wrote since, or
    an alarm or a warning sign of theirs rang."""
    was_acted_on = line.acted is not None and line.acted > _ms(now - ACTED_FOR)
    has_written = line.wrote is not None and line.wrote > (line.acted or 0)
    is_below = was_acted_on and not has_written and line.id not in rang
    return (is_below, -1 if line.points is None else -line.points, line.id)


def _letters(row: dict[str, int]) -> Letters:
    since, until = (datetime.fromtimestamp(row[x] / 1000, UTC) for x in ("since", "answer_by"))
    return Letters(row["open"], row["unread"], since, until)


def _ms(at: datetime) -> int:
    return round(at.timestamp() * 1000)


async def get_panel_acts(patient_id: int, door: Asking) -> list[ActShown]:
    """What was done about a patient, newest first."""
    return await door.all(Q.acts_of, ActShown, patient=patient_id)


async def post_panel_act(patient_id: int, said: NewAct, door: Asking, request: Request) -> None:
    """Say what was done about a patient; what is written to them with it is sent, or neither is."""
    tools: Tools = request.app.state.tools
    if said.letter is not None and said.act != "message":
        raise Unreadable("Something is written to the patient: then that is what was done.")
    note = Secret(of_patient(patient_id), "panel_act.note", said.note.strip())
    act = {"patient": patient_id, "now": tools.now(), "person": me(door), "act": said.act,
           "key": said.key}  # fmt: skip
    async with door.transaction() as inside:
        if said.letter is not None:
            _, is_new = await write(inside, written(tools, patient_id, said.letter))
            if not is_new:  # sent again, since the answer was lost: both are there
                return
        await inside.run(Q.add_act, **act, note=note)
    if said.letter is not None:
        await tell(tools, patient_id)


PANEL_ROUTES = (
    Route("GET", "/api/wards/{ward_id}/panel", get_panel, STAFF),
    Route("GET", "/api/patients/{patient_id}/panel-acts", get_panel_acts, STAFF),
    Route("POST", "/api/patients/{patient_id}/panel-acts", post_panel_act, STAFF),
)
