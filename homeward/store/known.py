"""What was known of a patient at one moment, from the whole record: the inputs of a score then."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from homeward.clinical.score_table import Chart
from homeward.clinical.scoring import STREAMED
from homeward.clinical.window import settled
from homeward.model.entered import AS_ENTERED, BY_HAND, COUNTS_SECONDS
from homeward.model.reading import Reading
from homeward.model.vital import BY_INDEX
from homeward.store.chunks import micros, moment, samples
from homeward.store.door import Door
from homeward.store.entered import entered

SETTLE_READINGS = 256  # more than a minute has


async def known_at(
    door: Door, patient: int, at: datetime, charts: Sequence[Chart]
) -> tuple[dict[str, Reading], dict[str, Reading]]:
    """The newest reading of each input of these charts, by name: of devices, and entered."""
    vitals = {s.vital for chart in charts for each in chart.parameters for s in each.sources}
    devices: dict[str, Reading] = {}
    end_us = micros(at) + 1
    for ages in sorted({each.score_seconds for each in vitals}):
        wanted = [each.index for each in vitals if each.score_seconds == ages]
        found = await samples(door, patient, wanted, end_us - ages * 1_000_000, end_us)
        for index, rows in found.items():
            vital = BY_INDEX[index]
            rows = rows[rows["device"] != BY_HAND]
            if not len(rows):
                continue
            rows = rows[rows["device"] == rows["device"][-1]][-SETTLE_READINGS:]
            window = [Reading(vital, float(r["value"]), moment(int(r["at"]))) for r in rows]
            devices[vital.name] = settled(window) if vital.name in STREAMED else window[-1]
    since = at - timedelta(seconds=COUNTS_SECONDS)
    by_hand = (await entered(door, [patient], since, moment(end_us))).get(patient)
    if by_hand is None:
        return devices, {}
    return devices, {
        BY_INDEX[vital].name: Reading(AS_ENTERED[BY_INDEX[vital].name], value, moment(us))
        for vital, _, us, value, _ in by_hand.tolist()
        if BY_INDEX[vital] in vitals
    }
