"""A demo of this test session's own: engines, door, pages, ten pretend patients."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest

from homeward.engines.nats import free_port

REPOSITORY = Path(__file__).parents[2]
READY_SECONDS = 120
PASSWORD = "homeward-demo"


@dataclass
class Demo:
    """A running demo, its folder, and somebody who is signed in."""

    folder: Path
    environment: dict[str, str]
    web: str
    said: str
    nora: httpx.Client = field(init=False)
    _clients: dict[str, httpx.Client] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.nora = self.signed_in("nora")

    def signed_in(self, login: str) -> httpx.Client:
        """A client of one of the demo's accounts."""
        if login in self._clients:
            return self._clients[login]
        client = self._clients[login] = httpx.Client(base_url=self.web, timeout=10)
        answer = client.post("/api/session", json={"login": login, "password": PASSWORD})
        answer.raise_for_status()
        # Browsers count loopback as secure and send the cookie back; httpx must be told.
        client.headers["cookie"] = answer.headers["set-cookie"].partition(";")[0]
        return client

    def homeward(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run one command of this installation."""
        command = [sys.executable, "-m", "homeward.cli", *words]
        return self.run(*command)

    def run(self, *command: str) -> subprocess.CompletedProcess[str]:
        """Run a program as a newcomer would, beside this demo."""
        return subprocess.run(
            command, env=self.environment, cwd=self.folder, text=True, capture_output=True,
            timeout=60, check=False,
        )  # fmt: skip

    def board(self, ward: str) -> dict[str, Any]:
        """Every bed of a ward, by bed."""
        wards = {each["name"]: each["id"] for each in self.nora.get("/api/wards").json()}
        beds = self.nora.get(f"/api/wards/{wards[ward]}/board").json()["beds"]
        return {bed["bed"]: bed for bed in beds}

    def until(self, holds: Callable[[], Any], seconds: float = 60) -> Any:
        """What `holds` gives, once it gives anything."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if found := holds():
                return found
            time.sleep(0.1)
        raise AssertionError(f"not within {seconds} s; the demo said:\n{self.said}")


@pytest.fixture(scope="module")
def demo() -> Iterator[Demo]:
    """`homeward demo` on free ports and a folder that is removed afterwards.

    Of one file: a ward that lives on to the end takes a fifth of a core from all other tests.
    """
    folder = Path(tempfile.mkdtemp(prefix="homeward-demo-"))
    folder.chmod(0o711)  # the database's own account must be able to pass
    web, mqtt = free_port(), free_port()
    environment = {name: value for name, value in os.environ.items() if "HOMEWARD" not in name}
    environment |= {
        "HOMEWARD_DATA": str(folder / "data"),
        "HOMEWARD_WEB_PORT": str(web),
        "HOMEWARD_MQTT_PORT": str(mqtt),
        "HOMEWARD_HTTP_INGEST_PORT": str(free_port()),
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}:/usr/sbin",
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "homeward.cli", "demo"], env=environment, cwd=folder,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip
    try:
        yield Demo(folder, environment, f"http://127.0.0.1:{web}", _said(process))
    finally:
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=30)
        shutil.rmtree(folder, ignore_errors=True)


def _said(process: subprocess.Popen[str]) -> str:
    """What it says until it runs."""
    assert process.stdout is not None
    lines: list[str] = []
    end = time.monotonic() + READY_SECONDS
    for line in process.stdout:
        lines.append(line)
        if line.startswith("Open "):
            return "".join(lines)
        if time.monotonic() > end:
            break
    process.kill()
    raise AssertionError("the demo does not start; it said:\n" + "".join(lines))
