"""Two thousand alarms at once, and a server that is gone."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from playwright.async_api import WebSocketRoute, expect

from homeward.clinical.episode import Key
from homeward.model.alarm import Finding, Kind, Priority
from homeward.services.watch.ledger import Change, write

ALARMS = 2_000
HIGH = 20
LISTENER = Path(__file__).parent / "listener.js"


async def storm(ward: Any) -> None:
    """Two thousand patients of one ward, each with an alarm, the high ones among the last."""
    rows = await ward.sql(
        "with new as (insert into patient (record_number, name, birth_date, sex)"
        " select 'storm-' || n, 'Patient ' || n, '1950-01-01', 'female'"
        " from generate_series(1, %(count)s) n returning id)"
        " insert into stay (patient_id, ward_id, bed, starts)"
        " select id, %(ward)s, 'S-' || id, now() from new returning patient_id",
        count=ALARMS,
        ward=ward.house.ids["Ward 3"],
    )
    now, tools = datetime.now(UTC), ward.house.tools
    changes: list[Change] = []
    for place, row in enumerate(rows):
        priority = Priority.HIGH if place >= ALARMS - HIGH else Priority.LOW
        finding = Finding(priority, f"alarm {place}", now)
        key = Key("heart_rate_high", row["patient_id"])
        changes.append(Change(key, Kind.PHYSIOLOGICAL, now, finding, now, now))
    for start in range(0, ALARMS, 100):
        await write(tools.store, tools.bus, changes[start : start + 100])


async def test_d3_two_thousand_alarms_are_all_there_high_first_and_can_be_answered(
    visit: Any, ward: Any
) -> None:
    nurse = await visit()
    await nurse.opens_board(ward)
    await nurse.goes("/alarms")
    await expect(nurse.page.get_by_text("No alarm waits for an answer")).to_be_visible()
    await storm(ward)
    open_now = nurse.page.get_by_role("region", name="Nobody has answered")
    await expect(open_now.get_by_role("heading")).to_have_text(
        f"Nobody has answered {ALARMS}", timeout=30_000
    )
    bars = open_now.locator("[data-alarm]")
    worst = await bars.evaluate_all(
        f"bars => bars.slice(0, {HIGH + 1}).map(bar => bar.dataset.priority)"
    )
    assert worst == ["high"] * HIGH + ["low"]
    # Not by "I go": in a list that still moves one press is asked whose alarm it is.
    await nurse.click(open_now.get_by_role("button", name="Acknowledge: ").first)
    await nurse.press("1")
    await expect(open_now.get_by_role("heading")).to_have_text(f"Nobody has answered {ALARMS - 1}")
    await nurse.click(open_now.get_by_text("more below"))
    await expect(bars).to_have_count(200)


async def test_a_server_that_is_gone_is_seen_and_heard_without_being_told(
    visit: Any, ward: Any
) -> None:
    """H-8: the page's own dead-man timer; nothing the server does is needed for it."""
    nurse = await visit()
    await nurse.page.add_init_script(path=LISTENER)
    is_silent = False

    def between(socket: WebSocketRoute) -> None:
        server = socket.connect_to_server()
        socket.on_message(server.send)
        server.on_message(lambda text: None if is_silent else socket.send(text))

    await nurse.page.route_web_socket("**/api/live", between)
    await nurse.opens_board(ward)
    await nurse.page.get_by_role("button", name="Sound").click()
    await expect(nurse.page.get_by_role("button", name="Sound")).to_have_text("Sound on")
    is_silent = True
    banner = nurse.page.get_by_role("alert").filter(has_text="Connection lost")
    await expect(banner).to_be_visible(timeout=15_000)
    await nurse.page.wait_for_function("window.bursts.at(-1) === 10")
    is_silent = False
    await expect(banner).to_have_count(0, timeout=15_000)
