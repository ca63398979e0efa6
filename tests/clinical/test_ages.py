"""Which limits a child has: one age band each, from one birthday to the next."""

from datetime import date

import pytest

from homeward.clinical.ages import ADULT, AGES
from homeward.clinical.rules import RULES
from homeward.clinical.subject import Subject

TODAY = date(2026, 3, 1)
BANDS = {
    "under 3 months": (0, 2), "3 to under 12 months": (3, 11), "1 to 3 years": (12, 47),
    "4 to 11 years": (48, 143), "12 to 15 years": (144, 191),
    "16 years and over, or of unknown age": (192, 1200),
}  # fmt: skip


def aged(months: int) -> Subject:
    year, month = divmod(12 * TODAY.year + TODAY.month - 1 - months, 12)
    return Subject(date(year, month + 1, 1))


@pytest.mark.parametrize("band", BANDS)
def test_everybody_is_of_one_band_from_its_first_day_to_its_last(band):
    for months in BANDS[band]:
        fitting = [who.name for who in (*AGES.values(), ADULT) if who.fits(aged(months), TODAY)]
        assert fitting == [band]


def test_of_unknown_age_is_an_adult():
    assert ADULT.fits(Subject(), TODAY)
    assert not any(who.fits(Subject(), TODAY) for who in AGES.values())


def test_a_child_has_the_limits_of_its_age_and_an_adult_the_rules_own():
    """Where Bedside PEWS gives two points: 180 and 90 beats under three months, and so on."""
    limits = {rule.name: rule for rule in RULES}
    for name, sides in {
        "heart_rate_high": (179, 169, 149, 129, 119, 130),
        "heart_rate_low": (91, 81, 71, 61, 51, 40),
        "respiration_high": (80, 70, 60, 40, 22, 24),
        "respiration_low": (20, 20, 16, 15, 11, 9),
        "systolic_high": (99, 119, 124, 139, 149, 180),
        "systolic_low": (51, 71, 76, 81, 86, 90),
    }.items():
        found = [limits[name].of(aged(first), TODAY).limit.limit for first, _ in BANDS.values()]
        assert tuple(found) == sides, name
