"""An edge between real devices and a real record: what it acknowledged arrives, in order, once."""

import asyncio
import contextlib
import json
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from homeward.device.renewal import renew
from homeward.edge import certificates
from homeward.edge.edge import Edge
from homeward.engines.nats import free_port
from homeward.model.delivery import Delivery, Outcome
from homeward.model.errors import Refused
from homeward.services.fleet import fleet
from tests.edge.conftest import Box, drained, papers, saturation, until


async def test_what_devices_send_through_an_edge_is_in_the_record(box: Box):
    async with box.running() as edge, box.device() as device:
        for seq in range(50):
            device.send([saturation(90 + seq % 5)])
        await drained(device)
        await until(lambda: edge.spool.waiting() == 0)
    assert [seq for seq, _ in await box.stored()] == [*range(50)]
    here = await box.house.rows("select detail from device_state where device_id = 1")
    assert here == [] or "edge-1" in here[0][0]


async def test_without_its_server_it_acknowledges_and_catches_up_live_first(box: Box, monkeypatch):
    monkeypatch.setattr("homeward.edge.lanes.LIVE_SECONDS", 60)
    box.behind = timedelta(minutes=2)  # until what waits is no longer new
    monkeypatch.setattr("homeward.edge.lanes.BACK_OFF_SECONDS", (0.1,))
    monkeypatch.setattr("homeward.edge.lanes.BYTES_MAX", 4_096)
    async with box.running() as edge, box.device() as device:
        await until(lambda: edge.control.is_connected)
        await box.wire.cut()
        for _ in range(1_500):
            device.send([saturation(95, box.now())])
        device.say_off(["probe"])
        await drained(device)  # acknowledged, on the edge's disk alone
        box.behind = timedelta()
        await until(lambda: edge.spool.fresh_from(edge.lanes._fresh()) == edge.spool.end)
        device.send([saturation(99)])
        device.say_off([])
        await drained(device)
        await box.wire.mend()
        await until(lambda: edge.spool.waiting() == 0)
        assert edge.lanes.counts.live >= 1
    stored = await box.stored()
    assert sorted(seq for seq, _ in stored) == [*range(1_501)]
    assert stored[-1] != (1500, 99.0), "what is new overtook what waited"
    waited = [seq for seq, value in stored if value == 95]
    assert waited == sorted(waited), "what waited of one device arrived in its order"
    off = "select device_id from device_state where sensors_off <> '{}'"
    assert await box.house.rows(off) == [], "its newest word of its sensors is the one that counts"


async def test_a_restarted_edge_sends_what_its_disk_holds(box: Box):
    async with box.running() as edge:
        await until(lambda: edge.control.is_connected)
    await box.wire.cut()
    async with box.running(), box.device() as device:
        device.send([saturation(93)])
        await drained(device)
    await box.wire.mend()
    async with box.running() as edge:
        await until(lambda: edge.spool.waiting() == 0)
    assert await box.stored() == [(0, 93.0)]


async def test_a_critical_value_sounds_while_the_server_is_away_and_is_told_first(
    box: Box, tmp_path, monkeypatch
):
    monkeypatch.setattr("homeward.edge.reach.AWAY_SECONDS", 0.5)
    heard = tmp_path / "heard"
    line = "import os; print(os.environ['HOMEWARD_ALARM'], os.environ['HOMEWARD_ALARM_DEVICE'], "
    line += f"os.environ['HOMEWARD_ALARM_TEXT'], file=open({str(heard)!r}, 'a'))"
    command = f'{sys.executable} -c "{line}"'
    box.settings = replace(box.settings, edge_sound_command=command, edge_page_port=free_port())
    async with box.running() as edge, box.device() as device:
        await until(lambda: edge.control.registry is not None)
        await box.wire.cut()
        device.send([saturation(97)])
        device.send([saturation(71)])
        await until(lambda: edge.alarms.untold == 1)
        await until(lambda: heard.exists() and "on pump-1 SpO₂ 71 < 80 %" in heard.read_text())
        page = f"http://127.0.0.1:{box.settings.edge_page_port}"
        async with httpx.AsyncClient() as client:
            told = (await client.get(f"{page}/status")).json()
            assert told["server_is_away"]
            assert [(each["device"], each["sounds"]) for each in told["alarms"]] == [
                ("pump-1", True)
            ]
            assert "SOUNDS HERE" in (await client.get(page)).text
        await box.wire.mend()
        await until(lambda: edge.spool.waiting() == 0 and edge.alarms.untold == 0)
        await until(lambda: "off pump-1" in heard.read_text())  # the server has it now
    rows = await box.house.rows(
        "select condition, priority, value, ended, received from edge_alarm"
    )
    assert [each[:4] for each in rows] == [("oxygen_low", "high", 71.0, None)]
    stored = await box.house.rows("select min(received) from inbox")
    assert rows[0][4] <= stored[0][0]


