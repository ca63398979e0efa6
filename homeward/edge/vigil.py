"""The edge's own watch: critical limits of whoever wears its devices, judged on what they send.

It judges always, by the same code as the server, and sounds only while the server is away: what
the server has, it judges itself, with all its rules, and calls people.
"""

import logging
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from homeward.clinical.rule import Rule, may_speak
from homeward.clinical.window import Window
from homeward.edge.alarms import Alarms
from homeward.edge.reach import Reach
from homeward.edge.registry import Known
from homeward.model.alarm import Finding
from homeward.model.errors import Misconfigured
from homeward.model.reading import Reading

READINGS_MAX = 1_200  # of one vital: ten a second for as long as a window is
log = logging.getLogger("homeward.edge")


@dataclass(slots=True)
class _Watched:
    """One critical limit of one device, and what was measured against it."""

    rule: Rule
    window: deque[Reading] = field(default_factory=lambda: deque[Reading](maxlen=READINGS_MAX))
    finding: Finding | None = None  # while it holds


class Vigil:
    """Every limit of every device. For one thread."""

    def __init__(self, alarms: Alarms, reach: Reach, trouble: Callable[[str], None]) -> None:
        self._alarms = alarms
        self._reach = reach
        self._trouble = trouble
        self._devices: dict[int, Known] = {}
        self._watched: dict[int, list[_Watched]] = {}

    def know(self, devices: Iterable[Known]) -> None:
        """Whom to watch, and by which limits; a limit that stays keeps what it has seen."""
        known = {each.id: each for each in devices}
        for device in known.values():
            before = self._devices.get(device.id)
            if before is None or before.limits != device.limits:
                self._watch(device)
        for gone in self._devices.keys() - known.keys():
            for each in self._watched.pop(gone):
                self._alarms.ends(self._devices[gone].name, each.rule.name)
        self._devices = known

    def _watch(self, device: Known) -> None:
        old = {each.rule.name: each for each in self._watched.get(device.id, ())}
        found: list[_Watched] = []
        for limit in device.limits:
            try:
                rule = limit.rule()
            except Misconfigured as error:
                self._trouble(f"{device.name}: {limit.condition} cannot be judged: {error}")
                continue
            if rule is not None:
                before = old.pop(rule.name, _Watched(rule))
                found.append(_Watched(rule, before.window, before.finding))
        for name in old:  # off now
            self._alarms.ends(device.name, name)
        self._watched[device.id] = found

    def hear(self, device_id: int, readings: Sequence[Reading], received: datetime) -> None:
        """Judge what a device sent, as it came. Late readings ring nothing, here as there."""
        watched = self._watched.get(device_id)
        if not watched:
            return
        for reading in readings:
            for each in watched:
                if reading.vital is each.rule.vital and _is_news(each, reading, received):
                    each.window.append(reading)
                    self._judge(device_id, each)

    def _judge(self, device_id: int, watched: _Watched) -> None:
        rule, newest = watched.rule, watched.window[-1]
        is_open = watched.finding is not None
        if not is_open and rule.bounds.hold(newest.value):
            return
        if not may_speak(rule, self._fresh(device_id, rule, newest), is_open):
            return
        name = self._devices[device_id].name
        try:
            watched.finding = rule.judge(_window(watched, newest), is_open)
        except Exception as error:  # D22: whatever a rule raises becomes a trouble, and is heard
            log.error("%s failed: %s", rule.name, type(error).__qualname__)
            self._trouble(f"{rule.name} cannot be judged for {name} ({type(error).__name__})")
            return
        if watched.finding is None:
            self._alarms.ends(name, rule.name)
        elif not is_open:
            self._alarms.begins(name, rule.name, watched.finding)

    def _fresh(self, device_id: int, rule: Rule, newest: Reading) -> Sequence[str]:
        other = rule.yields_to
        if other is None:
            return ()
        oldest = newest.at - timedelta(seconds=other.stale_seconds)
        for each in self._watched[device_id]:
            if each.rule.vital is other and each.window and each.window[-1].at >= oldest:
                return (other.name,)
        return ()

    def look(self, moment: float) -> None:
        """Sound what holds and the server does not know of; leave to it what it has taken over."""
        self._alarms.sound(is_away=self._reach.is_away(moment))


def _is_news(watched: _Watched, reading: Reading, received: datetime) -> bool:
    is_late = (received - reading.at).total_seconds() > reading.vital.late_seconds
    return not is_late and (not watched.window or watched.window[-1].at < reading.at)


def _window(watched: _Watched, newest: Reading) -> Window:
    """What the rule cares for; older readings are forgotten."""
    oldest = newest.at - timedelta(seconds=watched.rule.window_seconds)
    while watched.window[0].at < oldest:
        watched.window.popleft()
    return list(watched.window)
