"""What a patient's apps and implants told, on their chart."""

from datetime import UTC, datetime, timedelta
from typing import Any

from playwright.async_api import expect

from homeward.model.person import Role
from homeward.services.phones.implants import keep

REPORT = (
    rb"MSH|^~\&|Remote|Maker|Home|Clinic|20260115120000||ORU^R01|1|P|2.6" + b"\r"
    b"PID|1||P1\rOBR|1|||S^Session|||20260115115900\r"
    b"OBX|1|ST|720898^MDC_IDC_DEV_MODEL^MDC||Secura DR|||||||F\r"
    b"OBX|2|ST|DEVICE_SERIAL^Serial^L||PZC600368S|||||F\r"
    b"OBX|3|NM|721344^MDC_IDC_MSMT_BATTERY_VOLTAGE^MDC||2.65|V|2.2-2.8|L|||F\r"
    b"OBX|4|NM|722433^MDC_IDC_MSMT_LEADCHNL_RV_IMPEDANCE_VALUE^MDC||485|Ohm|200-1500|N|||F\r"
    b"OBX|5|ST|LEAD_ALERT^Lead alert^L||Noise on the lead|||A|||W\r"  # taken back since
)
SAID = (
    '{"eventType":"Meal Bolus","insulin":4.5,"carbs":60,"notes":"breakfast"}',
    '{"eventType":"Correction Bolus","insulin":0.35}',
)


async def tells(ward: Any) -> None:
    now = datetime.now(UTC)
    for place, said in enumerate(SAID):
        await ward.sql(
            "insert into app_document (device_id, patient_id, collection, at, object_id, is_named,"
            " natural_key, created, modified, body) values (%(device)s, %(patient)s, 'treatments',"
            " %(at)s, %(name)s, false, '', 0, %(place)s, %(said)s) returning id",
            device=ward.house.ids["monitor-1"], patient=ward.anna, name=str(place), place=place,
            at=now - timedelta(minutes=9 + place), said=said,
        )  # fmt: skip
    await keep(ward.house.store.door(), ward.anna, REPORT, now)


async def test_treatments_and_implants_are_on_the_chart(visit: Any, ward: Any) -> None:
    await tells(ward)
    nurse = await visit()
    page = nurse.page
    await nurse.signs_in(Role.NURSE, f"/patients/{ward.anna}")
    await nurse.click(page.get_by_role("tab", name="Apps and implants"))
    meal = page.get_by_role("row").filter(has_text="Meal Bolus")
    for words in ("4.5 U", "60 g", "breakfast", "monitor-1"):
        await expect(meal).to_contain_text(words)
    await expect(page.get_by_role("row").filter(has_text="0.35 U")).to_be_visible()
    implant = page.get_by_role("article")
    await expect(implant.get_by_role("heading")).to_have_text("Secura DR · PZC600368S")
    await expect(implant.get_by_role("list", name="To be looked at")).to_contain_text(
        "battery voltage: 2.65 V"
    )
    await implant.get_by_text("All 5 observations").click()
    await expect(implant.get_by_text("485 Ohm")).to_be_visible()
    await expect(implant.locator("dd")).to_have_count(5)
    await expect(implant.locator("s")).to_have_text("Noise on the lead")
