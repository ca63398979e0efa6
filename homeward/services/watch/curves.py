"""Waveforms as they are told: what waits to be looked at, and what a look changes.

A look costs a thousand times what a reading costs, so it may never stand in a reading's way: frames
wait here, the oldest of a patient dropped first, until `curve_work` has time. No I/O, no clock.
"""

import logging
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from struct import Struct

import numpy as np

from homeward.clinical.episode import Key
from homeward.clinical.signals.bedside import ARTEFACT, CONDITIONS, Bedside, Seen
from homeward.clinical.signals.claim import Shown, WaveRule
from homeward.clinical.signals.rules import RULES
from homeward.clinical.signals.sight import Sight
from homeward.model.alarm import Finding, Kind, Priority
from homeward.model.errors import Unreadable, place_of
from homeward.model.frame import WaveFrame, unpack_waves
from homeward.services.watch.conditions import Conditions
from homeward.services.watch.ledger import ORDERED, Change
from homeward.services.watch.pending import UNHEARD_SECONDS
from homeward.services.watch.plan import Orders
from homeward.services.watch.rule_troubles import TROUBLE_RULE
from homeward.services.watch.share import EVERYBODY, Share
from homeward.services.watch.wave_settings import rules_on

HEAD = Struct("<qq")  # patient, device; then the device's frame
FRAMES_MAX = 40  # of one patient: twenty seconds of two devices' half-second frames
BYTES_MAX = 64 * 1024 * 1024  # of everybody
PATIENTS_MAX = 2_000
FORGOTTEN = timedelta(minutes=2)  # unheard for so long, a window says nothing any more
TROUBLE = TROUBLE_RULE + "waves"
OURS = CONDITIONS | {TROUBLE}
OFF = {"because": "off", ORDERED: True}
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
log = logging.getLogger(__name__)

Heard = tuple[int, bytes, datetime]  # device, frame, when it came


