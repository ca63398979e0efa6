"""Silence: what should have come and did not. A technical alarm, never mistaken for health.

A measurement is silent when nothing came for twice its usual interval and five seconds: late
enough for one lost message, soon enough for a probe that fell off. These are the only
judgements that need the clock; the time is an argument.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType

from homeward.model.alarm import Finding, Priority
from homeward.model.vital import BY_NAME, MINUTE, Vital

GRACE_SECONDS = 5
INTERVAL_SECONDS_MIN = 1.0
STEADY_PAUSE_SECONDS_MAX = 15.0 * MINUTE  # a glucose sensor's; a monitor's is a minute
HABIT_PAUSES = 10  # so many times as long without one: ten minutes of a monitor
DEVICE_SILENT = "device_silent"

# What the wearer can do about it. Vitals not listed here are measured by somebody else.
PATIENT_TEXTS: Mapping[str, str] = MappingProxyType(
    {
        "oxygen_saturation": "Your oxygen reading has stopped. Please check the sensor on your "
        "finger.",
        "pulse": "Your pulse reading has stopped. Please check the sensor on your finger.",
        "heart_rate": "Your heart reading has stopped. Please check the electrodes on your chest.",
        "respiratory_rate": "Your breathing reading has stopped. Please check the electrodes on "
        "your chest.",
        "temperature": "Your temperature reading has stopped. Please check the sensor.",
        "glucose": "Your sugar reading has stopped. Please check the sensor, and that its phone "
        "or receiver is near.",
    }
)


@dataclass(frozen=True, slots=True)
class Expected:
    """A vital that should come every `interval_seconds`, expected since `since`."""

    vital: Vital
    interval_seconds: float
    since: datetime


def condition(vital: Vital) -> str:
    """The name of this vital's silence, as an alarm condition."""
    return f"silent_{vital.name}"


def allowed_seconds(interval_seconds: float) -> float:
    """How long nothing may come before it is a silence."""
    return 2 * interval_seconds + GRACE_SECONDS


def pause_seconds(vital: Vital) -> float | None:
    """How long a device that measures this steadily may pause; None for what is measured by hand.

    Nobody is to be called because a nurse took one blood pressure, and none after it.
    """
    if vital.stale_seconds > STEADY_PAUSE_SECONDS_MAX:
        return None
    return max(MINUTE, vital.stale_seconds)


def habit(vital: Vital, steady_seconds: float, longest_gap_seconds: float) -> float | None:
    """The interval to expect of a vital that came for so long without a pause, in seconds.

    None where that is too short to be a habit: a spot check with a finger clip is over in a
    minute or two, and its end is no silence.
    """
    pause = pause_seconds(vital)
    if pause is None or steady_seconds < HABIT_PAUSES * pause:
        return None
    return max(INTERVAL_SECONDS_MIN, longest_gap_seconds)


def silent_vitals(
    expected: Sequence[Expected],
    last_seen: Mapping[str, datetime],
    now: datetime,
    explained: Collection[str] = (),
) -> Mapping[str, Finding]:
    """The silences of one patient, by condition.

    `last_seen` is the newest time each vital was received, by name; `explained` names vitals
    whose whole device is known to be silent: one cause rings once.
    """
    found: dict[str, Finding] = {}
    for each in expected:
        vital = each.vital
        since = max(last_seen.get(vital.name, each.since), each.since)
        allowed = allowed_seconds(each.interval_seconds)
        if vital.name not in explained and now - since > timedelta(seconds=allowed):
            found[condition(vital)] = Finding(
                Priority.MEDIUM if each.interval_seconds <= MINUTE else Priority.LOW,
                f"{vital.label}: nothing for {said(now - since)}",
                since,
                limit=allowed,
                patient_text=PATIENT_TEXTS.get(vital.name),
            )
    return found


def silent_device(
    name: str, last_heard: datetime, interval_seconds: float, now: datetime
) -> Finding | None:
    """The silence of a whole device that should be heard each `interval_seconds`."""
    silence = now - last_heard
    allowed = allowed_seconds(interval_seconds)
    if silence <= timedelta(seconds=allowed):
        return None
    return Finding(
        Priority.MEDIUM,
        f"{name}: nothing for {said(silence)}",
        last_heard,
        limit=allowed,
        patient_text="Your monitor has lost its connection. Please check that it is switched on.",
    )


def said(silence: timedelta) -> str:
    """A time as people say it: 12 s, 3 min, 2 h 5 min."""
    seconds = int(silence.total_seconds())
    if seconds < 2 * MINUTE:
        return f"{seconds} s"
    hours, minutes = divmod(seconds // MINUTE, 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min"


assert PATIENT_TEXTS.keys() <= BY_NAME.keys()
