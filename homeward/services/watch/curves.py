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
from homeward.model.errors import Misconfigured, Unreadable
from homeward.model.frame import WaveFrame, unpack_waves
from homeward.services.watch.conditions import Conditions
from homeward.services.watch.judging import TROUBLE_RULE, UNHEARD_SECONDS
from homeward.services.watch.ledger import Change

HEAD = Struct("<qq")  # patient, device; then the device's frame
FRAMES_MAX = 40  # of one patient: twenty seconds of two devices' half-second frames
BYTES_MAX = 64 * 1024 * 1024  # of everybody
PATIENTS_MAX = 2_000
FORGOTTEN = timedelta(minutes=2)  # unheard for so long, a window says nothing any more
TROUBLE = TROUBLE_RULE + "waves"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
log = logging.getLogger(__name__)

Heard = tuple[int, bytes, datetime]  # device, frame, when it came


def rules_named(names: str) -> tuple[WaveRule, ...]:
    """The wave rules of a setting. Raises Misconfigured for a name there is none of."""
    known = {rule.name: rule for rule in RULES}
    wanted = [name.strip() for name in names.split(",") if name.strip()]
    if unknown := sorted(set(wanted) - known.keys()):
        raise Misconfigured(
            f"wave_rules: there is no {', '.join(unknown)}; there are {', '.join(sorted(known))}"
        )
    return tuple(rule for rule in RULES if rule.name in wanted)


class Curves:
    """Everybody's waves."""

    def __init__(self, conditions: Conditions, rules: Sequence[WaveRule] = RULES) -> None:
        self._conditions = conditions
        self.rules: Sequence[WaveRule] = rules
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
        if patient <= 0:  # nobody wears that device
            return
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
        bedside = self._bedsides[patient] = Bedside(self._guarded())
        for device, frame in frames:
            _take(bedside, device, frame, now)

    def look(self, patient: int, now: datetime) -> list[Change]:
        """Take in what came of this patient, and what it changes."""
        self._began = self._began or now
        bedside = self._bedsides.setdefault(patient, Bedside(self._guarded()))
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
            log.exception("waves could not be judged")
            finding = Finding(Priority.MEDIUM, words, now)
            return self._news([Change(trouble, Kind.TECHNICAL, now, finding)])
        self._heard[patient] = now
        said = Change(trouble, Kind.TECHNICAL, now, _failing(self._failed, now))
        judged = [each for each in seen if each.condition not in self._failed]  # nor ended
        return self._news(
            [said, *(_change(patient, each, now, measured, received) for each in judged)]
        )

    def _guarded(self) -> list[WaveRule]:
        """The rules, each of which fails alone."""
        return [replace(rule, find=partial(self._find, rule)) for rule in self.rules]

    def _find(self, rule: WaveRule, sight: Sight) -> list[Shown]:
        try:
            return rule.find(sight)
        except Exception as error:  # D22: whatever a wave rule raises becomes an alarm
            log.exception("wave rule %s failed", rule.name)
            self._failed[rule.name] = type(error).__name__
            return []

    def forget(self, now: datetime) -> None:
        """Let go of the windows of whom nothing came for long."""
        for patient, heard in list(self._heard.items()):
            if now - heard > timedelta(seconds=UNHEARD_SECONDS):
                del self._heard[patient]
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
    kind = Kind.TECHNICAL if seen.condition == ARTEFACT else Kind.PHYSIOLOGICAL
    key = Key(seen.condition, patient)
    return Change(key, kind, now, seen.finding, measured, received, dict(seen.detail))
