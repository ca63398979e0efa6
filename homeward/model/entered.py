"""What a person measures and enters by hand: the same vitals, at another pace.

A monitor's respiratory rate is old after ten minutes; one that a nurse counted stands until the
next round. So an entered value counts in a score as long as NEWS2's longest interval lasts
(RCP 2017: 12 hours), and is live for an hour after it was measured: long enough for a round
noted on paper first, short enough that yesterday's round rings for nobody. Both ages are
Homeward's own choice.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from enum import StrEnum
from types import MappingProxyType

from homeward.model.vital import BY_NAME, HOUR, MINUTE, VITALS, Vital

# The source of what was entered, where devices have their number. No device has it.
BY_HAND = -1
# What a patient types into their page has a device of theirs, as their meters have: of this kind,
# and called so with their number.
PATIENT_APP, TYPED = "patient app", "by-hand-of-"
COUNTS_SECONDS = 12 * HOUR
LIVE = timedelta(hours=1)  # measured longer before it was entered: charts, never alarms
BACK_MAX = timedelta(hours=24)
# So long an entered value stands beside a device that says otherwise; then the device is newer.
BESIDE_SECONDS = 10 * MINUTE

AS_ENTERED: Mapping[str, Vital] = MappingProxyType(
    {
        vital.name: replace(
            vital,
            stale_seconds=max(vital.stale_seconds, HOUR),
            score_seconds=max(vital.score_seconds, COUNTS_SECONDS),
        )
        for vital in VITALS
    }
)

# What a person can measure or judge at the bedside, in the order of a round.
PARAMETERS = tuple(
    name
    for name in (
        "respiratory_rate", "oxygen_saturation", "on_oxygen", "oxygen_flow", "systolic",
        "diastolic", "pulse", "consciousness", "temperature", "capillary_refill",
        "respiratory_effort",
    )
    if name in BY_NAME
)  # fmt: skip


class Absent(StrEnum):
    """Why something could not be observed."""

    REFUSED = "refused"
    ASLEEP = "asleep"
    OFF_WARD = "off_ward"
    DEVICE = "device"


assert BY_HAND not in {vital.index for vital in VITALS}
