"""Routes of watch: open alarms, one alarm with its ledger, and the acknowledgement."""

from dataclasses import asdict, dataclass, replace
from typing import Any

from fastapi import Request

from homeward.clinical.evidence import replay
from homeward.clinical.rules import RULES
from homeward.guard.route import FIGURES, IN_PATH, STAFF, Route
from homeward.model.alarm import Priority, State
from homeward.model.person import Role
from homeward.model.shown import AlarmShown, CallShown
from homeward.services.asking import Asking
from homeward.services.contract import Tools
from homeward.services.speaking import alarm_for, speech
from homeward.services.watch import acts, ledger, limits_routes, scores_routes
from homeward.services.watch.latency import LatencyStep, steps
from homeward.services.watch.ledger import Q, Seen
from homeward.services.watch.load import Load, load_of
from homeward.store import Door

FOREVER_MS = 2**53  # the largest whole number a page can say
PAST_MAX = 500


@dataclass(frozen=True)
class Acknowledgement:
    """Why, in the carer's own words; may be empty. And how the alarm stood on their screen:
    one that is worse by now is not acknowledged."""

    reason: str = ""
    priority: Priority | None = None
    state: State | None = None

    @property
    def seen(self) -> Seen | None:
        """What was seen, where that was said."""
        if self.priority is None or self.state is None:
            return None
        return Seen(self.priority, self.state)


@dataclass(frozen=True)
class Act:
    """What was done, in the carer's own words."""

    what: str


@dataclass(frozen=True, slots=True)
class EventShown:
    """One line of an alarm's ledger. `at` in milliseconds since 1970 UTC.

    `note` is what the carer or the rule said; `detail` how it was decided, and how fast.
    `is_same`: whether the rule, asked again with what it was given then, decides the same; None
    where it cannot be asked, and `why_not`.
    """

    at: int
    event: str
    state: str
    person: str | None
    priority: str | None
    note: str | None
    detail: dict[str, Any]
    is_same: bool | None = None
    why_not: str | None = None


@dataclass(frozen=True, slots=True)
class ReceiptShown:
    """Whose visible screen showed an alarm, and when first for the ringing of `rung` (both ms).

    `seconds` since the reading was received, where that screen heard the alarm live.
    """

    at: int
    person: str
    role: str
    rung: int
    seconds: float | None


@dataclass(frozen=True, slots=True)
class AlarmStory(AlarmShown):
    """One alarm with everything that happened to it, who was shown it, and who was called."""

    events: list[EventShown]
    receipts: list[ReceiptShown]
    calls: list[CallShown]


async def get_alarms(door: Asking, ward: int | None = None) -> list[AlarmShown]:
    """Open alarms, worst first: of one ward and of the platform itself, or of all."""
    return await door.all(Q.open_shown, AlarmShown, ward=ward)


async def get_past_alarms(
    door: Asking, start: int, end: int = FOREVER_MS, ward: int | None = None
) -> list[AlarmShown]:
    """Alarms raised in a span (ms since 1970 UTC), newest first, open or over."""
    values = {"start": start, "end": end, "ward": ward, "most": PAST_MAX}
    return await door.all(Q.past_shown, AlarmShown, **values)


async def get_alarm(alarm_id: int, door: Asking) -> AlarmStory:
    """One alarm: who knew what when."""
    alarm = await door.one(Q.one_shown, AlarmShown, id=alarm_id)
    events = await door.all(Q.events, EventShown, id=alarm_id)
    events = [_asked_again(each) for each in events]
    receipts = await door.all(Q.receipts, ReceiptShown, id=alarm_id)
    calls = await door.all(Q.calls, CallShown, id=alarm_id)
    return AlarmStory(**asdict(alarm), events=events, receipts=receipts, calls=calls)


def _asked_again(event: EventShown) -> EventShown:
    if "rule" not in event.detail:
        return event
    asked = replay(event.detail, RULES)
    return replace(event, is_same=asked.is_same, why_not=asked.why_not)


async def alarms_of(
    patient: int, door: Door, start: int = 0, end: int = FOREVER_MS
) -> list[AlarmShown]:
    """Alarms of one patient that touch a span (ms since 1970 UTC), as the record has them."""
    return await door.all(Q.shown_between, AlarmShown, patient=patient, start=start, end=end)


async def get_patient_alarms(
    patient_id: int, door: Asking, request: Request, start: int = 0, end: int = FOREVER_MS
) -> list[AlarmShown]:
    """Alarms of one patient that touch a span, in milliseconds since 1970 UTC. A patient reads them
    in their language and their unit of glucose."""
    alarms = await alarms_of(patient_id, door, start, end)
    if door.actor is None or door.actor.role is not Role.PATIENT:
        return alarms
    tools: Tools = request.app.state.tools
    say = await speech(door, tools.settings, request.headers.get("accept-language", ""))
    return [alarm_for(each, say) for each in alarms]


async def post_acknowledgement(
    alarm_id: int, said: Acknowledgement, door: Asking, request: Request
) -> AlarmShown:
    """I take this one condition of this one patient."""
    tools: Tools = request.app.state.tools
    return await ledger.acknowledge(
        tools.store, tools.bus, door, alarm_id, said.reason, tools.now(), said.seen
    )


async def post_pause(alarm_id: int, door: Asking, request: Request) -> AlarmShown:
    """No sound of this alarm for a while. It stays unanswered: its calls go on."""
    tools: Tools = request.app.state.tools
    seconds = tools.settings.audio_pause_seconds
    return await acts.pause(tools.store, tools.bus, door, alarm_id, seconds, tools.now())


async def post_act(alarm_id: int, said: Act, door: Asking, request: Request) -> AlarmShown:
    """What I did about this alarm."""
    tools: Tools = request.app.state.tools
    return await acts.say_acted(tools.store, tools.bus, door, alarm_id, said.what, tools.now())


async def get_latency(door: Asking, request: Request) -> list[LatencyStep]:
    """How long alarms took, step by step, over the last hour, day and month."""
    tools: Tools = request.app.state.tools
    return await steps(door, tools.now())


async def get_alarm_load(ward_id: int, door: Asking, request: Request, days: int = 30) -> Load:
    """How many alarms a ward had, who acted on them, and what would spare most."""
    tools: Tools = request.app.state.tools
    return await load_of(door, ward_id, days, tools.now())


OPERATORS = STAFF | {Role.ENGINEER, Role.ADMINISTRATOR}

HEARERS = STAFF | {Role.PATIENT, Role.SENTINEL}
ANSWERERS = STAFF | {Role.SENTINEL}

ROUTES = (
    Route("GET", "/api/alarms", get_alarms, STAFF),
    Route("GET", "/api/alarms/past", get_past_alarms, STAFF),
    Route("GET", "/api/alarms/{alarm_id}", get_alarm, STAFF),
    Route("GET", "/api/patients/{patient_id}/alarms", get_patient_alarms, HEARERS),
    Route("POST", "/api/alarms/{alarm_id}/acknowledge", post_acknowledgement, ANSWERERS),
    Route("POST", "/api/alarms/{alarm_id}/pause", post_pause, STAFF),
    Route("POST", "/api/alarms/{alarm_id}/acts", post_act, STAFF),
    Route("GET", "/api/wards/{ward_id}/alarm-load", get_alarm_load, STAFF, as_platform=IN_PATH),
    Route("GET", "/api/system/latency", get_latency, OPERATORS, as_platform=FIGURES),
    *limits_routes.ROUTES,
    *scores_routes.ROUTES,
)
