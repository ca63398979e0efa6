"""Reports of implants by HTTPS: kept once, of who wears the device, and answered by an ACK."""

import asyncio

import httpx
import pytest

from tests.connectors.http_ingest.conftest import House

HEAD = r"MSH|^~\&|Remote|Maker|Home|Clinic|20260115120000+0100||{kind}|{number}|P|2.6"
BODY = (
    "PID|1||{patient}\rOBR|1|||S^Session|||20260115115900\r"
    "OBX|1|ST|DEVICE_SERIAL^Serial^L||PZC600368S|||||F\r"
    "OBX|2|NM|721344^MDC_IDC_MSMT_BATTERY_VOLTAGE^MDC||{volts}|V|2.2-2.8|L|||F\r"
)
FILL = (
    "insert into patient (record_number, name, birth_date, sex) values"
    " ('4711', 'Anna', '1950-03-01', 'female'), ('4712', 'Bela', '1960-03-01', 'male') returning 1",
    "insert into association (device_id, patient_id, starts, source)"
    " select id, 1, '2026-01-01 00:00Z', 'test' from device where name = 'pump-2' returning 1",
)


def report(number: str = "1", patient: str = "P1", volts: str = "2.65", kind: str = "ORU^R01"):
    said = HEAD.format(kind=kind, number=number) + "\r" + BODY.format(patient=patient, volts=volts)
    return said.encode()


async def bring(house: House, message: bytes, device: str = "pump-2") -> httpx.Response:
    async with house.client(device) as client:
        return await client.post(f"/devices/{device}/implant-report", content=message)


async def kept(house: House) -> int:
    return (await house.rows("select count(*) from implant_report where patient_id = 1"))[0][0]


@pytest.fixture
async def anna(house: House) -> House:
    """Anna wears pump-2."""
    for each in FILL:
        await house.rows(each)
    return house


async def test_a_report_is_kept_and_acknowledged(anna: House):
    answer = await bring(anna, report("MSG7", kind="ORU^R01^ORU_R01"))
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("x-application/hl7-v2+er7")
    head, said = answer.text.rstrip("\r").split("\r")
    fields = head.split("|")
    assert fields[2:6] == ["Home", "Clinic", "Remote", "Maker"], "it goes back to who sent it"
    assert (fields[8], fields[11]) == ("ACK^R01^ACK", "2.6")
    assert said == "MSA|AA|MSG7"
    assert await kept(anna) == 1
    assert await anna.quarantined() == []


async def test_brought_again_it_is_there_once_and_acknowledged_again(anna: House):
    assert "MSA|AA|1" in (await bring(anna, report())).text
    assert "MSA|AA|1" in (await bring(anna, report())).text
    rewritten = report().replace(b"\r", b"\n")
    assert "MSA|AA|1" in (await bring(anna, rewritten)).text
    assert await kept(anna) == 1


async def test_at_two_doors_at_once_it_is_there_once(anna: House):
    messages = [report().replace(b"2.65", f"2.6{place}".encode()) for place in range(4)]
    answers = await asyncio.gather(*(bring(anna, each) for each in messages))
    assert [each.status_code for each in answers] == [200] * 4
    assert await kept(anna) == 1


async def test_a_sender_that_counts_anew_loses_nothing(anna: House):
    """Its number is the same and its time is not: it is another report."""
    await bring(anna, report())
    await bring(anna, report(volts="2.1").replace(b"20260115120000", b"20260116120000"))
    assert await kept(anna) == 2


@pytest.mark.parametrize(
    ("message", "code", "why"),
    [
        (report(kind="ADT^A01"), "AR", "only ORU"),
        (report(number=""), "AR", "MSH-10"),
        (b"PID|1", "AR", "MSH-10"),
        (report(patient="4712"), "AE", "another patient"),
        (report(patient="serial:1^^^MAKER^U~4712^^^HOSPITAL^MR"), "AE", "another patient"),
        (HEAD.format(kind="ORU^R01", number="9").encode(), "AE", "no observation"),
        (report() + b"\xff", "AE", "utf-8"),
    ],
)
async def test_what_is_none_or_somebody_elses_is_put_aside_and_said(
    anna: House, message: bytes, code: str, why: str
):
    answer = await bring(anna, message)
    assert answer.status_code == 422
    _, said, error = answer.text.rstrip("\r").split("\r")
    assert said.startswith(f"MSA|{code}|")
    fields = error.split("|")
    assert (fields[0], fields[4]) == ("ERR", "E")
    assert why in fields[8]
    ((name, topic, reason),) = await anna.quarantined()
    assert (name, topic) == ("pump-2", "https implant-report")
    assert why in reason
    assert await kept(anna) == 0


async def test_of_a_device_nobody_wears_it_is_nobodys(house: House):
    answer = await bring(house, report())
    assert "MSA|AE|1" in answer.text
    assert "nobody wears" in answer.text
    assert len(await house.quarantined()) == 1


async def test_what_a_device_kept_apart_brings_is_kept_apart(anna: House):
    await anna.rows("update device set status = 'quarantined' where name = 'pump-2' returning 1")
    assert "MSA|AA|1" in (await bring(anna, report())).text
    assert await kept(anna) == 0
    assert [each[2] for each in await anna.quarantined()] == ["this device is in quarantine"]


async def test_another_devices_path_is_not_its_own(anna: House):
    async with anna.client("pump-1") as client:
        answer = await client.post("/devices/pump-2/implant-report", content=report())
    assert answer.status_code == 403
    assert await kept(anna) == 0


async def test_one_that_is_too_large_is_not_read(anna: House):
    answer = await bring(anna, report() + b" " * (4 * 1024 * 1024))
    assert answer.status_code == 413
