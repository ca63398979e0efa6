"""What a server lets us do: asked before anybody relies on us; and told, when it refuses."""

import asyncio
import json
from collections.abc import Iterator
from contextlib import AsyncExitStack
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from homeward.bus import Bus
from homeward.bus.grants import Grants, Rules, covers, lacking, read_answer, refused
from homeward.cli.run import _beat
from homeward.engines import nats as engine
from homeward.engines.child import running
from homeward.engines.nats import Nats, as_process
from homeward.guard.subjects import PARTS, May, may
from homeward.model.errors import Misconfigured, Unreachable, Unreadable


@pytest.mark.parametrize(
    "body",
    [
        b"", b"[", b'{"data":7}', b"[" * 100_000,
        b'{"data":{"permissions":{"publish":{"allow":["a.\xd0L"]}}}}',
    ],
)  # fmt: skip
def test_an_answer_that_cannot_be_read_is_told_as_one(body: bytes) -> None:
    with pytest.raises(Unreadable):
        read_answer(body)


@pytest.mark.parametrize(
    ("pattern", "subject", "is_covered"),
    [
        ("told.alarm", "told.alarm", True),
        ("told.alarm", "told.alarms", False),
        ("hot.waves.*", "hot.waves.7", True),
        ("hot.waves.*", "hot.waves.*", True),
        ("hot.waves.7", "hot.waves.*", False),
        ("hot.waves.*", "hot.waves", False),
        ("hot.waves.*", "hot.waves.7.8", False),
        ("hot.*.*", "hot.waves.*", True),
        (">", "told.alarm", True),
        ("told.>", "told.alarm", True),
        ("told.>", "told", False),
        ("told.*", "told.>", False),
        ("told.alarm.>", "told.alarm", False),
    ],
)
def test_what_a_pattern_covers(pattern: str, subject: str, is_covered: bool):
    assert covers(pattern, subject) is is_covered


@pytest.mark.parametrize(
    ("granted", "lacks"),
    [
        (None, []),
        (Grants(), []),
        (Grants(Rules(allow=("told.>",))), []),
        (Grants(Rules(allow=("told.call",))), [("tell", "told.alarm")]),
        (Grants(Rules(deny=("told.alarm",))), [("tell", "told.alarm")]),
        (Grants(subscribe=Rules(deny=("hot.waves.7",))), [("hear", "hot.waves.*")]),
        (Grants(Rules(("told.>",), ("told.*",)), Rules(("hot.*.*",))), [("tell", "told.alarm")]),
    ],
)
def test_what_we_would_be_refused(granted: Grants | None, lacks: list[tuple[str, str]]):
    assert list(lacking(May(("told.alarm",), ("hot.waves.*",)), granted)) == lacks


@pytest.mark.parametrize(
    ("said", "what"),
    [
        ('nats: permissions violation for publish to "told.alarm"', ("tell", "told.alarm")),
        ('nats: permissions violation for publish to "hot.waves.12"', ("tell", "hot.waves.*")),
        ('nats: permissions violation for subscription to "beat.*"', ("hear", "beat.*")),
        ('nats: permissions violation for publish to "raw"', ("tell", "raw")),
        ("nats: stale connection", None),
    ],
)
def test_what_a_complaint_says(said: str, what: tuple[str, str] | None):
    assert refused(said) == what


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Nats]:
    """A server that knows each process by an account of its own."""
    nats = Nats(tmp_path, processes=tuple(PARTS))
    with running(nats):
        yield nats


async def test_the_servers_own_accounts_are_let_do_what_each_process_must(
    server: Nats, tmp_path: Path
):
    for process in PARTS:
        async with Bus.open(as_process(server.url, process, tmp_path)) as bus:
            await bus.must_be_let(may(process))


async def test_a_process_that_would_be_refused_says_so_before_it_begins(
    server: Nats, tmp_path: Path
):
    async with Bus.open(as_process(server.url, "pack", tmp_path)) as bus:
        with pytest.raises(Misconfigured, match=r"tell told\.alarm.*hear hot\.readings"):
            await bus.must_be_let(may("watch"))


async def test_one_account_for_all_may_do_everything(engines):
    async with Bus.open(engines.nats_url) as bus:
        assert await bus.grants() is None
        await bus.must_be_let(may("watch"))


async def test_another_node_that_knows_of_no_rules_is_not_believed(engines, monkeypatch, caplog):
    async with Bus.open(engines.nats_url) as bus:
        said = SimpleNamespace(data=b'{"server": {"id": "another"}, "data": {"user": "me"}}')

        async def request(*_: object, **__: object) -> SimpleNamespace:
            return said

        monkeypatch.setattr(bus._client, "request", request)
        with pytest.raises(Unreachable, match="another node"):
            await bus.grants()
        await bus.must_be_let(may("watch"))  # no reason not to watch
        assert "what it refuses is told when it does" in caplog.text


async def test_what_the_server_refuses_is_told(server: Nats, tmp_path: Path):
    told: asyncio.Queue[dict[str, Any]] = asyncio.Queue()

    async def hear(_: str, body: bytes) -> None:
        told.put_nowait(json.loads(body))

    async def never(_: str, __: bytes) -> None:
        raise AssertionError

    as_watch, as_web = (as_process(server.url, each, tmp_path) for each in ("watch", "web"))
    async with Bus.open(as_watch) as watch, Bus.open(as_web, "homeward web") as web:
        await watch.listen("told.trouble", hear)
        await watch._client.flush()
        for patient in range(100):  # one trouble, however many are refused
            await web.publish(f"hot.waves.{patient}", b"")
        await web.listen("command.*", never)
        async with asyncio.timeout(10):
            found = [await told.get(), await told.get()]
        assert [each["what"] for each in found] == [
            "homeward web may not tell hot.waves.*",
            "homeward web may not hear command.*",
        ]
        assert found[0]["text"] == "The bus does not let homeward web tell hot.waves.*."
        assert told.empty()
        assert not web.is_gagged


async def test_a_node_with_other_rules_is_asked_before_it_refuses_an_alarm(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    nats = Nats(tmp_path, processes=("watch",))
    async with AsyncExitStack() as connected:
        with running(nats):
            opened = Bus.open(as_process(nats.url, "watch", tmp_path), "homeward watch")
            watch = await connected.enter_async_context(opened)
            await watch.must_be_let(may("watch"))
        full = may("watch")
        less = replace(full, tell=tuple(each for each in full.tell if each != "told.alarm"))
        monkeypatch.setattr(engine, "may", lambda _: less)
        with running(nats):
            async with asyncio.timeout(20):
                while "homeward watch may not tell told.alarm" not in caplog.text:
                    await asyncio.sleep(0.01)


async def test_a_process_that_may_not_even_say_that_it_is_in_trouble_ends(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    full = may("watch")
    mute = replace(full, tell=tuple(each for each in full.tell if each != "told.trouble"))
    monkeypatch.setattr(engine, "may", lambda _: mute)
    nats = Nats(tmp_path, processes=("watch",))
    with running(nats):
        async with Bus.open(as_process(nats.url, "watch", tmp_path), "homeward watch") as bus:
            with pytest.raises(Misconfigured, match=r"tell told\.trouble:"):
                await bus.must_be_let(full)
            await bus.tell("told.trouble", {})
            process = asyncio.create_task(asyncio.sleep(60))
            tools = SimpleNamespace(bus=bus, now=None, at="watch on a")
            beat = asyncio.create_task(_beat("watch", tools, process))
            await asyncio.wait({process}, timeout=20)
            assert process.cancelled()
            beat.cancel()
