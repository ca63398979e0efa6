"""What was counted by day, on the chart: once, and by whom."""

from datetime import UTC, datetime, timedelta
from typing import Any

from playwright.async_api import expect

from homeward.model.person import Role

SAID = (
    ("a-phone", -4, 1, 9_922), ("anna-watch", 1, 4, 4_157), ("a-phone", 2, 3, 700),
    ("a-phone", -24, -20, 3_100),
)  # fmt: skip


async def counts(ward: Any) -> None:
    yesterday = datetime.now(UTC) - timedelta(days=1)
    noon = yesterday.replace(hour=12, minute=0, second=0, microsecond=0)
    devices: dict[str, int] = {}
    for name, kind in (("a-phone", "phone"), ("anna-watch", "watch")):
        (row,) = await ward.sql(
            "insert into device (name, kind) values (%(name)s, %(kind)s) returning id",
            name=name, kind=kind,
        )  # fmt: skip
        devices[name] = row["id"]
    for name, first, last, value in SAID:
        await ward.sql(
            "insert into total (patient_id, metric, device_id, starts, ends, value, received)"
            " values (%(patient)s, 'steps', %(device)s, %(starts)s, %(ends)s, %(value)s, now())"
            " returning device_id as id",
            patient=ward.anna, device=devices[name], value=value,
            starts=noon + timedelta(hours=first), ends=noon + timedelta(hours=last),
        )  # fmt: skip


async def test_a_day_shows_what_counts_and_who_gave_which_part(visit: Any, ward: Any) -> None:
    await counts(ward)
    nurse = await visit()
    await nurse.signs_in(Role.NURSE, f"/patients/{ward.anna}")
    page = nurse.page
    await nurse.click(page.get_by_role("tab", name="Activity"))
    day = page.get_by_role("region", name="Steps").get_by_role("row").nth(1)
    await expect(day.get_by_role("cell").first).to_have_text("14,079")
    phone, watch = (day.get_by_role("listitem").filter(has_text=each) for each in ("phone", "wat"))
    await expect(phone).to_contain_text("9,922 of 10,622")
    await expect(watch).to_contain_text("(worn) 4,157")
    await expect(page.get_by_text("Of each moment one source counts")).to_be_visible()
