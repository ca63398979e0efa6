"""Which scores each patient has, and at which values their points can change.

People with the same scores and charts share a profile: a ward has a handful.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt

from homeward.clinical.score import Scorer, active_charts
from homeward.clinical.score_table import Chart, Source
from homeward.clinical.scoring import STREAMED
from homeward.clinical.subject import Subject
from homeward.model.entered import AS_ENTERED
from homeward.model.frame import KINDS
from homeward.model.reading import Reading
from homeward.model.vital import VITALS
from homeward.services.watch.windows import Floats, Ints, as_time

Switches = Mapping[str, bool]  # scores switched on or off, by name
# Any vital may be an input of some hospital's own table: all have a column.
INPUTS = VITALS
# First what devices say, then what people entered: columns apart.
COLUMNS = (*INPUTS, *(AS_ENTERED[vital.name] for vital in INPUTS))
IS_BY_HAND = np.arange(len(COLUMNS)) >= len(INPUTS)
IS_STREAMED = np.array([vital.name in STREAMED for vital in COLUMNS])
INDICES = np.array([vital.index for vital in INPUTS], np.int64)
AGES_US = np.array([vital.score_seconds for vital in COLUMNS], np.int64) * 1_000_000
_PLACE = {vital.name: place for place, vital in enumerate(INPUTS)}


def edges(sources: Iterable[Source]) -> Floats:
    """The values at which the points of one vital can change.

    A rounded value reaches a band's low exactly at half a step below it (halves go up).
    """
    found: set[float] = set()
    for each in sources:
        decimals = each.vital.decimals
        half = 0.5 * 10.0**-decimals
        for band in each.bands:
            if band.low is not None:
                found.add(float(f"{float(band.low) - half:.{decimals + 1}f}"))
            if band.high is not None:
                found.add(float(f"{float(band.high) + half:.{decimals + 1}f}"))
    return np.array(sorted(found))


@dataclass(frozen=True, slots=True)
class Profile:
    """The scores of some patients, the leading one first; the columns these are made of.

    `pairs` are columns of which it matters which was measured last.
    """

    charts: tuple[tuple[Scorer, Chart], ...]
    edges: Mapping[int, Floats]
    pairs: tuple[tuple[int, int], ...]
    conditions: frozenset[str]

    @property
    def is_used(self) -> npt.NDArray[np.bool_]:
        """Which columns are an input of some score here."""
        used = np.zeros(len(COLUMNS), bool)
        used[list(self.edges)] = True
        return used


class Profiles:
    """Every profile met so far, by number."""

    def __init__(self, scorers: Sequence[Scorer]) -> None:
        self._scorers = scorers
        self._numbers: dict[tuple[tuple[str, str], ...], int] = {}
        self.every: list[Profile] = []
        self.is_used = np.zeros((0, len(COLUMNS)), bool)
        self.is_input = np.zeros(KINDS, bool)  # by vital: of anybody at all
        for scorer in scorers:
            for chart in scorer.charts:
                for parameter in chart.parameters:
                    self.is_input[[each.vital.index for each in parameter.sources]] = True

    def of(self, subject: Subject, switches: Switches, on: date) -> int:
        """The number of the profile of one person on one day."""
        charts = active_charts(self._scorers, subject, on, switches)
        key = tuple((scorer.name, chart.name) for scorer, chart in charts)
        number = self._numbers.get(key)
        if number is None:
            number = self._numbers[key] = len(self.every)
            profile = _profile(charts)
            self.every.append(profile)
            self.is_used = np.vstack([self.is_used, profile.is_used])
        return number


def _profile(charts: tuple[tuple[Scorer, Chart], ...]) -> Profile:
    sources: dict[int, list[Source]] = {}
    pairs: set[tuple[int, int]] = set()
    for _, chart in charts:
        for parameter in chart.parameters:
            places = [_PLACE[each.vital.name] for each in parameter.sources]
            by_hand = [place + len(INPUTS) for place in places]
            for columns in (places, by_hand):
                for column, each in zip(columns, parameter.sources, strict=True):
                    sources.setdefault(column, []).append(each)
            if parameter.newest:
                every = [*places, *by_hand]
                pairs |= {(a, b) for a in every for b in every if a < b}
    names = frozenset(name for scorer, _ in charts for name in scorer.conditions)
    by_column = {column: edges(each) for column, each in sources.items()}
    return Profile(charts, by_column, tuple(sorted(pairs)), names)


def readings_of(
    known: npt.NDArray[np.bool_], values: Floats, at: Ints
) -> tuple[dict[str, Reading], dict[str, Reading]]:
    """The readings there are of a patient's inputs, by name: of devices, and entered."""
    cells = zip(COLUMNS, known.tolist(), values.tolist(), at.tolist(), strict=True)
    readings = [
        Reading(vital, value, as_time(moment)) if is_known else None
        for vital, is_known, value, moment in cells
    ]
    devices, entered = readings[: len(INPUTS)], readings[len(INPUTS) :]
    return (
        {each.vital.name: each for each in devices if each is not None},
        {each.vital.name: each for each in entered if each is not None},
    )
