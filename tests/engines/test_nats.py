"""The embedded nats-server: loopback, a password, the same address after a crash."""

import json
import os
import signal
import socket
import stat
from pathlib import Path

import psutil
import pytest

from homeward.bus import Bus, nerve
from homeward.engines.child import Child, running, wait_ready
from homeward.engines.nats import PORTS, Nats, as_process, users
from homeward.guard.subjects import PARTS
from homeward.model.errors import Unreachable


def test_it_listens_on_loopback_alone_below_the_ephemeral_ports(open_folder: Path):
    nats = Nats(open_folder)
    nats.prepare()
    child = Child.start(nats.recipe())
    try:
        wait_ready(child, nats)
        listening = psutil.Process(child.pid).net_connections("inet")
    finally:
        child.stop()
    assert {c.laddr for c in listening if c.status == psutil.CONN_LISTEN} == {
        ("127.0.0.1", nats.port)
    }
    assert nats.port in PORTS


@pytest.mark.parametrize("secret", [{}, {"user": "homeward", "pass": "guessed"}])
def test_a_guessed_password_is_refused(engines, secret: dict[str, str]):
    with socket.create_connection(("127.0.0.1", engines.nats.port), 5) as client:
        stream = client.makefile("rwb")
        assert stream.readline().startswith(b"INFO ")
        words = {"verbose": True, "pedantic": False, **secret}
        stream.write(f"CONNECT {json.dumps(words)}\r\n".encode())
        stream.flush()
        assert stream.readline() == b"-ERR 'Authorization Violation'\r\n"


async def test_a_bus_that_is_not_let_in_says_so(engines, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(nerve, "CONNECT_SECONDS", 0.2)
    with pytest.raises(Unreachable, match="NATS does not let us in"):
        async with Bus.open(f"nats://homeward:guessed@127.0.0.1:{engines.nats.port}"):
            pass


def test_the_password_is_for_us_alone(engines):
    for secret in ("nats/nats.json", "keys/nats.password", "keys/postgres.password"):
        assert stat.S_IMODE((engines.data / secret).stat().st_mode) == 0o600


def test_it_comes_back_at_the_same_address(open_folder: Path):
    nats = Nats(open_folder)
    nats.prepare()
    child = Child.start(nats.recipe())
    wait_ready(child, nats)
    before = nats.url
    os.kill(child.pid, signal.SIGKILL)
    child.stop()
    assert child.how_it_ended == "signal SIGKILL"
    with running(nats):
        assert nats.url == before


def test_each_process_has_a_secret_of_its_own_that_stays(open_folder: Path):
    before = open_folder / "keys" / "nats.password"
    before.parent.mkdir()
    before.write_text("of an earlier version")
    urls: list[dict[str, str]] = []
    for _ in range(2):  # a machine that was restarted
        nats = Nats(open_folder, 20_001, processes=tuple(PARTS))
        nats.prepare()
        urls.append({each: as_process(nats.url, each, open_folder) for each in PARTS})
    assert urls[0] == urls[1]
    assert len(set(urls[0].values())) == len(PARTS)
    files = [*(open_folder / "keys").iterdir(), open_folder / "nats" / "nats.json"]
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}
    assert not before.exists()


@pytest.mark.parametrize(
    ("url", "as_web"),
    [
        ("nats://a:1", "nats://homeward-web:SECRET@a:1"),
        ("tls://a,b?ca=/x@y", "tls://homeward-web:SECRET@a,b?ca=/x@y"),
        ("nats://me:mine@a", "nats://me:mine@a"),
        ("nats://token@a", "nats://token@a"),
        ("", ""),
    ],
)
def test_an_address_without_an_account_is_given_ours(tmp_path: Path, url: str, as_web: str):
    users(tmp_path, ("web",))
    secret = (tmp_path / "keys" / "nats-web.password").read_text()
    assert as_process(url, "web", tmp_path) == as_web.replace("SECRET", secret)
    assert as_process(url, "door", tmp_path) == url  # not here
