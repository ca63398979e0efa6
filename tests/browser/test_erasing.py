"""Erasure at the screen: a patient asks in two clicks, an administrator decides in three."""

from typing import Any

from playwright.async_api import expect

from homeward.model.person import Role
from tests.api.conftest import sql
from tests.browser.conftest import PHONE


async def test_a_patient_asks_and_an_administrator_erases_them(visit: Any, ward: Any) -> None:
    leaves = "update stay set ends = now() where patient_id = %(cleo)s"
    cleo = await visit(viewport=PHONE)
    await cleo.signs_in(Role.PATIENT, "/data")
    own = cleo.page.get_by_role("region", name="Have my data erased")
    await cleo.click(own.get_by_role("button", name="Ask to be erased"))
    cleo.clicks = 1
    await cleo.click(own.get_by_role("button", name="Yes, ask for it"))
    await expect(own.get_by_role("status")).to_contain_text("It is being looked at.")
    assert cleo.clicks == 2
    assert await cleo.axe_faults() == []

    ada = await visit()
    await ada.signs_in(Role.ADMINISTRATOR, "/devices")
    ada.clicks = 0
    await ada.click(ada.page.get_by_role("link", name="Access"))
    wish = ada.page.get_by_role("region", name="To be erased")
    await expect(wish).to_contain_text("Cleo asked")
    await expect(wish).to_contain_text("Not yet: they lie in a bed")
    await expect(wish.get_by_role("button", name="Erase", exact=True)).to_be_disabled()
    await ward.house.store.door().run(sql(leaves), cleo=ward.house.ids["Cleo"])
    await ada.page.reload()
    await ward.house.store.keys.adopt(ward.house.store.door())  # keys are wrapped here
    ada.clicks = 1
    await ada.click(wish.get_by_role("button", name="Erase", exact=True))
    assert await ada.axe_faults() == []
    await ada.click(wish.get_by_role("button", name="Erase for good"))
    await expect(wish).to_contain_text("Nobody waits for a decision.")
    assert ada.clicks == 3
    left = wish.get_by_role("status")
    await expect(left).to_contain_text("One patient was erased here since")
    await expect(left).to_contain_text("homeward keys rotate")
