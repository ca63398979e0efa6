"""A whole installation, started as a user starts it."""

import json
import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path

import psutil
from click.testing import CliRunner

from homeward.cli import commands
from homeward.engines.folder import DataFolder, Run
from homeward.engines.nats import free_port

SECONDS_MAX = 120.0  # of patience, on a machine with other work
HOMEWARD = [sys.executable, "-m", "homeward.cli"]


def until(claim: Callable[[], bool], what: str) -> None:
    """Wait for a claim to come true."""
    end = time.monotonic() + SECONDS_MAX
    while not claim():
        assert time.monotonic() < end, f"never: {what}"
        time.sleep(0.02)


class Installation:
    """`homeward up` on a folder and ports of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.data = DataFolder(folder / "data")
        self.out = folder / "out.txt"
        self.process: subprocess.Popen[bytes] | None = None
        clean = {k: v for k, v in os.environ.items() if not k.startswith("HOMEWARD_")}
        self.environment = {
            **clean,
            "HOMEWARD_DATA": str(self.data.path),
            "HOMEWARD_WEB_PORT": str(free_port()),
            "HOMEWARD_MQTT_PORT": str(free_port()),
            "HOMEWARD_HTTP_INGEST_PORT": str(free_port()),
        }

    def start(self, told: int | None = None) -> None:
        """Start it and come back at once. `told` is where it prints; usually a file."""
        with self.out.open("wb") as out:
            self.process = subprocess.Popen(
                [*HOMEWARD, "up"],
                stdout=out if told is None else told,
                stderr=out,
                env=self.environment,
                cwd=self.folder,
            )

    def start_and_wait(self) -> None:
        """Start it and wait for its last line."""
        self.start()
        until(lambda: "\nOpen http" in self.said() or not self.is_running, "it is up")
        assert self.is_running, self.said()

    def said(self) -> str:
        """What it printed."""
        return self.out.read_text()

    @property
    def is_running(self) -> bool:
        """Whether the supervisor runs."""
        return self.process is not None and self.process.poll() is None

    @property
    def run(self) -> Run:
        """Its run file."""
        run = self.data.last_run()
        assert run is not None
        return run

    def pid(self, name: str) -> int:
        """The pid of one of its processes; 0 while there is none."""
        return next((p.pid for p in self.run.processes if p.name == name and p.is_alive), 0)

    def is_well(self) -> bool:
        """Whether the pages answer and both engines hear them."""
        try:
            with urllib.request.urlopen(f"{self.run.web}/api/health", timeout=5) as answer:
                return json.load(answer)["ok"]
        except OSError:
            return False

    def processes(self) -> list[psutil.Process]:
        """Everything it started, engines' own children included."""
        assert self.process is not None
        return psutil.Process(self.process.pid).children(recursive=True)

    def stop(self, how: signal.Signals = signal.SIGTERM) -> int:
        """Stop it; its exit code."""
        assert self.process is not None
        if self.is_running:
            self.process.send_signal(how)
        return self.process.wait(SECONDS_MAX)

    def command(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run another command of ours on it."""
        return subprocess.run(
            [*HOMEWARD, *words],
            env=self.environment,
            cwd=self.folder,
            capture_output=True,
            text=True,
        )

    def does(self, *words: str) -> str:
        """What another command of ours said, which must go well. For what only leads up to what is
        shown: it runs in this process, for a new one takes a second to begin."""
        ours = {k: v for k, v in self.environment.items() if k.startswith("HOMEWARD_")}
        others = dict.fromkeys(k for k in os.environ if k.startswith("HOMEWARD_"))
        done = CliRunner().invoke(commands, words, env=others | ours, catch_exceptions=False)
        assert done.exit_code == 0, done.output
        return done.output
