"""Which source counts where a device and a person both say how somebody is.

A nurse counts 26 breaths while the monitor's electrodes make 18 of them; a probe slips just when
she measured 97 %. Nobody here can know who is right, so for ten minutes a patient is judged
twice, once as the devices say and once as the person found them, and the worse of the two holds.
After that what streams is newer. Of what nobody streams (a blood pressure, consciousness) the
newest counts. An entered value stands alone for as long as `model.entered` says.
"""

from collections.abc import Mapping
from datetime import datetime

from homeward.clinical.score import Score, Scorer
from homeward.clinical.score_table import RISKS, Chart
from homeward.model.entered import BESIDE_SECONDS
from homeward.model.reading import Reading

Inputs = Mapping[str, Reading]
# A pulse is taken from the finger or from the heart: what streams there is newer than a hand's.
SAME = {"pulse": "heart_rate"}


def worlds(devices: Inputs, entered: Inputs, now: datetime) -> tuple[Inputs, ...]:
    """The inputs to judge by: as devices say, and as a person found where that differs.

    Both are the newest reading of each vital by name. An entered reading is of
    `model.entered.AS_ENTERED`, whose ages are those of what is measured by hand.
    """
    if not entered:
        return (devices,)
    by_device = dict(entered) | {
        name: reading
        for name, reading in devices.items()
        if name not in entered or not _gives_way(reading, entered[name], now)
    }
    for name, other in SAME.items():
        streams = other in devices and _is_fresh(devices[other], now)
        if streams and by_device.get(name) is entered.get(name):
            by_device.pop(name, None)
    by_person = by_device | {
        name: reading
        for name, reading in entered.items()
        if (now - reading.at).total_seconds() <= BESIDE_SECONDS
    }
    return (by_device,) if by_person == by_device else (by_device, by_person)


def worst_of(
    scorer: Scorer, chart: Chart, devices: Inputs, entered: Inputs, now: datetime
) -> Score:
    """One score at one moment: the worse of what devices and people say."""
    found = [scorer.score(each, now, chart) for each in worlds(devices, entered, now)]
    return max(found, key=severity)


def severity(score: Score) -> tuple[int, float, int, int]:
    """What makes one score worse than another: more risk, a shorter wait, more points."""
    wait = float("inf") if score.interval_seconds is None else score.interval_seconds
    return RISKS.index(score.risk), -wait, score.low, score.remembered


def _gives_way(device: Reading, entered: Reading, now: datetime) -> bool:
    """Whether what was entered counts instead of what the device said last."""
    if device.vital.stale_seconds < BESIDE_SECONDS and _is_fresh(device, now):
        return False
    return entered.at > device.at


def _is_fresh(reading: Reading, now: datetime) -> bool:
    return (now - reading.at).total_seconds() <= reading.vital.score_seconds
