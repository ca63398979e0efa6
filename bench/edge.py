"""An edge after a cut: how much faster than devices send does it catch up, while they go on?

    make bench NAME=edge            a cut of ten minutes
    python -m bench.edge 60         of one

200 devices send a message of three readings each second through one edge. Its line to the server
is cut; once it is mended the backlog drains while live data goes on before it. Devices, edge,
server and line share the machine. Every reading is counted in the server's record at the end.
"""

import asyncio
import sys
import time
from datetime import UTC, datetime
from statistics import median

from bench._edge_box import Box, Feed, Wire, box, feeds, held
from bench.installation import Installation, installation
from bench.report import finish, table
from homeward.engines.nats import free_port

CUT_SECONDS = 600.0
DEVICES = 200
BEFORE_SECONDS = 10.0
UNITS = {"heart_rate": "/min", "oxygen_saturation": "%", "respiratory_rate": "/min"}
CATCH_UP_SECONDS_MAX = 1_800


class Load:
    """Devices that each send a message a second, spread over the second."""

    def __init__(self, devices: list[Feed]) -> None:
        self.devices = devices
        self.is_over = False

    @property
    def sent(self) -> int:
        """Messages so far."""
        return sum(each.sent for each in self.devices)

    async def run(self) -> None:
        """Until it is over."""
        began, step = time.monotonic(), 0
        while not self.is_over:
            due = int((time.monotonic() - began) * len(self.devices))
            for number in range(step, due):
                pulse = 70.0 + number % 7
                values = {"heart_rate": pulse, "oxygen_saturation": 97.0, "respiratory_rate": 15.0}
                device = self.devices[number % len(self.devices)]
                device.publish(datetime.now(UTC), values, UNITS)
            step = due
            await asyncio.sleep(0.01)


async def measure(
    house: Installation, edge: Box, wire: Wire, names: list[tuple[str, int]], seconds: float
) -> dict[str, float]:
    """One cut, and what came of it."""
    start = round(time.time() * 1e6)
    load = Load(await feeds([name for name, _ in names], edge.open_port))
    running = asyncio.create_task(load.run())
    await asyncio.sleep(BEFORE_SECONDS)
    wire.cut()
    before, cut_at = load.sent, time.monotonic()
    await asyncio.sleep(seconds)
    live_rate = (load.sent - before) / (time.monotonic() - cut_at)
    backlog = (await asyncio.to_thread(edge.status))["waiting"]
    live_before = (await asyncio.to_thread(edge.status))["sent_live"]
    await wire.mend()
    mended, first_live, lags = time.monotonic(), 0.0, list[float]()
    while True:
        state = await asyncio.to_thread(edge.status)
        if not first_live and state["sent_live"] > live_before:
            first_live = time.monotonic() - mended
        lags.append(state["server_is_away"])
        if state["waiting"] < live_rate and state["sent_from_backlog"]:
            break
        if time.monotonic() - mended > CATCH_UP_SECONDS_MAX:
            raise SystemExit(f"it does not catch up: {state}")
        await asyncio.sleep(0.1)
    took = time.monotonic() - mended
    load.is_over = True
    await running
    while (await asyncio.to_thread(edge.status))["waiting"]:
        await asyncio.sleep(0.1)
    end = round(time.time() * 1e6) + 1
    found = await held(house, [patient for _, patient in names], start, end)
    return {
        "live_per_second": live_rate,
        "backlog": backlog,
        "catch_up_seconds": took,
        "catch_up_per_second": backlog / took,
        "first_live_seconds": first_live,
        "acknowledged": sum(each.acknowledged for each in load.devices),
        "readings_sent": load.sent * len(UNITS),
        "readings_in_the_record": sum(map(len, found)),
        "of_a_device": median(len(each) for each in found),
        "G11": backlog / took / live_rate,
    }


async def main(seconds: float) -> None:
    """Fail where the counts differ."""
    port = free_port()
    with installation(HOMEWARD_HTTP_INGEST_PORT=str(port)) as house:
        wire = Wire(("127.0.0.1", port))
        with box(house, ("localhost", wire.port)) as edge:
            names = await asyncio.to_thread(edge.enrol, DEVICES)
            await wire.mend()
            await asyncio.to_thread(edge.start)
            figures = await measure(house, edge, wire, names, seconds)
    table(("an edge after a cut", ""), [(name, f"{value:,.1f}") for name, value in figures.items()])
    finish("edge", figures | {"cut_seconds": seconds})
    if figures["readings_sent"] != figures["readings_in_the_record"]:
        raise SystemExit(1)


if __name__ == "__main__":
    asyncio.run(main(float(sys.argv[1]) if len(sys.argv) > 1 else CUT_SECONDS))
