"""The system page: who is heard, what is accounted for, how fast alarms are."""

from typing import Any

from playwright.async_api import expect

from homeward.model.person import Role


async def test_the_engineer_sees_who_is_heard_and_what_is_unaccounted_for(
    visit: Any, ward: Any
) -> None:
    engineer = await visit()
    await engineer.signs_in(Role.ENGINEER, "/system")
    bus = ward.house.tools.bus
    for name in ("door", "watch", "work", "web"):
        await bus.tell(f"beat.{name}", {"name": name})
    counts = {
        "received": 41_873, "stored": 41_870, "quarantined": 2, "refused": 0, "faults": 0,
        "waiting": 0, "lost": 1, "told": {},
    }  # fmt: skip
    await bus.tell("told.counts", counts)
    counters = engineer.page.get_by_role("region", name="Messages of devices")
    await expect(counters).to_contain_text("41,873")
    await expect(engineer.page.get_by_role("alert")).to_contain_text("1 messages were received")
    processes = engineer.page.get_by_role("region", name="Processes")
    for name in ("door", "watch", "work", "web"):
        await expect(processes.locator("div", has_text=name).first).to_contain_text("heard")
    latency = engineer.page.get_by_role("region", name="How long alarms take")
    await expect(latency).to_contain_text("none yet")
    assert await engineer.axe_faults() == []
