"""When somebody may be left alone: at low priority only, and never everybody. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from itertools import groupby

from homeward.clinical.plan import MISSED
from homeward.clinical.zone import is_between
from homeward.model.alarm import Kind, Priority


@dataclass(frozen=True, slots=True)
class Told:
    """A patient or relative whom an alarm has words for."""

    alarm_id: int
    priority: str
    kind: str
    condition: str
    ward_id: int | None
    audience: str
    person_id: int
    quiet_from: time | None
    quiet_until: time | None
    zone: str | None
    is_called: bool
    round: int

    def is_quiet(self, at: datetime) -> bool:
        """Whether they want to be left alone now, by their own clock."""
        return is_between(self.quiet_from, self.quiet_until, self.zone, at)


def wanting(rows: Iterable[Told], at: datetime) -> list[Told]:
    """Whom to call now. Rows of one alarm stand together.

    A technical alarm cannot be muted: what is not measured any more must be heard of. Nor is
    the last person held back who could be called: then quiet hours would be silence. A nudge for
    what was missed at home waits for everybody: it tells of nothing that is wrong, and a carer is
    told of it by their own clock.
    """
    wanted: list[Told] = []
    for _, group in groupby(rows, key=lambda each: each.alarm_id):
        people = list(group)
        held = _held(people, at)
        wanted += [each for each in people if not each.is_called and each.person_id not in held]
    return wanted


def _held(people: Sequence[Told], at: datetime) -> frozenset[int]:
    first = people[0]
    is_nudge = first.condition == MISSED
    if first.priority != Priority.LOW or (first.kind == Kind.TECHNICAL and not is_nudge):
        return frozenset()
    quiet = frozenset(each.person_id for each in people if each.is_quiet(at))
    is_somebody_awake = any(each.person_id not in quiet for each in people)
    return quiet if is_nudge or is_somebody_awake else frozenset()
