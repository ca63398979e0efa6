"""What may be told of people without telling who they are (45 CFR 164.514(b)). Pure.

By an allow list: a cell is a number, a year, or a word of a closed vocabulary. What somebody wrote,
and what a place or a device is called, has no way in, so it need not be found and taken out.

Safe Harbor (164.514(b)(2)): of a date the year alone, with seconds since the person's first
reading; ages over 89 are one; subjects are numbered at random, by nothing that is about them
(164.514(c)).
Shifted: each person's dates move by a secret number of days of their own. That is not Safe Harbor,
and needs an expert's determination (164.514(b)(1)).
"""

import hashlib
import hmac
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

AGE_MAX = 89
OLDEST = "90+"
SHIFT_DAYS_MAX = 365
SMALL_CLASS = 5  # subjects alike; fewer are easily told apart
OTHER = "other"
EXPERT = "expert determination required, 45 CFR 164.514(b)(1): this is not Safe Harbor"


class Method(StrEnum):
    """How identity is taken away."""

    SAFE_HARBOR = "safe-harbor"
    SHIFTED = "shifted"


def age_on(born: date, day: date) -> str:
    """Whole years, or 90+."""
    years = day.year - born.year - ((day.month, day.day) < (born.month, born.day))
    return str(years) if years <= AGE_MAX else OLDEST


def shift_of(key: bytes, patient: int) -> timedelta:
    """By how much this person's dates move: 1 to 365 days back or forth, the same each time for one
    key, and nothing anybody can work out without it."""
    digest = hmac.digest(key, f"shift {patient}".encode(), hashlib.sha256)
    days = int.from_bytes(digest[:8]) % SHIFT_DAYS_MAX + 1
    return timedelta(days=days if digest[8] & 1 else -days)


def known(word: str, vocabulary: Iterable[str]) -> str:
    """The word where it is of the vocabulary; else `other`."""
    return word if word in set(vocabulary) else OTHER


@dataclass(frozen=True, slots=True)
class Subject:
    """What is told of one person: quasi-identifiers, each from a few. `year`: of the first
    reading."""

    sex: str
    age: str
    year: str
    care: str


SEXES = ("female", "male", "other", "unknown")
CARE = ("ward", "home")


def subject_of(sex: str, born: date, care: str, first: date, last: date) -> Subject:
    """A person, by their first reading. Who is over 89 by the `last` thing that is told of them is
    so from the first: a younger age beside a later date would say how old they are."""
    is_oldest = age_on(born, last) == OLDEST
    age = OLDEST if is_oldest else age_on(born, first)
    return Subject(known(sex, SEXES), age, str(first.year), known(care, CARE))


@dataclass(frozen=True, slots=True)
class Anonymity:
    """How many subjects are alike by sex, age, year and care: the smallest class (k), and how many
    subjects are in classes of fewer than SMALL_CLASS."""

    subjects: int
    classes: int
    k: int
    in_small_classes: int

    def in_words(self) -> str:
        """For whoever decides whether the files may go."""
        if not self.subjects:
            return "No subjects."
        return (
            f"{self.subjects} subjects in {self.classes} classes by sex, age, year of the first "
            f"reading and kind of care. The smallest class has {self.k}; {self.in_small_classes} "
            f"subjects are in classes of fewer than {SMALL_CLASS}."
        )


def anonymity_of(subjects: Sequence[Subject]) -> Anonymity:
    """k-anonymity over the quasi-identifiers (Sweeney 2002)."""
    sizes = Counter(subjects).values()
    small = sum(size for size in sizes if size < SMALL_CLASS)
    return Anonymity(len(subjects), len(sizes), min(sizes, default=0), small)
