"""Somebody came home from a ward: whoever looks after them sets their limits anew, or leaves it."""

from playwright.async_api import expect

from homeward.model.person import Role
from tests.api.conftest import House
from tests.api.test_came_home import LIMIT, moves
from tests.browser.conftest import PHONE, Visit


async def test_a_doctor_sets_a_limit_of_the_ward_at_home(house: House, visit: Visit):
    anna = house.ids["Anna"]
    client = await house.client(Role.DOCTOR)
    limits = f"/api/patients/{anna}/limits"
    assert (await client.post(limits, json=LIMIT)).status_code == 200
    await moves(house, anna, "Home care")
    doctor = await visit(viewport=PHONE, color_scheme="dark")
    doctor.expected = (*doctor.expected, "409 (Conflict)")
    await doctor.signs_in(Role.DOCTOR, f"/patients/{anna}/plan")
    home = doctor.page.get_by_role("region", name="Came home")
    await expect(home).to_contain_text("At home from Ward 3")
    await expect(home).to_contain_text("As on Ward 3 by Test doctor, doctor: COPD")
    assert await doctor.axe_faults() == []
    assert not await doctor.scrolls_sideways()
    await doctor.click(home.get_by_role("button", name="Set it at home"))
    await doctor.click(home.get_by_role("button", name="I have read this"))
    await expect(home).to_contain_text("No limits of the ward wait")
    rules = (await client.get(limits)).json()["rules"]
    assert [each["now"]["limit"] for each in rules if each["rule"] == "oxygen_low"] == [86]
    await client.aclose()
