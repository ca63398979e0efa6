"""Foreign clients at the HTTPS door: 200 is after the commit, and a refusal says why."""

import asyncio
import gzip
import json
import ssl
import subprocess
from dataclasses import replace
from datetime import timedelta

import httpx
import numpy as np
import pytest

from homeward.engines.certificates import Authority
from homeward.model.frame import HOT, Channel, WaveFrame
from homeward.model.reading import Reading
from homeward.model.vital import OXYGEN_SATURATION
from homeward.model.wave import WAVES
from homeward.services.fleet import fleet
from homeward.standards import gateway
from homeward.standards.payload import encode
from tests.connectors.conftest import Clock
from tests.connectors.http_ingest.conftest import House, now, part


def reading(seq: int = 0) -> bytes:
    return encode([Reading(OXYGEN_SATURATION, 91.5, now())], 1, seq)


async def test_what_was_answered_with_200_is_in_the_record(house: House):
    async with house.client("pump-1") as client:
        for seq in range(10):
            answer = await client.post("/devices/pump-1/readings", content=reading(seq))
            assert (answer.status_code, answer.json()) == (200, {"stored": 1})
            assert [each[2] for each in await house.messages()] == [*range(seq + 1)]


async def test_waves_sensors_and_gzip_are_taken_as_over_mqtt(house: House):
    wave = WaveFrame(3, 4, round(now().timestamp() * 1e6), (
        Channel(WAVES[0], 250.0, 0.5, np.arange(9, dtype=np.int16)),
    )).pack()  # fmt: skip
    async with house.client("pump-1") as client:
        assert (await client.post("/devices/pump-1/waves", content=wave)).status_code == 200
        off = await client.post("/devices/pump-1/sensors", content=b'{"off":["probe"]}')
        assert off.status_code == 200
        packed = {"content-encoding": "gzip"}
        body = gzip.compress(reading(9))
        told = await client.post("/devices/pump-1/readings", content=body, headers=packed)
        assert told.status_code == 200
    assert [(kind, seq) for kind, _, seq, _ in await house.messages()] == [
        ("waves", 4),
        ("readings", 9),
    ]
    found = await house.rows("select sensors_off ? 'probe' from device_state where device_id = 1")
    assert found == [(True,)]


async def test_formats_of_others_are_taken_one_by_one(house: House):
    moment, days_ago = now().isoformat(), (now() - timedelta(days=9)).isoformat()
    rate = {"heart_rate": {"value": 61, "unit": "beats/min"}}
    schema = {"namespace": "omh", "name": "heart-rate", "version": "2.0"}
    points = [
        {
            "header": {"schema_id": schema},
            "body": {**rate, "effective_time_frame": {"date_time": at}},
        }
        for at in (moment, days_ago)
    ]
    quantity = {"value": 72, "system": "http://unitsofmeasure.org", "code": "/min"}
    coding = {"system": "http://loinc.org", "code": "8867-4"}
    one = {"resourceType": "Observation", "status": "final", "code": {"coding": [coding]},
           "effectiveDateTime": moment, "valueQuantity": quantity}  # fmt: skip
    wrong = {**one, "status": "entered-in-error"}
    bundle = {"resourceType": "Bundle", "entry": [{"resource": one}, {"resource": wrong}]}
    async with house.client("pump-1") as client:
        for _ in range(2):  # the second time as one who never heard the answer
            told = await client.post("/devices/pump-1/openmhealth", json=points)
            assert (told.status_code, told.json()["stored"]) == (200, 2)
        told = await client.post("/devices/pump-1/fhir", json=bundle)
        assert (told.json()["stored"], told.json()["put_aside"]) == (1, 1)
        refused = await client.post("/devices/pump-1/fhir", json=wrong)
        assert refused.status_code == 422
        assert "entered-in-error" in refused.json()["reasons"][0]
    rows = np.concatenate([np.frombuffer(each[3], HOT) for each in await house.messages()])
    said = {(float(row["value"]), bool(row["late"])) for row in rows}
    assert said == {(61.0, False), (61.0, True), (72.0, False)}
    assert [each[1] for each in await house.quarantined()] == ["https fhir", "https fhir"]


