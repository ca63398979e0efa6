"""Who is silent on the whole floor: what each share found, decided in one place.

A ward whose network failed is one alarm, whoever watches its patients. So each share's watcher says
each second who of its own is silent, and the house decides. Of a share that says nothing just now,
being taken over, what it said last stays so.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

import msgspec

from homeward.clinical.cause import Place
from homeward.clinical.episode import Key
from homeward.model.alarm import Finding, Kind, Priority
from homeward.services.watch.conditions import Conditions
from homeward.services.watch.ledger import Change
from homeward.services.watch.share import SILENCES, Share
from homeward.services.watch.storms import Storms, silent_causes

SUBJECT = "told.silences"
TOLD_AT_ONCE = 1_000  # some 250 kB a message


@dataclass(frozen=True, slots=True)
class Quiet:
    """What one share found: what should have come and did not, and which sensors are off."""

    silent: dict[Key, Finding] = field(default_factory=dict[Key, Finding])
    off: dict[Key, Finding] = field(default_factory=dict[Key, Finding])


class Told(msgspec.Struct):
    """A part of it on the bus, the `part`th (from 0) of `parts`; `round` is which telling."""

    share: int
    shares: int
    round: int
    part: int
    parts: int
    found: list[tuple[str, int | None, int | None, Finding, bool]]  # key, finding, is a sensor off


def told(quiet: Quiet, share: Share, number: int) -> list[Told]:
    """One telling, in parts that a message can hold."""
    found = [(k.condition, k.patient_id, k.device_id, f, False) for k, f in quiet.silent.items()]
    found += [(k.condition, k.patient_id, k.device_id, f, True) for k, f in quiet.off.items()]
    places = range(0, max(len(found), 1), TOLD_AT_ONCE)
    return [
        Told(share.number, share.shares, number, part, len(places), found[at : at + TOLD_AT_ONCE])
        for part, at in enumerate(places)
    ]


class Floor:
    """The silences of every share, and what they change."""

    def __init__(self, conditions: Conditions, share: Share) -> None:
        self._conditions = conditions
        self._share = share
        self._storms = Storms(conditions, Priority.MEDIUM)
        self._places: Sequence[Place] = ()
        self._said: dict[int, Quiet] = {}  # by share
        self._parts: dict[int, list[Told]] = {}  # of a telling that has not come whole yet

    def watch(self, places: Sequence[Place]) -> None:
        """Every device of which anything is expected."""
        self._places = places

    def hear(self, part: Told) -> None:
        """Another share's watcher said who is silent; what has not come whole is not so yet."""
        if part.shares != self._share.shares or part.share == self._share.number:
            return
        before = self._parts.get(part.share, [])
        parts = [each for each in before if each.round == part.round] + [part]
        self._parts[part.share] = parts
        if len(parts) < part.parts:
            return
        del self._parts[part.share]
        quiet = Quiet()
        for name, patient, device, finding, is_off in (e for p in parts for e in p.found):
            (quiet.off if is_off else quiet.silent)[Key(name, patient, device)] = finding
        self._said[part.share] = quiet

    def decide(self, own: Quiet, now: datetime) -> list[Change]:
        """What fell silent, and what is heard again."""
        self._said[self._share.number] = own
        silent = {
            key: found for quiet in self._said.values() for key, found in quiet.silent.items()
        }
        off = {key: found for quiet in self._said.values() for key, found in quiet.off.items()}
        seen = self._storms.group(silent_causes(self._places, silent), silent, now)
        seen += [Change(key, Kind.TECHNICAL, now, finding) for key, finding in off.items()]
        held = {change.key for change in seen}
        keys = [key for name in SILENCES for key in self._conditions.keys(name)]
        over = [key for key in keys if key not in held and self._is_known(key)]
        seen += [Change(key, Kind.TECHNICAL, now, None) for key in over]
        return [change for change in seen if self._storms.is_news(change)]

    def _is_known(self, key: Key) -> bool:
        """Whether we know of everybody it is about."""
        shares = self._share.shares
        if key.patient_id is None:
            return len(self._said) == shares
        return key.patient_id % shares in self._said
