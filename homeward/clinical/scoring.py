"""From readings and a chart to a score, and from a score to alarm conditions.

The same for every table. A parameter missing, or older than its vital's `score_seconds`, may be
anything in its column: the score is then a range.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from homeward.clinical.score import Part, Score, Scorer
from homeward.clinical.score_table import (
    RISKS,
    Chart,
    Level,
    Parameter,
    Source,
    Table,
    check,
    rounded,
    said_value,
)
from homeward.clinical.subject import Subject
from homeward.clinical.window import Window, settled
from homeward.model.alarm import Finding
from homeward.model.reading import Reading
from homeward.model.vital import MINUTE, VITALS

# The measurements of a monitor, each second: these are settled over a minute before scoring.
STREAMED = tuple(vital.name for vital in VITALS if vital.stale_seconds < MINUTE)

_World = Mapping[str, frozenset[int]]  # the points each parameter may have


_Readings = tuple[tuple[Source, Reading], ...]


@dataclass(frozen=True, slots=True)
class _Known:
    """What is known of one parameter: its readings that count, the one that counts most first.

    `fresh` are those young enough, `every` those that count while old ones do.
    """

    parameter: Parameter
    fresh: _Readings
    every: _Readings

    @property
    def is_old(self) -> bool:
        """Is there something, but all of it too old to count?"""
        return bool(self.every) and not self.fresh

    def choices(self, on_oxygen: bool, *, counts_old: bool) -> frozenset[int]:
        """The points it may have."""
        readings = self.every if counts_old else self.fresh
        if not readings:
            cells = (band for each in self.parameter.sources for band in each.cells(on_oxygen))
            return frozenset(points for band in cells for points in band.choices)
        return _agreed(readings, on_oxygen)[0]


def score(table: Table, chart: Chart, inputs: Mapping[str, Reading], now: datetime) -> Score:
    """The score at `now`, from the newest reading of each vital by name."""
    known = [_known(parameter, inputs, now) for parameter in chart.parameters]
    worlds = _worlds(chart, known, counts_old=False)
    low, single = _least(worlds)
    high = max(sum(max(choices) for choices in world.values()) for world in worlds)
    highest = max(max(choices) for world in worlds for choices in world.values())
    remembered, remembered_single = low, single
    if any(each.every != each.fresh for each in known):
        remembered, remembered_single = _least(_worlds(chart, known, counts_old=True))
    is_whole = low == high and all(each.fresh for each in known)
    level = _level(table, low, single)
    parts = tuple(_part(each, worlds, now) for each in known)
    return Score(
        name=table.name,
        at=now,
        total=low if is_whole else None,
        low=low,
        high=high,
        risk=level.risk,
        interval=_interval(level, is_whole),
        parts=parts,
        scale=chart.scale,
        risk_at_worst=_level(table, high, highest).risk,
        remembered=remembered,
        remembered_single=remembered_single,
        interval_seconds=level.seconds,
        label=table.label,
        chart=chart.name,
        said=_said(table, parts, low, is_whole),
    )


def findings(table: Table, score: Score, open: Collection[str] = ()) -> Mapping[str, Finding]:
    """The one alarm condition a score holds, the worst, if any; `open` names those open now.

    A condition begins by `low`: what is certain though inputs are missing. It ends two points
    below its threshold, so that a score stepping to and fro is one episode, and only by values
    somebody measured: inputs that grow too old end nothing.
    """
    for level in reversed(table.levels):
        if level.condition is None:
            continue
        is_open = level.condition in open
        if score.low >= level.points or (is_open and score.remembered >= level.points - 1):
            return {level.condition: _finding(score, level, _level_text(score, level))}
    single = table.single
    if single is None or single.condition is None:
        return {}
    worst = next((p for p in score.parts if p.points and p.points >= single.points), None)
    if worst is not None:
        text = f"{worst.label} {worst.value} scores {worst.points}"
        return {single.condition: _finding(score, single, text)}
    if single.condition in open and score.remembered_single >= single.points:
        text = f"the value that scored {single.points} is old, measure again"
        return {single.condition: _finding(score, single, text)}
    return {}


def scorer(
    table: Table,
    charts: Sequence[Chart],
    chart_of: Callable[[Subject, date], Chart | None],
    about: str | None,
    *,
    version: int = 1,
    leads: bool = True,
    is_on: bool = True,
) -> Scorer:
    """A score that is all table. Raises Misconfigured for one with a hole or two answers."""
    check(table, charts)

    def scored(inputs: Mapping[str, Reading], now: datetime, chart: Chart) -> Score:
        return score(table, chart, inputs, now)

    def found(score: Score, open: Collection[str]) -> Mapping[str, Finding]:
        return findings(table, score, open)

    words = (about or "").strip()
    return Scorer(table, version, tuple(charts), chart_of, scored, found, words, leads, is_on)


def settled_inputs(windows: Mapping[str, Window]) -> Mapping[str, Reading]:
    """What to score, from each vital's window: a minute's middle value of what streams.

    A score from single seconds would ring for every slipped probe. Spot checks, and what a
    person judged (consciousness, oxygen), are taken as they came.
    """
    return {
        name: settled(window) if name in STREAMED else window[-1]
        for name, window in windows.items()
        if window
    }


def _known(parameter: Parameter, inputs: Mapping[str, Reading], now: datetime) -> _Known:
    present = [
        (source, inputs[source.vital.name])
        for source in parameter.sources
        if source.vital.name in inputs
    ]
    if parameter.newest:
        # The newest first; of one moment the worst first, so that it is not contradicted.
        present.sort(key=lambda each: max(each[0].choices(each[1].value, False)), reverse=True)
        present.sort(key=lambda each: each[1].at, reverse=True)
    fresh = tuple(each for each in present if not _is_old(each[1], now))
    if parameter.newest:
        return _Known(parameter, fresh, tuple(present))
    return _Known(parameter, fresh[:1], fresh[:1] or tuple(present[:1]))


def _agreed(readings: _Readings, on_oxygen: bool) -> tuple[frozenset[int], _Readings]:
    """The points several readings allow together, and which of them say so.

    What was measured earlier counts as far as it does not contradict what came later.
    """
    source, reading = readings[0]
    left = source.choices(reading.value, on_oxygen)
    place = 1
    for source, reading in readings[1:]:
        choices = source.choices(reading.value, on_oxygen)
        if not left & choices:
            break
        left &= choices
        place += 1
    return left, readings[:place]


def _is_old(reading: Reading, now: datetime) -> bool:
    return (now - reading.at).total_seconds() > reading.vital.score_seconds


def _worlds(chart: Chart, known: Sequence[_Known], *, counts_old: bool) -> list[_World]:
    """What may be: one world on air, one on oxygen, or both where nobody knows.

    Where no cell hangs on oxygen there is only one.
    """
    if not chart.hangs_on_oxygen:
        return [{e.parameter.name: e.choices(False, counts_old=counts_old) for e in known}]
    oxygen = next(each for each in known if each.parameter.name == "on_oxygen")
    readings = oxygen.every if counts_old else oxygen.fresh
    said = [rounded(reading.value, 0) > 0 for _, reading in readings[:1]]
    worlds: list[_World] = []
    for on_oxygen in said or (False, True):
        world = {e.parameter.name: e.choices(on_oxygen, counts_old=counts_old) for e in known}
        world["on_oxygen"] = oxygen.parameter.sources[0].choices(float(on_oxygen), on_oxygen)
        worlds.append(world)
    return worlds


def _least(worlds: Sequence[_World]) -> tuple[int, int]:
    """The lowest total, and the most points that some single parameter has whatever is missing."""
    low = min(sum(min(choices) for choices in world.values()) for world in worlds)
    return low, min(max(map(min, world.values())) for world in worlds)


def _level(table: Table, total: int, single: int) -> Level:
    """The level of a total; or that of a single parameter, where it is the worse risk."""
    level = next(each for each in reversed(table.levels) if total >= each.points)
    alone = table.single
    if alone is not None and single >= alone.points:
        return max(level, alone, key=lambda each: RISKS.index(each.risk))
    return level


def _interval(level: Level, is_whole: bool) -> str:
    """How often to observe; of a partial score it is only sure that it is no longer than this."""
    is_sure = is_whole or not level.seconds
    return level.interval if is_sure else f"at most {level.interval}"


def _part(known: _Known, worlds: Sequence[_World], now: datetime) -> Part:
    name, label = known.parameter.name, known.parameter.label
    if not known.every:
        return Part(name, label, None, None, None, None, is_missing=True)
    readings = known.fresh or known.every
    _, reading = readings[0]
    points = worlds[0][name]
    for world in worlds[1:]:
        points |= world[name]
    certain = next(iter(points)) if len(points) == 1 and not known.is_old else None
    said = said_value(reading.vital, reading.value)
    if known.parameter.newest:
        said = ", ".join(_with_unit(each) for _, each in _agreed(readings, False)[1])
    elif reading.vital.name != name:
        label += f" ({reading.vital.name.replace('_', ' ')})"
    age = max(0, int((now - reading.at).total_seconds()))
    # Said, but not how much: oxygen, and nobody knows how many litres.
    is_open = known.parameter.newest and certain is None
    return Part(name, label, said, certain, reading.at, age, known.is_old or is_open)


def _with_unit(reading: Reading) -> str:
    said, unit = said_value(reading.vital, reading.value), reading.vital.unit
    return said if unit == "1" else f"{said} {unit}"


def _said(table: Table, parts: Sequence[Part], low: int, is_whole: bool) -> str:
    if not table.colours:
        return str(low) if is_whole else f"≥ {low}"
    counts = [(word, sum(part.points == points for part in parts)) for word, points in _COLOURS]
    said = " ".join(f"{count} {word}" for word, count in counts if count) or "no colour"
    return said if is_whole else f"{said} so far"


_COLOURS = (("red", 2), ("yellow", 1))


def _finding(score: Score, level: Level, text: str) -> Finding:
    text = f"{score.label} {score.said}: {text}"
    return Finding(level.priority, text, score.at, float(score.low), float(level.points))


def _level_text(score: Score, level: Level) -> str:
    """In a monitor's words: `NEWS2 ≥ 7: emergency (Temperature missing)`."""
    missing = ", ".join(part.label for part in score.parts if part.is_missing)
    word = level.word if score.low >= level.points else f"was {level.word}"
    return f"{word} ({missing} missing)" if missing else word
