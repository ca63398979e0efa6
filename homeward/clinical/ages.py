"""Limits for children, by age, from neonate to adult.

Bedside PEWS (Parshuram 2009, Crit Care 13:R135) says at which heart rate, systolic pressure and
breathing rate a child of an age scores 1, 2 or 4. A limit lies where the parameter scores 2, its
extreme where it scores 4. Delays are the adult rule's, and so is the distance of the clear limit
from the limit: that is Homeward's own choice, as is the age at which a limit changes hands where
the table leaves it open: three months are full on their day by the calendar, a child is over 4
and over 12 from that birthday on, and the adult limits begin at 16 with NEWS2.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from types import MappingProxyType

from homeward.clinical.limit import Limit, Side
from homeward.clinical.rule import Who
from homeward.clinical.scores import bedside_pews
from homeward.clinical.subject import Subject

ADULT_YEARS = 16  # NEWS2 is for people of 16 and over (RCP 2017)
STEP = 1  # the table is in whole numbers, and a value at its bound scores: the limit is one before


def _months(least: int, under: int) -> Callable[[Subject, date], bool]:
    def fits(subject: Subject, on: date) -> bool:
        months = subject.age_months(on)
        return months is not None and least <= months < under

    return fits


UNDER_3_MONTHS = Who("under 3 months", _months(0, 3))
UNDER_1_YEAR = Who("3 to under 12 months", _months(3, 12))
TO_4_YEARS = Who("1 to 3 years", _months(12, 48))
TO_12_YEARS = Who("4 to 11 years", _months(48, 144))
TO_ADULT = Who(f"12 to {ADULT_YEARS - 1} years", _months(144, ADULT_YEARS * 12))
ADULT = Who(
    f"{ADULT_YEARS} years and over, or of unknown age",
    lambda subject, on: (years := subject.age_years(on)) is None or years >= ADULT_YEARS,
)
AGES = MappingProxyType(
    {0: UNDER_3_MONTHS, 3: UNDER_1_YEAR, 12: TO_4_YEARS, 48: TO_12_YEARS, 144: TO_ADULT}
)  # by the month of the table they begin in

# By parameter; from which month on: for 1, 2 and 4 points, at or below and at or above.
TABLE: Mapping[str, Mapping[int, tuple[tuple[int, ...], tuple[int, ...]]]] = MappingProxyType(
    {
        "heart_rate": bedside_pews.HEART_RATE,
        "systolic": bedside_pews.SYSTOLIC,
        "respiratory_rate": bedside_pews.RESPIRATORY_RATE,
    }
)


def by_age(parameter: str, adult: Limit) -> tuple[tuple[Who, Limit], ...]:
    """The limits of every age of children, for a rule whose limit is an adult's."""
    is_below = adult.side is Side.BELOW
    step = STEP if is_below else -STEP
    distance = adult.clear_limit - adult.limit
    found: list[tuple[Who, Limit]] = []
    for month, who in AGES.items():
        _, two, four = TABLE[parameter][month][0 if is_below else 1]
        limit = two + step
        values = {"limit": limit, "clear_limit": limit + distance, "extreme": four + step}
        found.append((who, replace(adult, **values)))
    return tuple(found)
