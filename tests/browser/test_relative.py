"""A relative is told what the patient is told, sees nothing else, and leaves a receipt."""

from datetime import UTC, datetime
from typing import Any

from playwright.async_api import expect

from homeward.clinical.episode import Key
from homeward.model.alarm import Finding, Kind, Priority
from homeward.model.person import Role
from homeward.services.watch.ledger import Change, write


async def test_a_relative_is_told_in_the_patients_words_and_leaves_a_receipt(
    visit: Any, ward: Any
) -> None:
    ids, now = ward.house.ids, datetime.now(UTC)
    await ward.sql(
        "insert into relative (patient_id, person_id, priorities, made)"
        " values (%(patient)s, %(person)s, array['high'], %(now)s) returning id",
        patient=ids["Cleo"], person=ids["relative"], now=now,
    )  # fmt: skip
    mother = await visit(reduced_motion="reduce")
    await mother.signs_in(Role.RELATIVE)
    await expect(mother.page.get_by_text("Nothing to tell")).to_be_visible()
    words = "Your sugar is low. Eat something sweet."
    finding = Finding(Priority.HIGH, "Glucose 50 < 54 mg/dL", now, 50.0, 54.0, words)
    change = Change(Key("glucose_low", ids["Cleo"]), Kind.PHYSIOLOGICAL, now, finding)
    tools = ward.house.tools
    await write(tools.store, tools.bus, [change])
    await ward.calls()
    told = mother.page.get_by_role("article")
    await expect(told).to_contain_text(f"Cleo was told: {words}")
    assert "50" not in await told.inner_text()
    assert await mother.axe_faults() == []

    async def seen() -> Any:
        rows = await ward.sql("select seen from call where audience = 'relative'")
        return rows[0]["seen"]

    for _ in range(100):
        if await seen() is not None:
            break
        await mother.page.wait_for_timeout(50)
    assert await seen() is not None
    await mother.goes("/devices")
    await expect(mother.page.get_by_role("article")).to_be_visible()
