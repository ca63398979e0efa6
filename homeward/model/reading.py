"""A reading: one value of one vital sign at one moment. Bad ones cannot exist."""

import math
from dataclasses import dataclass
from datetime import datetime

from homeward.model.errors import Unreadable
from homeward.model.vital import Vital


@dataclass(frozen=True, slots=True)
class Reading:
    """A value in its vital's own unit, and the time the device says it was measured.

    Raises Unreadable for a value no working sensor gives, or a time without a zone.
    """

    vital: Vital
    value: float
    at: datetime

    def __post_init__(self) -> None:
        low, high = self.vital.possible
        if not (math.isfinite(self.value) and low <= self.value <= high):
            raise Unreadable(
                f"{self.vital.name} of {self.value:g} {self.vital.unit} is outside "
                f"{low:g} to {high:g}: impossible"
            )
        if self.at.tzinfo is None:
            raise Unreadable(f"time {self.at.isoformat()} has no zone")
