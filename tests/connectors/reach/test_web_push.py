"""Pushes, opened with the subscriber's own key."""

import asyncio
import stat
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from homeward.connectors.web_push import parse
from homeward.connectors.web_push.send import run
from homeward.engines.push_key import public_push_key, push_key_file
from homeward.model.alarm import Priority
from homeward.model.errors import Unreadable
from homeward.model.message import Progress, Way
from tests.peers import Site, Subscriber, checked_vapid, decoded, encoded

# RFC 8291, section 5 and appendix A.
RFC_TEXT = b"When I grow up, I want to be a watermelon"
RFC_SENDER = "yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"
RFC_RECEIVER = (
    "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"
)
RFC_AUTH, RFC_SALT = "BTBZMqHH6r4Tts7J_aSIgg", "DGv6ra1nlYgDCS1FRnbzlw"
RFC_BODY = (
    "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27ml"
    "mlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPT"
    "pK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
)


def test_the_example_of_rfc_8291_comes_out_byte_for_byte():
    number = int.from_bytes(decoded(RFC_SENDER), "big")
    ours = ec.derive_private_key(number, ec.SECP256R1())
    to = parse.Subscription("https://x", decoded(RFC_RECEIVER), decoded(RFC_AUTH))
    assert encoded(parse.encrypted(RFC_TEXT, to, ours, decoded(RFC_SALT))) == RFC_BODY


def test_a_subscription_that_is_none_is_refused():
    for address in ("", "[]", "{}", '{"endpoint": "https://x", "keys": {"p256dh": 1}}'):
        with pytest.raises(Unreadable):
            parse.Subscription.read(address)
    off_curve = parse.Subscription("https://x", b"\4" + bytes(64), bytes(16))
    with pytest.raises(Unreadable):
        parse.encrypted(b"x", off_curve, ec.generate_private_key(ec.SECP256R1()), bytes(16))


async def test_a_push_arrives_encrypted_signed_urgent_and_bounded_in_time(running, keys):
    async with Site().serving(keys) as service, running(run) as tray:
        browser = Subscriber(f"{service.url}/send/abc")
        receipt = await tray.sends(Way.WEB_PUSH, browser.address)
        (got,) = service.got
        told = browser.opens(got.body)
        claims = checked_vapid(got.headers["authorization"], public_push_key(tray.settings.data))
    assert (receipt.progress, receipt.is_final) == (Progress.SENT, False)
    assert told == {
        "title": "Homeward", "text": "high alarm, Ward 3.", "priority": "high",
        "link": "https://homeward.test/m/token1",
    }  # fmt: skip
    assert b"alarm" not in got.body
    assert got.headers["urgency"] == "high"
    assert 55 <= int(got.headers["ttl"]) <= 60
    assert got.headers["content-encoding"] == "aes128gcm"
    assert claims["aud"] == service.url
    assert claims["exp"] - datetime.now(UTC).timestamp() <= 24 * 3600
    assert claims["sub"].startswith(("mailto:", "https:"))


async def test_less_urgent_words_wait_for_a_battery(running, keys):
    async with Site().serving(keys) as service, running(run) as tray:
        browser = Subscriber(f"{service.url}/1")
        await tray.sends(Way.WEB_PUSH, browser.address, priority=Priority.LOW)
    assert service.got[0].headers["urgency"] == "normal"


@pytest.mark.parametrize("status", [404, 410])
async def test_a_browser_that_is_gone_is_said_to_be_gone(running, keys, status):
    async with Site(usual=(status, {}, b"")).serving(keys) as service, running(run) as tray:
        receipt = await tray.sends(Way.WEB_PUSH, Subscriber(f"{service.url}/1").address)
    assert (receipt.progress, receipt.is_final, receipt.is_gone) == (Progress.FAILED, True, True)


async def test_a_busy_service_is_asked_again_when_it_wants_to_be(running, keys):
    async with (
        Site(usual=(429, {"Retry-After": "30"}, b"")).serving(keys) as service,
        running(run) as tray,
    ):
        receipt = await tray.sends(Way.WEB_PUSH, Subscriber(f"{service.url}/1").address)
    assert (receipt.progress, receipt.is_final) == (Progress.FAILED, False)
    assert receipt.not_before is not None
    wait = receipt.not_before - datetime.now(UTC)
    assert timedelta(seconds=20) < wait <= timedelta(seconds=30)


async def test_a_refused_push_is_not_tried_again(running, keys):
    async with Site(usual=(403, {}, b"")).serving(keys) as service, running(run) as tray:
        receipt = await tray.sends(Way.WEB_PUSH, Subscriber(f"{service.url}/1").address)
    assert (receipt.progress, receipt.is_final, receipt.is_gone) == (Progress.FAILED, True, False)


async def test_one_service_that_hangs_holds_up_no_other(running, keys):
    async with (
        Site(usual="hang").serving(keys) as stuck,
        Site().serving(keys) as quick,
        running(run) as tray,
    ):
        for _ in range(3):
            tray.put(Way.WEB_PUSH, Subscriber(f"{stuck.url}/1").address)
        after = tray.put(Way.WEB_PUSH, Subscriber(f"{quick.url}/1").address)
        async with asyncio.timeout(5):
            receipt = await tray.receipt()
    assert (receipt.message, receipt.progress) == (after.id, Progress.SENT)


async def test_a_certificate_nobody_vouches_for_ends_it(running, keys, monkeypatch, tmp_path):
    monkeypatch.delenv("SSL_CERT_FILE")
    async with Site().serving(keys) as service, running(run) as tray:
        receipt = await tray.sends(Way.WEB_PUSH, Subscriber(f"{service.url}/1").address)
    assert (receipt.progress, receipt.is_final) == (Progress.FAILED, False)
    assert "not trusted" in receipt.detail
    assert service.got == []


async def test_nobody_there_is_a_failure_to_be_tried_again(running, port):
    async with running(run) as tray:
        address = Subscriber(f"https://127.0.0.1:{port()}/1").address
        receipt = await tray.sends(Way.WEB_PUSH, address)
    assert (receipt.progress, receipt.is_final) == (Progress.FAILED, False)


async def test_the_key_is_ours_alone_and_stays_the_same(running):
    async with running(run) as tray:
        data = tray.settings.data
        before = public_push_key(data)
        assert stat.S_IMODE(push_key_file(data).stat().st_mode) == 0o600
        assert public_push_key(data) == before
