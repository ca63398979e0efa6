"""A patient's own data: taken along in two clicks, corrected, at rest, accounted for."""

import json
import zipfile
from typing import Any

from playwright.async_api import expect

from homeward.model.person import Role
from tests.browser.conftest import PHONE

CLICKS_MAX = 2


async def test_everything_is_downloaded_in_two_clicks(visit: Any, ward: Any) -> None:
    cleo = await visit(viewport=PHONE)
    await cleo.signs_in(Role.PATIENT)
    page = cleo.page
    await cleo.click(page.get_by_role("link", name="My data", exact=True))
    async with page.expect_download() as coming:
        await cleo.click(page.get_by_role("link", name="Download everything"))
    download = await coming.value
    assert cleo.clicks <= CLICKS_MAX
    archive = zipfile.ZipFile(await download.path())
    assert archive.testzip() is None
    bundle = json.loads(archive.read("bundle.json"))
    assert bundle["entry"][0]["resource"]["name"] == [{"text": "Cleo"}]
    async with page.expect_download() as coming:
        await page.get_by_role("link", name="Download a PDF to read").click()
    pdf = await (await coming.value).path()
    assert pdf.read_bytes().startswith(b"%PDF-")
    await page.reload()
    await expect(page.get_by_role("region", name="Who was given my data")).to_contain_text(
        "The whole record, as files"
    )
    assert not await cleo.scrolls_sideways()
    assert await cleo.axe_faults() == []


async def test_a_correction_is_asked_for_answered_and_read(visit: Any, ward: Any) -> None:
    cleo = await visit(viewport=PHONE)
    await cleo.signs_in(Role.PATIENT, "/data")
    page = cleo.page
    await page.get_by_role("button", name="Ask for a correction").click()
    await page.get_by_label("What should stand there?").fill("Chloe")
    await page.get_by_label("How do you know?").fill("It was misspelt")
    await page.get_by_role("button", name="Send").click()
    mine = page.get_by_role("region", name="Something is wrong in it")
    await expect(mine).to_contain_text("Waits for an answer")
    nurse = await visit()
    await nurse.signs_in(Role.NURSE, f"/patients/{ward.house.ids['Cleo']}")
    await nurse.click(nurse.page.get_by_role("link", name="Answer"))
    await nurse.page.get_by_label("What Cleo is answered").fill("Seen on the passport")
    assert await nurse.axe_faults() == []
    await nurse.click(nurse.page.get_by_role("button", name="Accept"))
    done = nurse.page.get_by_role("region", name="Answered", exact=True)
    await expect(done).to_contain_text("Accepted by Test nurse: Seen on the passport")
    await expect(done).to_contain_text("Chloe")
    await page.reload()
    await expect(mine).to_contain_text("Cleo → Chloe")
    await expect(mine).to_contain_text("Accepted by Test nurse: Seen on the passport")


async def test_what_goes_by_letter_is_written_down_and_read(visit: Any, ward: Any) -> None:
    nurse = await visit()
    await nurse.signs_in(Role.NURSE, f"/patients/{ward.house.ids['Cleo']}/told")
    page = nurse.page
    await page.get_by_label("To whom?").fill("Health insurance")
    await page.get_by_label("What?", exact=True).fill("Blood pressures of March")
    await page.get_by_label("What for?").fill("A claim")
    await page.get_by_role("button", name="Write it down").click()
    went = page.get_by_role("region", name="To whom anything went")
    await expect(went).to_contain_text("says Test nurse")
    assert await nurse.axe_faults() == []
    cleo = await visit(viewport=PHONE)
    await cleo.signs_in(Role.PATIENT, "/data")
    mine = cleo.page.get_by_role("region", name="Who was given my data")
    await expect(mine).to_contain_text("Blood pressures of March. A claim.")


async def test_a_refused_correction_stays_beside_the_record(visit: Any, ward: Any) -> None:
    cleo = f"/api/patients/{ward.house.ids['Cleo']}"
    said = {"field": "other", "wanted": "I never smoked", "reason": "I know"}
    async with await ward.house.client(Role.PATIENT) as client:
        await client.post(f"{cleo}/amendments", json=said)
        (one,) = (await client.get(f"{cleo}/requests")).json()["amendments"]
    async with await ward.house.client(Role.DOCTOR) as doctor:
        no = {"verdict": "refused", "answer": "The letter of 2019 says so"}
        await doctor.post(f"{cleo}/amendments/{one['id']}/answer", json=no)
    nurse = await visit()
    await nurse.signs_in(Role.NURSE, f"/patients/{ward.house.ids['Cleo']}")
    beside = nurse.page.get_by_role("list", name="Corrections asked for")
    await expect(beside).to_contain_text("I never smoked")
    await expect(beside).to_contain_text("Refused by Test doctor: The letter of 2019 says so")


async def test_a_record_rests_and_says_that_alarms_go_on(visit: Any, ward: Any) -> None:
    cleo, ada, nurse = await visit(viewport=PHONE), await visit(), await visit()
    await cleo.signs_in(Role.PATIENT, "/data")
    page = cleo.page
    await page.get_by_role("button", name="Ask that it rests").click()
    await page.get_by_label("In your own words").fill("These are not my numbers")
    await page.get_by_role("button", name="Ask", exact=True).click()
    mine = page.get_by_role("region", name="Let my record rest")
    await expect(mine).to_contain_text("You asked that your record rests.")
    await ada.signs_in(Role.ADMINISTRATOR, "/access")
    await ada.page.get_by_label("What Cleo is answered").fill("Until it is clear")
    assert await ada.axe_faults() == []
    await ada.page.get_by_role("button", name="Accept").click()
    await expect(ada.page.get_by_role("button", name="Open it again")).to_be_visible()
    nurse.is_refused()
    await nurse.signs_in(Role.NURSE, f"/patients/{ward.house.ids['Cleo']}")
    closed = nurse.page.get_by_role("region", name="This record is closed to you")
    await expect(closed).to_contain_text("This record rests at the patient's wish")
    await expect(closed).to_contain_text("alarms ring as before")
    await page.reload()
    await expect(mine).to_contain_text("Your devices are watched and alarms ring as before.")
    await expect(mine).to_contain_text("Your record rests.")
    assert not await cleo.scrolls_sideways()
    assert await cleo.axe_faults() == []
    await page.get_by_role("button", name="Open it to my team again").click()
    await expect(mine).to_contain_text("By the patient's own wish.")
