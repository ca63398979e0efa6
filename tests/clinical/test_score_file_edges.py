"""A hospital's own table at its edges: whom it is for to the month, how long, how large."""

import re
from datetime import UTC, date, datetime

import pytest

from homeward.clinical.score_file import read
from homeward.clinical.subject import Subject
from homeward.model.errors import Misconfigured
from homeward.model.reading import Reading
from homeward.model.vital import BY_NAME

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
TODAY = NOW.date()
HEAD = """
format = 1
name = "own_x"
label = "X"
version = 1
source = "{source}"
for = "{whom}"
{ages}
[[levels]]
points = 0
risk = "low"
{interval}
"""
CHART = """
[[charts]]
{chart}
[[charts.parameters]]
label = "Temperature"
from = {vitals}
bands = [{bands}]
"""


def text(
    *charts: str, whom="everybody", ages="", interval="", source="ours", vitals='["temperature"]',
    bands="{ points = 0 }",
) -> str:  # fmt: skip
    head = HEAD.format(whom=whom, ages=ages, interval=interval, source=source)
    return head + "".join(
        CHART.format(chart=chart, vitals=vitals, bands=bands) for chart in charts or ("",)
    )


def aged(months: int, *, is_pregnant: bool = False) -> Subject:
    """Somebody so many months old today."""
    year, month = divmod(12 * TODAY.year + TODAY.month - 1 - months, 12)
    return Subject(date(year, month + 1, 1), is_pregnant=is_pregnant)


@pytest.mark.parametrize(
    ("whom", "ages", "inside", "outside"),
    [
        ("children", "", (0, 191), (192,)),  # below 16, as NEWS2 begins then
        ("adults", "", (192, 1200), (0, 191)),
        ("everybody", "", (0, 1200), ()),
        ("children", "from_years = 2\nbelow_years = 5", (24, 59), (23, 60)),
        ("adults", "below_years = 18", (192, 215), (191, 216)),
        ("everybody", "from_years = 75", (900, 1200), (899,)),
    ],
)
def test_a_table_is_for_an_age_to_the_month(whom, ages, inside, outside):
    scorer = read(text(whom=whom, ages=ages))
    for months in (*inside, *outside):
        assert (scorer.chart_of(aged(months), TODAY) is not None) == (months in inside), months


def test_a_table_for_the_pregnant_is_for_them_at_any_age_and_for_nobody_else():
    scorer = read(text(whom="pregnant"))
    assert scorer.chart_of(aged(180, is_pregnant=True), TODAY) is not None
    assert scorer.chart_of(aged(360), TODAY) is None
    for whom in ("adults", "children"):
        assert read(text(whom=whom)).chart_of(aged(180, is_pregnant=True), TODAY) is None
    assert read(text()).chart_of(aged(400, is_pregnant=True), TODAY) is not None


@pytest.mark.parametrize(
    ("whom", "is_for"),
    [("adults", True), ("everybody", True), ("pregnant", True), ("children", False)],
)
def test_of_unknown_age_is_an_adult_where_there_is_one_chart_for_all(whom, is_for):
    somebody = Subject(is_pregnant=whom == "pregnant")
    assert (read(text(whom=whom)).chart_of(somebody, TODAY) is not None) == is_for
    two = text('name = "a"\nbelow_months = 600', 'name = "b"\nfrom_months = 600', whom=whom)
    if whom != "children":
        assert read(two).chart_of(somebody, TODAY) is None


@pytest.mark.parametrize(
    ("months", "chart"), [(0, "babies"), (11, "babies"), (12, "others"), (500, "others")]
)
def test_a_chart_begins_on_the_birthday(months, chart):
    charts = 'name = "babies"\nbelow_months = 12', 'name = "others"\nfrom_months = 12'
    assert read(text(*charts)).chart_of(aged(months), TODAY).name == chart


@pytest.mark.parametrize(
    ("minutes", "words", "seconds"),
    [
        (0, "continuous", 0), (1, "1 min", 60), (90, "90 min", 5400), (60, "1 h", 3600),
        (720, "12 h", 43_200), (None, "by local policy", None),
    ],
)  # fmt: skip
def test_how_soon_to_observe_next(minutes, words, seconds):
    said = "" if minutes is None else f"interval_minutes = {minutes}"
    (level,) = read(text(interval=said)).table.levels
    assert (level.interval, level.seconds, level.condition) == (words, seconds, None)


def test_a_parameter_is_called_after_the_vital_that_counts_first_and_takes_its_words():
    scorer = read(text(vitals='["pulse", "heart_rate"]'))
    inputs = {"heart_rate": Reading(BY_NAME["heart_rate"], 70, NOW)}
    (part,) = scorer.score(inputs, NOW, scorer.charts[0]).parts
    assert (part.parameter, part.label) == ("pulse", "Temperature (heart rate)")
    words = '{ is = ["A", "C", "V", "P", "U"], points = 0 }'
    read(text(vitals='["consciousness", "respiratory_effort"]', bands=words))


def test_a_table_may_be_as_large_as_is_said_and_no_larger():
    file = text()
    room = 200_000 - len(file)
    read(file + "#" * room)
    read(text(source="x" * 200))
    read(text(bands="{ points = 1000 }"))
    with pytest.raises(Misconfigured, match="at most 200000 bytes"):
        read(file + "#" * (room + 1))


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        (text(source=""), "length >= 1"),
        (text(source="x" * 201), "length <= 200"),
        (text(bands="{ points = 1001 }"), "<= 1000"),
        (text(ages="from_years = 5\nbelow_years = 5"), "from_years is not below below_years"),
        (text(bands="{ points = 0, colour = 1 }"), "unknown field `colour`"),
        (text(interval="colour = 1"), "unknown field `colour`"),
        (text("colour = 1"), "unknown field `colour`"),
        (text(bands="{ points = 0 }]\ncolour = [1"), "unknown field `colour`"),
        (text('name = "a"', 'name = "b"'), "a and b are both for the age of 0 months"),
        (text("", ""), "the chart and the chart are both for the age of 0 months"),
        (text(bands="{ to = 37, points = 0 }"), "own_x: temperature, by temperature: no band"),
        (text("from_months = 1"), "no chart is for the age of 0 months"),
        # Both in %, one with a decimal.
        (text(vitals='["oxygen_saturation", "perfusion_index"]'), "differ in unit"),
    ],
)
def test_what_is_wrong_at_the_edge_is_said(wrong, why):
    with pytest.raises(Misconfigured, match=re.escape(why)):
        read(wrong)


def test_what_was_not_measured_is_missing_though_it_could_only_have_scored_nothing():
    rest = '\n[[charts.parameters]]\nlabel = "Pulse"\nfrom = ["pulse"]\nbands = [{ points = 0 }]\n'
    scorer = read(text() + rest)
    inputs = {"temperature": Reading(BY_NAME["temperature"], 37, NOW)}
    found = scorer.score(inputs, NOW, scorer.charts[0])
    assert (found.total, found.low, found.high, found.said) == (None, 0, 0, "≥ 0")
