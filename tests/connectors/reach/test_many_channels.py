"""Other channels, by the library that knows them, to a real server."""

import asyncio

import pytest

from homeward.connectors.many_channels.send import run
from homeward.model.errors import Misconfigured
from homeward.model.message import Progress, Way
from tests.peers import Site


async def test_a_channel_gets_the_words_and_the_link_and_nobody_claims_more(running):
    async with Site(usual=(200, {}, b"")).serving(None) as site, running(run) as tray:
        receipt = await tray.sends(Way.OTHER, f"json://127.0.0.1:{site.port}/hook")
    assert (receipt.progress, receipt.is_final) == (Progress.SENT, True)
    (got,) = site.got
    assert got.path == "/hook"
    assert got.json["title"] == "Homeward"
    assert got.json["message"] == "high alarm, Ward 3.\nhttps://homeward.test/m/token1"


async def test_a_channel_that_does_not_take_it_is_tried_again(running):
    async with Site(usual=(500, {}, b"")).serving(None) as site, running(run) as tray:
        receipt = await tray.sends(Way.OTHER, f"json://127.0.0.1:{site.port}/hook")
    assert (receipt.progress, receipt.is_final) == (Progress.FAILED, False)


@pytest.mark.parametrize("address", ["nonsense://x", "syslog://", "dbus://"])
async def test_what_reaches_nobody_is_final(running, address):
    async with running(run) as tray:
        receipt = await tray.sends(Way.OTHER, address)
    assert (receipt.progress, receipt.is_final) == (Progress.FAILED, True)


async def test_without_the_extra_it_says_what_to_install(running, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "apprise", None)
    with pytest.raises(Misconfigured, match="homeward\\[channels\\]"):
        async with running(run):
            await asyncio.sleep(0)
