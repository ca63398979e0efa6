"""Date Time (GATT Specification Supplement, 3.70): a clock on the wall, without a zone.

Year, month and day may each be 0: not known. Such a time is legal and orders nothing.
"""

from datetime import datetime
from typing import NamedTuple

from homeward.model.errors import Unreadable

BYTES = 7
YEAR_MIN, YEAR_MAX = 1582, 9999


class LocalTime(NamedTuple):
    """What a meter's clock said; 0 is not known."""

    year: int
    month: int
    day: int
    hours: int
    minutes: int
    seconds: int

    @property
    def moment(self) -> datetime | None:
        """Without a zone; None where its date is not known."""
        if not (self.year and self.month and self.day):
            return None
        return datetime(*self)

    def __str__(self) -> str:
        date = f"{self.year:04}-{self.month:02}-{self.day:02}"
        return f"{date}T{self.hours:02}:{self.minutes:02}:{self.seconds:02}"


def local_time(octets: bytes) -> LocalTime:
    """Read seven octets. Raises Unreadable for a time there is not."""
    year = octets[0] | octets[1] << 8
    time = LocalTime(year, *octets[2:BYTES])
    if year and not YEAR_MIN <= year <= YEAR_MAX:
        raise Unreadable(f"the year {year} is none of Date Time's")
    if time.month > 12 or time.day > 31:
        raise Unreadable(f"there is no date {str(time)[:10]}")
    if time.hours > 23 or time.minutes > 59 or time.seconds > 59:
        raise Unreadable(f"there is no time {str(time)[11:]}")
    try:
        _ = time.moment
    except ValueError:
        raise Unreadable(f"there is no date {str(time)[:10]}") from None
    return time
