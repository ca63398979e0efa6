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
from homeward.engines.nats import PORTS, Nats
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
