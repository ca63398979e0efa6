"""The published tables, cell by cell: what each limit scores, and what its neighbours do.

Written from the papers' tables, not from the product's: Bedside PEWS (Parshuram 2009, table 1),
MEWS (Subbe 2001), MEOWS (CEMACH; Singh 2012), qSOFA (Singer 2016), NEWS2 (RCP 2017, chart 1).
"""

from datetime import UTC, date, datetime

import pytest

from homeward.clinical.score_table import Chart, bands, check
from homeward.clinical.scores import SCORERS, bedside_pews, meows, mews, news2, qsofa
from homeward.clinical.subject import Subject
from homeward.model.alarm import Priority
from homeward.model.errors import Misconfigured
from homeward.model.reading import Reading
from homeward.model.vital import BY_NAME

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)

# By age in months: limits for 1, 2 and 4 points, at or above | at or below.
PEWS = {
    "heart_rate": {
        0: "150 180 190 | 110 90 80", 3: "150 170 180 | 100 80 70", 12: "120 150 170 | 90 70 60",
        48: "110 130 150 | 70 60 50", 144: "100 120 140 | 60 50 40",
    },
    "systolic": {
        0: "80 100 130 | 60 50 45", 3: "100 120 150 | 80 70 60", 12: "110 125 160 | 90 75 65",
        48: "120 140 170 | 90 80 70", 144: "130 150 190 | 100 85 75",
    },
    "respiratory_rate": {
        0: "61 81 91 | 29 19 15", 3: "51 71 81 | 24 19 15", 12: "41 61 71 | 19 15 12",
        48: "31 41 51 | 19 14 10", 144: "17 23 30 | 11 10 9",
    },
}  # fmt: skip
# Bedside PEWS at every age; then the others. From this value up: so many points.
PEWS_REST = {
    "capillary_refill": "0:0 3.0:4",
    "respiratory_effort": "0:0 1:1 2:2 3:4",
    "oxygen_saturation": "0:2 91:1 95:0",
    "oxygen_flow": "0:0 0.01:2 4.00:4",
    "inspired_oxygen": "15:0 22:2 50:4",
}
MEWS = {
    "systolic": "0:3 71:2 81:1 101:0 200:2",
    "heart_rate": "0:2 41:1 51:0 101:1 111:2 130:3",
    "respiratory_rate": "0:2 9:0 15:1 21:2 30:3",
    "temperature": "10:2 35.0:0 38.5:2",
    "consciousness": "0:0 1:1 2:1 3:2 4:3",
}
MEOWS = {  # white 0, yellow 1, red 2
    "temperature": "10:2 35.0:1 36.1:0 38.1:2",
    "systolic": "0:2 90:1 101:0 150:1 161:2",
    "diastolic": "0:0 90:1 101:2",
    "heart_rate": "0:2 40:1 51:0 100:1 121:2",
    "respiratory_rate": "0:2 10:0 21:1 31:2",
    "oxygen_saturation": "0:2 95:0",
    "consciousness": "0:0 1:1 2:1 3:2 4:2",
}
QSOFA = {
    "respiratory_rate": "0:0 22:1",
    "systolic": "0:1 101:0",
    "consciousness": "0:0 1:1 2:1 3:1 4:1",
}
NEWS2 = {
    "respiratory_rate": "0:3 9:1 12:0 21:2 25:3",
    "oxygen_saturation": "0:3 92:2 94:1 96:0",
    "on_oxygen": "0:0 1:2",
    "systolic": "0:3 91:2 101:1 111:0 220:3",
    "pulse": "0:3 41:1 51:0 91:1 111:2 131:3",
    "heart_rate": "0:3 41:1 51:0 91:1 111:2 131:3",
    "consciousness": "0:0 1:3 2:3 3:3 4:3",
    "temperature": "10:3 35.1:1 36.1:0 38.1:1 39.1:2",
}
SCALE_2 = {
    0: "0:3 84:2 86:1 88:0",  # on air
    1: "0:3 84:2 86:1 88:0 93:1 95:2 97:3",  # on oxygen
}
# Where a parameter has several sources, what it is called in a score.
PARAMETER = {"oxygen_flow": "oxygen_therapy", "inspired_oxygen": "oxygen_therapy"}


def points(scorer, chart, name: str, value: float, **others: float) -> int | None:
    """Of one value alone."""
    values = {name: value, **others}
    inputs = {each: Reading(BY_NAME[each], v, NOW) for each, v in values.items()}
    parts = scorer.score(inputs, NOW, chart).parts
    wanted = PARAMETER.get(name, name)
    (part,) = (p for p in parts if p.parameter in (wanted, {"heart_rate": "pulse"}.get(name)))
    return part.points


def edges(name: str, ladder: str) -> list[tuple[float, int]]:
    """Each step's first value, and the last one before it."""
    vital = BY_NAME[name]
    step = 10.0**-vital.decimals
    found: list[tuple[float, int]] = []
    before = None
    for each in ladder.split():
        start, given = each.split(":")
        if before is not None:
            found.append((round(float(start) - step, vital.decimals), before))
        found.append((float(start), int(given)))
        before = int(given)
    return [*found, (vital.possible[1], int(before or 0))]


@pytest.mark.parametrize(
    ("scorer", "table"),
    [
        (mews.SCORER, MEWS), (meows.SCORER, MEOWS), (qsofa.SCORER, QSOFA), (news2.SCORER, NEWS2),
        (bedside_pews.SCORER, PEWS_REST),
    ],
    ids=lambda each: getattr(each, "name", ""),
)  # fmt: skip
def test_each_step_begins_where_the_paper_says(scorer, table):
    for chart in scorer.charts[:1] if scorer is news2.SCORER else scorer.charts:
        for name, ladder in table.items():
            for value, given in edges(name, ladder):
                assert points(scorer, chart, name, value) == given, (chart.name, name, value)


