"""A ward's waves and numbers, told on the bus as the door tells them.

    python -m bench.wave_path.monitors NATS_URL FRAMES_A_SECOND stamped|plain PATIENT...

Four leads of 500 Hz a patient, all beds' frames spread over the time between two of one bed.
Stamped, the device's number is the moment it was told (microseconds since 1970).
"""

import asyncio
import sys
import time

import uvloop

from bench.wave_path.hearts import RATE_HZ, SCALES, loop, numbers
from homeward.bus import Bus
from homeward.model.frame import Channel, WaveFrame
from homeward.model.wave import BY_NAME
from homeward.services.record.hot import HotLane


class Monitor:
    """One bed."""

    def __init__(self, bed: int, patient: int, frames_a_second: int) -> None:
        self.patient = patient
        self._leads = loop(bed)
        self._count = RATE_HZ // frames_a_second

    def frame(self, sequence: int, start_us: int) -> bytes:
        """Its next stretch."""
        first = sequence * self._count % len(self._leads["pleth"])
        channels = tuple(
            Channel(BY_NAME[name], RATE_HZ, SCALES[name], samples[first : first + self._count])
            for name, samples in self._leads.items()
        )
        return WaveFrame(1, sequence, start_us, channels).pack()


async def _tell(url: str, frames_a_second: int, is_stamped: bool, patients: list[int]) -> None:
    beds = [Monitor(bed, patient, frames_a_second) for bed, patient in enumerate(patients)]
    async with Bus.open(url, "bench monitors") as bus:
        lane = HotLane(bus)
        telling = asyncio.create_task(lane.run())
        print("tells", flush=True)
        began, step = time.time(), 1 / frames_a_second
        for sequence in range(1 << 30):
            if sequence % frames_a_second == 0:
                await bus.publish("hot.readings", numbers(patients, time.time()))
            start_us = round((began + sequence * step) * 1e6)
            for place, bed in enumerate(beds):
                due = began + (sequence + place / len(beds)) * step
                if (wait := due - time.time()) > 0.001:
                    await asyncio.sleep(wait)
                device = round(time.time() * 1e6) if is_stamped else bed.patient
                lane.waves(bed.patient, device, bed.frame(sequence, start_us))
        await telling


if __name__ == "__main__":
    url, frames_a_second, stamped, *patients = sys.argv[1:]
    numbers_of = [int(each) for each in patients]
    uvloop.run(_tell(url, int(frames_a_second), stamped == "stamped", numbers_of))
