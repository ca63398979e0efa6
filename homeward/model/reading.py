"""A reading: one value of one vital sign at one moment. Bad ones cannot exist.

A Struct and no dataclass: it is made for every value that comes, at a third of the time.
"""

from datetime import datetime

import msgspec

from homeward.model.errors import Unreadable
from homeward.model.vital import Vital


class Reading(msgspec.Struct, frozen=True, gc=False):
    """A value in its vital's own unit, and the time the device says it was measured.

    Raises Unreadable for a value no working sensor gives, or a time without a zone.
    """

    vital: Vital
    value: float
    at: datetime

    def __post_init__(self) -> None:
        low, high = self.vital.possible
        if not low <= self.value <= high:  # which also NaN and infinity are not
            raise Unreadable(
                f"{self.vital.name} of {self.value:g} {self.vital.unit} is outside "
                f"{low:g} to {high:g}: impossible"
            )
        if self.at.tzinfo is None:
            raise Unreadable(f"time {self.at.isoformat()} has no zone")