@pytest.mark.parametrize("on_oxygen", [0, 1])
def test_at_scale_2_too_much_oxygen_scores_and_on_air_nothing_is_too_much(on_oxygen):
    chart = news2.CHARTS[2]
    for value, given in edges("oxygen_saturation", SCALE_2[on_oxygen]):
        found = points(news2.SCORER, chart, "oxygen_saturation", value, on_oxygen=on_oxygen)
        assert found == given, value


@pytest.mark.parametrize("name", PEWS)
def test_each_limit_of_a_childs_age_scores_and_its_neighbour_scores_less(name):
    for months, printed in PEWS[name].items():
        chart = bedside_pews.CHARTS[months]
        highs, lows = ([int(n) for n in side.split()] for side in printed.split("|"))
        for given, less, high, low in zip((1, 2, 4), (0, 1, 2), highs, lows, strict=True):
            for value, expected in ((high, given), (high - 1, less), (low, given), (low + 1, less)):
                found = points(bedside_pews.SCORER, chart, name, value)
                assert found == expected, (months, value)


def test_oxygen_of_which_nobody_says_how_much_is_two_points_or_four():
    for chart in bedside_pews.SCORER.charts:
        for value, low, high in ((0, 0, 0), (1, 2, 4)):
            inputs = {"on_oxygen": Reading(BY_NAME["on_oxygen"], value, NOW)}
            found = bedside_pews.SCORER.score(inputs, NOW, chart)
            nothing = bedside_pews.SCORER.score({}, NOW, chart)
            assert (found.low, nothing.high - found.high) == (low, 4 - high)


@pytest.mark.parametrize(
    ("scorer", "levels"),
    [
        (bedside_pews.SCORER, [(8, "high", "bedside_pews_high", Priority.HIGH)]),
        (mews.SCORER, [(5, "high", "mews_high", Priority.HIGH)]),
        (meows.SCORER, [(2, "medium", "meows_trigger", Priority.MEDIUM)]),
        (qsofa.SCORER, [(2, "medium", "qsofa_positive", Priority.MEDIUM)]),
        (news2.SCORER, [(5, "medium", "news2_urgent", Priority.MEDIUM),
                        (7, "high", "news2_emergency", Priority.HIGH)]),
    ],
    ids=lambda each: getattr(each, "name", ""),
)  # fmt: skip
def test_from_how_many_points_on_somebody_is_called(scorer, levels):
    ringing = [level for level in scorer.table.levels if level.condition]
    assert [(e.points, e.risk, e.condition, e.priority) for e in ringing] == levels


def test_how_soon_news2_wants_the_next_observation():
    hours = {level.points: level.seconds / 3600 for level in news2.TABLE.levels}
    assert hours == {0: 12, 1: 6, 5: 1, 7: 0}
    single = news2.TABLE.single
    assert (single.points, single.seconds, single.priority) == (3, 3600, Priority.MEDIUM)


@pytest.mark.parametrize(
    ("scorer", "born", "is_for"),
    [
        (bedside_pews.SCORER, date(2010, 3, 2), True),
        (bedside_pews.SCORER, date(2010, 3, 1), False),
        (news2.SCORER, date(2010, 3, 1), True), (news2.SCORER, date(2010, 3, 2), False),
        (mews.SCORER, date(2010, 3, 1), True), (mews.SCORER, date(2010, 3, 2), False),
        (qsofa.SCORER, date(2008, 3, 1), True), (qsofa.SCORER, date(2008, 3, 2), False),
        (meows.SCORER, date(1995, 3, 1), False),
        (news2.SCORER, None, True), (mews.SCORER, None, True), (qsofa.SCORER, None, True),
        (bedside_pews.SCORER, None, False),
    ],
)  # fmt: skip
def test_whom_a_score_is_for_on_their_birthday(scorer, born, is_for):
    """PEWS below 16, NEWS2 and MEWS from 16, qSOFA from 18; MEOWS in pregnancy, and then alone."""
    assert (scorer.chart_of(Subject(born), NOW.date()) is not None) == is_for
    pregnant = scorer.chart_of(Subject(born, is_pregnant=True), NOW.date())
    assert (pregnant is not None) == (scorer is meows.SCORER)


@pytest.mark.parametrize(
    ("scorer", "leads", "is_on"),
    [
        (bedside_pews.SCORER, True, True), (news2.SCORER, True, True), (meows.SCORER, True, True),
        (mews.SCORER, False, False), (qsofa.SCORER, False, False),
    ],
    ids=lambda each: getattr(each, "name", ""),
)  # fmt: skip
def test_one_sick_patient_does_not_ring_by_two_scores(scorer, leads, is_on):
    assert (scorer.leads, scorer.is_on, scorer.version) == (leads, is_on, 1)


def test_a_cell_is_written_as_a_chart_writes_it():
    cells = bands((1, None, 4), (0, 5, 5), (2, 6, 9), (3, 10, None))
    assert [cell.text for cell in cells] == ["≤4", "5", "6–9", "≥10"]


def test_a_chart_of_nothing_scores_nothing_and_is_refused():
    with pytest.raises(Misconfigured, match="parameters are at least one"):
        check(qsofa.TABLE, [Chart("", ())])
    with pytest.raises(Misconfigured, match="each once"):
        check(qsofa.TABLE, [Chart("", qsofa.CHART.parameters * 2)])


def test_only_news2_has_a_second_scale():
    scales = {each.name: {chart.scale for chart in each.charts} for each in SCORERS}
    assert scales.pop("news2") == {1, 2}
    assert set(map(tuple, scales.values())) == {(1,)}
