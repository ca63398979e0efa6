"""The door's counters agree, or say by how much they do not."""

import asyncio

import msgspec

from homeward.model.delivery import Outcome, Spoiled
from homeward.services.record import intake as intake_module
from tests.services.record.conftest import TEN


async def test_received_is_stored_put_aside_and_refused(house, monkeypatch):
    packed = house.intake._packed

    def faulty(delivery, received):
        if delivery.seq == 7:
            raise RuntimeError("a bug")
        return packed(delivery, received)

    asyncio.get_running_loop().set_exception_handler(lambda *_: None)
    monkeypatch.setattr(house.intake, "_packed", faulty)
    good = [house.delivery("monitor", seq, ("pulse", 72, TEN)) for seq in range(20)]
    bad = Spoiled(None, good[0].received, "topic", "not JSON", b"{")
    outcomes = await house.sends(*good, bad)
    assert outcomes.count(Outcome.NOT_STORED) == 1
    report = house.intake.report()
    counted = {name: report[name] for name in ("received", "stored", "quarantined", "refused")}
    assert counted == {"received": 21, "stored": 19, "quarantined": 1, "refused": 1}
    assert (report["faults"], report["waiting"], report["lost"]) == (1, 0, 0)


async def test_what_waits_for_the_disk_is_not_lost(house):
    settled = []
    house.intake.offer(house.delivery("monitor", 1, ("pulse", 72, TEN)), settled.append)
    assert house.intake.report()["lost"] == 0
    house.intake._take_in()
    report = house.intake.report()
    assert (report["received"], report["waiting"], report["lost"]) == (1, 1, 0)
    await house.intake.settled()
    assert house.intake.report()["lost"] == 0


async def test_a_batch_that_is_forgotten_is_counted_as_lost(house, monkeypatch):
    async def forget(line, batch):
        return None

    monkeypatch.setattr(house.intake, "_store", forget)
    house.intake.offer(house.delivery("monitor", 1, ("pulse", 72, TEN)), lambda _: None)
    await house.intake.settled()
    assert house.intake.report()["lost"] == 1


async def test_rows_are_told_by_the_second_once_they_are_settled(house):
    deliveries = [
        house.delivery("monitor", 1, ("pulse", 72, TEN), ("oxygen_saturation", 97, TEN)),
        house.delivery("monitor", 2, ("pulse", 73, TEN)),
    ]
    await house.sends(*deliveries)
    second = int(deliveries[0].received.timestamp())
    assert house.intake.report()["told"] == {}
    await house.passes(seconds=13)
    assert house.intake.report()["told"] == {str(second): 3}
    assert house.intake.report()["told"] == {}


async def test_the_counters_are_told_again_and_again(house, monkeypatch):
    monkeypatch.setattr(intake_module, "REPORT_SECONDS", 0.01)
    heard: asyncio.Queue[bytes] = asyncio.Queue()

    async def hear(_: str, body: bytes) -> None:
        heard.put_nowait(body)

    await house.tools.bus.listen("told.counts", hear)
    keeper = asyncio.create_task(house.intake._count())
    try:
        async with asyncio.timeout(10):
            said = [msgspec.json.decode(await heard.get()) for _ in range(2)]
    finally:
        keeper.cancel()
    assert said[0] == said[1] | {"told": said[0]["told"]}
