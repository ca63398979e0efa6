"""Ages by the calendar: a child turns into the next band at midnight of the day itself."""

from datetime import date

import pytest

from homeward.clinical.subject import ANYBODY, Subject


@pytest.mark.parametrize(
    ("born", "on", "days", "months", "years"),
    [
        (date(2026, 3, 1), date(2026, 3, 1), 0, 0, 0),
        (date(2026, 3, 1), date(2026, 5, 31), 91, 2, 0),
        (date(2026, 3, 1), date(2026, 6, 1), 92, 3, 0),
        (date(2026, 1, 31), date(2026, 2, 28), 28, 0, 0),
        (date(2026, 1, 31), date(2026, 3, 1), 29, 1, 0),
        (date(2010, 5, 2), date(2026, 5, 1), 5843, 191, 15),
        (date(2010, 5, 2), date(2026, 5, 2), 5844, 192, 16),
        (date(2008, 2, 29), date(2026, 2, 28), 6574, 215, 17),
        (date(2008, 2, 29), date(2026, 3, 1), 6575, 216, 18),
        (date(2026, 5, 2), date(2026, 5, 1), 0, 0, 0),  # a clock behind: never less than nothing
    ],
)
def test_ages(born: date, on: date, days: int, months: int, years: int) -> None:
    subject = Subject(born)
    assert subject.age_days(on) == days
    assert subject.age_months(on) == months
    assert subject.age_years(on) == years


def test_an_unknown_birth_date_is_no_age() -> None:
    on = date(2026, 5, 1)
    ages = (ANYBODY.age_days(on), ANYBODY.age_months(on), ANYBODY.age_years(on))
    assert ages == (None, None, None)


def test_scale_2_and_pregnancy_are_recorded_facts_and_never_guessed() -> None:
    assert (Subject().oxygen_scale, Subject().is_pregnant) == (1, False)
