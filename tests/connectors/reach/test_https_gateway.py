"""Text messages and voice calls, by a gateway that fails as told."""

import asyncio
import hashlib
import hmac
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from homeward.connectors.https_gateway import parse
from homeward.connectors.https_gateway.send import run_sms, run_voice
from homeward.model.errors import Misconfigured, Refused, Unreadable
from homeward.model.message import Progress, Way
from tests.peers import Site

NUMBER = "+442079460000"
SECRET = "a shared secret of length"
JSON = """
url = "{url}/messages"
idempotency_header = "Idempotency-Key"
reference = "messages.0.id"
[headers]
Authorization = "Bearer abc"
[json]
to = "{{address}}"
text = "{{sentence}} Open: {{link}}"
[success]
path = "status"
equals = ["queued", "sent"]
[report]
secret = "a shared secret of length"
header = "X-Signature"
reference = "id"
status = "status"
delivered = ["delivered"]
failed = ["undelivered", "expired"]
"""
FORM = """
url = "{url}/call?to={{address}}"
[form]
To = "{{address}}"
Say = "{{text}}"
"""
TAKEN = (200, {}, json.dumps({"status": "queued", "messages": [{"id": "SM1"}]}).encode())


@pytest.fixture
def written(tmp_path: Path):
    """A gateway's file for this server."""

    def write(template: str, url: str) -> str:
        file = tmp_path / "gateway.toml"
        file.write_text(template.format(url=url))
        return str(file)

    return write


async def test_a_text_message_is_sent_and_its_fate_awaited(running, keys, written):
    async with (
        Site(usual=TAKEN).serving(keys) as site,
        running(run_sms, sms_gateway=written(JSON, site.url)) as tray,
    ):
        receipt = await tray.sends(Way.SMS, NUMBER, text='a "quoted" {link} é')
    (got,) = site.got
    assert got.headers["authorization"] == "Bearer abc"
    assert got.json == {
        "to": NUMBER,
        "text": 'Homeward: a "quoted" {link} é Open: https://homeward.test/m/token1',
    }
    assert (receipt.progress, receipt.reference, receipt.is_final) == (Progress.SENT, "SM1", False)


async def test_a_voice_call_by_a_form_that_will_report_nothing(running, keys, written):
    async with (
        Site().serving(keys) as site,
        running(run_voice, voice_gateway=written(FORM, site.url)) as tray,
    ):
        receipt = await tray.sends(Way.VOICE, NUMBER)
    (got,) = site.got
    assert got.path == "/call?to=%2B442079460000"
    assert got.body == b"To=%2B442079460000&Say=high+alarm%2C+Ward+3."
    assert (receipt.progress, receipt.is_final) == (Progress.SENT, True)


async def test_500_twice_then_well_is_one_message_to_the_gateway(running, keys, written):
    async with Site(usual=TAKEN).serving(keys) as site:
        site.says.extend([(500, {}, b""), (503, {"Retry-After": "7"}, b"")])
        async with running(run_sms, sms_gateway=written(JSON, site.url)) as tray:
            message = tray.put(Way.SMS, NUMBER)
            receipts = [await tray.receipt()]
            for attempt in (2, 3):
                same = {"id": message.id, "link": message.link, "attempt": attempt}
                receipts.append(await tray.sends(Way.SMS, NUMBER, **same))
    assert [each.progress for each in receipts] == ["failed", "failed", "sent"]
    assert not any(each.is_final for each in receipts)
    assert receipts[1].not_before is not None
    assert 0 < (receipts[1].not_before - datetime.now(UTC)).total_seconds() <= 7
    assert len({each.headers["idempotency-key"] for each in site.got}) == 1


@pytest.mark.parametrize(
    ("says", "is_final", "word"),
    [
        ((410, {}, b""), True, "410"),
        ((401, {}, b""), True, "401"),
        ((302, {"Location": "https://127.0.0.1/"}, b""), True, "302"),
        ((200, {}, b'{"status": "rejected"}'), True, "did not take"),
        ((200, {}, b"<html>"), False, "no JSON"),
        ((200, {}, b"{}"), False, "no status"),
        ((200, {}, b"x" * 100_000), False, "too long"),
        ((429, {"Retry-After": "soon"}, b""), False, "429"),
    ],
)
async def test_what_the_gateway_says_decides(running, keys, written, says, is_final, word):
    async with (
        Site(usual=says).serving(keys) as site,
        running(run_sms, sms_gateway=written(JSON, site.url)) as tray,
    ):
        receipt = await tray.sends(Way.SMS, NUMBER)
    assert (receipt.progress, receipt.is_final) == (Progress.FAILED, is_final)
    assert word in receipt.detail
    assert len(site.got) == 1


async def test_a_gateway_that_hangs_or_is_slow(running, keys, written, monkeypatch):
    monkeypatch.setattr("homeward.connectors.sending.ATTEMPT_SECONDS", 0.5)
    async with (
        Site(usual="hang").serving(keys) as site,
        running(run_sms, sms_gateway=written(JSON, site.url)) as tray,
    ):
        receipt = await tray.sends(Way.SMS, NUMBER)
    assert (receipt.progress, receipt.is_final) == (Progress.FAILED, False)
    assert "no answer" in receipt.detail


async def test_an_answer_without_a_name_will_never_be_reported_on(running, keys, written):
    said = (200, {}, b'{"status": "sent"}')
    async with (
        Site(usual=said).serving(keys) as site,
        running(run_sms, sms_gateway=written(JSON, site.url)) as tray,
    ):
        receipt = await tray.sends(Way.SMS, NUMBER)
    assert (receipt.progress, receipt.reference, receipt.is_final) == (Progress.SENT, "", True)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "not toml",
        'url = "https://x/{address}"',
        'url = "https://x/{address}/{text}"\nnonsense = 1',
        'url = "https://x/{address}/{text}"\nmethod = "DELETE"',
        'url = "https://x"\nbody = "{address} {text}"\n[form]\na = "b"',
        'url = "https://x/{address}/{text}"\n[report]\nsecret = "short"\nheader = "h"\n'
        'reference = "r"\nstatus = "s"',
    ],
)
def test_a_file_that_cannot_work_is_said_to_be_wrong(text):
    with pytest.raises(Misconfigured):
        parse.gateway(text)


async def test_plain_http_is_for_this_machine_only(running, written):
    file = written(JSON, "http://gateway.test")
    with pytest.raises(Misconfigured):
        async with running(run_sms, sms_gateway=file):
            await asyncio.sleep(0)


def signed(body: bytes) -> dict[str, str]:
    return {"x-signature": hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()}


def test_a_report_is_believed_only_when_it_is_signed():
    report = parse.gateway(JSON.format(url="https://x")).report
    assert report is not None
    body = b'{"id": "SM1", "status": "delivered"}'
    assert parse.told(report, signed(body), body) == parse.Told(
        "SM1", Progress.DELIVERED, "delivered"
    )
    prefixed = {"x-signature": "sha256=" + signed(body)["x-signature"]}
    assert parse.told(report, prefixed, body).reference == "SM1"
    form = b"id=SM1&status=undelivered"
    assert parse.told(report, signed(form), form).progress is Progress.FAILED
    other = b'{"id": "SM1", "status": "on its way"}'
    assert parse.told(report, signed(other), other).progress is None
    for headers in ({}, {"x-signature": SECRET}, signed(b"another")):
        with pytest.raises(Refused):
            parse.told(report, headers, body)
    for spoiled in (b"{}", b"[]", b"\xff", b'{"id": null, "status": "delivered"}'):
        with pytest.raises(Unreadable):
            parse.told(report, signed(spoiled), spoiled)
