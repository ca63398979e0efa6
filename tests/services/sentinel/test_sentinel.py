"""What the sentinel tells, who may see it, and that its patient is nobody anywhere else."""

from datetime import UTC, datetime, timedelta

import psycopg
import pytest

from homeward.clinical.episode import Key
from homeward.model.alarm import Finding, Kind, Priority
from homeward.model.errors import Conflict
from homeward.model.person import Role
from homeward.services.call.converge import converge
from homeward.services.people.sessions import begin
from homeward.services.people.sign_in import prove_password
from homeward.services.sentinel.pretend import keep
from homeward.services.sentinel.work import is_missed
from homeward.services.watch import ledger
from tests.api.conftest import House, house, sql

__all__ = ["house"]

HOPS = {"stored": 0.01, "heard": 0.2, "acknowledged": 0.3, "told": 0.31, "over": 0.1}


def told(at: datetime, outcome: str = "well", **changes):
    hops = HOPS if outcome == "well" else {}
    base = {"at": round(at.timestamp() * 1000), "outcome": outcome, "hops": hops, "detail": ""}
    base["calls"] = ["email", "sms"]
    return {**base, **changes}


async def test_rounds_are_told_by_the_sentinel_alone_and_seen_by_staff(house: House):
    now = datetime.now(UTC)
    async with await house.client(Role.SENTINEL) as sentinel:
        for ago in range(3):
            body = told(now - timedelta(minutes=ago))
            assert (await sentinel.post("/api/sentinel/rounds", json=body)).status_code == 204
        lost = told(now - timedelta(minutes=5), "lost", detail="no alarm")
        assert (await sentinel.post("/api/sentinel/rounds", json=lost)).status_code == 204
        for wrong in (
            {"outcome": "fine"},
            {"calls": ["pigeon"]},
            {"hops": {"nonsense": 1}},
            {"hops": {"heard": -1}},
        ):
            answer = await sentinel.post("/api/sentinel/rounds", json=told(now, **wrong))
            assert answer.status_code == 422
    async with await house.client(Role.NURSE) as nurse:
        assert (await nurse.post("/api/sentinel/rounds", json=told(now))).status_code == 403
        seen = (await nurse.get("/api/sentinel")).json()
    assert (seen["rounds"], seen["lost"], seen["late"]) == (4, 1, 0)
    assert (seen["state"], seen["recent"][0]["outcome"]) == ("well", "well")
    assert [each["outcome"] for each in seen["recent"]] == ["well", "well", "well", "lost"]
    assert seen["recent"][-1]["detail"] == "no alarm"
    assert seen["calls"] == ["email", "sms"]
    assert [hop["name"] for hop in seen["hops"]] == list(HOPS)
    heard = seen["hops"][1]
    assert (heard["rounds"], heard["median"], heard["worst"]) == (3, 0.2, 0.2)


async def test_where_there_is_none_nothing_is_claimed(house: House):
    async with await house.client(Role.ENGINEER) as engineer:
        seen = (await engineer.get("/api/sentinel")).json()
    assert seen == {
        "state": "none", "heard": None, "calls": None, "recent": [], "rounds": 0, "lost": 0,
        "late": 0, "hops": [],
    }  # fmt: skip


@pytest.mark.parametrize(
    ("ago", "state"), [(timedelta(minutes=2), "lost"), (timedelta(minutes=5), "silent"),
                       (timedelta(days=2), "none")],
)  # fmt: skip
async def test_whether_one_runs_is_by_our_own_clock(house: House, ago: timedelta, state: str):
    await house.store.door().run(
        sql(
            "insert into sentinel_round (at, received, outcome, hops)"
            " values (%(at)s, %(at)s, 'lost', '{}')"
        ),
        at=datetime.now(UTC) - ago,
    )
    async with await house.client(Role.ENGINEER) as engineer:
        seen = (await engineer.get("/api/sentinel")).json()
    assert (seen["state"], seen["calls"]) == (state, None), "an older one does not say"


async def test_one_that_falls_silent_is_missed_and_one_that_never_was_is_not(house: House):
    door, now = house.store.door(), datetime.now(UTC)
    assert not await is_missed(door, now)
    async with await house.client(Role.SENTINEL) as sentinel:
        await sentinel.post("/api/sentinel/rounds", json=told(now))
    assert not await is_missed(door, now + timedelta(minutes=2))
    assert await is_missed(door, now + timedelta(minutes=5))
    assert not await is_missed(door, now + timedelta(days=2)), "it was taken away for good"


