"""What judging needs to know of a person: enough to choose a table, and no name."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Subject:
    """A person as scores and rules see them. `birth_date` is None where nobody knows it.

    `oxygen_scale` is NEWS2's, by a doctor's order; `is_pregnant` holds to the 42nd day after
    birth too. Both are recorded facts, never guessed.
    """

    birth_date: date | None = None
    oxygen_scale: int = 1
    is_pregnant: bool = False

    def age_days(self, on: date) -> int | None:
        """How many days old they are on a day; 0 before they are born, None if not known."""
        return None if self.birth_date is None else max(0, (on - self.birth_date).days)

    def age_months(self, on: date) -> int | None:
        """Whole months, by the calendar: a month is full on its day, or on the first of the next
        month where a month has no such day."""
        if self.birth_date is None:
            return None
        months = 12 * (on.year - self.birth_date.year) + on.month - self.birth_date.month
        return max(0, months - (on.day < self.birth_date.day))

    def age_years(self, on: date) -> int | None:
        """Whole years, by the calendar; who is born on 29 February has a birthday on 1 March."""
        months = self.age_months(on)
        return None if months is None else months // 12


ANYBODY = Subject()
