"""`homeward bus users`: what it prints is what an operator's own nats-server takes."""

import asyncio
import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from homeward.bus import Bus
from homeward.cli._bus_checks import accounts, own_nats
from homeward.cli._found import Found, Grade
from homeward.cli.bus import command
from homeward.cli.settings import effective
from homeward.engines.child import Child, Recipe, wait_ready
from homeward.engines.nats import Nats, as_process, binary
from homeward.guard.subjects import PARTS, may
from homeward.model.errors import Misconfigured
from homeward.settings import Settings, load


@pytest.fixture
def printed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """What the command prints on a machine whose data folder is new."""
    monkeypatch.setenv("HOMEWARD_DATA", str(tmp_path / "data"))
    first, again = (CliRunner().invoke(command, ["users"]) for _ in range(2))
    assert first.exit_code == 0, first.output
    assert first.output == again.output, "what is copied must stay true"
    return first.output


Serve = Callable[[str], Settings]


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Serve]:
    """Runs a server of one's own by some lines of configuration; settings that reach it."""
    nats = Nats(tmp_path / "theirs")
    children: list[Child] = []

    def started(lines: str) -> Settings:
        config = tmp_path / "nats.conf"
        config.write_text(f'listen: "127.0.0.1:{nats.port}"\n{lines}')
        words = (str(binary()), "--config", str(config))
        children.append(Child.start(Recipe("nats", words, tmp_path / "nats.log")))
        wait_ready(children[-1], nats)
        plain, _ = load({})
        return replace(plain, data=tmp_path / "data", nats_url=f"nats://127.0.0.1:{nats.port}")

    yield started
    for child in children:
        child.stop()


def found_of(settings: Settings) -> list[tuple[Grade, str]]:
    def shown(each: Found) -> tuple[Grade, str]:
        assert (each.grade is Grade.WELL) == (each.fix == "")
        return each.grade, each.what

    return [shown(each) for each in own_nats(settings)]


def test_ones_own_server_takes_what_is_printed(printed: str, serve: Serve):
    settings = serve(printed)

    async def every() -> None:
        for process in PARTS:
            url = as_process(settings.nats_url, process, settings.data)
            async with Bus.open(url) as bus:
                await bus.must_be_let(may(process))
                assert await bus.grants() is not None

    asyncio.run(every())
    assert found_of(settings) == [(Grade.WELL, "your own NATS answers")]
    assert effective()[0].data == settings.data
    as_command = as_process(settings.nats_url, "command", settings.data)
    (found,) = accounts(replace(settings, nats_url=as_command))
    assert found.what == f"the bus lets each of {len(PARTS)} accounts say and hear what is its own"


def test_a_machine_is_asked_about_the_accounts_that_it_has(printed: str, serve: Serve):
    settings = serve(printed)
    for file in (settings.data / "keys").glob("nats-*.password"):
        if file.stem != "nats-door":
            file.unlink()
    assert found_of(settings) == [(Grade.WELL, "your own NATS answers")]


def test_one_account_for_all_goes_on_and_is_said(serve: Serve):
    settings = serve("")
    (well, worry) = found_of(settings)
    assert well == (Grade.WELL, "your own NATS answers")
    assert worry[0] is Grade.WORRY
    assert worry[1].startswith("one account is everybody's at your own NATS")


def test_accounts_of_an_earlier_version_are_found_before_an_alarm_is_lost(
    printed: str, serve: Serve
):
    body = json.loads(f"{{{printed}}}")
    for each in body["authorization"]["users"]:
        allowed = each["permissions"]["publish"]["allow"]
        each["permissions"]["publish"]["allow"] = [x for x in allowed if x != "told.alarm"]
    settings = serve(f'"authorization": {json.dumps(body["authorization"])}')
    assert found_of(settings) == [
        (Grade.WRONG, "your own NATS does not let watch tell told.alarm"),
        (Grade.WRONG, "your own NATS does not let web tell told.alarm"),
    ]

    async def watch() -> None:
        async with Bus.open(as_process(settings.nats_url, "watch", settings.data)) as bus:
            with pytest.raises(Misconfigured, match=r"tell told\.alarm.*homeward bus users"):
                await bus.must_be_let(may("watch"))

    asyncio.run(watch())