class Curves:
    """Everybody's waves."""

    def __init__(
        self,
        conditions: Conditions,
        rules: Sequence[WaveRule] = RULES,
        share: Share = EVERYBODY,
    ) -> None:
        self._conditions = conditions
        self._share = share
        self._rules = rules
        self._orders = Orders()
        self._on: dict[int, list[WaveRule]] = {}  # by patient, as they were last asked for
        self._waiting: dict[int, deque[Heard]] = {}
        self._bytes = 0
        self._bedsides: dict[int, Bedside] = {}
        self._heard: dict[int, datetime] = {}
        self._began: datetime | None = None
        self._failed: dict[str, str] = {}  # rules that raised in this look, and what
        self.dropped = 0  # frames, since last asked

    def hear(self, body: bytes, now: datetime) -> None:
        """A frame was told. Raises Unreadable for less than its head."""
        if len(body) < HEAD.size:
            raise Unreadable("a wave frame without a patient")
        patient, device = HEAD.unpack_from(body)
        if patient <= 0 or not self._share.has(patient) or not self._rules_of(patient):
            return  # nobody wears that device, another watches them, or nobody wants it
        frames = self._waiting.get(patient)
        if frames is None:
            if len(self._waiting) >= PATIENTS_MAX:
                self.dropped += 1
                return
            frames = self._waiting[patient] = deque()
        frames.append((device, body[HEAD.size :], now))
        self._bytes += len(body)
        if len(frames) > FRAMES_MAX:
            self._drop(frames)
        while self._bytes > BYTES_MAX:
            self._drop(max(self._waiting.values(), key=len))

    def order(self, orders: Orders, now: datetime) -> list[Change]:
        """Which settings are in force: what they switched off and still holds is over."""
        if orders != self._orders:
            self._orders = orders
            self._on.clear()
            for patient, bedside in self._bedsides.items():
                bedside.rules = self._guarded(patient)
        held = [key for name in OURS for key in self._conditions.keys(name)]
        return self._news(
            [
                Change(key, _kind(key.condition), now, None, detail=dict(OFF))
                for key in held
                if self._is_off(key)
            ]
        )

    def _is_off(self, key: Key) -> bool:
        if key.condition not in OURS or key.patient_id is None:  # `keys` goes by how a name begins
            return False
        on = {rule.name for rule in self._rules_of(key.patient_id)}
        # These are of whatever rule could not believe the waves, or failed.
        return not on if key.condition in (ARTEFACT, TROUBLE) else key.condition not in on

    def _rules_of(self, patient: int) -> list[WaveRule]:
        found = self._on.get(patient)
        if found is None:
            found = self._on[patient] = rules_on(self._rules, self._orders.of(patient))
        return found

    def _drop(self, frames: deque[Heard]) -> None:
        self._bytes -= len(frames.popleft()[1]) + HEAD.size
        self.dropped += 1

    def waiting(self) -> list[int]:
        """The patients of whom something came."""
        return [patient for patient, frames in self._waiting.items() if frames]

    def is_new(self, patient: int) -> bool:
        """Whether this patient's window is to be filled from the record first."""
        return patient not in self._bedsides

    def fill(self, patient: int, frames: Sequence[tuple[int, WaveFrame]], now: datetime) -> None:
        """Begin this patient's windows with what the record holds of the last seconds."""
        bedside = self._bedsides[patient] = Bedside(self._guarded(patient))
        for device, frame in frames:
            _take(bedside, device, frame, now)

    def look(self, patient: int, now: datetime) -> list[Change]:
        """Take in what came of this patient, and what it changes."""
        self._began = self._began or now
        bedside = self._bedsides.get(patient)
        if bedside is None:
            bedside = self._bedsides[patient] = Bedside(self._guarded(patient))
        frames = self._waiting.pop(patient, deque())
        self._bytes -= sum(len(frame) + HEAD.size for _, frame, _ in frames)
        holding = self._conditions.of_patient(patient) & CONDITIONS
        trouble = Key(TROUBLE, patient)
        self._failed.clear()
        try:
            measured = received = now
            for device, body, received in frames:
                frame = unpack_waves(body)
                _take(bedside, device, frame, received)
                measured = _EPOCH + timedelta(microseconds=frame.start)
            seen = bedside.look(now, holding)
        except Exception as error:  # what is wrong with the waves themselves is an alarm too
            del self._bedsides[patient]
            words = f"Waves could not be judged ({type(error).__name__}): watched by numbers alone"
            log.error("waves could not be judged: %s", place_of(error))
            finding = Finding(Priority.MEDIUM, words, now)
            return self._news([Change(trouble, Kind.TECHNICAL, now, finding)])
        self._heard[patient] = now
        said = Change(trouble, Kind.TECHNICAL, now, _failing(self._failed, now))
        judged = [each for each in seen if each.condition not in self._failed]  # nor ended
        return self._news(
            [said, *(_change(patient, each, now, measured, received) for each in judged)]
        )

    def _guarded(self, patient: int) -> list[WaveRule]:
        """A patient's rules, each of which fails alone."""
        rules = self._rules_of(patient)
        return [replace(rule, find=partial(self._find, rule)) for rule in rules]

    def _find(self, rule: WaveRule, sight: Sight) -> list[Shown]:
        try:
            return rule.find(sight)
        except Exception as error:  # D22: whatever a wave rule raises becomes an alarm
            log.error("wave rule %s failed: %s", rule.name, place_of(error))
            self._failed[rule.name] = type(error).__name__
            return []

    def forget(self, now: datetime) -> None:
        """Let go of the windows of whom nothing came for long."""
        for patient, heard in list(self._heard.items()):
            if now - heard > timedelta(seconds=UNHEARD_SECONDS):
                del self._heard[patient]
                self._on.pop(patient, None)
            if now - heard > FORGOTTEN:
                self._bedsides.pop(patient, None)

    def is_unheard(self, key: Key, now: datetime) -> bool:
        """Whether this condition is of waves, and none came of this patient for very long."""
        if key.condition not in CONDITIONS or key.patient_id is None or self._began is None:
            return False
        heard = self._heard.get(key.patient_id, self._began)
        return now - heard > timedelta(seconds=UNHEARD_SECONDS)

    def _news(self, changes: list[Change]) -> list[Change]:
        return [change for change in changes if self._conditions.is_news(change)]


def _failing(failed: Mapping[str, str], now: datetime) -> Finding | None:
    if not failed:
        return None
    # The class of the error, never its words: they may hold a patient's values.
    which = ", ".join(f"{name} ({error})" for name, error in sorted(failed.items()))
    words = f"Wave rules failed: {which}: this patient is watched by the others"
    return Finding(Priority.MEDIUM, words, now)


def _take(bedside: Bedside, device: int, frame: WaveFrame, now: datetime) -> None:
    for channel in frame.channels:
        values = channel.samples.astype(np.float64) * channel.scale
        bedside.take(device, channel.wave.name, frame.start, channel.rate, values, now)


def _change(
    patient: int, seen: Seen, now: datetime, measured: datetime, received: datetime
) -> Change:
    key, kind = Key(seen.condition, patient), _kind(seen.condition)
    return Change(key, kind, now, seen.finding, measured, received, dict(seen.detail))


def _kind(condition: str) -> Kind:
    return Kind.TECHNICAL if condition in (ARTEFACT, TROUBLE) else Kind.PHYSIOLOGICAL