async def test_its_page_leaves_the_box_by_tls_alone(box: Box):
    port = free_port()
    box.settings = replace(box.settings, edge_page_host="0.0.0.0", edge_page_port=port)
    async with box.running() as edge:
        await until(lambda: edge.control.registry is not None)
        async with httpx.AsyncClient(verify=False, timeout=1) as client:

            async def status() -> httpx.Response | None:
                with contextlib.suppress(httpx.HTTPError):
                    return await client.get(f"https://127.0.0.1:{port}/status")

            async with asyncio.timeout(20):
                while (answer := await status()) is None:
                    await asyncio.sleep(0.05)
            assert answer.json()["edge"] == edge.papers.name
            assert "default-src 'none'" in answer.headers["content-security-policy"]
            with pytest.raises(httpx.HTTPError):
                await client.get(f"http://127.0.0.1:{port}/status")


async def test_with_its_server_there_it_leaves_alarms_to_it(box: Box):
    async with box.running() as edge, box.device() as device:
        await until(lambda: edge.control.registry is not None)
        device.send([saturation(71)])
        await drained(device)
        await until(lambda: edge.spool.waiting() == 0)
        assert [each.condition for each in edge.alarms.open] == ["oxygen_low"]
        assert not edge.reach.is_away(asyncio.get_running_loop().time() + 60)
        assert edge.alarms.untold == 0


async def test_a_device_that_listens_is_told_of_its_alarm(box: Box, monkeypatch):
    monkeypatch.setattr("homeward.edge.reach.AWAY_SECONDS", 0.2)
    told: list[dict] = []
    async with box.running() as edge, box.device() as device:
        device.on_command = lambda body: told.append(json.loads(body))
        await until(lambda: edge.control.registry is not None and device.connected)
        await box.wire.cut()
        device.send([saturation(71)])
        await until(lambda: told)
    assert (told[0]["alarm"], told[0]["condition"]) == ("on", "oxygen_low")


async def test_full_it_refuses_and_says_so_and_the_device_keeps_it(box: Box):
    box.settings = replace(box.settings, edge_spool_bytes_max=20_000)
    async with box.running() as edge, box.device() as device:
        await until(lambda: edge.control.is_connected)
        await box.wire.cut()
        sent = 0

        def is_full() -> bool:  # all that comes at once is one batch, and taken whole
            nonlocal sent
            for _ in range(20):
                device.send([saturation(90 + sent % 5)])
                sent += 1
            return bool(edge.intake.trouble)

        await until(is_full)
        assert "spool is full" in edge.trouble()
        assert "more than 90 % full" in edge.trouble()
        assert len(device.outbox) > 0
        # What is refused was judged all the same.
        outcomes = []
        edge.intake.offer(Delivery(1, 2, 0, edge._now(), (saturation(60),)), outcomes.append)
        await until(lambda: outcomes == [Outcome.NOT_STORED])
        await until(lambda: any(each.is_sounding for each in edge.alarms.open))
        await box.wire.mend()
        await drained(device)
        await until(lambda: edge.spool.waiting() == 0 and not edge.intake.trouble)
    # What was refused comes after what was taken of the same device while its refusal travelled.
    assert sorted(seq for seq, _ in await box.stored()) == [*range(sent)]


async def test_who_is_taken_from_an_edge_is_cut_there(box: Box, monkeypatch):
    monkeypatch.setattr("homeward.edge.control.REGISTRY_SECONDS", 0.2)
    async with box.running(), box.device() as device:
        await device.came()
        async with box.house.tools.store.pool.connection() as connection:
            await connection.execute("update device set gateway_id = null where name = 'pump-1'")
        await until(lambda: not device.connected)


