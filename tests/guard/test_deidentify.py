"""What is told of people without telling who they are."""

from datetime import date

import pytest

from homeward.guard.deidentify import (
    SHIFT_DAYS_MAX,
    Subject,
    age_on,
    anonymity_of,
    known,
    shift_of,
    subject_of,
)

DAY = date(2026, 3, 1)


@pytest.mark.parametrize(
    ("born", "age"),
    [
        (date(1936, 3, 1), "90+"),
        (date(1936, 3, 2), "89"),
        (date(1900, 1, 1), "90+"),
        (date(2026, 3, 1), "0"),
        (date(2024, 2, 29), "2"),
    ],
)
def test_ages_over_89_are_one(born: date, age: str) -> None:
    assert age_on(born, DAY) == age


@pytest.mark.parametrize(("last", "age"), [(date(2026, 2, 28), "89"), (DAY, "90+")])
def test_who_is_over_89_before_the_end_is_so_from_the_first(last: date, age: str) -> None:
    """45 CFR 164.514(b)(2)(i)(C): 89 in one year says 90 in the next."""
    born, first = date(1936, 3, 1), date(2025, 6, 1)
    assert subject_of("female", born, "ward", first, last).age == age


def test_a_shift_is_a_persons_own_secret_and_never_none() -> None:
    shifts = {shift_of(b"a key", patient).days for patient in range(5_000)}
    assert all(1 <= abs(days) <= SHIFT_DAYS_MAX for days in shifts)
    assert len(shifts) > 2 * SHIFT_DAYS_MAX * 0.95  # any of them, forth and back
    assert shift_of(b"a key", 7) == shift_of(b"a key", 7)
    assert [shift_of(b"another", n) for n in range(9)] != [shift_of(b"a key", n) for n in range(9)]


def test_a_word_nobody_knows_is_not_told() -> None:
    assert known("pulse_high", {"pulse_high"}) == "pulse_high"
    assert known("Anna's own rule", {"pulse_high"}) == "other"
    assert subject_of("Anna", DAY, "3-01", DAY, DAY) == Subject("other", "0", "2026", "other")


def test_how_many_are_alike() -> None:
    alike, alone = Subject("female", "70", "2026", "ward"), Subject("male", "90+", "2026", "home")
    found = anonymity_of([alike] * 7 + [alone])
    assert (found.subjects, found.classes, found.k, found.in_small_classes) == (8, 2, 1, 1)
    assert "The smallest class has 1; 1 subjects" in found.in_words()
    assert anonymity_of([]).in_words() == "No subjects."
