"""Bedside PEWS, MEWS, MEOWS and qSOFA: every boundary, every half, what is missing, whom for."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from homeward.clinical.score import Score, Scorer, active_charts
from homeward.clinical.score_table import Band, Chart, Source, bands, check, rounded, source
from homeward.clinical.scores import SCORERS, bedside_pews, meows, mews, news2, qsofa
from homeward.clinical.subject import Subject
from homeward.model.alarm import Priority
from homeward.model.errors import Misconfigured
from homeward.model.reading import Reading
from homeward.model.vital import BY_NAME, HOUR, VITALS
from tests.clinical import scores_second_opinion as second

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
CHILD_MONTHS = {0: 1, 3: 6, 12: 24, 48: 96, 144: 180}
ADULT = {
    "systolic": 120, "diastolic": 70, "heart_rate": 75, "respiratory_rate": 12, "temperature": 37,
    "oxygen_saturation": 98, "consciousness": 0,
}  # fmt: skip
WELL_CHILD = {
    "heart_rate": 80, "systolic": 105, "capillary_refill": 2, "respiratory_rate": 24,
    "respiratory_effort": 0, "oxygen_saturation": 97, "oxygen_flow": 0, "inspired_oxygen": 21,
    "on_oxygen": 0,
}  # fmt: skip
COLUMNS = [
    pytest.param(scorer, chart, source, id=f"{scorer.name} {chart.name} {source.vital.name}")
    for scorer in SCORERS
    for chart in scorer.charts
    for parameter in chart.parameters
    for source in parameter.sources
]


def readings(values: dict, at: datetime = NOW) -> dict[str, Reading]:
    return {name: Reading(BY_NAME[name], value, at) for name, value in values.items()}


def score(scorer: Scorer, values: dict, chart: Chart | None = None) -> Score:
    return scorer.score(readings(values), NOW, chart or scorer.charts[0])


def points(score: Score) -> list[int | None]:
    return [part.points for part in score.parts]


@pytest.mark.parametrize(("scorer", "chart", "column"), COLUMNS)
def test_d5_every_boundary_has_a_band_on_each_side(scorer, chart, column):
    """From the table itself: one step below a band's lowest value is another band's highest."""
    step = rounded(10.0**-column.vital.decimals, column.vital.decimals)
    low, high = column.vital.possible
    for on_oxygen in (False, True):
        cells = sorted(column.cells(on_oxygen), key=lambda b: -1 if b.low is None else b.low)
        for below, above in pairwise(cells):
            assert below.high + step == above.low
            assert column.choices(float(below.high), on_oxygen) == below.choices
            assert column.choices(float(above.low), on_oxygen) == above.choices
            # D5: the half between them belongs above, and a hair less of it below.
            half = float(below.high) + float(step) / 2
            half = float(f"{half:.{column.vital.decimals + 1}f}")
            assert column.choices(half, on_oxygen) == above.choices
            hair = float(f"{half - float(step) / 100:.{column.vital.decimals + 3}f}")
            assert column.choices(hair, on_oxygen) == below.choices
        assert column.choices(float(low), on_oxygen) == cells[0].choices
        assert column.choices(float(high), on_oxygen) == cells[-1].choices


@pytest.mark.parametrize(
    ("scorer", "worst"),
    [(bedside_pews.SCORER, 26), (mews.SCORER, 14), (meows.SCORER, 14), (qsofa.SCORER, 3)],
    ids=lambda each: getattr(each, "name", ""),
)
def test_with_nothing_known_anything_is_possible(scorer, worst):
    for chart in scorer.charts:
        nothing = scorer.score({}, NOW, chart)
        assert (nothing.total, nothing.low, nothing.high) == (None, 0, worst)
        assert all(part.is_missing for part in nothing.parts)
        assert scorer.findings(nothing, ()) == {}
        assert nothing.risk_at_worst == scorer.table.levels[-1].risk


@pytest.mark.parametrize(("scorer", "chart", "column"), COLUMNS)
def test_d6_a_zero_is_a_value(scorer, chart, column):
    """A heart that stands still scores what the table gives it; it is not a missing one."""
    lowest = max(0.0, column.vital.possible[0])
    found = scorer.score(readings({column.vital.name: lowest}), NOW, chart)
    part = next(p for p in found.parts if p.value is not None)
    assert not part.is_missing
    (expected,) = column.choices(lowest, False) if not chart.hangs_on_oxygen else {part.points}
    assert part.points == expected


def test_zeros_are_the_worst_there_is():
    zeros = {**WELL_CHILD, "heart_rate": 0, "systolic": 0, "respiratory_rate": 0}
    zeros["oxygen_saturation"] = 0
    assert points(score(bedside_pews.SCORER, zeros)) == [4, 4, 0, 4, 0, 2, 0]
    assert points(score(mews.SCORER, {**ADULT, "heart_rate": 0, "systolic": 0}))[:2] == [3, 2]


# --- against a second opinion ------------------------------------------------------------------

every_value = {
    vital.name: (
        st.integers(int(vital.possible[0]), int(vital.possible[1])).map(float)
        if vital.unit == "1"
        else st.floats(*vital.possible).map(lambda value, d=vital.decimals: round(value, d + 2))
    )
    for vital in VITALS
}


def given_values(names):
    return st.fixed_dictionaries({name: every_value[name] for name in names})


@settings(max_examples=600)
@given(given_values([n for n in WELL_CHILD if n != "on_oxygen"]), st.sampled_from([*CHILD_MONTHS]))
def test_bedside_pews_is_as_the_second_opinion_says(values, months):
    found = score(bedside_pews.SCORER, values, bedside_pews.CHARTS[months])
    assert points(found) == second.bedside_pews(values, CHILD_MONTHS[months])
    assert found.total == sum(points(found))
    assert (found.risk == "high") == (found.total >= 8)


@settings(max_examples=600)
@given(given_values(ADULT))
def test_adult_scores_are_as_the_second_opinion_says(values):
    assert points(score(mews.SCORER, values)) == second.mews(values)
    assert points(score(qsofa.SCORER, values)) == second.qsofa(values)
    colours = second.meows(values)
    found = score(meows.SCORER, values)
    assert points(found) == [("white", "yellow", "red").index(each) for each in colours]
    assert ("meows_trigger" in meows.SCORER.findings(found, ())) == second.is_trigger(colours)


@pytest.mark.parametrize(
    ("scorer", "opinion", "well"),
    [(mews.SCORER, second.mews, ADULT), (qsofa.SCORER, second.qsofa, ADULT)],
    ids=lambda each: getattr(each, "name", ""),
)
def test_every_value_of_every_parameter(scorer, opinion, well):
    """Each alone, over all a sensor can say."""
    for place, parameter in enumerate(scorer.charts[0].parameters):
        vital = BY_NAME[parameter.name]
        for value in whole_range(vital):
            values = {**well, vital.name: value}
            assert points(score(scorer, values))[place] == opinion(values)[place], values


def whole_range(vital):
    steps = 10**vital.decimals
    low, high = vital.possible
    return [each / steps for each in range(int(low * steps), int(high * steps) + 1)]


@pytest.mark.parametrize("months", CHILD_MONTHS)
def test_every_value_of_a_childs_parameters(months):
    chart = bedside_pews.CHARTS[months]
    names = ("heart_rate", "systolic", "capillary_refill", "respiratory_rate", "respiratory_effort")
    for place, name in enumerate((*names, "oxygen_saturation")):
        for value in whole_range(BY_NAME[name]):
            values = {**WELL_CHILD, name: value}
            found = points(score(bedside_pews.SCORER, values, chart))[place]
            assert found == second.bedside_pews(values, CHILD_MONTHS[months])[place], values


def test_every_colour_of_an_obstetric_observation():
    for place, parameter in enumerate(meows.CHART.parameters):
        vital = BY_NAME[parameter.name]
        for value in whole_range(vital):
            values = {**ADULT, vital.name: value}
            colour = second.meows(values)[place]
            found = points(score(meows.SCORER, values))[place]
            assert found == ("white", "yellow", "red").index(colour), values


# --- what is missing ---------------------------------------------------------------------------


@settings(max_examples=150)
@given(given_values(WELL_CHILD), st.sets(st.sampled_from([*WELL_CHILD])), st.data())
def test_whatever_is_missing_the_range_holds_the_truth(values, gone, data):
    values["on_oxygen"] = float(values["oxygen_flow"] >= 0.005 or values["inspired_oxygen"] >= 21.5)
    chart = bedside_pews.CHARTS[data.draw(st.sampled_from([*CHILD_MONTHS]))]
    truth = score(bedside_pews.SCORER, values, chart)
    part = score(bedside_pews.SCORER, {n: v for n, v in values.items() if n not in gone}, chart)
    amounts = {"oxygen_flow", "inspired_oxygen"}
    if not gone & amounts or amounts <= gone:  # of two amounts the one left may say less
        assert part.low <= truth.total <= part.high
    assert part.low <= part.high
    assert part.total is None or part.low == part.high == part.total


def test_oxygen_without_an_amount_is_a_range():
    values = {n: v for n, v in WELL_CHILD.items() if n not in ("oxygen_flow", "inspired_oxygen")}
    found = score(bedside_pews.SCORER, {**values, "on_oxygen": 1}, bedside_pews.CHARTS[48])
    part = found.parts[-1]
    assert (found.total, found.low, found.high) == (None, 2, 4)
    assert (part.value, part.points, part.is_missing) == ("oxygen", None, True)


def oxygen(*said: tuple[str, float, float]) -> Score:
    """Of a well child: what was said of oxygen, and so many minutes ago."""
    inputs = readings({n: v for n, v in WELL_CHILD.items() if "oxygen" not in n})
    inputs |= readings({"oxygen_saturation": 97})
    for name, value, minutes in said:
        inputs[name] = Reading(BY_NAME[name], value, NOW - timedelta(minutes=minutes))
    return bedside_pews.SCORER.score(inputs, NOW, bedside_pews.CHARTS[48])


@pytest.mark.parametrize(
    ("said", "low", "high"),
    [
        ([("oxygen_flow", 2, 10), ("on_oxygen", 1, 5)], 2, 2),  # still on it: the flow stands
        ([("oxygen_flow", 5, 10), ("on_oxygen", 0, 5)], 0, 0),  # taken off since
        ([("oxygen_flow", 0, 10), ("on_oxygen", 1, 5)], 2, 4),  # put on since, nobody says how much
        ([("on_oxygen", 1, 10), ("oxygen_flow", 0, 5)], 0, 0),
        ([("oxygen_flow", 6, 10), ("inspired_oxygen", 30, 5)], 2, 2),  # turned down since
        ([("oxygen_flow", 2, 5), ("inspired_oxygen", 60, 5)], 4, 4),  # of one moment the worse
        ([("oxygen_flow", 0.03, 5)], 2, 2),  # a newborn's trickle is oxygen
        ([("oxygen_flow", 5, 7 * 60), ("on_oxygen", 1, 5)], 2, 4),  # too old to say how much
        ([("oxygen_flow", 5, 7 * 60)], 0, 4),
    ],
)
def test_of_what_is_said_of_oxygen_the_newest_counts(said, low, high):
    found = oxygen(*said)
    assert (found.low, found.high) == (low, high)


def test_an_open_alarm_remembers_how_much_oxygen_it_was():
    """Six hours later nobody has said anew how many litres: that ends no alarm."""
    found = oxygen(("oxygen_flow", 5, 7 * 60), ("on_oxygen", 1, 5))
    assert (found.low, found.remembered) == (2, 4)


def test_a_silent_pulse_is_no_heart_rate_of_zero():
    old = readings(ADULT, NOW - timedelta(seconds=601))
    new = readings({n: v for n, v in ADULT.items() if n != "heart_rate"})
    found = mews.SCORER.score({**new, "heart_rate": old["heart_rate"]}, NOW, mews.CHART)
    part = next(p for p in found.parts if p.parameter == "heart_rate")
    assert (part.is_missing, part.points, part.age_seconds) == (True, None, 601)
    assert (found.low, found.high) == (0, 3)


# --- whom for ----------------------------------------------------------------------------------


TODAY = NOW.date()


def names(subject: Subject, on: date = TODAY, **switches: bool) -> list[str]:
    return [scorer.name for scorer, _ in active_charts(SCORERS, subject, on, switches)]


def test_everybody_has_one_score_and_only_one():
    on = NOW.date()
    for born, pregnant in product([on - timedelta(days=each) for each in range(0, 40_000, 13)],
                                  (False, True)):  # fmt: skip
        subject = Subject(born, is_pregnant=pregnant)
        years = subject.age_years(on)
        expected = "meows" if pregnant else "bedside_pews" if years < 16 else "news2"
        assert names(subject) == [expected]


def test_an_unknown_age_never_means_no_score():
    assert names(Subject()) == ["news2"]
    assert names(Subject(is_pregnant=True)) == ["meows"]


def test_what_is_off_is_switched_on_and_what_is_on_off():
    adult = Subject(date(1950, 1, 1))
    assert names(adult, qsofa=True, mews=True) == ["news2", "mews", "qsofa"]
    assert names(adult, news2=False, mews=True) == ["mews"]
    assert names(adult, news2=False) == []
    assert names(Subject(date(2020, 1, 1)), qsofa=True, mews=True) == ["bedside_pews"]


@pytest.mark.parametrize(
    ("born", "on", "chart"),
    [
        (date(2026, 3, 1), date(2026, 5, 31), "under 3 months"),
        (date(2026, 3, 1), date(2026, 6, 1), "3 to 11 months"),
        (date(2026, 3, 1), date(2027, 2, 28), "3 to 11 months"),
        (date(2026, 3, 1), date(2027, 3, 1), "1 to 3 years"),
        (date(2026, 3, 1), date(2030, 2, 28), "1 to 3 years"),
        (date(2026, 3, 1), date(2030, 3, 1), "4 to 11 years"),
        (date(2026, 3, 1), date(2038, 2, 28), "4 to 11 years"),
        (date(2026, 3, 1), date(2038, 3, 1), "12 years and over"),
        (date(2026, 3, 1), date(2042, 2, 28), "12 years and over"),
    ],
)
def test_a_band_ends_on_the_birthday(born, on, chart):
    ((scorer, found),) = active_charts(SCORERS, Subject(born), on, {})
    assert (scorer.name, found.name) == ("bedside_pews", chart)


def test_on_the_sixteenth_birthday_news2_begins():
    born = date(2010, 3, 2)
    assert names(Subject(born), date(2026, 3, 1)) == ["bedside_pews"]
    assert names(Subject(born), date(2026, 3, 2)) == ["news2"]
    subject = Subject(born, oxygen_scale=2)
    scales = {chart.scale for _, chart in active_charts(SCORERS, subject, date(2026, 3, 2), {})}
    assert scales == {2}


# --- what rings --------------------------------------------------------------------------------


def sick(**changed: float) -> Score:
    return score(bedside_pews.SCORER, {**WELL_CHILD, **changed}, bedside_pews.CHARTS[48])


def test_a_child_at_eight_rings_and_until_it_is_six():
    find = bedside_pews.SCORER.findings
    seven = sick(heart_rate=131, capillary_refill=3.5, oxygen_saturation=93)
    eight = sick(heart_rate=131, capillary_refill=3.5, oxygen_saturation=90)
    six = sick(heart_rate=131, capillary_refill=3.5)
    assert [each.total for each in (six, seven, eight)] == [6, 7, 8]
    assert find(seven, ()) == find(six, ("bedside_pews_high",)) == {}
    assert list(find(seven, ("bedside_pews_high",))) == ["bedside_pews_high"]
    finding = find(eight, ())["bedside_pews_high"]
    assert finding.text == "Bedside PEWS 8: very ill"
    assert (finding.priority, finding.limit) == (Priority.HIGH, 8)


def test_colours_are_told_as_colours():
    found = score(meows.SCORER, {**ADULT, "heart_rate": 121, "systolic": 95})
    assert found.said == "1 red 1 yellow"
    finding = meows.SCORER.findings(found, ())["meows_trigger"]
    assert finding.text == "MEOWS 1 red 1 yellow: trigger"
    part = score(meows.SCORER, {"heart_rate": 110})
    assert (part.said, meows.SCORER.findings(part, ())) == ("1 yellow so far", {})
    assert score(meows.SCORER, ADULT).said == "no colour"


def test_two_yellow_or_one_red():
    find = meows.SCORER.findings
    for values, rings in (
        ({"heart_rate": 110}, False),
        ({"heart_rate": 110, "diastolic": 95}, True),
        ({"heart_rate": 130}, True),
    ):
        assert bool(find(score(meows.SCORER, {**ADULT, **values}), ())) is rings


def test_a_pulse_counts_before_a_heart_rate_and_is_named():
    both = {**ADULT, "pulse": 140}
    part = next(p for p in score(mews.SCORER, both).parts if p.parameter == "heart_rate")
    assert (part.value, part.label, part.points) == ("140", "Heart rate (pulse)", 3)
    part = next(p for p in score(mews.SCORER, ADULT).parts if p.parameter == "heart_rate")
    assert (part.value, part.label) == ("75", "Heart rate")


def test_who_names_no_interval_says_so():
    assert {score(each.SCORER, {}).interval_seconds for each in (bedside_pews, mews, meows)} == {
        None
    }
    assert news2.score(readings({"pulse": 140}), NOW).interval_seconds == HOUR


# --- the checks of a table ---------------------------------------------------------------------


def chart_of(column: Source) -> Chart:
    parameter = mews.CHART.parameters[0]
    return Chart("", (type(parameter)("systolic", "Systolic", (column,)),))


BOUND = st.one_of(st.none(), st.decimals("-1", "45", places=1))


@settings(max_examples=300)
@given(st.lists(st.tuples(BOUND, BOUND), max_size=4), st.sampled_from(["temperature", "on_oxygen"]))
def test_a_table_is_checked_as_if_every_value_had_been_tried(bounds, vital):
    cells = [Band(f"{low}..{high}", 0, low, high) for low, high in bounds]
    kind = BY_NAME[vital]
    step = Decimal(1).scaleb(-kind.decimals)
    value, last = (rounded(bound, kind.decimals) for bound in kind.possible)
    while value <= last and sum(cell.holds(value) for cell in cells) == 1:
        value += step
    parameter = type(mews.CHART.parameters[0])("it", "It", (source(vital, cells),))
    if value > last:
        check(mews.TABLE, [Chart("", (parameter,))])
        return
    with pytest.raises(Misconfigured, match=rf" {value}$"):
        check(mews.TABLE, [Chart("", (parameter,))])


@pytest.mark.parametrize(
    ("cells", "why"),
    [
        (((0, None, 100), (1, 102, None)), "no band holds 101"),
        (((0, None, 100), (1, 100, None)), "≤100 and ≥100 both hold 100"),
        (((0, None, 100),), "no band holds 101"),
        (((0, 1, None),), "no band holds 0"),
    ],
)
def test_a_hole_and_two_answers_are_refused(cells, why):
    with pytest.raises(Misconfigured, match=why):
        check(mews.TABLE, [chart_of(source("systolic", bands(*cells)))])


def test_every_table_of_the_house_has_one_answer_to_everything():
    for scorer in SCORERS:
        check(scorer.table, scorer.charts)
