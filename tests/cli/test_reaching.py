"""`homeward person reach` and what the doctor says of the ways, against real servers."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from homeward.cli._found import Found, Grade
from homeward.cli._way_checks import ways
from homeward.settings import Settings, load
from tests.cli.installation import Installation
from tests.peers import Mails, Site, keys, trusted

__all__ = ["keys", "trusted"]

GROWTH_BYTES_MAX = 12 * 1024 * 1024  # of the process that sends, once mail has been sent


async def looked(settings: Settings) -> list[Found]:
    return await asyncio.to_thread(lambda: list(ways(settings)))


def wrong(found: list[Found]) -> list[str]:
    return [each.what for each in found if each.grade is Grade.WRONG]


@pytest.fixture
def plain(tmp_path: Path) -> Settings:
    settings, _ = load({})
    return replace(settings, data=tmp_path)


async def test_a_mail_server_that_lets_us_in_is_well(plain, trusted):
    async with Mails().serving(trusted) as mails:
        own = replace(
            plain, smtp_host="127.0.0.1", smtp_port=mails.port, mail_from="homeward@hospital.test"
        )
        found = await looked(own)
        assert wrong(found) == []
        assert f"mail: 127.0.0.1:{mails.port} lets us in (starttls)" in [e.what for e in found]
        assert mails.got == []
        (told,) = wrong(await looked(replace(own, smtp_security="tls")))
        assert "mail" in told
        (told,) = wrong(await looked(replace(own, mail_from="")))
        assert "mail_from" in told


async def test_a_mail_server_nobody_vouches_for_is_not(plain, keys):
    async with Mails().serving(keys) as mails:
        own = replace(plain, smtp_host="127.0.0.1", smtp_port=mails.port, mail_from="a@b.test")
        (told,) = wrong(await looked(own))
    assert "not trusted" in told


async def test_a_gateway_is_spoken_to_and_its_file_looked_at(plain, trusted, tmp_path):
    file = tmp_path / "sms.toml"
    async with Site().serving(trusted) as site:
        file.write_text(f'url = "{site.url}/{{address}}"\nbody = "{{text}}"\n')
        file.chmod(0o644)
        own = replace(plain, sms_gateway=str(file))
        found = await looked(own)
        assert wrong(found) == []
        assert f"{file} holds secrets and is open to others" in [each.what for each in found]
        assert site.got == []
    (told,) = wrong(await looked(own))
    assert "127.0.0.1" in told
    file.write_text("nonsense = 1")
    assert len(wrong(await looked(own))) == 1


async def test_who_can_be_reached_by_push_alone_is_a_worry(plain):
    worries = [each.what for each in await looked(plain) if each.grade is Grade.WORRY]
    assert any("push alone" in each for each in worries)
    assert any("no telephone can open" in each for each in worries)


@pytest.fixture
def reached(installation: Installation, trusted: Path) -> Iterator[Installation]:
    installation.environment["SSL_CERT_FILE"] = str(trusted / "root.pem")
    return installation


async def test_somebody_is_given_a_way_and_it_is_tested(reached: Installation, trusted: Path):
    async with Mails().serving(trusted) as mails:
        reached.environment |= {
            "HOMEWARD_SMTP_HOST": "127.0.0.1",
            "HOMEWARD_SMTP_PORT": str(mails.port),
            "HOMEWARD_MAIL_FROM": "homeward@hospital.test",
        }
        await asyncio.to_thread(reached.start_and_wait)
        before = psutil.Process(reached.pid("work")).memory_info().rss

        async def says(*words: str):
            return await asyncio.to_thread(reached.command, "person", *words)

        added = await says(
            "add", "nora", "--name", "Nora", "--role", "nurse", "--password", "four grey geese"
        )
        assert added.returncode == 0, added.stderr
        told = await says("reach", "nora")
        assert "Nobody can reach them" in told.stdout
        told = await says("reach", "nora", "--add", "pigeon", "x")
        assert told.returncode == 1
        told = await says("reach", "nora", "--add", "email", "nora@hospital.test", "--test")
        assert told.returncode == 0, told.stderr
        assert "1. email nora@hospital.test (not proven" in told.stdout
        assert "sent; nobody will say whether it arrived" in told.stdout
        assert mails.got[0]["Subject"] == "Homeward: this is a test. Nothing is wrong."
        after = psutil.Process(reached.pid("work")).memory_info().rss
        assert after - before < GROWTH_BYTES_MAX
        print(f"work: {before / 1e6:.1f} MB before, {after / 1e6:.1f} MB after")
        told = await says("reach", "nora", "--add", "email", "nobody@hospital.test", "--test")
        assert told.returncode == 1
        assert "does not take this address (550)" in told.stdout
