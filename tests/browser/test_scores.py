"""Scores other than NEWS2 on the pages: a child's with its age band, a mother's in colours."""

import json
from datetime import UTC, date, datetime, timedelta
from typing import Any

import msgspec
from playwright.async_api import expect

from homeward.clinical.score import active_charts
from homeward.clinical.scores import SCORERS
from homeward.clinical.subject import Subject
from homeward.model.person import Role
from homeward.model.reading import Reading
from homeward.model.vital import BY_NAME
from homeward.services.watch.score_shown import shown
from tests.browser.conftest import PHONE

SICK_CHILD = {
    "heart_rate": 142, "systolic": 104, "capillary_refill": 3.4, "respiratory_rate": 38,
    "respiratory_effort": 2, "oxygen_saturation": 92, "oxygen_flow": 2, "on_oxygen": 1,
}  # fmt: skip
MOTHER = {
    "temperature": 37.2, "systolic": 164, "diastolic": 98, "heart_rate": 104,
    "respiratory_rate": 18, "oxygen_saturation": 97, "consciousness": 0,
}  # fmt: skip


async def becomes(ward: Any, subject: Subject, minutes: tuple[int, ...], **vitals: float) -> None:
    """Anna is this person; so many minutes ago these were measured and scored."""
    born = subject.birth_date or date(1950, 1, 1)
    text = "update patient set birth_date = %(born)s where id = %(id)s returning id"
    await ward.sql(text, born=born, id=ward.anna)
    for ago in minutes:
        at = datetime.now(UTC) - timedelta(minutes=ago)
        inputs = {name: Reading(BY_NAME[name], value, at) for name, value in vitals.items()}
        charts = active_charts(SCORERS, subject, at.date(), {"qsofa": True})
        for place, (scorer, chart) in enumerate(charts):
            score = shown(scorer.score(inputs, at, chart), subject, is_leading=place == 0)
            await ward.sql(
                "insert into score (patient_id, name, at, total, low, high, risk, is_leading,"
                " detail) values (%(patient)s, %(name)s, %(at)s, %(total)s, %(low)s, %(high)s,"
                " %(risk)s, %(leading)s, %(detail)s) returning id",
                patient=ward.anna, name=score.name, at=at, total=score.total, low=score.low,
                high=score.high, risk=score.risk, leading=score.is_leading,
                detail=json.dumps(msgspec.to_builtins(score)),
            )  # fmt: skip


def child(years: int = 6) -> Subject:
    today = datetime.now(UTC).date()
    return Subject(today.replace(year=today.year - years, day=1))


async def opens(visit: Any, ward: Any) -> Any:
    nurse = await visit()
    await nurse.opens_board(ward)
    return nurse


async def opens_chart(visit: Any, ward: Any) -> Any:
    nurse = await visit()
    await nurse.signs_in(Role.NURSE, f"/patients/{ward.anna}?show=score")
    return nurse


async def test_a_childs_score_is_named_with_its_age_band_and_fits_a_telephone(
    visit: Any, ward: Any
):
    await becomes(ward, child(), (2,), **SICK_CHILD)
    nurse = await opens(visit, ward)
    await expect(nurse.tile("Anna")).to_contain_text("Bedside PEWS 12high risk")
    await nurse.goes(f"/patients/{ward.anna}?show=score")
    await expect(nurse.page.get_by_test_id("numbers")).to_contain_text("4 to 11 years")
    await expect(nurse.page.get_by_role("tab", name="Bedside PEWS chart")).to_be_visible()
    table = nurse.page.get_by_role("table", name="Bedside PEWS, 4 to 11 years")
    marked = {"130–149": "142", "≥3.0": "3.4", "31–40": "38", "moderate": "●", "91–94": "92"}
    for band, text in marked.items():
        row = table.get_by_role("row").filter(
            has=nurse.page.get_by_role("rowheader", name=band, exact=True)
        )
        await expect(row.locator("[data-here]").first).to_have_text(text)
    oxygen = table.get_by_role("row").filter(has_text="0.01–3.99 L/min")
    await expect(oxygen.locator("[data-here]").first).to_have_text("●")
    totals = table.get_by_role("row", name="Bedside PEWS total")
    await expect(totals.get_by_role("cell").last).to_have_text("12")
    await expect(nurse.page.get_by_text("Parshuram, Hutchison and Middaugh")).to_be_visible()
    assert await nurse.axe_faults() == []
    await nurse.page.set_viewport_size(PHONE)
    await expect(totals).to_be_visible()
    assert not await nurse.scrolls_sideways()


async def test_over_a_birthday_the_chart_is_the_new_band(visit: Any, ward: Any):
    await becomes(ward, child(1), (40,), **SICK_CHILD)
    await becomes(ward, child(), (2,), **SICK_CHILD)
    nurse = await opens_chart(visit, ward)
    await expect(nurse.page.get_by_role("table", name="4 to 11 years")).to_be_visible()
    heart = nurse.page.get_by_role("row").filter(
        has=nurse.page.get_by_role("rowheader", name="130–149", exact=True)
    )
    await expect(heart.locator("[data-here]")).to_have_count(1)  # the other was read elsewhere


async def test_a_mothers_score_is_told_in_colours(visit: Any, ward: Any):
    await becomes(ward, Subject(date(1995, 1, 1), is_pregnant=True), (2,), **MOTHER)
    nurse = await opens(visit, ward)
    await expect(nurse.tile("Anna")).to_contain_text("MEOWS 1 red 2 yellow")
    await nurse.goes(f"/patients/{ward.anna}?show=score")
    row = nurse.page.get_by_role("row").filter(
        has=nurse.page.get_by_role("rowheader", name="≥161", exact=True)
    )
    await expect(row.locator("[data-here]").first).to_have_text("164")
    await expect(row).to_contain_text("red")
    assert await nurse.axe_faults() == []


async def test_a_further_score_stands_below_the_chart(visit: Any, ward: Any):
    values = {"respiratory_rate": 24, "systolic": 98, "consciousness": 0, "oxygen_saturation": 97}
    await becomes(ward, Subject(date(1950, 1, 1)), (2,), **values)
    nurse = await opens_chart(visit, ward)
    further = nurse.page.get_by_role("list", name="Further scores")
    await expect(further).to_contain_text("qSOFA 2")
    await expect(further).to_contain_text("Systolic 98 (1)")
    await expect(nurse.page.get_by_role("table")).to_contain_text("NEWS total")
