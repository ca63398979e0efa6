"""Scores over HTTP: computed by the watcher, kept as rows, read with the chart they are of."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from homeward.guard import signed
from homeward.model.frame import HOT
from homeward.model.person import Role
from homeward.model.vital import BY_NAME
from homeward.services.watch import own_tables
from homeward.services.watch.work import work
from tests.api.conftest import House, sql

TEXT = (Path(__file__).parents[1] / "clinical" / "own_pews.toml").read_text()
WAIT_SECONDS = 20


async def reads(house: House, **vitals: float) -> None:
    """Anna's monitor says these now."""
    now = round(datetime.now(UTC).timestamp() * 1e6)
    rows = np.zeros(len(vitals), HOT)
    for place, (name, value) in enumerate(vitals.items()):
        ids = (house.ids["Anna"], house.ids["monitor-1"], BY_NAME[name].index, 0)
        rows[place] = (*ids, now, now, value)
    await house.tools.bus.publish("hot.readings", rows.tobytes())


async def scores(house: House, **vitals: float) -> dict:
    """What the route gives once the watcher has scored these."""
    path = f"/api/patients/{house.ids['Anna']}/scores"
    async with await house.client(Role.NURSE) as nurse, asyncio.timeout(WAIT_SECONDS):
        while True:
            await reads(house, **vitals)
            end = round(datetime.now(UTC).timestamp() * 1000) + 60_000
            answer = await nurse.get(path, params={"start": end - 600_000, "end": end})
            assert answer.status_code == 200, answer.text
            if answer.json()["scores"]:
                return answer.json()
            await asyncio.sleep(0.1)


async def test_a_childs_score_comes_with_its_chart(house: House) -> None:
    born = "update patient set birth_date = current_date - 2300 where id = %(id)s"
    await house.store.door().run(sql(born), id=house.ids["Anna"])
    watching = asyncio.create_task(work(house.tools))
    said = await scores(house, heart_rate=155, capillary_refill=3)
    watching.cancel()
    score = said["scores"][-1]
    assert (score["name"], score["chart"], score["low"]) == ("bedside_pews", "4 to 11 years", 8)
    (chart,) = said["charts"]
    assert (chart["name"], chart["chart"]) == ("bedside_pews", "4 to 11 years")
    assert "Parshuram" in chart["about"]
    rows = {each["parameter"]: each for each in chart["parameters"]}
    assert [band["text"] for band in rows["heart_rate"]["bands"]][:2] == ["≥150", "130–149"]
    assert rows["oxygen_therapy"]["by_points"]
    async with await house.client(Role.NURSE) as nurse:
        board = (await nurse.get(f"/api/wards/{house.ids['Ward 3']}/board")).json()
    (anna,) = [bed["score"] for bed in board["beds"] if bed["patient"]["id"] == house.ids["Anna"]]
    assert (anna["label"], anna["said"]) == ("Bedside PEWS", "≥ 8")


async def test_an_own_table_comes_with_its_own_chart(house: House) -> None:
    door, now = house.store.door(), datetime.now(UTC)
    born = "update patient set birth_date = current_date - 2300 where id = %(id)s"
    await door.run(sql(born), id=house.ids["Anna"])
    ada = own_tables.Said(house.ids["administrator"], "guideline 12", now)
    private, public = signed.make_key()
    await own_tables.trust(door, public, "Paediatrics", ada, is_trusted=True)
    await own_tables.add(door, TEXT, signed.sign(private, TEXT.encode()), ada)
    ward = own_tables.Scope(ward_id=house.ids["Ward 3"])
    await own_tables.switch(door, "own_ward_pews", True, ward, ada)
    watching = asyncio.create_task(work(house.tools))
    said = await scores(house, heart_rate=125, temperature=38.5)
    watching.cancel()
    score = said["scores"][-1]
    assert (score["name"], score["total"], score["said"]) == ("own_ward_pews", 5, "5")
    assert [chart["label"] for chart in said["charts"]] == ["Ward PEWS"]
    assert [each["name"] for each in said["others"]] == ["bedside_pews"]
