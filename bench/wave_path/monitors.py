"""Thirty-two beds' waves, told on the bus as the door tells them.

    python -m bench.wave_path.monitors NATS_URL FRAMES_A_SECOND PATIENT...

Four leads of 500 Hz a patient, all beds' frames spread over the time between two of one bed. The
first samples of each channel say when it was told.
"""

import asyncio
import sys
import time

import numpy as np
import uvloop

from homeward.bus import Bus
from homeward.model.frame import Channel, WaveFrame
from homeward.model.wave import BY_NAME
from homeward.services.record.hot import HotLane

RATE_HZ = 500
LEADS = ("ecg_ii", "ecg_v", "arterial_pressure", "pleth")
STAMP = np.dtype("<i8")  # microseconds, in the place of four samples


def frame(sequence: int, start_us: int, samples: np.ndarray) -> bytes:
    """One device's frame of now."""
    samples[:4] = np.frombuffer(np.array([time.time() * 1e6], STAMP).tobytes(), "<i2")
    channels = tuple(Channel(BY_NAME[name], RATE_HZ, 0.005, samples) for name in LEADS)
    return WaveFrame(1, sequence, start_us, channels).pack()


async def _tell(url: str, frames_a_second: int, patients: list[int]) -> None:
    samples = (np.sin(np.arange(RATE_HZ // frames_a_second) / 20) * 200).astype("<i2")
    async with Bus.open(url, "bench monitors") as bus:
        lane = HotLane(bus)
        telling = asyncio.create_task(lane.run())
        print("tells", flush=True)
        began, step = time.time(), 1 / frames_a_second
        for sequence in range(1 << 30):
            for place, patient in enumerate(patients):
                due = began + (sequence + place / len(patients)) * step
                if (wait := due - time.time()) > 0.001:
                    await asyncio.sleep(wait)
                start_us = round((began + sequence * step) * 1e6)
                lane.waves(patient, patient, frame(sequence, start_us, samples))
        await telling


if __name__ == "__main__":
    uvloop.run(_tell(sys.argv[1], int(sys.argv[2]), [int(each) for each in sys.argv[3:]]))
