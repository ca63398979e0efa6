"""A plan changed on the screen: lines, times and days, by whose clock, and the house's template."""

from playwright.async_api import expect

from homeward.model.person import Role
from tests.api.conftest import House, sql
from tests.browser.conftest import PHONE, Visit

BEGUN = (
    "select condition, made_by, ended is null as holds from plan order by id",
    "select zone from patient_zone",
    "select name from plan_template",
)


async def test_a_doctor_changes_a_plan_and_keeps_it_for_the_house(house: House, visit: Visit):
    doctor = await visit()
    await doctor.signs_in(Role.DOCTOR, f"/patients/{house.ids['Cleo']}/plan")
    page = doctor.page
    await doctor.click(page.get_by_role("button", name="Heart failure"))
    await doctor.click(page.get_by_role("button", name="Change this plan"))
    dialog = page.get_by_role("dialog")
    pressure = dialog.get_by_role("group", name="Blood pressure, twice, a minute apart").first
    await doctor.click(pressure.get_by_role("button", name="another time"))
    await doctor.click(dialog.get_by_role("button", name="Save the plan"))
    await expect(pressure.get_by_role("alert")).to_have_text("Say at which time.")
    await pressure.get_by_label("time 3").fill("13:15")
    for day in ("Sat", "Sun"):
        await pressure.get_by_text(day, exact=True).click()
    await doctor.click(dialog.get_by_role("button", name="Task"))
    await dialog.get_by_label("What", exact=True).last.fill("Legs up for half an hour")
    await dialog.get_by_label("The patient is told in").select_option("German")
    await dialog.get_by_label("A carer is told").select_option("never")
    assert await doctor.axe_faults() == []
    await doctor.click(dialog.get_by_role("button", name="Keep as our template"))
    await expect(dialog.get_by_role("status")).to_contain_text("in the whole house")
    await doctor.click(dialog.get_by_role("button", name="Save the plan"))
    plan = page.get_by_role("list", name="The plan")
    await expect(plan).to_contain_text("07:00, 13:15, 19:00 on Mon, Tue, Wed, Thu, Fri")
    await expect(plan).to_contain_text("Legs up for half an hour")
    door = house.store.door()
    plans = await door.all(sql(BEGUN[0]), dict)
    assert [(each["condition"], each["holds"]) for each in plans] == [
        ("heart_failure", False),
        ("heart_failure", True),
    ]
    assert await door.all(sql(BEGUN[2]), dict) == [{"name": "heart_failure"}]


async def test_on_a_telephone_two_who_change_a_plan_do_not_undo_each_other(
    house: House, visit: Visit
):
    nurse = await visit(viewport=PHONE, color_scheme="dark")
    await nurse.signs_in(Role.NURSE, f"/patients/{house.ids['Cleo']}/plan")
    page = nurse.page
    await nurse.click(page.get_by_role("button", name="Hypertension"))
    await nurse.click(page.get_by_role("button", name="Change this plan"))
    dialog = page.get_by_role("dialog")
    await expect(dialog.get_by_role("button", name="Keep as our template")).to_have_count(0)
    assert await nurse.axe_faults() == []
    assert not await nurse.scrolls_sideways()
    # Meanwhile somebody ends it.
    nurse.expected = (*nurse.expected, "409 (Conflict)")
    await house.store.door().run(sql("update plan set ended = now()"))
    await nurse.click(dialog.get_by_role("button", name="Save the plan"))
    await expect(dialog.get_by_role("alert")).to_contain_text("Somebody changed this plan")


async def test_a_patient_says_by_which_clock_they_live(house: House, visit: Visit):
    cleo = await visit(viewport=PHONE)
    await cleo.signs_in(Role.PATIENT)
    await cleo.click(cleo.page.get_by_role("link", name="My plan"))
    clock = cleo.page.get_by_role("region", name="Clock")
    await expect(clock).to_contain_text("UTC")
    await cleo.click(clock.get_by_role("button", name="Change the clock"))
    await clock.get_by_label("by the clock of").select_option("America/New_York")
    assert await cleo.axe_faults() == []
    await cleo.click(clock.get_by_role("button", name="Save the clock"))
    await expect(clock).to_contain_text("America/New York, as")
    assert not await cleo.scrolls_sideways()
    assert await house.store.door().all(sql(BEGUN[1]), dict) == [{"zone": "America/New_York"}]


async def test_in_hospital_the_page_says_that_the_plan_rests(house: House, visit: Visit):
    nurse = await visit(viewport=PHONE)
    await nurse.signs_in(Role.NURSE, f"/patients/{house.ids['Cleo']}/plan")
    await nurse.click(nurse.page.get_by_role("button", name="Hypertension"))
    await expect(nurse.page.get_by_role("list", name="The plan")).to_be_visible()
    ward = "update stay set ward_id = %(ward)s where patient_id = %(cleo)s and ends is null"
    ids = {"ward": house.ids["Ward 3"], "cleo": house.ids["Cleo"]}
    await house.store.door().run(sql(ward), **ids)
    await nurse.page.reload()
    await expect(nurse.page.get_by_text("In hospital (Ward 3): the plan rests")).to_be_visible()
    assert await nurse.axe_faults() == []
