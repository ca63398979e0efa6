"""The second opinion's silences, reckoned from the gaps between receptions."""

from bisect import bisect_left
from collections.abc import Iterable
from itertools import pairwise

from bench.alarm_machine.second_life import Life, Line, answer, resume_before
from bench.alarm_machine.second_limits import LOW, MEDIUM, SECOND, Found
from bench.alarm_machine.stories import Person, Story

GRACE_SECONDS = 15  # after a start nothing is said to be silent, nor heard again


def silences(
    story: Story,
    person: Person,
    live: dict[tuple[int, str], list[int]],
    acts: dict[int, list[str]],
) -> list[Line]:
    """What should have come and did not, reckoned from the gaps between receptions.

    A vital is silent when nothing came for twice its interval and five seconds; where all of a
    device is, the device is, and nothing else is said. Vitals are MEDIUM up to an interval of a
    minute, else LOW; a device is MEDIUM.
    """
    lives: dict[str, Life] = {}
    log: list[Line] = []
    changes: list[tuple[int, str, Found | None]] = []
    for device in person.devices:
        if device.expects:
            changes += _of_device(story, device.id, device.expects, live)
    changes.sort(key=lambda change: change[0])
    steps: Iterable[tuple[int, int, object]] = sorted(
        [(tick, 0, (name, found)) for tick, name, found in changes]
        + [(tick, 1, act) for tick, each in acts.items() for act in each],
        key=lambda step: step[:2],
    )
    for tick, kind, what in steps:
        for life in lives.values():
            if life.state == "audio-paused":
                resume_before(story, life, tick + kind)
        if kind == 1:
            for life in lives.values():
                answer(life, tick, str(what))
            continue
        assert isinstance(what, tuple)
        name, found = what
        life = lives.setdefault(name, Life(name, False, log))
        if found is None:
            life.over(tick)
        else:
            life.found(tick, found)
    for life in lives.values():
        if life.state == "audio-paused":
            resume_before(story, life, story.ticks)
    return log


def _of_device(
    story: Story, device: int, expects: dict[str, float], live: dict[tuple[int, str], list[int]]
) -> list[tuple[int, str, Found | None]]:
    allowed = {vital: round((2 * seconds + 5) * SECOND) for vital, seconds in expects.items()}
    heard = {vital: [story.start, *live.get((device, vital), ())] for vital in expects}
    moments: set[int] = {up for _, up in story.down}
    moments |= {tick for _, up in story.down for tick in [story.listening_from(
        story.time(up) + GRACE_SECONDS * SECOND)]}  # fmt: skip
    for vital, times in heard.items():
        for last, following in pairwise([*times, None]):
            if following is None or following - last > allowed[vital]:
                moments.add(story.listening_after(last + allowed[vital]))
                moments.add(story.listening_from(following or last))
    held: dict[str, Found] = {}
    changes: list[tuple[int, str, Found | None]] = []
    for tick in sorted(moments):
        if tick >= story.ticks or story.is_in_grace(tick):
            continue
        found = _silent_at(story, device, tick, expects, allowed, heard)
        changes += [(tick, name, each) for name, each in found.items() if name not in held]
        changes += [(tick, name, None) for name in held if name not in found]
        held = {name: held.get(name, each) for name, each in found.items()}
    return changes


def _silent_at(
    story: Story,
    device: int,
    tick: int,
    expects: dict[str, float],
    allowed: dict[str, int],
    heard: dict[str, list[int]],
) -> dict[str, Found]:
    now = story.time(tick)
    last = {vital: times[bisect_left(times, now + 1) - 1] for vital, times in heard.items()}
    silent = [vital for vital in expects if now - last[vital] > allowed[vital]]
    if len(silent) == len(expects):
        quickest = min(allowed.values()) / SECOND
        return {f"device_silent {device}": Found(MEDIUM, max(last.values()), quickest)}
    return {
        f"silent_{vital}": Found(
            MEDIUM if expects[vital] <= 60 else LOW, last[vital], allowed[vital] / SECOND
        )
        for vital in silent
    }
