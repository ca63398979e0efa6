"""The round of a ward, its orders and what stands at the bedside, over HTTP."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import msgspec

from homeward.model.person import Role
from homeward.model.shown import PartShown, ScoreShown
from tests.api.conftest import House, sql

NAMES = ("respiratory_rate", "oxygen_saturation", "on_oxygen", "systolic", "pulse",
         "consciousness", "temperature")  # fmt: skip
FULL = [
    {"vital": "respiratory_rate", "value": 16, "unit": "/min"},
    {"vital": "oxygen_saturation", "value": 97, "unit": "%"},
    {"vital": "on_oxygen", "value": False},
    {"vital": "systolic", "value": 125, "unit": "mm[Hg]"},
    {"vital": "pulse", "value": 72, "unit": "/min"},
    {"vital": "consciousness", "value": "A"},
    {"vital": "temperature", "value": 36.8, "unit": "Cel"},
]


async def scored(house: House, patient: int, minutes: float, interval: int, low: int = 0) -> None:
    """A score whose inputs were all seen so many minutes ago, noted as the watcher does."""
    at = datetime.now(UTC) - timedelta(minutes=minutes)
    ms = round(at.timestamp() * 1000)
    parts = [PartShown(name, name, "1", 0, ms, 0, False) for name in NAMES]
    shown = ScoreShown("news2", ms, low, low, low, "low", "", 1, parts, interval)
    await house.store.door().run(
        sql(
            "insert into score (patient_id, name, at, total, low, high, risk, detail) values"
            " (%(patient)s, 'news2', %(at)s, %(low)s, %(low)s, %(low)s, 'low', %(detail)s::jsonb)"
        ),
        patient=patient, at=at, low=low, detail=msgspec.json.encode(shown).decode(),
    )  # fmt: skip


async def admitted(house: House, name: str, bed: str, ends: datetime | None = None) -> int:
    ((row),) = await house.store.door().all(
        sql(
            "insert into patient (record_number, name, birth_date, sex)"
            " values (%(name)s::text, %(name)s::text, '1950-01-01', 'male') returning id"
        ),
        dict,
        name=name,
    )
    starts = datetime.now(UTC) - timedelta(days=1)
    values = {"patient": row["id"], "ward": house.ids["Ward 3"], "bed": bed}
    stay = "insert into stay (patient_id, ward_id, bed, starts, ends) values"
    stay += " (%(patient)s, %(ward)s, %(bed)s, %(starts)s, %(ends)s)"
    await house.store.door().run(sql(stay), **values, starts=starts, ends=ends)
    return row["id"]


async def the_round(house: House):
    async with await house.client(Role.NURSE) as client:
        answer = await client.get(f"/api/wards/{house.ids['Ward 3']}/round")
        assert answer.status_code == 200, answer.text
        return answer.json()["beds"]


async def test_whom_to_see_first_is_on_top(house: House) -> None:
    await scored(house, house.ids["Anna"], 400, 6 * 3600)  # 40 minutes over
    await scored(house, house.ids["Bela"], 400, 3600, low=5)  # 340 minutes over
    await scored(house, await admitted(house, "Dora", "3-03"), 10, 12 * 3600)
    await admitted(house, "Emil", "3-04")  # never observed, since yesterday
    beds = await the_round(house)
    assert [each["patient"]["name"] for each in beds] == ["Emil", "Bela", "Anna", "Dora"]
    assert [each["overdue_seconds"] // 60 for each in beds[1:]] == [340, 40, 0]
    assert beds[0]["score"] is None
    assert beds[1]["interval_seconds"] == 3600
    assert len(beds[1]["parts"]) == 7


async def test_d7_a_ward_with_gaps_charts_and_lists_every_bed(house: House) -> None:
    """CARE stopped at the first bed without a patient, and left every later bed uncharted."""
    gone = datetime.now(UTC) - timedelta(hours=1)
    await admitted(house, "Gone", "3-00", ends=gone)
    await admitted(house, "Gone too", "3-03", ends=gone)
    last = await admitted(house, "Last", "3-09")
    house.ids["Last"] = last
    beds = await the_round(house)
    assert {each["bed"] for each in beds} == {"3-00", "3-01", "3-02", "3-03", "3-09"}
    empty = [each for each in beds if each["patient"] is None]
    assert [each["bed"] for each in empty] == ["3-00", "3-03"]
    assert beds[-2:] == empty, "nothing to do there: below everybody"
    async with await house.client(Role.NURSE) as client:
        for patient in (house.ids["Anna"], house.ids["Bela"], last):
            body = {"key": str(uuid4()), "values": FULL}
            answer = await client.post(f"/api/patients/{patient}/observations", json=body)
            assert answer.status_code == 200, answer.text
            trend = (await client.get(f"/api/patients/{patient}/trend")).json()
            assert {each["vital"] for each in trend["series"]} == {each["vital"] for each in FULL}
        board = (await client.get(f"/api/wards/{house.ids['Ward 3']}/board")).json()
    assert [len(each["vitals"]) for each in board["beds"]] == [7, 7, 7]
    assert all(each["overdue_seconds"] == 0 for each in await the_round(house))


async def test_an_entry_takes_them_off_the_list_and_a_refusal_stays_in_sight(house: House) -> None:
    anna = house.ids["Anna"]
    await scored(house, anna, 400, 3600)
    async with await house.client(Role.NURSE) as client:
        body = {
            "key": str(uuid4()),
            "values": [each for each in FULL if each["vital"] != "temperature"],
            "absent": [{"vital": "temperature", "reason": "asleep"}],
        }
        await client.post(f"/api/patients/{anna}/observations", json=body)
    (bed,) = (each for each in await the_round(house) if each["bed"] == "3-01")
    assert bed["overdue_seconds"] == 0
    put_off = {each["parameter"]: each["put_off"] for each in bed["parts"]}
    assert put_off.pop("temperature") == "asleep"
    assert set(put_off.values()) == {None}


async def test_orders_are_rows_with_who_and_why(house: House) -> None:
    anna = house.ids["Anna"]
    await scored(house, anna, 10, 6 * 3600)
    until = round((datetime.now(UTC) + timedelta(hours=8)).timestamp() * 1000)
    path = f"/api/patients/{anna}/observation-order"

    async def ordered(role: Role, seconds, reason="after surgery", until=until):
        async with await house.client(role) as client:
            body = {"interval_seconds": seconds, "reason": reason, "until": until}
            return await client.post(path, json=body)

    assert (await ordered(Role.ENGINEER, 1800)).status_code == 403
    assert (await ordered(Role.NURSE, 12 * 3600)).status_code == 422
    assert (await ordered(Role.NURSE, 1800, reason=" ")).status_code == 422
    assert (await ordered(Role.NURSE, 1800, until=1)).status_code == 422
    more = (await ordered(Role.NURSE, 1800)).json()
    assert (more["interval_seconds"], more["is_ordered"]) == (1800, True)
    assert (more["order"]["person"], more["order"]["reason"]) == ("Test nurse", "after surgery")
    fewer = (await ordered(Role.DOCTOR, 12 * 3600, "stable for a week")).json()
    assert fewer["interval_seconds"] == 12 * 3600
    back = (await ordered(Role.NURSE, None, "as usual again")).json()
    assert (back["interval_seconds"], back["is_ordered"], back["order"]) == (6 * 3600, False, None)
    rows = await house.store.door().all(
        sql("select interval_seconds, score_seconds from observation_order order by id"), dict
    )
    assert [row["interval_seconds"] for row in rows] == [1800, 12 * 3600, None]
    assert {row["score_seconds"] for row in rows} == {6 * 3600}


async def test_a_doctors_order_outlasts_a_nurses_and_all_of_it_is_told(house: House) -> None:
    anna = house.ids["Anna"]
    await scored(house, anna, 10, 6 * 3600, low=3)
    until = round((datetime.now(UTC) + timedelta(hours=8)).timestamp() * 1000)
    path = f"/api/patients/{anna}/observation-order"
    async with await house.client(Role.NURSE) as nurse, await house.client(Role.DOCTOR) as doctor:

        async def ordered(client, seconds, until=until):
            body = {"interval_seconds": seconds, "reason": "after surgery", "until": until}
            return await client.post(path, json=body)

        async def told():
            return (await nurse.get(path)).json()

        first = await told()
        assert (first["bed"]["asked_seconds"], first["nurse_seconds_max"]) == (6 * 3600, 6 * 3600)
        assert first["bed"]["order"] is None
        await ordered(doctor, 3600)
        assert (await told())["nurse_seconds_max"] == 3600
        for loosens in (7200, None):
            answer = await ordered(nurse, loosens)
            assert answer.status_code == 422
            assert "Only a doctor" in answer.json()["error"]
        assert (await ordered(nurse, 1800)).json()["interval_seconds"] == 1800
        back = (await ordered(nurse, None)).json()
        assert (back["interval_seconds"], back["order"]["role"]) == (3600, "doctor")
        newest = (await told())["history"][0]["id"]
        for over, status in ((0, 409), (newest - 1, 409), (newest, 200)):
            body = {"interval_seconds": None, "reason": "as usual", "until": until, "over": over}
            ended = await doctor.post(path, json=body)
            assert ended.status_code == status, ended.text
            if status == 409:
                words = "Test nurse (nurse) ordered how often meanwhile. Look again."
                assert ended.json() == {"error": words, "code": "changed"}
        assert ended.json()["order"] is None
        history = (await told())["history"]
        assert [(each["interval_seconds"], each["role"]) for each in history] == [
            (None, "doctor"), (None, "nurse"), (1800, "nurse"), (3600, "doctor"),
        ]  # fmt: skip
        home = (await nurse.get(f"/api/patients/{house.ids['Cleo']}/observation-order")).json()
        assert (home["bed"], home["nurse_seconds_max"], home["history"]) == (None, None, [])


async def test_the_preview_is_the_score_that_filing_makes_and_files_nothing(house: House) -> None:
    anna = house.ids["Anna"]
    sick = [dict(each) for each in FULL]
    sick[0]["value"], sick[5]["value"] = 26, "C"
    async with await house.client(Role.NURSE) as client:
        path = f"/api/patients/{anna}/observations"
        part = {"key": str(uuid4()), "values": sick[:1]}
        score = (await client.post(f"{path}/preview", json=part)).json()["score"]
        assert (score["total"], score["low"], score["interval_seconds"]) == (None, 3, 3600)
        whole = {"key": str(uuid4()), "values": sick}
        shown = (await client.post(f"{path}/preview", json=whole)).json()
        assert (shown["score"]["total"], shown["score"]["risk"]) == (6, "medium")
        assert shown["unusual"] == []
        nothing = {"key": str(uuid4()), "values": []}
        assert (await client.post(f"{path}/preview", json=nothing)).json()["score"] is None
        span = {"start": 1, "end": 2**52 // 1000}
        assert (await client.get(path, params=span)).json() == []
        bedside = (await client.get(f"/api/patients/{anna}/bedside")).json()
        assert bedside["last"] == []
        await client.post(path, json=whole)
        bedside = (await client.get(f"/api/patients/{anna}/bedside")).json()
        assert {each["device"] for each in bedside["last"]} == {"by hand"}
        assert bedside["bed"]["bed"] == "3-01"
        cleo = (await client.get(f"/api/patients/{house.ids['Cleo']}/bedside")).json()
        assert cleo["bed"] is None, "at home there is no round"


async def test_sixty_beds_are_one_batch(house: House) -> None:
    """As many reads for sixty beds as for two."""
    for number in range(60):
        patient = await admitted(house, f"P{number}", f"4-{number:02}")
        await scored(house, patient, number, 3600)
    beds = await the_round(house)
    assert len(beds) == 62
    statements: list[str] = []
    door = house.store.door
    counting = house.store

    def counted(actor=None):
        opened = door(actor)
        every = opened.all

        async def all_(query, into, **values):
            statements.append(query.name)
            return await every(query, into, **values)

        opened.all = all_
        return opened

    counting.door = counted
    try:
        assert len(await the_round(house)) == 62
    finally:
        counting.door = door
    assert len(statements) <= 8, statements
