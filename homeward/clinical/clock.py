"""A device's clock is off: what it measures is charted at the wrong time.

More than a minute is a technical alarm (Homeward's own choice: rules count in seconds, and no
network's clock is a minute off). Ahead is sure at once. Behind may also be a device that sends
what it kept through an outage, which has five minutes to catch up before that is said; of one
that sends now and then nothing is said, since its last reading may well be old.
"""

from datetime import datetime, timedelta

from homeward.clinical.silence import said
from homeward.model.alarm import Finding, Priority
from homeward.model.vital import MINUTE

OFFSET_SECONDS_MAX = 60.0
CATCH_UP_SECONDS = 5 * MINUTE
DEVICE_CLOCK = "device_clock"


def is_off(offset_seconds: float | None) -> bool:
    """Whether a clock is off by so much; ahead is more than 0."""
    return offset_seconds is not None and abs(offset_seconds) > OFFSET_SECONDS_MAX


def wrong_clock(
    device: str, offset_seconds: float | None, since: datetime, now: datetime, *, streams: bool
) -> Finding | None:
    """What to say of a device whose clock has been off since then; whether it `streams`."""
    if offset_seconds is None or not is_off(offset_seconds):
        return None
    is_ahead = offset_seconds > 0
    is_catching_up = (now - since).total_seconds() < CATCH_UP_SECONDS
    if not is_ahead and (is_catching_up or not streams):
        return None
    way = "ahead" if is_ahead else "behind"
    text = f"{device}: its clock is {said(timedelta(seconds=abs(offset_seconds)))} {way}"
    return Finding(Priority.LOW, text, since, offset_seconds, OFFSET_SECONDS_MAX)
