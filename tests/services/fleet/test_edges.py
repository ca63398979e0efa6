"""What an edge asks and tells: limits and no names, alarms kept once, a state somebody looks at."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product

import msgspec
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization

from homeward.edge.certificates import new_request
from homeward.edge.registry import understood
from homeward.engines.certificates import Authority
from homeward.engines.folder import DataFolder
from homeward.model.delivery import DevicePass
from homeward.model.errors import Forbidden, Missing, Unreadable
from homeward.services.contract import Tools
from homeward.services.fleet import fleet
from homeward.services.fleet.edges import Edges
from homeward.services.fleet.work import AWAY_FOR, look

EDGE = DevicePass(1, "cupboard", True)
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
ROWS = """
insert into device (name, kind, door) values ('cupboard', 'edge', 'cupboard.local:8883');
insert into device (name, kind, gateway_id)
    values ('pump-1', 'monitor', 1), ('pump-2', 'monitor', 1);
insert into device (name, kind) values ('other', 'monitor');
insert into patient (record_number, name, birth_date, sex)
    values ('N-1', 'Erna Unsaid', '1950-01-01', 'unknown');
insert into ward (name, kind) values ('Ward', 'ward');
insert into stay (patient_id, ward_id, bed, starts) values (1, 1, '1', '2026-02-01');
insert into person (name, login, password_hash, role) values ('Dora', 'dora', 'x', 'doctor');
insert into association (device_id, patient_id, starts, source) values (2, 1, '2026-02-01', 'test');
"""


@pytest.fixture
async def edges(tools: Tools) -> Edges:
    async with tools.store.pool.connection() as connection:
        await connection.execute(ROWS)
    authority = Authority.open(DataFolder(tools.settings.data).certificates)
    authority.keep_server(["localhost"])
    return Edges(replace(tools, now=lambda: NOW))


async def rows(tools: Tools, sql: str) -> list[tuple]:
    async with tools.store.pool.connection() as connection:
        return await (await connection.execute(sql.encode())).fetchall()


@asynccontextmanager
async def troubles(tools: Tools) -> AsyncIterator[list[dict]]:
    """What is told on told.trouble."""
    heard: list[dict] = []

    async def hear(_: str, body: bytes) -> None:
        heard.append(json.loads(body))

    stop = await tools.bus.listen("told.trouble", hear)
    try:
        yield heard
    finally:
        await stop()


async def arrived(heard: list[dict], count: int) -> None:
    async with asyncio.timeout(5):
        while len(heard) < count:
            await asyncio.sleep(0.01)


async def test_the_registry_has_critical_limits_and_no_names(edges: Edges):
    body = await edges.edge(EDGE, "registry", b"")
    assert b"Erna" not in body
    told = understood(body)
    assert (told.edge, told.door) == ("cupboard", "cupboard.local:8883")
    assert [each.name for each in told.devices] == ["pump-1", "pump-2"]
    worn, unworn = told.devices
    limits = {each.condition: each for each in worn.limits}
    assert (limits["oxygen_low"].extreme, limits["oxygen_low"].priority) == (80, "high")
    assert limits["pulse_low"].yields_to == "heart_rate"
    assert unworn.limits == ()
    for each in worn.limits:
        rule = each.rule()
        assert rule is not None
        assert rule.name == each.condition


async def test_a_pulse_yields_at_the_edge_only_to_what_is_judged_there(edges: Edges, tools: Tools):
    """One heart rate's alarm is off, and the other waits for no extreme."""
    async with tools.store.pool.connection() as connection:
        await connection.execute(
            "insert into rule_setting (rule, choice, patient_id, by_role, limit_value, "
            "clear_limit, delay_seconds, clear_seconds, extreme, set_at, set_by, reason) values "
            "('heart_rate_low', 'off', 1, 'doctor', null, null, null, null, null, '2026-02-02', 1, "
            "'test'), ('heart_rate_high', 'limit', 1, 'doctor', 140, 130, 20, 15, null, "
            "'2026-02-02', 1, 'test')"
        )
    (told, *_) = understood(await edges.edge(EDGE, "registry", b"")).devices
    limits = {each.condition: each.yields_to for each in told.limits}
    assert (limits["pulse_low"], limits["pulse_high"]) == (None, None)
    assert not {"heart_rate_low", "heart_rate_high"} & limits.keys()


async def test_a_patients_own_limit_reaches_the_edge(edges: Edges, tools: Tools):
    async with tools.store.pool.connection() as connection:
        await connection.execute(
            "insert into rule_setting (rule, choice, patient_id, by_role, limit_value, "
            "clear_limit, delay_seconds, clear_seconds, extreme, set_at, set_by, reason) values "
            "('oxygen_low', 'limit', 1, 'doctor', 85, 87, 15, 15, 75, '2026-02-02', 1, 'test')"
        )
    (told, *_) = understood(await edges.edge(EDGE, "registry", b"")).devices
    (mine,) = [each for each in told.limits if each.condition == "oxygen_low"]
    assert (mine.extreme, mine.clear_limit) == (75, 87)


def sounded(ended: int | None = None, device: str = "pump-1") -> bytes:
    one = {
        "device": device,
        "condition": "oxygen_low",
        "priority": "high",
        "text": "SpO₂ 71 < 80 %",
    }
    one |= {"value": 71.0, "began": round(NOW.timestamp() * 1e6)}
    return msgspec.json.encode({"alarms": [one | ({"ended": ended} if ended else {})]})


