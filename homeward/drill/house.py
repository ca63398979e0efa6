"""A Homeward of its own in a temporary folder, started as a user would."""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from homeward.engines.folder import DataFolder
from homeward.engines.nats import free_port
from homeward.model.errors import Unreachable

HOMEWARD = (sys.executable, "-m", "homeward.cli")
START_SECONDS_MAX = 90
STOP_SECONDS_MAX = 60
ANSWER_SECONDS = 2
LOOK_SECONDS = 0.05
LAST_WORDS = 3_000  # characters of its log shown where it does not start
# What reaches people, other machines or the record's other homes: never a drill's.
NOT_OURS = {
    "postgres_url": "", "postgres_web_url": "", "nats_url": "", "cold_url": "",
    "backup_folder": "", "sentinel": "false", "sentinel_calls": "", "sentinel_ping_url": "",
    "smtp_host": "", "sms_gateway": "", "voice_gateway": "", "push_services": "",
    "out_proxy": "", "public_url": "", "audit_witness": "",
    "public_names": "localhost,127.0.0.1", "web_host": "127.0.0.1", "mqtt_host": "127.0.0.1",
    "mqtt_open_port": "0", "http_ingest_port": "0", "mqtt_conformance_port": "0",
}  # fmt: skip


@dataclass
class House:
    """One installation in a folder. `extra` are settings over a clean environment, as variables, in
    which `{folder}` is its folder; `program` is what starts it."""

    folder: Path
    extra: dict[str, str] = field(default_factory=dict[str, str])
    command: str = "up"
    web_port: int = field(default_factory=free_port)
    mqtt_port: int = field(default_factory=free_port)
    process: "subprocess.Popen[bytes] | None" = None
    program: tuple[str, ...] = HOMEWARD
    at: Path | None = None  # the folder its data folder is in, where that is a disk of its own

    @property
    def url(self) -> str:
        """Where the pages are."""
        return f"http://127.0.0.1:{self.web_port}"

    @property
    def data(self) -> DataFolder:
        """Its data folder."""
        return DataFolder((self.at or self.folder) / "data")

    @property
    def environment(self) -> dict[str, str]:
        """The settings of this installation, over a clean environment."""
        clean = {k: v for k, v in os.environ.items() if not k.startswith("HOMEWARD_")}
        return {
            **clean,
            "HOMEWARD_HTTP_INGEST_PORT": "0",
            "PYTHONDONTWRITEBYTECODE": "",  # a restart reads compiled code, as installed
            **{k: v.replace("{folder}", str(self.folder)) for k, v in self.extra.items()},
            "HOMEWARD_DATA": str(self.data.path),
            "HOMEWARD_WEB_PORT": str(self.web_port),
            "HOMEWARD_MQTT_PORT": str(self.mqtt_port),
        }

    def launch(self) -> None:
        """Start it, and do not wait."""
        with (self.folder / "up.log").open("ab") as log:
            self.process = subprocess.Popen(
                [*self.program, self.command],
                env=self.environment, stdout=log, stderr=log, cwd=self.folder,
            )  # fmt: skip

    def start(self) -> float:
        """Start it; seconds until the pages answer. Raises Unreachable with its last words."""
        began = time.monotonic()
        self.launch()
        assert self.process is not None
        while time.monotonic() - began < START_SECONDS_MAX:
            if self.answers():
                return time.monotonic() - began
            if self.process.poll() is not None:
                break
            time.sleep(LOOK_SECONDS)
        raise Unreachable(f"it did not start:\n{self.said()[-LAST_WORDS:]}")

    def said(self) -> str:
        """What it printed."""
        return (self.folder / "up.log").read_text(errors="replace")

    def answers(self) -> bool:
        """Whether the pages answer and both engines hear them."""
        try:
            with urllib.request.urlopen(  # noqa: S310
                f"{self.url}/api/health", timeout=ANSWER_SECONDS
            ) as answer:
                return b'"ok":true' in answer.read()
        except OSError:
            return False

    def stop(self) -> None:
        """Ask it to stop, and wait; end it where it does not listen."""
        if self.process is None or self.process.poll() is not None:
            return
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(STOP_SECONDS_MAX)
        except subprocess.TimeoutExpired:
            self.kill()

    def kill(self) -> None:
        """End all of it at once, as a power cut would: supervisor first, so nobody comes back."""
        assert self.process is not None
        with contextlib.suppress(psutil.NoSuchProcess):
            top = psutil.Process(self.process.pid)
            all_of_it = [top, *top.children(recursive=True)]
            for each in all_of_it:
                with contextlib.suppress(psutil.NoSuchProcess):
                    each.kill()
            psutil.wait_procs(all_of_it[1:], timeout=STOP_SECONDS_MAX)
        self.process.wait()

    def run(self, *words: str) -> str:
        """Run a homeward command against it; what it printed. Raises Unreachable where it fails."""
        done = subprocess.run(
            [*HOMEWARD, *words], env=self.environment, capture_output=True, text=True
        )
        if done.returncode:
            raise Unreachable(f"homeward {' '.join(words)}: {done.stdout}{done.stderr}")
        return done.stdout

    def processes(self) -> dict[str, psutil.Process]:
        """Its processes by what they do."""
        assert self.process is not None
        top = psutil.Process(self.process.pid)
        found = {"supervisor": top}
        for each in top.children(recursive=True):
            with contextlib.suppress(psutil.Error):
                found.setdefault(_duty(each), each)
        return found


def _duty(process: psutil.Process) -> str:
    words = process.cmdline()
    if "run" in words:
        return words[words.index("run") + 1]
    name = process.name()
    parent = process.parent()
    if name == "postgres" and parent is not None and parent.name() == "postgres":
        return f"postgres backend {process.pid}"
    return "nats" if "nats" in name else name


@contextlib.contextmanager
def temporary_folder(name: str) -> Iterator[Path]:
    """A folder the database's account may enter, removed at the end."""
    folder = Path(tempfile.mkdtemp(prefix=f"homeward-{name}-"))
    folder.chmod(0o755)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