async def test_its_certificates_are_renewed_over_the_line(box: Box, monkeypatch):
    before = (box.folder / "cert.pem").read_text()
    monkeypatch.setattr("homeward.edge.control.REGISTRY_SECONDS", 0.2)
    monkeypatch.setattr("homeward.edge.certificates.RENEW_PART", 2)
    async with box.running() as edge:
        await until(lambda: (box.folder / "cert.pem").read_text() != before)
        monkeypatch.undo()
        await until(lambda: edge.control.is_connected)
        edge.control._line.close()  # the next request comes with the new one
        answered = edge.control._asked
        edge.control._asked = 0.0
        await until(lambda: edge.control._asked > answered)
    known = await box.house.rows("select count(*) from certificate where device_id = 4")
    assert known[0][0] >= 1
    # A power cut between the two files of its doors: they wait for the next pair, and nobody has to
    # come by and start it anew.
    (box.folder / "door" / "server.key").write_bytes(certificates.new_request()[0])
    async with box.running():
        pass


async def test_with_a_clock_that_was_never_set_its_doors_stay_shut(box: Box):
    edge = Edge(box.folder, box.settings, lambda: datetime(1970, 1, 1, tzinfo=UTC), print)
    task = asyncio.create_task(edge.run())
    try:
        await until(lambda: edge.control.is_connected)
        assert "its clock is wrong" in edge.trouble()
        with pytest.raises(OSError):
            await asyncio.open_connection("127.0.0.1", box.settings.mqtt_port)
        edge._now = lambda: datetime.now(UTC)
        async with box.device() as device:
            await device.came()
        assert "its clock is wrong" not in edge.trouble()
    finally:
        task.cancel()
        await asyncio.wait([task])


@pytest.mark.parametrize("far", [timedelta(minutes=5), timedelta(days=3)])
async def test_a_late_reading_rings_nothing(box: Box, far):
    async with box.running() as edge, box.device() as device:
        await until(lambda: edge.control.registry is not None)
        at = edge._now() - far
        device.send([saturation(60, at)])
        await drained(device)
        assert edge.alarms.open == []


async def test_who_is_revoked_is_cut_at_the_edge_at_once(box: Box):
    tools = box.house.tools
    async with box.running() as edge, box.device() as device:
        await device.came()
        await until(lambda: edge.control.is_connected)
        await until(lambda: edge.control._listening._streams is not None)
        await fleet.revoke(tools.store.door(), tools.bus, "pump-1", "stolen", tools.now())
        await until(lambda: not device.connected)


async def test_its_devices_renew_their_certificates_through_it(box: Box, tmp_path):
    box.settings = replace(box.settings, http_ingest_port=free_port())
    port, https_port = box.settings.mqtt_port, box.settings.http_ingest_port
    mine = papers(box.house, "pump-1", tmp_path / "mine", port, https_port)
    other = papers(box.house, "pump-2", tmp_path / "other", port, https_port)
    async with box.running() as edge:
        await until(lambda: edge.control.is_connected)
        made = await asyncio.to_thread(renew, mine)
        with pytest.raises(Refused, match="not of those"):
            await asyncio.to_thread(renew, other)
        async with httpx.AsyncClient(verify=mine.tls()) as client:
            url = f"https://localhost:{https_port}/devices/pump-1/readings"
            assert (await client.post(url, content=b"{}")).status_code == 422, "it is let in"
        told = "select https_port from edge_state"
        await until(lambda: _is(box, told, [(https_port,)]))
    serial = f"{made.serial_number:x}"
    assert await box.house.rows("select serial from certificate") == [(serial,)]


async def _is(box: Box, sql: str, rows: list[tuple]) -> bool:
    return await box.house.rows(sql) == rows


async def test_one_that_is_in_quarantine_is_heard_there_and_judged_nowhere(box: Box):
    tools = box.house.tools
    reason = "says what cannot be"
    await fleet.change(tools.store.door(), tools.bus, "pump-1", "quarantined", reason, tools.now())
    async with box.running() as edge, box.device() as device:
        await until(lambda: edge.control.registry is not None)
        device.send([saturation(40)])
        await drained(device)
        await until(lambda: edge.spool.waiting() == 0)
        assert edge.alarms.open == []
    assert await box.stored() == []
    assert await box.house.quarantined() == [
        ("pump-1", "devices/pump-1/readings", "this device is in quarantine")
    ]


async def test_a_box_that_comes_back_after_its_certificate_ran_out_is_let_in_again(
    box: Box, monkeypatch
):
    pem, key = box.house.keys("edge-1", datetime.now(UTC) - timedelta(days=40), 30)
    (box.folder / "cert.pem").write_bytes(pem.read_bytes())
    (box.folder / "key.pem").write_bytes(key.read_bytes())
    monkeypatch.setattr("homeward.edge.control.STATE_SECONDS", 0.2)
    async with box.running() as edge:
        await until(lambda: edge.control.is_connected)
        assert certificates.days_left(box.folder, datetime.now(UTC)) > 20
