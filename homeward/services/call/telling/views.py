"""What the pages about being told are shown and say. Times are ms since 1970 UTC, or "HH:MM"."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import time
from itertools import groupby
from typing import Annotated, Any

from pydantic import Field

from homeward.model.alarm import Priority
from homeward.model.consent import Let

Why = Annotated[str, Field(max_length=300)]
Priorities = Annotated[list[Priority], Field(min_length=1, max_length=3)]
Token = Annotated[str, Field(min_length=1, max_length=100)]


@dataclass(frozen=True)
class NewQuiet:
    """Hours of the day without calls of low priority; both None: every call comes.

    `why` must be said by who says it for somebody else.
    """

    starts: time | None
    ends: time | None
    zone: Annotated[str, Field(max_length=60)]
    why: Why = ""


@dataclass(frozen=True)
class NewInvitation:
    """Who is invited to be told, and of which alarms."""

    name: Annotated[str, Field(max_length=100)]
    priorities: Priorities
    why: Why = ""


@dataclass(frozen=True)
class NewRights:
    """What a relative may do from now on besides being told: read reports, read and write
    messages."""

    may: Annotated[list[Let], Field(max_length=2)]


@dataclass(frozen=True)
class NewPriorities:
    """Of which alarms a relative hears from now on."""

    priorities: Priorities
    why: Why = ""


@dataclass(frozen=True)
class Secret:
    """The secret of an invitation's link."""

    token: Token


@dataclass(frozen=True, slots=True)
class QuietShown:
    """Quiet hours, and who set them; `is_own`: the person themselves."""

    starts: str | None
    ends: str | None
    zone: str
    made: int
    made_by: str
    is_own: bool
    why: str


@dataclass(frozen=True, slots=True)
class RelativeShown:
    """Somebody a patient wants told. `is_reached`: they gave a way to reach them by. `may`: read
    their reports, or their messages."""

    id: int
    name: str
    priorities: list[str]
    made: int
    made_by: str | None
    why: str
    is_reached: bool
    may: list[str]


@dataclass(frozen=True, slots=True)
class InvitationShown:
    """An invitation nobody has accepted; not `is_open`: it ran out."""

    id: int
    name: str
    priorities: list[str]
    made: int
    made_by: str
    expires: int
    is_open: bool


@dataclass(frozen=True, slots=True)
class PersonTold:
    """How far one alarm came to somebody. `name` is None for the care team.

    `answered` is when a carer took the alarm. `is_waiting`: a message is still being tried;
    `has_failed`: one could not be sent or brought.
    """

    audience: str
    name: str | None
    called: int
    sent: int | None
    arrived: int | None
    seen: int | None
    answered: int | None
    is_waiting: bool
    has_failed: bool


@dataclass(frozen=True, slots=True)
class AlarmTold:
    """An alarm in the patient's words, and who was told of it. `over`: since when it is."""

    alarm_id: int
    text: str
    priority: str
    raised: int
    over: int | None
    people: list[PersonTold]


@dataclass(frozen=True, slots=True)
class Telling:
    """Everything of a patient's being told. `has_account`: they themselves can be told."""

    patient: str
    has_account: bool
    quiet: QuietShown | None
    relatives: list[RelativeShown]
    invitations: list[InvitationShown]
    told: list[AlarmTold]


@dataclass(frozen=True, slots=True)
class InvitationMade:
    """The secret of a new invitation: it is shown once, and kept nowhere."""

    token: str
    expires: int


@dataclass(frozen=True, slots=True)
class Invited:
    """An invitation as whoever has its link sees it. `state`: open, accepted, withdrawn, expired.

    `has_account`: an account was made with it; only that one, or another relative's, goes on.
    """

    patient: str
    name: str
    priorities: list[str]
    state: str
    has_account: bool
    is_mine: bool


@dataclass(frozen=True, slots=True)
class ChosenShown:
    """A patient who wants me told. `telephone` is their care team's; empty: none is known."""

    patient: str
    priorities: list[str]
    since: int
    telephone: str
    patient_id: int
    may: list[str]


@dataclass(frozen=True, slots=True)
class EndedShown:
    """A patient who wanted me told until then."""

    patient: str
    ended: int


@dataclass(frozen=True, slots=True)
class ToldShown:
    """What a relative is told: of whom, what the patient was told, and whether it stands.

    `patient_seen` is when the patient saw it; `team`: answered, called, not called.
    """

    call_id: int
    patient: str
    text: str
    priority: str
    since: int
    seen: int | None
    is_over: bool
    over: int | None
    patient_seen: int | None
    team: str


@dataclass(frozen=True, slots=True)
class ToldView:
    """A relative's page. `emergency_telephone` is the site's; empty: none is set."""

    chosen: list[ChosenShown]
    ended: list[EndedShown]
    told: list[ToldShown]
    emergency_telephone: str


def alarms_told(rows: Iterable[dict[str, Any]]) -> list[AlarmTold]:
    """Rows of one alarm stand together, one a person."""
    found: list[AlarmTold] = []
    for _, group in groupby(rows, key=lambda row: row["alarm_id"]):
        people = list(group)
        head = {name: people[0][name] for name in AlarmTold.__slots__ if name != "people"}
        found.append(AlarmTold(**head, people=[_person(row) for row in people]))
    return found


def _person(row: dict[str, Any]) -> PersonTold:
    known = {name: row[name] for name in PersonTold.__slots__}
    if row["audience"] != "carer":
        known["answered"] = None
    return PersonTold(**known)
