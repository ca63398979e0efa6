"""Limits for children, by age, from neonate to adult.

Bedside PEWS (Parshuram 2009, Crit Care 13:R135) says at which heart rate, systolic pressure and
breathing rate a child of an age scores 1, 2 or 4. A limit lies where the parameter scores 2, its
extreme where it scores 4. Delays are the adult rule's, and so is the distance of the clear limit
from the limit: that is Homeward's own choice, as is the age at which a limit changes hands where
the table leaves it open: three months are full on their day by the calendar, a child is over 4
and over 12 from that birthday on, and the adult limits begin at 16 with NEWS2.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

from homeward.clinical.limit import Limit, Side
from homeward.clinical.rule import Who
from homeward.clinical.subject import Subject

SOURCE = "Bedside PEWS (Parshuram 2009)"
ADULT_YEARS = 16  # NEWS2 is for people of 16 and over (RCP 2017)
STEP = 1  # the table is in whole numbers, and a value at its bound scores: the limit is one before


def _months(least: int, under: int) -> Callable[[Subject, date], bool]:
    def fits(subject: Subject, on: date) -> bool:
        months = subject.age_months(on)
        return months is not None and least <= months < under

    return fits


UNDER_3_MONTHS = Who("under 3 months", _months(0, 3))
UNDER_1_YEAR = Who("3 to under 12 months", _months(3, 12))
TO_4_YEARS = Who("1 to 4 years", _months(12, 48))
TO_12_YEARS = Who("over 4 to 12 years", _months(48, 144))
TO_ADULT = Who(f"over 12 to under {ADULT_YEARS} years", _months(144, ADULT_YEARS * 12))
INFANT = Who("under 12 months", _months(0, 12))
ADULT = Who(
    f"{ADULT_YEARS} years and over, or of unknown age",
    lambda subject, on: (years := subject.age_years(on)) is None or years >= ADULT_YEARS,
)
AGES = (UNDER_3_MONTHS, UNDER_1_YEAR, TO_4_YEARS, TO_12_YEARS, TO_ADULT)

# By parameter and side, one pair an age: the values from which it scores 2, and from which 4.
TABLE: dict[tuple[str, Side], tuple[tuple[int, int], ...]] = {
    ("heart_rate", Side.ABOVE): ((180, 190), (170, 180), (150, 170), (130, 150), (120, 140)),
    ("heart_rate", Side.BELOW): ((90, 80), (80, 70), (70, 60), (60, 50), (50, 40)),
    ("systolic", Side.ABOVE): ((100, 130), (120, 150), (125, 160), (140, 170), (150, 190)),
    ("systolic", Side.BELOW): ((50, 45), (70, 60), (75, 65), (80, 70), (85, 75)),
    ("respiratory_rate", Side.ABOVE): ((81, 91), (71, 81), (61, 71), (41, 51), (23, 30)),
    ("respiratory_rate", Side.BELOW): ((19, 15), (19, 15), (15, 12), (14, 10), (10, 9)),
}


def by_age(parameter: str, adult: Limit) -> tuple[tuple[Who, Limit], ...]:
    """The limits of every age of children, for a rule whose limit is an adult's."""
    step = STEP if adult.side is Side.BELOW else -STEP
    distance = adult.clear_limit - adult.limit
    found: list[tuple[Who, Limit]] = []
    for who, (two, four) in zip(AGES, TABLE[parameter, adult.side], strict=True):
        limit = two + step
        values = {"limit": limit, "clear_limit": limit + distance, "extreme": four + step}
        found.append((who, replace(adult, **values)))
    return tuple(found)
