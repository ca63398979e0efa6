"""The rota: who is on call, two clicks to somebody else, the chain, and the handover."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from playwright.async_api import expect

from homeward.model.person import Role
from homeward.services.call.assignments import hand_over
from homeward.services.call.chain import Target
from homeward.services.call.rota import Plan, Shift
from homeward.services.call.rotas import add_rota
from homeward.services.call.standing import Aim, Step, set_chain
from tests.browser.conftest import DESKTOP, PHONE

DAYS = tuple(range(7))


async def staffed(ward: Any) -> dict[str, int]:
    """Shifts of nurses without a night on Wednesdays, turns of doctors, and a chain of all."""
    house, ids = ward.house, dict(ward.house.ids)
    for name, role in (
        ("Nora Okafor", "nurse"), ("Miriam Adler", "nurse"), ("Omar Said", "nurse"),
        ("Ines Duarte", "doctor"),
    ):  # fmt: skip
        rows = await ward.sql(
            "insert into person (name, role) values (%(name)s, %(role)s) returning id",
            name=name, role=role,
        )  # fmt: skip
        ids[name.split()[0]] = rows[0]["id"]
    nurse, door, now = ids["nurse"], house.store.door(), datetime.now(UTC)
    night = tuple(day for day in DAYS if day != 2)
    nurses = Plan(
        "Europe/Berlin",
        shifts=(
            Shift("early", time(6), time(14), DAYS, (nurse, ids["Nora"])),
            Shift("late", time(14), time(22), DAYS, (nurse, ids["Omar"])),
            Shift("night", time(22), time(6), night, (nurse, ids["Miriam"])),
        ),
    )
    people = (ids["doctor"], ids["Ines"])
    doctors = Plan("Europe/Berlin", 24, time(7), date.today() - timedelta(days=1), people)
    place = ids["Ward 3"]
    ids["Nurses"] = await add_rota(door, place, "Nurses", nurses, now)
    ids["Doctors"] = await add_rota(door, place, "Doctors", doctors, now)
    steps = [
        Step([Aim(Target.ASSIGNED)], 120),
        Step([Aim(Target.ROTA, None, ids["Nurses"])], 120),
        Step([Aim(Target.ROTA, None, ids["Doctors"]), Aim(Target.PERSON, ids["Miriam"])], 180),
        Step([Aim(Target.EVERYBODY)], 60),
    ]
    await set_chain(door, place, steps, now)
    await hand_over(door, place, [ids["Anna"]], nurse, now, "")
    return ids


async def comes(visit: Any, ward: Any, role: Role = Role.NURSE) -> Any:
    visitor = await visit(reduced_motion="reduce")
    await visitor.signs_in(role, f"/rota/{ward.house.ids['Ward 3']}")
    await expect(visitor.page.get_by_role("heading", name="On call, Ward 3")).to_be_visible()
    return visitor


async def test_two_clicks_put_somebody_else_on_call(visit: Any, ward: Any) -> None:
    await staffed(ward)
    nurse = await comes(visit, ward)
    now = nurse.page.get_by_role("region", name="Doctors", exact=True)
    await nurse.click(now.get_by_role("button", name="Somebody else"))
    await nurse.click(nurse.page.get_by_role("dialog").get_by_role("button", name="Omar Said"))
    await expect(now.get_by_role("listitem")).to_contain_text("Omar Said")
    assert nurse.clicks == 2
    rows = await ward.sql(
        "select person.name, kind, withdrawn is null as stands, maker.name as by"
        " from rota_override join person on person.id = stand_in_id"
        " join person maker on maker.id = made_by"
    )
    assert rows == [{"name": "Omar Said", "kind": "replace", "stands": True, "by": "Test nurse"}]
    await nurse.click(nurse.page.get_by_role("button", name="Take back: Omar Said"))
    await expect(now.get_by_role("listitem")).not_to_contain_text("Omar Said")


async def test_a_gap_is_said_in_words_and_filled_from_its_own_bar(visit: Any, ward: Any) -> None:
    await staffed(ward)
    nurse = await comes(visit, ward)
    weeks = nurse.page.get_by_role("region", name="Nurses, two weeks")
    await expect(weeks).to_contain_text("nobody would be called")
    # The last gap is wholly in the future, whatever the hour of this test.
    bars = weeks.get_by_role("button", name="nobody")
    before = await bars.count()
    await bars.last.click()
    await nurse.page.get_by_role("dialog").get_by_role("button", name="Ines Duarte").click()
    await expect(weeks.get_by_role("button", name="Ines D.").first).to_be_visible()
    assert await bars.count() < before


async def test_the_chain_is_changed_once_by_whoever_was_first(visit: Any, ward: Any) -> None:
    ids = await staffed(ward)
    nurse, doctor = await comes(visit, ward), await comes(visit, ward, Role.DOCTOR)
    for visitor in (nurse, doctor):
        box = visitor.page.get_by_role("region", name="Chain")
        await expect(box).to_contain_text("Miriam Adler")
        await box.get_by_role("button", name="Change").click()
        await box.get_by_role("button", name="Remove step 1").click()
        add = box.get_by_label("Call as well in step 1")
        await add.select_option(label="Ines Duarte")
        await box.get_by_label("Why").fill("Nights")
    await nurse.page.get_by_role("button", name="Save the chain").click()
    await expect(nurse.page.get_by_role("button", name="Change")).to_be_visible()
    await doctor.page.get_by_role("button", name="Save the chain").click()
    box = doctor.page.get_by_role("region", name="Chain")
    await expect(box.get_by_role("alert")).to_contain_text("Test nurse changed this chain")
    await box.get_by_role("button", name="Look again").click()
    await expect(box.get_by_role("status")).to_contain_text("Now, by Test nurse")
    await expect(box.get_by_label("Why")).to_have_value("Nights")
    rows = await ward.sql(
        "select step, target, person_id, why from chain_step join chain on chain.id = chain_id"
        " where chain_id = (select max(id) from chain) and step = 1 order by place"
    )
    assert [(row["target"], row["person_id"], row["why"]) for row in rows] == [
        ("rota", None, "Nights"), ("person", ids["Ines"], "Nights"),
    ]  # fmt: skip
    doctor.faults.clear()  # the browser notes the refusal


async def test_patients_are_handed_over_and_stand_on_the_sheet(visit: Any, ward: Any) -> None:
    await staffed(ward)
    await ward.alarms("SpO2 86 < 90 %")
    nurse = await comes(visit, ward)
    box = nurse.page.get_by_role("region", name="Patients and their nurses")
    await box.get_by_label("All patients").check()
    await box.get_by_label("Hand over to").select_option(label="Omar Said")
    await box.get_by_role("button", name="Hand over 2 patients").click()
    await expect(box.get_by_role("listitem").filter(has_text="Omar Said")).to_have_count(2)
    await box.get_by_role("link", name="Handover sheet").click()
    line = nurse.page.get_by_role("row").filter(has_text="Anna")
    for words in ("3-01", "Omar Said", "SpO2 86 < 90 %"):
        await expect(line).to_contain_text(words)
    await nurse.page.emulate_media(media="print")
    await expect(nurse.page.get_by_role("button", name="Print")).to_be_hidden()
    await expect(nurse.page.get_by_test_id("pulse")).to_be_hidden()
    await expect(line).to_be_visible()


async def test_a_plan_is_changed_from_a_day_on_and_taken_back(visit: Any, ward: Any) -> None:
    """Another night shift, on other weekdays, from a week from now on."""
    await staffed(ward)
    nurse = await comes(visit, ward)
    await nurse.page.get_by_role("button", name="New plan for Nurses").click()
    dialog = nurse.page.get_by_role("dialog")
    await dialog.get_by_label("In force").select_option(label="from a day on")
    day = (datetime.now(UTC) + timedelta(days=7)).date()
    await dialog.get_by_label("From", exact=True).first.fill(f"{day}T06:00")
    night = dialog.get_by_role("group", name="Shift night")
    for weekday in ("Sat", "Sun"):
        await night.get_by_role("button", name=weekday).click()
    await night.get_by_label("Miriam Adler").uncheck()
    await night.get_by_label("Test nurse").uncheck()
    await expect(dialog.get_by_text("night: choose who is on it.")).to_be_visible()
    await night.get_by_label("Ines Duarte").check()
    await dialog.get_by_label("Why").fill("Miriam is away")
    await dialog.get_by_role("button", name="Save the plan").click()
    coming = nurse.page.get_by_role("region", name="A plan to come")
    await expect(coming).to_contain_text(
        "Night, 22:00 to 06:00, Mon, Tue, Thu, and Fri: Ines Duarte"
    )
    await expect(coming).to_contain_text("Test nurse")
    await expect(coming).to_contain_text("Miriam is away")
    rows = await ward.sql(
        "select plan -> 'shifts' -> 2 ->> 'weekdays' as days, starts > made as is_later"
        " from rota_plan order by id desc limit 1"
    )
    assert rows == [{"days": "[0, 1, 3, 4]", "is_later": True}]
    await coming.get_by_role("button", name="Take back the plan").click()
    await expect(coming).to_have_count(0)


async def test_one_press_takes_over_until_the_next_handover(visit: Any, ward: Any) -> None:
    await staffed(ward)
    nurse = await comes(visit, ward)
    now = nurse.page.get_by_role("region", name="Doctors", exact=True)
    await nurse.click(now.get_by_role("button", name="I take over until"))
    await expect(now.get_by_role("listitem")).to_contain_text("Test nurse")
    assert nurse.clicks == 1
    await expect(now.get_by_role("button", name="I take over")).to_have_count(0)
    await expect(nurse.page.get_by_text("Test nurse: took over")).to_be_visible()


async def test_a_gap_within_a_day_stands_on_its_rota_and_is_filled(visit: Any, ward: Any) -> None:
    nurse_id, place = ward.house.ids["nurse"], ward.house.ids["Ward 3"]
    now = datetime.now(UTC).replace(second=0, microsecond=0)
    starts, ends = (now - timedelta(hours=2)).time(), (now + timedelta(hours=2)).time()
    shift = Shift("day", starts, ends, DAYS, (nurse_id,))
    plan = Plan("UTC", shifts=(shift,))
    await add_rota(ward.house.store.door(), place, "Days", plan, now)
    nurse = await comes(visit, ward)
    gap = nurse.page.get_by_role("region", name="Days", exact=True).get_by_role("status")
    await expect(gap).to_contain_text("Nobody from")
    await gap.get_by_role("button", name="Fill the gap").click()
    await nurse.page.get_by_role("dialog").get_by_role("button", name="Test doctor").click()
    await expect(gap).to_have_count(0)


async def test_a_ward_without_a_rota_gets_its_first_by_keyboard(visit: Any, ward: Any) -> None:
    nurse = await comes(visit, ward)
    await expect(nurse.page.get_by_text("This ward has no rota yet")).to_be_visible()
    await nurse.page.get_by_role("button", name="Add a rota").focus()
    await nurse.press("Enter")
    await nurse.page.keyboard.type("Doctors")
    await nurse.page.get_by_label("Test doctor").focus()
    await nurse.press("Space")
    await nurse.page.get_by_role("button", name="Add the rota").focus()
    await nurse.press("Enter")
    now = nurse.page.get_by_role("region", name="Doctors", exact=True)
    await expect(now).to_contain_text("Test doctor")


async def test_an_administrator_keeps_rotas_and_sees_no_patient(visit: Any, ward: Any) -> None:
    await staffed(ward)
    ada = await comes(visit, ward, Role.ADMINISTRATOR)
    await expect(ada.page.get_by_role("region", name="Chain")).to_be_visible()
    await expect(ada.page.get_by_text("Anna")).to_have_count(0)
    await expect(ada.page.get_by_text("Who has whom")).to_have_count(0)


async def test_the_rota_is_for_everybody(visit: Any, ward: Any) -> None:
    await staffed(ward)
    nurse = await comes(visit, ward)
    change = nurse.page.get_by_role("button", name="Change")
    save = nurse.page.get_by_role("button", name="Save the chain")
    await change.click()
    await expect(save).to_be_visible()
    for viewport in (DESKTOP, PHONE):
        await nurse.page.set_viewport_size(viewport)
        await expect(save).to_be_visible()
        assert await nurse.axe_faults() == []
        assert not await nurse.scrolls_sideways()
    await nurse.goes(f"/wards/{ward.house.ids['Ward 3']}/handover")
    for viewport in (PHONE, DESKTOP):
        await nurse.page.set_viewport_size(viewport)
        await expect(nurse.page.get_by_text("3-01")).to_be_visible()
        assert await nurse.axe_faults() == []
        assert not await nurse.scrolls_sideways()
