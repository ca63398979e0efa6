"""NEWS2 against the published table, its boundaries, and a second opinion."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from itertools import pairwise, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from homeward.clinical.score import Score
from homeward.clinical.scores import SCORERS, news2
from homeward.model.reading import Reading
from homeward.model.vital import BY_NAME
from tests.clinical import news2_second_opinion as second

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
WELL: Mapping[str, float] = {
    "respiratory_rate": 16,
    "oxygen_saturation": 97,
    "on_oxygen": 0,
    "systolic": 120,
    "pulse": 70,
    "consciousness": 0,
    "temperature": 37,
}
AIR, OXYGEN = 0, 1


def score(
    values: Mapping[str, float], scale: int = 1, ages: Mapping[str, float] | None = None
) -> Score:
    ages = ages or {}
    inputs = {
        name: Reading(BY_NAME[name], value, NOW - timedelta(seconds=ages.get(name, 0)))
        for name, value in values.items()
    }
    return news2.score(inputs, NOW, scale)


def points(parameter: str, value: float, scale: int = 1, on_oxygen: int = AIR) -> int | None:
    """The points of one parameter in an otherwise well person."""
    values = {**WELL, "on_oxygen": on_oxygen, parameter: value}
    return next(p.points for p in score(values, scale).parts if p.parameter == parameter)


# RCP 2017, chart 1: the last value below each line, the first above it, and their points.
EDGES = {
    "respiratory_rate": [(8, 3, 9, 1), (11, 1, 12, 0), (20, 0, 21, 2), (24, 2, 25, 3)],
    "systolic": [(90, 3, 91, 2), (100, 2, 101, 1), (110, 1, 111, 0), (219, 0, 220, 3)],
    "pulse": [(40, 3, 41, 1), (50, 1, 51, 0), (90, 0, 91, 1), (110, 1, 111, 2), (130, 2, 131, 3)],
    "temperature": [(35.0, 3, 35.1, 1), (36.0, 1, 36.1, 0), (38.0, 0, 38.1, 1), (39.0, 1, 39.1, 2)],
}
LOW_SCALE_2 = [(83, 3, 84, 2), (85, 2, 86, 1), (87, 1, 88, 0)]
OXYGEN_EDGES = [
    (1, AIR, [(91, 3, 92, 2), (93, 2, 94, 1), (95, 1, 96, 0)]),
    (1, OXYGEN, [(91, 3, 92, 2), (93, 2, 94, 1), (95, 1, 96, 0)]),
    (2, AIR, [*LOW_SCALE_2, (92, 0, 93, 0), (96, 0, 97, 0)]),
    (2, OXYGEN, [*LOW_SCALE_2, (92, 0, 93, 1), (94, 1, 95, 2), (96, 2, 97, 3)]),
]
ALL_EDGES = [(parameter, 1, AIR, *edge) for parameter, edges in EDGES.items() for edge in edges] + [
    ("oxygen_saturation", scale, on_oxygen, *edge)
    for scale, on_oxygen, edges in OXYGEN_EDGES
    for edge in edges
]


@pytest.mark.parametrize(
    ("parameter", "scale", "on_oxygen", "below", "points_below", "above", "points_above"),
    ALL_EDGES,
)
def test_both_sides_of_every_boundary(
    parameter: str,
    scale: int,
    on_oxygen: int,
    below: float,
    points_below: int,
    above: float,
    points_above: int,
) -> None:
    assert points(parameter, below, scale, on_oxygen) == points_below
    assert points(parameter, above, scale, on_oxygen) == points_above


@pytest.mark.parametrize(
    ("parameter", "scale", "on_oxygen", "below", "points_below", "above", "points_above"),
    ALL_EDGES,
)
def test_d5_no_value_falls_between_two_bands(
    parameter: str,
    scale: int,
    on_oxygen: int,
    below: float,
    points_below: int,
    above: float,
    points_above: int,
) -> None:
    """D5: integer bands compared with floats gave SpO2 91.5 no points. Halves go up, here."""
    half = round((below + above) / 2, 2)
    tenth = (above - below) / 10
    assert points(parameter, half, scale, on_oxygen) == points_above
    assert points(parameter, half - tenth, scale, on_oxygen) == points_below
    assert points(parameter, below + tenth, scale, on_oxygen) == points_below
    assert points(parameter, above - tenth, scale, on_oxygen) == points_above
    assert points(parameter, below - tenth, scale, on_oxygen) == points_below
    assert points(parameter, above + tenth, scale, on_oxygen) == points_above


def test_d5_every_half_and_tenth_has_one_answer() -> None:
    for name in ("respiratory_rate", "oxygen_saturation", "systolic", "pulse", "temperature"):
        low, high = BY_NAME[name].possible
        for step in range(int(low * 20), int(high * 20) + 1):
            value = step / 20
            for scale, on_oxygen in product((1, 2), (AIR, OXYGEN)):
                decimals = BY_NAME[name].decimals
                found = news2.points_of(
                    name, news2.rounded(value, decimals), scale, bool(on_oxygen)
                )
                assert found == second.part(name, value, scale, bool(on_oxygen)), (name, value)


def test_spo2_of_91_5_is_92_and_a_temperature_of_36_05_is_36_1() -> None:
    assert points("oxygen_saturation", 91.5) == 2
    assert points("temperature", 36.05) == 0
    assert points("temperature", 36.04) == 1
    assert points("temperature", 35.05) == 1


@pytest.mark.parametrize(
    "parameter", ["respiratory_rate", "oxygen_saturation", "systolic", "pulse"]
)
@pytest.mark.parametrize("scale", [1, 2])
@pytest.mark.parametrize("on_oxygen", [AIR, OXYGEN])
def test_d6_zero_scores_three(parameter: str, scale: int, on_oxygen: int) -> None:
    """D6: `if resp_rate:` made a respiratory rate of 0 score nothing."""
    assert points(parameter, 0.0, scale, on_oxygen) == 3
    found = score({**WELL, "on_oxygen": on_oxygen, parameter: 0.0}, scale)
    assert found.total is not None
    assert found.total >= 3
    assert found.risk != "low"


@pytest.mark.parametrize(("letter", "expected"), list(zip("ACVPU", (0, 3, 3, 3, 3), strict=True)))
def test_anything_but_alert_scores_three(letter: str, expected: int) -> None:
    assert points("consciousness", "ACVPU".index(letter)) == expected


def test_oxygen_scores_two_at_either_scale() -> None:
    assert [points("on_oxygen", value) for value in (AIR, OXYGEN)] == [0, 2]
    assert score({**WELL, "on_oxygen": OXYGEN}).total == 2
    assert score({**WELL, "oxygen_saturation": 90, "on_oxygen": OXYGEN}, scale=2).total == 2


REPRESENTATIVE: Mapping[str, list[float]] = {
    "respiratory_rate": [8, 9, 16, 21.5, 25],
    "oxygen_saturation": [82.4, 84, 86, 90, 91.5, 93, 95, 97],
    "on_oxygen": [AIR, OXYGEN],
    "systolic": [0, 95, 105, 219.4, 220],
    "pulse": [40, 45, 51, 91, 111, 130.5],
    "consciousness": [0, 1],
    "temperature": [35.04, 35.5, 37, 38.05, 39.1],
}


@pytest.mark.parametrize("scale", [1, 2])
def test_a_second_opinion_agrees_on_every_combination_of_bands(scale: int) -> None:
    readings = [
        [Reading(BY_NAME[name], value, NOW) for value in values]
        for name, values in REPRESENTATIVE.items()
    ]
    for combination in product(*readings):
        values = {reading.vital.name: reading.value for reading in combination}
        expected = second.parts(values, scale)
        found = news2.score(dict(zip(values, combination, strict=True)), NOW, scale)
        assert [part.points for part in found.parts] == expected, values
        assert (found.total, found.low, found.high) == (sum(expected),) * 3, values
        assert found.risk == found.risk_at_worst == second.risk(expected), values


@given(
    st.fixed_dictionaries(
        {
            name: st.floats(*BY_NAME[name].possible) if name not in flags else flags[name]
            for flags in [
                {"on_oxygen": st.sampled_from([0, 1]), "consciousness": st.integers(0, 4)}
            ]
            for name in REPRESENTATIVE
        }
    ),
    st.sampled_from([1, 2]),
)
def test_a_second_opinion_agrees_on_any_value_a_sensor_can_give(
    values: dict[str, float], scale: int
) -> None:
    values = {name: values[name] for name in WELL}  # in the order of the chart
    assert [part.points for part in score(values, scale).parts] == second.parts(values, scale)


BASES: list[dict[str, float]] = [
    dict(WELL),
    {**WELL, "oxygen_saturation": 97, "on_oxygen": OXYGEN, "respiratory_rate": 25},
    {**WELL, "oxygen_saturation": 94.5, "pulse": 115, "systolic": 95, "temperature": 38.4},
]


@pytest.mark.parametrize("scale", [1, 2])
@pytest.mark.parametrize("base", BASES)
def test_a_partial_score_is_exactly_the_range_of_what_may_be(
    base: dict[str, float], scale: int
) -> None:
    """Every subset of missing inputs, against every value they may have."""
    names = list(base)
    for missing in product((False, True), repeat=len(names)):
        choices = [
            REPRESENTATIVE[name] if is_missing else [base[name]]
            for name, is_missing in zip(names, missing, strict=True)
        ]
        totals: set[int] = set()
        risks: set[str] = set()
        for points_of_all in _all_points(names, choices, scale):
            totals.add(sum(points_of_all))
            risks.add(second.risk(list(points_of_all)))
        known = {n: base[n] for n, is_missing in zip(names, missing, strict=True) if not is_missing}
        found = score(known, scale)
        ranks = ["low", "low-medium", "medium", "high"]
        assert (found.low, found.high) == (min(totals), max(totals)), known
        assert found.risk == min(risks, key=ranks.index), known
        assert found.risk_at_worst == max(risks, key=ranks.index), known
        assert found.total == (None if any(missing) else found.low)


def _all_points(names: list[str], choices: list[list[float]], scale: int) -> set[tuple[int, ...]]:
    """Every combination of points, by way of what each parameter alone may have."""
    found: set[tuple[int, ...]] = set()
    for on_oxygen in choices[names.index("on_oxygen")]:
        each = [
            {second.part(name, value, scale, bool(on_oxygen)) for value in values}
            if name != "on_oxygen"
            else {second.part(name, on_oxygen, scale, bool(on_oxygen))}
            for name, values in zip(names, choices, strict=True)
        ]
        found |= set(product(*each))
    return found


def test_nothing_known_is_anything() -> None:
    found = score({})
    assert (found.total, found.low, found.high) == (None, 0, 20)
    assert found.risk_at_worst == "high"
    assert all(part.is_missing and part.points is None for part in found.parts)


def test_with_oxygen_unknown_the_points_of_97_at_scale_2_are_unknown_too() -> None:
    values = {name: value for name, value in WELL.items() if name != "on_oxygen"}
    found = score(values, scale=2)
    saturation = next(p for p in found.parts if p.parameter == "oxygen_saturation")
    assert (saturation.value, saturation.points, saturation.is_missing) == ("97", None, False)
    assert (found.low, found.high) == (0, 5)  # on air 0; on oxygen 2 and 3


@pytest.mark.parametrize("parameter", list(WELL))
def test_d10_a_value_too_old_is_missing_and_shows_its_age(parameter: str) -> None:
    """D10: blood pressure carried forward with no age limit."""
    limit = BY_NAME[parameter].score_seconds
    fresh = score(WELL, ages={parameter: limit})
    assert fresh.total == 0
    stale = score(WELL, ages={parameter: limit + 1})
    part = next(p for p in stale.parts if p.parameter == parameter)
    assert stale.total is None
    assert part.is_missing
    assert part.points is None
    assert part.value is not None
    assert part.age_seconds == limit + 1
    assert stale.high > 0


def test_the_heart_rate_stands_in_for_a_pulse_that_is_missing_or_old() -> None:
    others = {name: value for name, value in WELL.items() if name != "pulse"}
    assert score({**others, "heart_rate": 131}).total == 3
    assert score({**WELL, "heart_rate": 131}).total == 0
    found = score({**WELL, "heart_rate": 131}, ages={"pulse": 601})
    assert found.total == 3
    assert next(p.label for p in found.parts if p.parameter == "pulse") == "Pulse (heart rate)"
    both_old = score({**WELL, "heart_rate": 131}, ages={"pulse": 601, "heart_rate": 700})
    assert both_old.total is None
    assert both_old.high == 3


def test_a_clock_slightly_ahead_is_no_age() -> None:
    found = score(WELL, ages={"pulse": -60})
    assert next(p.age_seconds for p in found.parts if p.parameter == "pulse") == 0
    assert found.total == 0


@pytest.mark.parametrize(
    ("changed", "total", "risk", "interval"),
    [
        ({}, 0, "low", "12 h"),
        ({"pulse": 91}, 1, "low", "4–6 h"),
        ({"pulse": 111, "temperature": 39.1}, 4, "low", "4–6 h"),
        ({"consciousness": 1}, 3, "low-medium", "1 h"),
        ({"consciousness": 1, "pulse": 91}, 4, "low-medium", "1 h"),
        ({"pulse": 111, "temperature": 39.1, "systolic": 110}, 5, "medium", "1 h"),
        ({"consciousness": 1, "temperature": 39.1}, 5, "medium", "1 h"),
        ({"pulse": 111, "temperature": 39.1, "systolic": 100}, 6, "medium", "1 h"),
        ({"consciousness": 1, "temperature": 39.1, "systolic": 95}, 7, "high", "continuous"),
    ],
)
def test_risk_and_interval(changed: dict[str, float], total: int, risk: str, interval: str) -> None:
    found = score({**WELL, **changed})
    assert (found.total, found.risk, found.interval) == (total, risk, interval)


def test_the_interval_of_a_partial_score_promises_nothing() -> None:
    assert score({"pulse": 70}).interval == "at most 12 h"
    assert score({"pulse": 131}).interval == "at most 1 h"


def test_an_example_worked_through() -> None:
    found = score(
        {
            "respiratory_rate": 24,
            "oxygen_saturation": 91.5,
            "on_oxygen": AIR,
            "systolic": 105,
            "pulse": 118,
            "consciousness": 0,
            "temperature": 38.4,
        }
    )
    assert [part.points for part in found.parts] == [2, 2, 0, 1, 2, 0, 1]
    assert (found.total, found.risk, found.interval) == (8, "high", "continuous")


def test_an_unknown_scale_is_refused() -> None:
    with pytest.raises(ValueError, match="scales 1 and 2"):
        score(WELL, scale=3)


def test_scale_2_is_for_whom_it_is_named_and_says_so() -> None:
    inputs = {
        name: Reading(BY_NAME[name], value, NOW)
        for name, value in {**WELL, "oxygen_saturation": 90}.items()
    }
    assert news2.score(inputs, NOW) == news2.score(inputs, NOW, 1) != news2.score(inputs, NOW, 2)
    assert {scale: chart.name for scale, chart in news2.CHARTS.items()} == {
        1: "",
        2: "SpO₂ scale 2",
    }


def test_the_bands_of_the_chart_tile_every_parameter() -> None:
    """Sorted by their low end the bands touch: the last ends one step before the next begins."""
    for name, scale, on_oxygen in product(news2.PARAMETERS, (1, 2), (False, True)):
        cells = [
            band
            for band in news2.BANDS
            if band.parameter == name
            and band.scale in (None, scale)
            and band.on_oxygen in (None, on_oxygen)
        ]
        cells.sort(key=lambda band: -1 if band.low is None else band.low)
        step = news2.rounded(0.1, 1) if name == "temperature" else news2.rounded(1, 0)
        for lower, upper in pairwise(cells):
            assert lower.high is not None
            assert lower.high + step == upper.low


def test_the_house_finds_its_scores() -> None:
    names = ["bedside_pews", "meows", "mews", "news2", "qsofa"]
    assert [scorer.name for scorer in SCORERS] == names


@pytest.mark.parametrize(
    ("values", "seconds"),
    [
        (WELL, 12 * 3600),
        ({**WELL, "pulse": 95}, 6 * 3600),
        ({**WELL, "pulse": 140}, 3600),
        ({**WELL, "pulse": 140, "respiratory_rate": 22}, 3600),
        ({**WELL, "pulse": 140, "respiratory_rate": 26, "temperature": 38.5}, 0),
        ({"pulse": 140}, 3600),  # the rest is missing: so much is certain
    ],
)
def test_how_long_until_the_next_observation(values: dict, seconds: int) -> None:
    assert score(values).interval_seconds == seconds
