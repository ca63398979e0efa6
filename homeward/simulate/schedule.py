"""When a monitor measures what, and when a nurse looks. Seconds since it was switched on.

Soon after the start everybody is looked at, so that a NEWS2 is complete within half a minute.
"""

PRESSURE_SECONDS = 5 * 60
TEMPERATURE_SECONDS = 10 * 60
ROUND_SECONDS = 10 * 60
FIRST_SECONDS = 6.0
# The demo's sensors report each minute, so that something can be seen; real ones each five.
GLUCOSE_SECONDS = 60
MEMORY_STEP_SECONDS = 5  # what a monitor remembers of the hours before: one value in five seconds
WARD_MEMORY_SECONDS = 2 * 3600
GLUCOSE_MEMORY_SECONDS = 24 * 3600
GLUCOSE_MEMORY_STEP_SECONDS = 5 * 60
# Silence is judged by these: seconds between two values of each vital.
WARD_EXPECTS = {
    "heart_rate": 1, "oxygen_saturation": 1, "respiratory_rate": 1,
}  # fmt: skip
HOME_EXPECTS = {"glucose": GLUCOSE_SECONDS}


class Due:
    """Comes round every `every_seconds`, first after `first_seconds`."""

    def __init__(self, every_seconds: float, first_seconds: float = FIRST_SECONDS) -> None:
        self._every = every_seconds
        self._next = first_seconds

    def is_due(self, elapsed_seconds: float) -> bool:
        """Whether it is time again; times that were slept through are not made up."""
        if elapsed_seconds < self._next:
            return False
        self._next = max(self._next + self._every, elapsed_seconds)
        return True
