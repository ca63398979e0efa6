"""What counts of what is known: the newest, the first that is fresh, and for how long."""

from datetime import UTC, datetime, timedelta

import pytest

from homeward.clinical.scores import SCORERS, bedside_pews, news2
from homeward.model.reading import Reading
from homeward.model.vital import BY_NAME

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
WELL = {
    "respiratory_rate": 16, "oxygen_saturation": 97, "on_oxygen": 0, "systolic": 120, "pulse": 70,
    "consciousness": 0, "temperature": 37,
}  # fmt: skip
OLD = 24 * 60


def reading(name: str, value: float, minutes: float = 0) -> Reading:
    return Reading(BY_NAME[name], value, NOW - timedelta(minutes=minutes))


def inputs(minutes: float = 0, **changed: float) -> dict[str, Reading]:
    return {name: reading(name, v, minutes) for name, v in (WELL | changed).items()}


def part(score, name: str):
    return next(each for each in score.parts if each.parameter == name)


def test_when_everything_is_too_old_to_count_an_open_alarm_remembers_all_of_it():
    found = news2.score(inputs(OLD, systolic=90, pulse=131, consciousness=1), NOW)
    assert (found.total, found.low, found.remembered) == (None, 0, 9)
    assert (found.remembered_single, found.risk) == (3, "low")


def test_an_old_pulse_is_not_remembered_beside_a_fresh_heart_rate():
    found = news2.score(
        inputs() | {"pulse": reading("pulse", 131, OLD), "heart_rate": reading("heart_rate", 70)},
        NOW,
    )
    assert (found.total, found.remembered) == (0, 0)
    assert part(found, "pulse").label == "Pulse (heart rate)"


def test_of_pulse_and_heart_rate_the_pulse_counts():
    found = news2.score(inputs() | {"heart_rate": reading("heart_rate", 131)}, NOW)
    assert (found.total, part(found, "pulse").label) == (0, "Pulse")


def test_at_scale_2_oxygen_of_long_ago_is_remembered_and_does_not_count():
    """97 % is too much on oxygen and well on air; nobody knows which it is now."""
    found = news2.score(inputs() | {"on_oxygen": reading("on_oxygen", 1, OLD)}, NOW, 2)
    assert (found.low, found.high, found.remembered) == (0, 5, 5)
    assert part(found, "oxygen_saturation").points is None


@pytest.mark.parametrize(("value", "total"), [(0, 0), (0.4, 0), (0.5, 5), (1, 5)])
def test_less_than_half_on_oxygen_is_on_air_in_every_cell(value, total):
    assert news2.score(inputs(on_oxygen=value), NOW, 2).total == total


@pytest.mark.parametrize(
    ("said", "words", "minutes"),
    [
        ([("on_oxygen", 1, 5), ("oxygen_flow", 2, 10)], "oxygen, 2.00 L/min", 5),
        ([("on_oxygen", 0, 5), ("oxygen_flow", 5, 10)], "air", 5),  # taken off since
        ([("oxygen_flow", 6, 10), ("inspired_oxygen", 30, 5)], "30 %", 5),  # turned down since
        (
            [("inspired_oxygen", 30, 5), ("oxygen_flow", 2, 10), ("on_oxygen", 1, 15)],
            "30 %, 2.00 L/min, oxygen", 5,
        ),
        (
            [("inspired_oxygen", 30, 5), ("oxygen_flow", 5, 10), ("on_oxygen", 1, 15)],
            "30 %", 5,  # less than five litres; what was said before that is not asked
        ),
        (
            [("inspired_oxygen", 30, 5), ("oxygen_flow", 2, 10), ("on_oxygen", 0, 15)],
            "30 %, 2.00 L/min", 5,  # put on since
        ),
        ([("oxygen_flow", 2, 7)], "2.00 L/min", 7),
    ],
)  # fmt: skip
def test_a_nurse_reads_what_counts_of_what_was_said_of_oxygen_and_its_age(said, words, minutes):
    known = {name: reading(name, value, ago) for name, value, ago in said}
    found = bedside_pews.SCORER.score(known, NOW, bedside_pews.CHARTS[48])
    therapy = part(found, "oxygen_therapy")
    assert (therapy.value, therapy.age_seconds) == (words, 60 * minutes)
    assert therapy.at == NOW - timedelta(minutes=minutes)


@pytest.mark.parametrize("scorer", SCORERS, ids=lambda each: each.name)
def test_every_score_says_what_it_is_and_after_whom(scorer):
    first, _, rest = scorer.about.partition("\n")
    assert first.startswith(scorer.table.label)
    assert rest.strip()