async def test_steps_are_a_total_of_their_time_and_nobodys_are_put_aside(house: House):
    await house.rows(
        "with anna as (insert into patient (record_number, name, birth_date, sex)"
        " values ('1', 'Anna', '1950-03-01', 'female') returning id)"
        " insert into association (device_id, patient_id, starts, source)"
        " select 1, id, now() - interval '1 day', '' from anna returning id"
    )
    schema = {"namespace": "omh", "name": "step-count", "version": "3.0"}
    points = [
        {
            "header": {"schema_id": schema},
            "body": {
                "step_count": {"value": 812, "unit": "steps"},
                "effective_time_frame": {
                    "time_interval": {
                        "start_date_time": (now() - timedelta(hours=hours)).isoformat(),
                        "duration": {"value": 10, "unit": "min"},
                    }
                },
            },
        }
        for hours in (2, 200)
    ]
    async with house.client("pump-1") as client:
        for _ in range(2):  # the second time as one who never heard the answer
            told = await client.post("/devices/pump-1/openmhealth", json=points)
            assert told.status_code == 200
            assert (told.json()["stored"], told.json()["put_aside"]) == (1, 1)
            assert "nobody wore the device" in told.json()["reasons"][0]
        refused = await client.post("/devices/pump-1/openmhealth", json=points[1:])
        assert refused.status_code == 422
    assert await house.rows(
        "select metric, value, extract(minutes from ends - starts)::int from total"
    ) == [("steps", 812.0, 10)]
    assert await house.messages() == [], "it is no reading, and rings nothing"


async def test_curl_is_a_device_too(house: House):
    pem, key = house.keys("pump-1")
    done = await asyncio.to_thread(
        subprocess.run,
        ["curl", "-sS", "--cacert", house.folder / "root.pem", "--cert", pem, "--key", key,
         "--data-binary", "@-", f"https://localhost:{house.port}/devices/pump-1/readings"],
        input=reading(5), capture_output=True, check=True,
    )  # fmt: skip
    assert json.loads(done.stdout) == {"stored": 1}
    assert [each[2] for each in await house.messages()] == [5]


async def test_nobody_comes_in_with_a_certificate_of_somebody_else(house: House, tmp_path):
    foreign = replace(house, authority=Authority.open(tmp_path / "foreign"))
    pem, key = foreign.keys("pump-1")
    context = ssl.create_default_context(cadata=house.authority.root_pem)
    context.load_cert_chain(pem, key)
    async with httpx.AsyncClient(verify=context) as client:
        with pytest.raises(httpx.TransportError):
            await client.post(f"https://localhost:{house.port}/devices/pump-1/readings")


@pytest.mark.parametrize(
    ("name", "path", "body", "status", "why"),
    [
        ("pump-1", "/devices/pump-2/readings", b"{}", 403, "its certificate names another"),
        ("pump-old", "/devices/pump-old/readings", b"{}", 403, "revoked"),
        ("stranger", "/devices/stranger/readings", b"{}", 403, "unknown"),
        ("pump-1", "/", b"{}", 404, "no such path"),
        ("pump-1", "/devices/pump-1/readings", b"{}", 422, "missing required field"),
        ("pump-1", "/devices/pump-1/frames", b"HG", 422, "does not begin with HG, version 1"),
        ("pump-1", "/devices/pump-1/readings", b" " * 300_000, 413, "larger than 262,144 bytes"),
        ("pump-1", "/edge/registry", b"", 403, "not registered as an edge"),
    ],
)
async def test_a_refusal_says_why(house: House, name, path, body, status, why):
    async with house.client(name) as client:
        answer = await client.post(path, content=body)
    assert answer.status_code == status
    assert why in answer.json()["error"]
    assert await house.messages() == []
    assert len(await house.quarantined()) == (status == 422)


