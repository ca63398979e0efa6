"""Mails, to a real mail server that does as it is told."""

import asyncio

import pytest

from homeward.connectors.email.send import run
from homeward.model.errors import Misconfigured
from homeward.model.message import Progress, Way
from tests.peers import Mails

ACCOUNT = ("homeward", "sesame open")
FROM = "homeward@hospital.test"


def settings(mails: Mails, **changes):
    named = {"smtp_host": "127.0.0.1", "smtp_port": mails.port, "mail_from": FROM}
    return {**named, **changes}


async def test_a_mail_arrives_privately_and_nobody_claims_that_it_was_read(running, keys):
    async with Mails(account=ACCOUNT).serving(keys) as mails:
        own = settings(mails, smtp_user=ACCOUNT[0], smtp_password=ACCOUNT[1])
        async with running(run, **own) as tray:
            receipt = await tray.sends(Way.EMAIL, "nora@hospital.test")
    assert (receipt.progress, receipt.is_final) == (Progress.SENT, True)
    (mail,) = mails.got
    assert mails.was_private == [True]
    assert mail["Subject"] == "Homeward: high alarm, Ward 3."
    assert mail["To"] == "nora@hospital.test"
    assert mail["From"] == FROM
    assert "Open: https://homeward.test/m/token1" in mail.get_content()
    assert mail["Message-ID"] == "<token1.1@hospital.test>"
    assert mail["Auto-Submitted"] == "auto-generated"


async def test_a_mail_that_was_taken_is_not_sent_again_because_the_record_was_away(running, keys):
    async with (
        Mails().serving(keys) as mails,
        running(run, **settings(mails)) as tray,
    ):
        tray.away = 2
        receipt = await tray.sends(Way.EMAIL, "nora@hospital.test")
    assert (receipt.message, receipt.progress) == (1, Progress.SENT)
    assert len(mails.got) == 1


async def test_tls_from_the_first_byte(running, keys):
    async with (
        Mails().serving(keys, "tls") as mails,
        running(run, **settings(mails, smtp_security="tls")) as tray,
    ):
        receipt = await tray.sends(Way.EMAIL, "nora@hospital.test")
    assert receipt.progress is Progress.SENT
    assert mails.was_private == [True]


async def test_a_wrong_password_is_a_failure_that_a_person_must_mend(running, keys):
    async with Mails(account=ACCOUNT).serving(keys) as mails:
        own = settings(mails, smtp_user=ACCOUNT[0], smtp_password="wrong")
        async with running(run, **own) as tray:
            receipt = await tray.sends(Way.EMAIL, "nora@hospital.test")
    assert (receipt.progress, receipt.is_final) == (Progress.FAILED, True)
    assert "account" in receipt.detail
    assert mails.got == []


@pytest.mark.parametrize(
    ("says", "is_final"),
    [("451 try again later", False), ("554 no", True), ("552 mailbox full", True)],
)
async def test_what_the_server_says_decides_whether_it_is_tried_again(
    running, keys, says, is_final
):
    async with Mails().serving(keys) as mails, running(run, **settings(mails)) as tray:
        mails.says.append(says)
        first = await tray.sends(Way.EMAIL, "nora@hospital.test")
        second = await tray.sends(Way.EMAIL, "nora@hospital.test")
    assert (first.progress, first.is_final) == (Progress.FAILED, is_final)
    assert says[:3] in first.detail
    assert first.detail.endswith(f"({says[:3]})"), "not what it said: that may quote an address"
    assert second.progress is Progress.SENT


async def test_an_address_nobody_has(running, keys):
    async with Mails().serving(keys) as mails, running(run, **settings(mails)) as tray:
        receipt = await tray.sends(Way.EMAIL, "nobody@hospital.test")
    assert (receipt.progress, receipt.is_final) == (Progress.FAILED, True)
    assert "550" in receipt.detail


async def test_a_server_without_starttls_gets_no_mail(running, keys):
    async with Mails().serving(keys, "none") as mails, running(run, **settings(mails)) as tray:
        receipt = await tray.sends(Way.EMAIL, "nora@hospital.test")
    assert receipt.progress is Progress.FAILED
    assert "smtp_security" in receipt.detail
    assert mails.got == []


async def test_a_server_whose_certificate_nobody_vouches_for_gets_no_mail(
    running, keys, monkeypatch
):
    monkeypatch.delenv("SSL_CERT_FILE")
    async with Mails().serving(keys) as mails, running(run, **settings(mails)) as tray:
        receipt = await tray.sends(Way.EMAIL, "nora@hospital.test")
    assert receipt.progress is Progress.FAILED
    assert "not trusted" in receipt.detail
    assert mails.got == []


async def test_a_server_that_is_away_or_mute(running, keys, port, monkeypatch):
    away = {"smtp_host": "127.0.0.1", "smtp_port": port(), "mail_from": FROM}
    async with running(run, **away) as tray:
        receipt = await tray.sends(Way.EMAIL, "nora@hospital.test")
    assert (receipt.progress, receipt.is_final) == (Progress.FAILED, False)
    monkeypatch.setattr("homeward.connectors.sending.ATTEMPT_SECONDS", 0.5)
    async with Mails().serving(keys) as mails, running(run, **settings(mails)) as tray:
        mails.says.append("hang")
        receipt = await tray.sends(Way.EMAIL, "nora@hospital.test")
    assert (receipt.progress, receipt.is_final) == (Progress.FAILED, False)


@pytest.mark.parametrize(
    "wrong",
    [
        {"smtp_host": ""},
        {"mail_from": ""},
        {"smtp_security": "maybe"},
        {"smtp_host": "mail.hospital.test", "smtp_security": "none"},
    ],
)
async def test_settings_that_cannot_work_are_said_at_the_start(running, wrong):
    with pytest.raises(Misconfigured):
        async with running(run, **{**settings(Mails(port=25)), **wrong}):
            await asyncio.sleep(0)
