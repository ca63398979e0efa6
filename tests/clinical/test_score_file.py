"""A hospital's own table: read to the last value, or refused with the first that is wrong."""

import re
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from homeward.clinical.score import active_charts
from homeward.clinical.score_file import BYTES_MAX, read
from homeward.clinical.scores import SCORERS
from homeward.clinical.subject import Subject
from homeward.model.alarm import Priority
from homeward.model.errors import Misconfigured
from homeward.model.reading import Reading
from homeward.model.vital import BY_NAME

TEXT = (Path(__file__).parent / "own_pews.toml").read_text()
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
TODAY = NOW.date()
TODDLER, SCHOOLCHILD = Subject(date(2024, 3, 1)), Subject(date(2018, 3, 1))


def scored(subject: Subject, **values: float):
    scorer = read(TEXT)
    chart = scorer.chart_of(subject, TODAY)
    inputs = {name: Reading(BY_NAME[name], value, NOW) for name, value in values.items()}
    return scorer, scorer.score(inputs, NOW, chart)


def test_a_table_scores_by_its_own_bands_and_ages():
    values = {"heart_rate": 125, "consciousness": 0, "on_oxygen": 0, "oxygen_saturation": 95}
    scorer, score = scored(TODDLER, **values)
    assert (scorer.version, score.label, score.chart) == (3, "Ward PEWS", "under 5 years")
    assert (score.total, score.risk, score.interval) == (0, "low", "4 h")
    _, score = scored(SCHOOLCHILD, heart_rate=125, temperature=37.95)
    assert (score.total, score.risk, score.interval_seconds) == (5, "high", 0)


def test_its_alarms_are_named_after_it():
    scorer, score = scored(SCHOOLCHILD, heart_rate=125, temperature=38)
    found = scorer.findings(score, ())
    assert list(found) == ["own_ward_pews_5"]
    assert found["own_ward_pews_5"].priority is Priority.HIGH
    assert found["own_ward_pews_5"].text == "Ward PEWS 5: call the registrar"
    scorer, score = scored(SCHOOLCHILD, heart_rate=125, temperature=37)
    assert list(scorer.findings(score, ())) == ["own_ward_pews_single_3"]
    assert scorer.conditions == ("own_ward_pews_5", "own_ward_pews_single_3")


def test_a_band_may_count_on_oxygen_alone():
    values = {"heart_rate": 100, "consciousness": 0, "oxygen_saturation": 95}
    assert scored(TODDLER, **values, on_oxygen=1)[1].total == 2
    assert scored(TODDLER, **values, on_oxygen=0)[1].total == 0
    _, unknown = scored(TODDLER, **values)
    assert (unknown.low, unknown.high) == (0, 2)


def test_it_is_off_until_it_is_switched_on_and_leads_then():
    scorers = (*SCORERS, read(TEXT))

    def names(**switches: bool) -> list[str]:
        return [s.name for s, _ in active_charts(scorers, TODDLER, TODAY, switches)]

    assert names() == ["bedside_pews"]
    assert names(own_ward_pews=True) == ["own_ward_pews", "bedside_pews"]
    assert names(own_ward_pews=True, bedside_pews=False) == ["own_ward_pews"]


@pytest.mark.parametrize(
    "subject", [Subject(), Subject(date(2000, 1, 1)), Subject(date(2012, 1, 1), is_pregnant=True)]
)
def test_who_is_no_child_or_of_unknown_age_has_another(subject):
    assert read(TEXT).chart_of(subject, TODAY) is None


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("format = 1", "format = 2", "format"),
        ('name = "own_ward_pews"', 'name = "ward_pews"', "own_"),
        ('name = "own_ward_pews"', 'name = "news2"', "own_"),
        ("version = 3", "version = 0", "version"),
        ("version = 3", "version = 3\nauthor = 1", "unknown field `author`"),
        ('for = "children"', 'for = "dogs"', "dogs"),
        ("{ to = 89, points = 3 }", "{ to = 88, points = 3 }", "no band holds 89"),
        ("{ to = 89, points = 3 }", "{ to = 90, points = 3 }", "both hold 90"),
        ('is = ["C", "V", "P", "U"]', 'is = ["C", "V", "P"]', "no band holds 4"),
        ('is = ["C", "V", "P", "U"]', 'is = ["A", "C", "V", "P", "U"]', "A and A both hold 0"),
        ('is = ["C", "V", "P", "U"]', 'is = ["X"]', "'X' is no word"),
        ('["temperature"]', '["fever"]', "no vital sign 'fever'"),
        ('["heart_rate", "pulse"]', '["heart_rate", "systolic"]', "differ in unit"),
        ("to = 37.9", "to = 37.94", "finer than it is scored"),
        ("below_months = 60", "below_months = 59", "no chart is for the age of 59 months"),
        ("below_months = 60", "below_months = 61", "are both for the age of 60 months"),
        ("points = 5\nrisk", "points = 3\nrisk", "levels begin at 0"),
        ("points = 0\nrisk", "points = 1\nrisk", "levels begin at 0"),
        ('risk = "medium"', 'risk = "so so"', "so so"),
        ('label = "Oxygen"\nfrom = ["on_oxygen"]', 'label = "O"\nfrom = ["consciousness"]', "word"),
        ("{ to = 37.9, points = 0 }", "{ to = 37.9, points = -1 }", "points"),
        ("{ to = 37.9, points = 0 }", '{ to = 37, is = ["A"], points = 0 }', "not both"),
        ("[[levels]]", "[[levels", "not a table of points"),
        ("{ from = 92, points = 0, on_oxygen = false },", "", "no band holds 92"),
        ("{ from = 92, points = 1, on_oxygen = true },", "", "no band holds 92"),
        ("{ to = 91, points = 2 }", "{ to = 90, points = 2 }",
         "own_ward_pews, under 5 years: oxygen_saturation"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said(old, new, why):
    assert old in TEXT
    with pytest.raises(Misconfigured, match=re.escape(why)):
        read(TEXT.replace(old, new, 1))


def test_a_cell_that_asks_for_oxygen_needs_oxygen_as_a_parameter():
    text = re.sub(r'\[\[charts.parameters\]\]\nlabel = "Oxygen".*?\n\n', "", TEXT, flags=re.DOTALL)
    with pytest.raises(Misconfigured, match="on_oxygen is no parameter"):
        read(text)


def test_a_file_too_large_is_not_even_read():
    with pytest.raises(Misconfigured, match="at most"):
        read("#" * (BYTES_MAX + 1))