async def test_what_an_edge_sounded_is_kept_once_and_told(edges: Edges, tools: Tools):
    async with troubles(tools) as heard:
        await edges.edge(EDGE, "alarms", sounded())
        await edges.edge(EDGE, "alarms", sounded(round(NOW.timestamp() * 1e6) + 5_000_000))
        said = await edges.edge(EDGE, "alarms", sounded(device="other"))  # it is not its own
        assert json.loads(said) == {"kept": 0}
        await arrived(heard, 3)
    kept = await rows(tools, "select device_id, value, ended - began from edge_alarm")
    assert kept == [(2, 71.0, timedelta(seconds=5))]
    assert "pump-1: SpO₂ 71 < 80 %" in heard[0]["text"]
    assert "still" in heard[0]["text"]
    assert [each["what"] for each in heard] == [
        "edge_1_oxygen_low_pump-1", "edge_1_oxygen_low_pump-1", "edge_1_others",
    ]  # fmt: skip
    assert "other:" not in heard[2]["text"], "of devices of other places it can say nothing"
    assert "71" not in heard[2]["text"]


async def test_who_is_no_edge_gets_nothing(edges: Edges):
    with pytest.raises(Forbidden):
        await edges.edge(DevicePass(4, "other", True), "registry", b"")
    with pytest.raises(Missing):
        await edges.edge(EDGE, "patients", b"")
    with pytest.raises(Unreadable):
        await edges.edge(EDGE, "alarms", b'{"alarms": [{"device": 1}]}')


async def test_its_certificates_are_for_its_own_name_and_its_door(edges: Edges, tools: Tools):
    _, request = new_request()
    body = msgspec.json.encode({"csr": request})
    door = json.loads(await edges.edge(EDGE, "certificate", body))["certificate"]
    me = json.loads(await edges.edge(EDGE, "identity", body))["certificate"]
    for pem, name in ((door, "cupboard.local"), (me, "urn:homeward:device:cupboard")):
        found = x509.load_pem_x509_certificate(pem.encode())
        spoken = found.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
        assert [each.value for each in spoken] == [name]
    assert await rows(tools, "select device_id from certificate") == [(1,)]


async def test_an_edge_that_is_away_or_in_trouble_is_a_technical_alarm(edges: Edges, tools: Tools):
    def state(trouble: str) -> bytes:
        said = {"version": "1", "spool_bytes": 9, "spool_bytes_max": 10, "waiting": 3}
        return msgspec.json.encode(said | {"oldest": 1_772_000_000_000_000, "trouble": trouble})

    def at(seconds: float) -> Tools:
        return replace(tools, now=lambda: NOW + timedelta(seconds=seconds))

    async with troubles(tools) as heard:
        assert await look(at(0), NOW, set()) == set(), "one that never spoke is nobody's trouble"
        await edges.edge(EDGE, "state", state(""))
        assert await look(at(60), NOW, set()) == set()
        told = await look(at(600), NOW, set())
        assert told == {1}
        long = AWAY_FOR.total_seconds()
        assert await look(at(600), NOW + timedelta(seconds=600 - long), set()) == set(), (
            "just started we have not heard it yet"
        )
        await edges.edge(EDGE, "state", state("its spool is more than 75 % full"))
        told = await look(at(10), NOW, told)
        await edges.edge(EDGE, "state", state(""))
        assert await look(at(20), NOW, told) == set()
        await arrived(heard, 3)
    assert [(each["what"], each["over"]) for each in heard] == [
        ("edge_1", False), ("edge_1", False), ("edge_1", True),
    ]  # fmt: skip
    assert "has not been heard for 10 min" in heard[0]["text"]
    assert heard[1]["text"] == "cupboard: its spool is more than 75 % full"


@pytest.mark.parametrize(
    ("name", "number"),
    [*product(("spool_bytes", "spool_bytes_max", "waiting"), (2**63, -1)), ("oldest", 2**63)],
)
async def test_a_number_that_counts_nothing_is_refused(edges: Edges, name: str, number: int):
    said = {"version": "1", "spool_bytes": 9, "spool_bytes_max": 10, "waiting": 3, "oldest": 1}
    with pytest.raises(Unreadable):
        await edges.edge(EDGE, "state", msgspec.json.encode(said | {name: number}))


async def test_an_edge_hears_of_a_change_of_its_own_devices_at_once(
    edges: Edges, tools: Tools, monkeypatch
):
    monkeypatch.setattr("homeward.services.fleet.edges.CHANGE_SECONDS", 0.02)
    monkeypatch.setattr("homeward.services.fleet.edges.CHANGE_LOOKS", 2)
    door, bus = tools.store.door(), tools.bus

    async def asks() -> bool:
        return json.loads(await edges.edge(EDGE, "changes", b""))["changed"]

    assert await asks(), "at first it may have changed"
    assert not await asks()
    await fleet.revoke(door, bus, "other", "not its own", NOW)
    assert not await asks()
    monkeypatch.setattr("homeward.services.fleet.edges.CHANGE_LOOKS", 1_000)
    asking = asyncio.create_task(asks())
    await fleet.revoke(door, bus, "pump-1", "stolen", NOW)
    assert await asyncio.wait_for(asking, 10)


async def test_what_an_edge_renews_is_its_own(edges: Edges, tools: Tools):
    _, request = new_request()
    csr = x509.load_pem_x509_csr(request.encode()).public_bytes(serialization.Encoding.DER)

    def body(device: str) -> bytes:
        return msgspec.json.encode({"device": device, "issued": NOW.timestamp(), "csr": csr})

    made = json.loads(await edges.edge(EDGE, "renew", body("pump-2")))["certificate"]
    found = x509.load_pem_x509_certificate(made.encode())
    spoken = found.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert [each.value for each in spoken] == ["urn:homeward:device:pump-2"]
    with pytest.raises(Forbidden, match="not of those"):
        await edges.edge(EDGE, "renew", body("other"))
