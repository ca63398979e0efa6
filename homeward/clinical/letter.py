"""Until when a patient's message wants its answer. Pure.

Homeward's own choice, not a guideline's: a day of hours that do not run on Saturdays and Sundays,
by the clock of the house. Holidays are not known. A message is not watched around the clock, and
every page says so: what cannot wait so long is no message.
"""

from datetime import UTC, datetime, timedelta

from homeward.clinical.zone import zone_of

SATURDAY = 5
DAYS_MAX = 60  # of the longest wait anybody may set, with its weekends


def answer_by(at: datetime, hours: int, zone: str) -> datetime:
    """`hours` after `at`, without those of Saturday and Sunday in this zone."""
    left, now = timedelta(hours=hours), at.astimezone(UTC)
    for _ in range(DAYS_MAX):
        here = now.astimezone(zone_of(zone))
        end = (here + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
        # As moments of UTC: on two days of the year a day has not 24 hours.
        midnight = end.astimezone(UTC)
        if here.weekday() < SATURDAY:
            if left <= midnight - now:
                return now + left
            left -= midnight - now
        now = midnight
    return now
