"""The system page: who is heard, what is accounted for, how fast alarms are."""

import asyncio
from typing import Any

from playwright.async_api import expect

from homeward.model.person import Role
from tests.browser.conftest import DESKTOP, PHONE

PROCESSES = ("door", "watch", "work", "web", "pack")


async def test_the_engineer_sees_who_is_heard_and_what_is_unaccounted_for(
    visit: Any, ward: Any
) -> None:
    bus = ward.house.tools.bus

    async def beats() -> None:
        while True:
            for name in PROCESSES:
                await bus.tell(f"beat.{name}", {"name": name})
            await asyncio.sleep(0.5)

    beating = asyncio.create_task(beats())
    engineer = await visit()
    await engineer.signs_in(Role.ENGINEER, "/system")
    counts = {
        "received": 41_873, "stored": 41_870, "quarantined": 2, "refused": 0, "faults": 0,
        "waiting": 0, "lost": 1, "told": {},
    }  # fmt: skip
    await bus.tell("told.counts", counts)
    counters = engineer.page.get_by_role("region", name="Messages of devices")
    await expect(counters).to_contain_text("41,873")
    await expect(engineer.page.get_by_role("alert")).to_contain_text("1 messages were received")
    processes = engineer.page.get_by_role("region", name="Processes")
    for name in PROCESSES:
        await expect(processes.locator("div", has_text=name).first).to_contain_text("heard")
    latency = engineer.page.get_by_role("region", name="How long alarms take")
    await expect(latency).to_contain_text("none yet")
    assert await engineer.axe_faults() == []
    beating.cancel()


async def test_no_sentinel_is_said_its_rounds_are_seen_and_a_lost_one_is_the_first_thing_said(
    visit, ward
) -> None:
    admin = await visit()
    await admin.signs_in(Role.ADMINISTRATOR, "/system")
    sentinel = admin.page.get_by_role("region", name="Sentinel")
    await expect(sentinel).to_contain_text("No sentinel watches this house.")
    await expect(sentinel).to_contain_text("homeward sentinel run sentinel")
    add = (
        "insert into sentinel_round (at, received, outcome, hops, detail, calls) values (now() -"
        " %(ago)s * interval '1 second', now(), %(outcome)s, %(hops)s::jsonb, %(detail)s,"
        " '{email,sms}') returning id"
    )
    hops = '{"stored": 0.02, "heard": 0.21, "acknowledged": 0.3, "told": 0.32, "over": 0.2}'
    for ago in (60, 90):
        await ward.sql(add, ago=ago, outcome="well", hops=hops, detail="")
    await admin.page.reload()
    await expect(sentinel).to_contain_text("Alarms arrive. The last took 0.21 s.")
    await expect(sentinel).to_contain_text("It calls by mail and text message.")
    await expect(sentinel).to_contain_text("2 rounds, 0 lost")
    await expect(sentinel.get_by_role("list", name="Last rounds")).to_contain_text("arrived")
    await ward.sql(add, ago=0, outcome="lost", hops="{}", detail="no alarm within 10 s")
    await admin.page.reload()
    await expect(admin.page.get_by_role("alert")).to_contain_text("did not arrive")
    await expect(sentinel).to_contain_text("no alarm within 10 s")
    for viewport in (DESKTOP, PHONE):
        await admin.page.set_viewport_size(viewport)
        assert await admin.axe_faults() == []
        assert not await admin.scrolls_sideways()


async def test_the_alarm_load_names_what_rings_and_what_would_spare_most(
    visit: Any, ward: Any
) -> None:
    number = ward.house.ids["Ward 3"]
    await ward.sql(
        "insert into alarm (patient_id, condition, kind, priority, state, text, since, raised,"
        " rung, cleared, resolved) select %(anna)s, 'heart_rate_high', 'physiological', 'medium',"
        " 'resolved', '', at - interval '20 s', at, at, at + interval '8 s', at + interval '8 s'"
        " from (select now() - n * interval '3 min' as at from generate_series(1, 12) n) times"
        " returning id",
        anna=ward.anna,
    )
    nurse = await visit()
    await nurse.signs_in(Role.NURSE, f"/wards/{number}/alarm-load")
    rules = nurse.page.get_by_role("region", name="What rings most")
    await expect(rules).to_contain_text("heart rate high")
    await expect(rules).to_contain_text("10 s more: 12 of 12 fewer.")
    await expect(nurse.page.get_by_role("region", name="Whose alarms")).to_contain_text("Anna")
    assert await nurse.axe_faults() == []
    assert not await nurse.scrolls_sideways()
