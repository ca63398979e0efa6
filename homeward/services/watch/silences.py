"""What should have come and did not: a sensor off, a device gone, a clock that is wrong.

Where a device says itself which sensor is off, that is the alarm, and no silence besides.

Each device says how often each vital is to be expected. Columns find what is overdue; only
that is judged. Readings that come but are too old to be live count as silence, and the alarm
says so: a patient behind a wrong clock is a patient nobody watches.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

import numpy as np
import numpy.typing as npt

from homeward.clinical import sensor, silence
from homeward.clinical.cause import Place
from homeward.clinical.episode import Key
from homeward.clinical.silence import DEVICE_SILENT, Expected
from homeward.model.alarm import Finding
from homeward.model.frame import KINDS
from homeward.model.sensor import SENSOR_BY_NAME, Sensor
from homeward.model.vital import BY_NAME, VITALS, Vital
from homeward.services.watch.quiet import Quiet
from homeward.services.watch.windows import (
    EPOCH,
    Ints,
    Numbers,
    as_microseconds,
    as_time,
)

# After a start, devices come back within this; until then nothing is said to be silent.
GRACE_SECONDS = 15
_STEADY = tuple(vital for vital in VITALS if silence.pause_seconds(vital) is not None)
_PAUSE_US = np.zeros(KINDS, np.int64)
for _vital in _STEADY:
    _PAUSE_US[_vital.index] = round((silence.pause_seconds(_vital) or 0) * 1e6)
JUMP = timedelta(seconds=60)  # no reading this young is late: it was out of order


@dataclass(frozen=True, slots=True)
class Watched:
    """A device on a patient now. `expects`: seconds between readings, by vital name; where nobody
    stated any, those of its habits."""

    device_id: int
    device: str
    expects: dict[str, float]
    connected: bool
    patient_id: int
    starts: datetime
    oxygen_scale: int
    association_id: int = 0
    is_stated: bool = True
    birth_date: date | None = None
    is_pregnant: bool = False
    offset_seconds: float | None = None  # how far its clock is ahead
    scores: dict[str, bool] = field(default_factory=dict)  # switched on or off, by name
    gateway_id: int | None = None
    gateway: str | None = None
    ward_id: int | None = None
    ward: str | None = None
    bed: str | None = None
    patient: str | None = None
    # Sensors it says are off: since when, and when it said so last (ms since 1970).
    sensors_off: dict[str, tuple[int, int]] = field(default_factory=dict[str, tuple[int, int]])

    @property
    def place(self) -> Place:
        """Where it is, for what several silences have in common."""
        label = self.bed or self.device
        ward, gateway = (self.ward_id, self.ward), (self.gateway_id, self.gateway)
        return Place(self.device_id, label, *gateway, *ward)


@dataclass(frozen=True, slots=True)
class Habit:
    """A vital that a device was seen to send steadily on one patient, each so many seconds."""

    association_id: int
    vital: str
    seconds: float


_Off = Mapping[Sensor, datetime]  # sensors that are off, and since when


@dataclass(frozen=True, slots=True)
class _Overdue:
    watched: Watched
    vitals: frozenset[str]


class Silences:
    """When each device was last heard, and who is silent."""

    def __init__(self) -> None:
        self._numbers = Numbers()
        self._live = np.zeros(0, np.int64)  # received: the last reading fit to judge
        self._other = np.zeros(0, np.int64)  # received: the last one that was not
        self._other_age = np.zeros(0, np.int64)  # and how old it was then
        self._steady = np.zeros(0, np.int64)  # received: since when it comes without a pause
        self._longest = np.zeros(0, np.int64)  # gap since then
        self._watched: Sequence[Watched] = ()
        self._with_off: Sequence[Watched] = ()  # those that say a sensor is off
        self._slots = np.zeros(0, np.int64)
        self._allowed = np.zeros(0, np.int64)
        self._since = np.zeros(0, np.int64)
        self._owners: list[tuple[int, str]] = []  # (place in _watched, vital name)
        self._free: list[tuple[Watched, Vital]] = []  # what nobody said to expect
        self._free_slots = np.zeros(0, np.int64)
        self._free_since = np.zeros(0, np.int64)
        self._quiet_until: datetime | None = None

    def begin(self, now: datetime) -> None:
        """We have just begun to listen (again): give everybody time to be heard."""
        self._quiet_until = now + timedelta(seconds=GRACE_SECONDS)

    def hear(
        self, devices: Ints, vitals: Ints, at: Ints, received: Ints, live: npt.NDArray[np.bool_]
    ) -> None:
        """These readings came, in this order; `live` are those fit to judge."""
        slots = self._slots_of(devices, vitals)
        self._note_gaps(slots[live], vitals[live], received[live])
        # The record may give back what is older than the last.
        self._live[slots[live]] = np.maximum(self._live[slots[live]], received[live])
        if not live.all():
            self._other[slots[~live]] = received[~live]
            self._other_age[slots[~live]] = (received - at)[~live]

    def _note_gaps(self, slots: Ints, vitals: Ints, received: Ints) -> None:
        gaps = received - self._live[slots]
        is_pause = gaps > _PAUSE_US[vitals]
        self._steady[slots[is_pause]] = received[is_pause]
        self._longest[slots] = np.where(is_pause, 0, np.maximum(self._longest[slots], gaps))

    def habits(self) -> list[Habit]:
        """What devices send steadily of whom nobody stated what to expect, where it is new."""
        since = np.maximum(self._steady[self._free_slots], self._free_since)
        steady = self._live[self._free_slots] - since
        found: list[Habit] = []
        for place in np.flatnonzero(steady > 0).tolist():
            each, vital = self._free[place]
            gap = int(self._longest[self._free_slots[place]])
            seconds = silence.habit(vital, int(steady[place]) / 1e6, gap / 1e6)
            if seconds is not None:
                found.append(Habit(each.association_id, vital.name, seconds))
        return found

    def watch(self, watched: Sequence[Watched]) -> None:
        """Who is on whom now, and what is expected of each."""
        self._watched = watched
        self._with_off = [each for each in watched if each.sensors_off]
        self._owners = [
            (place, vital)
            for place, each in enumerate(watched)
            for vital in each.expects
            if vital in BY_NAME
        ]
        pairs = [(watched[place], BY_NAME[vital]) for place, vital in self._owners]
        devices = np.array([each.device_id for each, _ in pairs], np.int64)
        self._slots = self._slots_of(devices, np.array([v.index for _, v in pairs], np.int64))
        allowed = [silence.allowed_seconds(each.expects[v.name]) for each, v in pairs]
        self._allowed = (np.array(allowed) * 1e6).astype(np.int64)
        self._since = np.array([as_microseconds(each.starts) for each, _ in pairs], np.int64)
        self._free = [
            (each, vital)
            for each in watched
            if not each.is_stated
            for vital in _STEADY
            if vital.name not in each.expects
        ]
        devices = np.array([each.device_id for each, _ in self._free], np.int64)
        vitals = np.array([vital.index for _, vital in self._free], np.int64)
        self._free_slots = self._slots_of(devices, vitals)
        starts = [as_microseconds(each.starts) for each, _ in self._free]
        self._free_since = np.array(starts, np.int64)

    def check(self, now: datetime) -> Quiet | None:
        """Who is silent, and which sensors are off; None while nobody can be said to be."""
        self._mind_the_clock(now)
        if self._quiet_until is not None and now < self._quiet_until:
            return None
        off = {each.device_id: self._off(each, now) for each in self._with_off}
        found: dict[Key, Finding] = {}
        for each in self._overdue(as_microseconds(now)):
            found |= self._findings(each, off.get(each.watched.device_id, {}), now)
        return Quiet(found, self._sensors_off(off, now))

    def _mind_the_clock(self, now: datetime) -> None:
        """Our clock may go back: nobody was heard later than now, or silence would look alive."""
        now_us = as_microseconds(now)
        self._live = np.minimum(self._live, now_us)
        self._other = np.minimum(self._other, now_us)
        never = (self._since > now_us) & (self._live[self._slots] == 0)
        self._live[self._slots[never]] = now_us
        if self._quiet_until is not None:
            self.begin(min(now, self._quiet_until - timedelta(seconds=GRACE_SECONDS)))

    def _overdue(self, now_us: int) -> list[_Overdue]:
        since = np.where(self._since > now_us, 0, self._since)
        last = np.maximum(self._live[self._slots], since)
        by_device: dict[int, set[str]] = {}
        for owner in np.flatnonzero(now_us - last > self._allowed).tolist():
            place, vital = self._owners[owner]
            by_device.setdefault(place, set()).add(vital)
        return [
            _Overdue(self._watched[place], frozenset(vitals)) for place, vitals in by_device.items()
        ]

    def _off(self, each: Watched, now: datetime) -> _Off:
        """Which of its sensors are off, and since when: a reading after it said so says that one
        is on again."""
        found: dict[Sensor, datetime] = {}
        for name, (since, said) in each.sensors_off.items():
            which = SENSOR_BY_NAME.get(name)
            if which is None:
                continue
            last = int(self._live[self._slot(each, which.vitals[0])])
            if last <= said * 1000:
                begun = as_time(max(since * 1000, last))
                found[which] = EPOCH if begun > now else max(begun, min(each.starts, now))
        return found

    def _sensors_off(
        self, off: Mapping[int, Mapping[Sensor, datetime]], now: datetime
    ) -> dict[Key, Finding]:
        """The alarms of these; one that is over is over with whatever is heard again."""
        found: dict[Key, Finding] = {}
        for each in self._with_off:
            for which, since in off.get(each.device_id, {}).items():
                finding = sensor.sensor_off(each.device, which, since, now)
                if finding is not None:
                    found[Key(sensor.condition(which), each.patient_id, each.device_id)] = finding
        return found

    def _findings(self, overdue: _Overdue, off: _Off, now: datetime) -> dict[Key, Finding]:
        each = overdue.watched
        explained = {vital for which in off for vital in which.vitals}
        vitals = overdue.vitals - explained  # of the others the device said why
        if each.starts > now:  # our clock went back
            each = replace(each, starts=EPOCH)
        heard = {vital: self._heard(each, vital) for vital in each.expects if vital in BY_NAME}
        wrong = self._wrong_clock(each, now)
        if (vitals and vitals >= heard.keys() - explained) or not each.connected:
            last = max(heard.values())
            quickest = min(each.expects[vital] for vital in heard)
            device = silence.silent_device(each.device, last, quickest, now)
            if device is not None:
                key = Key(DEVICE_SILENT, each.patient_id, each.device_id)
                return {key: _said(device, each, wrong)}
        expected = [
            Expected(BY_NAME[vital], each.expects[vital], each.starts) for vital in sorted(vitals)
        ]
        found = silence.silent_vitals(expected, heard, now)
        return {Key(name, each.patient_id): _said(f, each, wrong) for name, f in found.items()}

    def _heard(self, each: Watched, vital: str) -> datetime:
        slot = self._slot(each, vital)
        return max(as_time(int(self._live[slot])), each.starts)

    def _wrong_clock(self, each: Watched, now: datetime) -> timedelta | None:
        """How old this device's readings are when they come, if they come but cannot be live."""
        worst: timedelta | None = None
        for vital in each.expects:
            if vital not in BY_NAME:
                continue
            slot = self._slot(each, vital)
            allowed = timedelta(seconds=silence.allowed_seconds(each.expects[vital]))
            came, live = int(self._other[slot]), int(self._live[slot])
            if came > live and now - as_time(came) <= allowed:
                age = timedelta(microseconds=int(self._other_age[slot]))
                worst = age if worst is None else max(worst, age)
        return worst

    def _slot(self, each: Watched, vital: str) -> int:
        ids = np.array([each.device_id]), np.array([BY_NAME[vital].index])
        return int(self._slots_of(*ids)[0])

    def _slots_of(self, devices: Ints, vitals: Ints) -> Ints:
        slots = self._numbers.of(devices * KINDS + vitals)
        more = len(self._numbers) - len(self._live)
        if more > 0:
            self._live = np.concatenate([self._live, np.zeros(more, np.int64)])
            self._other = np.concatenate([self._other, np.zeros(more, np.int64)])
            self._other_age = np.concatenate([self._other_age, np.zeros(more, np.int64)])
            self._steady = np.concatenate([self._steady, np.zeros(more, np.int64)])
            self._longest = np.concatenate([self._longest, np.zeros(more, np.int64)])
        return slots


def _said(finding: Finding, each: Watched, wrong: timedelta | None) -> Finding:
    if wrong is None:
        return finding
    if abs(wrong) < JUMP:
        how = "behind those before them; its clock went back"
    else:
        how = f"{silence.said(wrong)} old, too old to be live; its clock is off"
    return replace(finding, text=f"{each.device}: readings come {how}")