async def test_a_gateway_speaks_for_those_it_was_given_and_for_no_other(house: House):
    parts = [part("pump-1", 1), part("pump-2", 2), part("pump-old", 3), part("edge-1", 4)]
    bad = part("pump-1", 5)[:-8] + np.float64(900).tobytes()
    async with house.client("edge-1") as client:
        body = gateway.frame([*parts, bad])
        answer = await client.post("/devices/edge-1/frames", content=body)
        assert answer.status_code == 200
        told = answer.json()
        assert (told["stored"], told["put_aside"]) == (2, 3)
        assert [each["device"] for each in told["reasons"]] == ["pump-2", "pump-old", "pump-1"]
        stolen = await client.post("/devices/pump-1/readings", content=reading())
        assert stolen.status_code == 403
    assert [each[2] for each in await house.messages()] == [1, 4]
    assert [(each[0], each[1]) for each in await house.quarantined()] == [
        ("edge-1", "edge-1 for pump-2"),
        ("edge-1", "edge-1 for pump-old"),
        ("pump-1", "edge-1 for pump-1"),
    ]


async def test_who_is_revoked_is_cut_off_at_once_behind_its_gateway_too(house: House, monkeypatch):
    monkeypatch.setattr("homeward.services.fleet.edges.REMEMBERED_SECONDS", 3_600)
    async with house.client("edge-1") as client, asyncio.timeout(10):
        body = gateway.frame([part("pump-1", 1)])
        first = await client.post("/devices/edge-1/frames", content=body)
        assert first.json()["stored"] == 1
        tools = house.tools
        await fleet.revoke(tools.store.door(), tools.bus, "pump-1", "stolen", tools.now())
        while not (await client.post("/devices/edge-1/frames", content=body)).json()["put_aside"]:
            await asyncio.sleep(0.01)
    await house.intake._registry.look(0)
    assert await house.rows(
        "select connected, detail from device_state join device on device.id = device_id "
        "where name = 'pump-1'"
    ) == [(False, "cut: revoked")]


async def test_what_runs_on_it_is_what_it_says(house: House):
    async with house.client("pump-1") as client:
        headers = {"user-agent": "pump/2.1"}
        await client.post("/devices/pump-1/readings", content=reading(), headers=headers)
    await house.intake._registry.look(0)
    assert await house.rows("select firmware from device_state where device_id = 1") == [
        ("pump/2.1",)
    ]


async def test_sent_again_the_record_tells_them_apart_by_what_they_say(house: House):
    body = gateway.frame([part("pump-1", 1), part("pump-1", 2, 73.0)])
    async with house.client("edge-1") as client:
        for _ in range(3):
            assert (await client.post("/devices/edge-1/frames", content=body)).status_code == 200
    kept = [np.frombuffer(each[3], HOT) for each in await house.messages()]
    said = {tuple(rows[["device", "vital", "at", "value"]].item()) for rows in kept}
    assert (len(kept), len(said)) == (6, 2)


async def test_when_a_gateway_took_what_waited_is_kept_and_what_is_late_rings_nothing(
    house: House,
):
    taken = now() - timedelta(hours=3)
    async with house.client("edge-1") as client:
        body = gateway.frame([part("pump-1", 1, taken=taken), part("pump-1", 2)])
        assert (await client.post("/devices/edge-1/frames", content=body)).status_code == 200
    hops = await house.rows("select first_seq, last_seq, messages, taken_first from hop")
    assert hops == [(1, 1, 1, taken)]
    rows = np.concatenate([np.frombuffer(each[3], HOT) for each in await house.messages()])
    assert rows["late"].tolist() == [1, 0]