async def test_the_pretend_patient_is_nobody_anywhere(house: House):
    """H-8: on no board, in no search, in no list, in no statistics, and nobody is called."""
    door, now = house.store.door(), datetime.now(UTC)
    made = await keep(door, "watcher", now)
    finding = Finding(Priority.HIGH, "SpO2 60", now, 60.0, 90.0, "Sit upright.")
    change = ledger.Change(Key("oxygen_low", made.patient_id), Kind.PHYSIOLOGICAL, now, finding)
    (alarm,) = await ledger.write(house.store, house.tools.bus, [change])
    await converge(house.store, house.tools.bus, now, 120)
    assert await door.all(sql("select id from call"), dict) == []
    assert await door.all(sql("select id from peoples_alarm"), dict) == []
    async with await house.client(Role.NURSE) as nurse:
        assert "Sentinel" not in (await nurse.get("/api/wards")).text
        assert "sentinel" not in (await nurse.get("/api/patients")).text
        said = {"search": "sentinel"}
        assert (await nurse.post("/api/patients/search", json=said)).json() == []
        assert "watcher" not in (await nurse.get("/api/places")).text
        assert (await nurse.get("/api/alarms")).json() == []
    known = await prove_password(door, made.login, made.password)
    token = await begin(door, known.person_id, "password", "", now, known.password_hash)
    async with await house.client(None) as sentinel:
        sentinel.headers["cookie"] = f"__Host-homeward={token}"
        own = await sentinel.get(f"/api/patients/{made.patient_id}/alarms")
        assert [each["id"] for each in own.json()] == [alarm.id]
        for path in ("/api/wards", "/api/patients", "/api/alarms", "/api/places", "/api/reach"):
            assert (await sentinel.get(path)).status_code == 403
        anna = house.ids["Anna"]
        assert (await sentinel.get(f"/api/patients/{anna}/alarms")).status_code == 403
        body = {"reason": "sentinel"}
        path = f"/api/alarms/{alarm.id}/acknowledge"
        assert (await sentinel.post(path, json=body)).status_code == 200


async def test_what_it_leaves_behind_is_let_go_of_and_nothing_of_anybody_else(house: House):
    door, now = house.store.door(), datetime.now(UTC)
    made = await keep(door, "watcher", now)
    old = now - ledger.PRETEND_KEPT_FOR - timedelta(hours=1)
    anna = house.ids["Anna"]

    async def alarm(patient: int, at: datetime, condition: str, *, is_over: bool = True) -> int:
        """Low, so that it is over without anybody's answer."""
        key, kind = Key(condition, patient), Kind.PHYSIOLOGICAL
        changes = [ledger.Change(key, kind, at, Finding(Priority.LOW, "x", at))]
        changes += [ledger.Change(key, kind, at, None)] if is_over else []
        (shown,) = await ledger.write(house.store, house.tools.bus, changes)
        return shown.id

    for patient, place in ((made.patient_id, 0), (anna, 1)):
        await door.run(
            sql("insert into score (patient_id, name, at, low, high, risk, detail)"
                " values (%(patient)s, 'news2', %(at)s, 0, 0, 'low', '{}')"),
            patient=patient, at=old - timedelta(seconds=place),
        )  # fmt: skip
    gone = [await alarm(made.patient_id, old, f"old_{n}") for n in range(3)]
    stays = {
        await alarm(anna, old, "old"),
        await alarm(made.patient_id, now, "new"),
        await alarm(made.patient_id, old, "open", is_over=False),
    }
    await ledger.forget_pretend(door, now)
    left = {row["id"] for row in await door.all(sql("select id from alarm"), dict)}
    assert stays <= left
    assert left.isdisjoint(gone)
    lines = {
        row["alarm_id"] for row in await door.all(sql("select alarm_id from alarm_event"), dict)
    }
    assert stays <= lines
    assert lines.isdisjoint(gone)
    scored = await door.all(sql("select patient_id from score where at < %(at)s"), dict, at=now)
    assert [row["patient_id"] for row in scored] == [anna]
    for table in ("alarm_event", "alarm_receipt", "alarm"):
        if table == "alarm_receipt":
            await door.run(
                sql("insert into alarm_receipt (alarm_id, person_id, rung, at)"
                    " select min(alarm.id), min(person.id), now(), now() from alarm, person"
                    " where alarm.patient_id = %(anna)s"),
                anna=anna,
            )  # fmt: skip
        with pytest.raises(psycopg.errors.RaiseException, match="never deleted"):
            await door.run(sql(f"delete from {table}"))


async def test_the_sentinel_answers_for_nobody_else(house: House):
    now = datetime.now(UTC)
    finding = Finding(Priority.HIGH, "SpO2 60", now, 60.0, 90.0)
    changes = [
        ledger.Change(Key("oxygen_low", house.ids["Anna"]), Kind.PHYSIOLOGICAL, now, finding),
        ledger.Change(Key("trouble_disk"), Kind.TECHNICAL, now, finding),
    ]
    alarms = await ledger.write(house.store, house.tools.bus, changes)
    async with await house.client(Role.SENTINEL) as sentinel:
        for alarm in alarms:
            path = f"/api/alarms/{alarm.id}/acknowledge"
            assert (await sentinel.post(path, json={})).status_code == 404


async def test_it_is_made_once_and_its_password_anew_each_time(house: House):
    door, now = house.store.door(), datetime.now(UTC)
    first, second = await keep(door, "watcher", now), await keep(door, "watcher", now)
    assert first.patient_id == second.patient_id
    assert first.password != second.password
    with pytest.raises(Conflict):
        await keep(door, "nurse", now)
