"""A real installation and its sentinel: it sees alarms arrive, and calls when they do not (H-8)."""

import asyncio
import os
import signal
import stat
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import psutil
import psycopg
import pytest

from tests.cli.conftest import installed
from tests.cli.installation import HOMEWARD, Installation
from tests.peers import Mails, Site, keys, trusted

__all__ = ["keys", "trusted"]

EVERY_SECONDS = 20
BOUND_SECONDS = 10
# A round may just have begun its pause; then two in a row are lost.
TOLD_SECONDS = EVERY_SECONDS + 2 * BOUND_SECONDS + 10
WELL_SECONDS = 90.0
SENTINEL_BYTES_MAX = 45 * 1024 * 1024


def asked(installed: Installation, query: str) -> list[Any]:
    with psycopg.connect(installed.run.postgres_url) as connection:
        return connection.execute(query).fetchall()  # type: ignore[arg-type]


async def until(claim: Any, seconds: float, what: str) -> float:
    """Wait for a claim; how long it took."""
    began = time.monotonic()
    while not await asyncio.to_thread(claim):
        assert time.monotonic() - began < seconds, f"never: {what}"
        await asyncio.sleep(0.2)
    return time.monotonic() - began


@asynccontextmanager
async def watched(installed: Installation, mails: Mails, **more: str) -> AsyncIterator[None]:
    installed.environment |= {
        "HOMEWARD_SENTINEL": "true",
        "HOMEWARD_SENTINEL_SECONDS": str(EVERY_SECONDS),
        "HOMEWARD_SENTINEL_CALLS": "email:ops@hospital.test",
        "HOMEWARD_SMTP_HOST": "127.0.0.1",
        "HOMEWARD_SMTP_PORT": str(mails.port),
        "HOMEWARD_MAIL_FROM": "sentinel@hospital.test",
        **more,
    }
    await asyncio.to_thread(installed.start_and_wait)
    try:
        yield
    finally:
        await asyncio.to_thread(installed.stop)


def rounds(installed: Installation, outcome: str = "well") -> int:
    return asked(installed, f"select count(*) from sentinel_round where outcome = '{outcome}'")[0][
        0
    ]


@pytest.fixture
def watchable(trusted: Path) -> Iterator[Installation]:
    for made in installed():
        made.environment["SSL_CERT_FILE"] = str(trusted / "root.pem")
        yield made


@pytest.fixture
def watchable_from_elsewhere(trusted: Path) -> Iterator[Installation]:
    for made in installed():
        made.environment["SSL_CERT_FILE"] = str(trusted / "root.pem")
        yield made


async def test_a_sentinel_of_the_house_and_one_from_elsewhere(
    watchable: Installation, watchable_from_elsewhere: Installation, trusted: Path, tmp_path: Path
):
    """Both at once, each with an installation of its own: they mostly wait."""
    await asyncio.gather(
        it_sees_alarms_arrive_calls_when_none_does_and_says_when_it_works_again(watchable, trusted),
        one_of_its_own_watches_from_elsewhere_and_notices_that_all_is_gone(
            watchable_from_elsewhere, trusted, tmp_path
        ),
    )


async def it_sees_alarms_arrive_calls_when_none_does_and_says_when_it_works_again(
    watchable: Installation, trusted: Path
) -> None:
    async with Mails().serving(trusted) as mails, Site().serving(trusted) as outside:
        ping = {"HOMEWARD_SENTINEL_PING_URL": f"{outside.url}/ping/1"}
        async with watched(watchable, mails, **ping):
            watcher = watchable.pid("watch")
            await until(lambda: rounds(watchable) >= 1, WELL_SECONDS, "a good round")
            # At once, in the pause: one that is stopped amid a round may end that round late first.
            os.kill(watcher, signal.SIGSTOP)
            stopped = time.monotonic()
            try:
                assert mails.got == []
                await until(lambda: outside.got, TOLD_SECONDS, "a sign of life after the round")
                assert outside.got[0].path == "/ping/1"
                await nobody_else_notices(watchable)
                left = TOLD_SECONDS - (time.monotonic() - stopped)
                await until(lambda: mails.got, left, "people are told")
            finally:
                os.kill(watcher, signal.SIGCONT)
            took = time.monotonic() - stopped
            print(f"watch stopped: told after {took:.1f} s")
            assert "the monitoring itself does not work" in mails.got[0].get_content()
            assert mails.got[0]["To"] == "ops@hospital.test"

            took = await until(lambda: len(mails.got) >= 2, WELL_SECONDS, "it is well again")
            print(f"watch goes on: all clear after {took:.1f} s")
            assert "works again" in mails.got[1].get_content()
            assert rounds(watchable, "lost") >= 2, "what the platform could not be told, it is"


async def nobody_else_notices(installed: Installation) -> None:
    """The pretend patient is in no statistics, on no board, and nobody is called."""
    assert asked(installed, "select count(*) > 0 from alarm where condition = 'oxygen_low'") == [
        (True,)
    ]
    hidden = "alarm join patient on patient.id = alarm.patient_id and patient.is_synthetic"
    assert asked(installed, "select count(*) from peoples_alarm where patient_id is not null") == [
        (0,)
    ]
    assert asked(installed, f"select count(*) from call join {hidden} on alarm.id = alarm_id") == [
        (0,)
    ]
    listed = await asyncio.to_thread(installed.command, "ward", "list")
    assert "Sentinel" not in listed.stdout
    own = f"select bool_and(acknowledged is not null) from {hidden} and condition = 'oxygen_low'"
    assert asked(installed, own) == [(True,)]
    print(asked(installed, f"select condition, state, count(*) from {hidden} group by 1, 2"))
    small = psutil.Process(installed.pid("sentinel")).memory_info().rss
    print(f"sentinel: {small / 1e6:.1f} MB")
    assert small < SENTINEL_BYTES_MAX
    file = installed.data.path / "sentinel" / "sentinel.toml"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


async def one_of_its_own_watches_from_elsewhere_and_notices_that_all_is_gone(
    watchable: Installation, trusted: Path, tmp_path: Path
) -> None:
    """From its folder alone: no database, no bus, no data folder."""
    await asyncio.to_thread(watchable.start_and_wait)
    folder = tmp_path / "away"
    made = await asyncio.to_thread(watchable.command, "sentinel", "set-up", "--out", str(folder))
    assert made.returncode == 0, made.stderr
    async with Mails().serving(trusted) as mails:
        with (folder / "sentinel.toml").open("a") as file:
            file.write(
                f'calls = ["email:ops@hospital.test"]\nsmtp_host = "127.0.0.1"\n'
                f'smtp_port = {mails.port}\nmail_from = "sentinel@hospital.test"\n'
                f"every_seconds = {EVERY_SECONDS}\n"
            )
        clean = {k: v for k, v in watchable.environment.items() if not k.startswith("HOMEWARD_")}
        process = await asyncio.create_subprocess_exec(
            *HOMEWARD, "sentinel", "run", str(folder), env=clean, cwd=tmp_path
        )
        try:
            await until(lambda: rounds(watchable) >= 1, WELL_SECONDS, "a good round")
            await asyncio.to_thread(watchable.stop, signal.SIGKILL)
            took = await until(lambda: mails.got, TOLD_SECONDS, "people are told")
            print(f"all killed: told after {took:.1f} s")
            await asyncio.to_thread(watchable.start_and_wait)
            await until(lambda: len(mails.got) >= 2, WELL_SECONDS, "it is well again")
            assert "works again" in mails.got[1].get_content()
        finally:
            process.terminate()
            assert await process.wait() == 0
    assert "well" in (folder / "rounds.log").read_text()