async def test_a_revoked_device_is_cut_while_it_talks(house: House):
    async with house.client("pump-1") as client:
        assert (await client.post("/devices/pump-1/readings", content=reading())).is_success
        tools = house.tools
        await fleet.revoke(tools.store.door(), tools.bus, "pump-1", "stolen", tools.now())

        async def refused() -> None:
            while True:
                try:
                    answer = await client.post("/devices/pump-1/readings", content=reading(1))
                except httpx.TransportError:  # cut within a request
                    continue
                if answer.status_code == 403:
                    return

        await asyncio.wait_for(refused(), 5)


async def test_more_than_may_wait_is_told_to_come_again(house: House, monkeypatch):
    monkeypatch.setattr("homeward.services.record.intake.WAITING_BYTES_MAX", 0)
    async with house.client("pump-1") as client:
        answer = await client.post("/devices/pump-1/readings", content=reading())
    assert answer.status_code == 503
    assert 1 <= int(answer.headers["retry-after"]) <= 5
    assert await house.messages() == []


async def test_who_is_slow_with_a_request_is_let_go(house: House, monkeypatch):
    monkeypatch.setattr("homeward.connectors.talk.HEAD_SECONDS_MAX", 0.2)
    tls = house.tls("pump-1")
    reader, writer = await asyncio.open_connection("localhost", house.port, ssl=tls)
    writer.write(b"POST /devices/pump-1/readings HTTP/1.1\r\nhost:")
    assert await asyncio.wait_for(reader.read(), 5) == b""
    writer.close()


async def test_what_is_no_http_is_answered_and_ended(house: House):
    tls = house.tls("pump-1")
    reader, writer = await asyncio.open_connection("localhost", house.port, ssl=tls)
    writer.write(b"\x10\x0c\0\x04MQTT\x05\x02\0\0\0\0\r\n\r\n")
    assert (await asyncio.wait_for(reader.read(), 5)).startswith(b"HTTP/1.1 400")
    writer.close()


async def test_an_edge_gets_its_registry_and_no_names(house: House):
    async with house.client("edge-1") as client:
        told = (await client.get("/edge/registry")).json()
    assert told["edge"] == "edge-1"
    assert [(each["name"], each["active"]) for each in told["devices"]] == [
        ("pump-1", True),
        ("pump-old", False),
    ]
    assert "BEGIN CERTIFICATE" in told["devices_ca"]


@pytest.mark.parametrize("house", [{"device_errors_per_second_max": 5}], indirect=True)
async def test_who_errs_without_end_waits_and_nobody_else_does(house: House, clock: Clock):
    clock.crawls()
    async with house.client("pump-1") as erring, house.client("edge-1") as other:
        for _ in range(5):  # with its connection ten at once, and one too much
            assert (await erring.post("/devices/pump-1/readings", content=b"{}")).status_code == 422
        late = asyncio.ensure_future(erring.post("/devices/pump-1/readings", content=b"{}"))
        for seq in range(3):
            told = await other.post("/devices/edge-1/frames", content=gateway.frame([
                part("edge-1", seq),
            ]))  # fmt: skip
            assert told.status_code == 200
        assert not late.done()
        clock.goes()
        assert (await late).status_code == 422
    assert len(await house.quarantined()) == 6


async def test_who_came_in_by_itself_once_is_seen_to_be_here_through_its_gateway(house: House):
    """It was on a visit of its own before; this door, which began since, knows nothing of that."""
    await house.rows(
        "insert into device_state (device_id, connected, since, detail, visit) "
        "select id, false, now() - interval '1 day', 'left', nextval('device_visit') from device "
        "where name = 'pump-1' returning device_id"
    )
    async with house.client("edge-1") as client:
        body = gateway.frame([part("pump-1", 1)])
        assert (await client.post("/devices/edge-1/frames", content=body)).status_code == 200
        await house.intake._registry.look(0.0)
        seen = "select connected, detail, last_seen is not null from device_state join device "
        seen += "on device.id = device_id where name = 'pump-1'"
        assert await house.rows(seen) == [(True, "through edge-1", True)]
