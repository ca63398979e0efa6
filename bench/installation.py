"""A whole Homeward of its own for a bench: started as a user would, filled through its doors.

People and beds go in by SQL, which is quickest for many; devices are added and enrolled by
the commands a biomedical engineer uses.
"""

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
import psutil
import psycopg

from homeward.engines.nats import free_port
from homeward.services.people.routes import COOKIE
from homeward.services.people.sign_in import hash_password

HOMEWARD = str(Path(sys.executable).parent / "homeward")
START_SECONDS_MAX = 90
LOGIN, PASSWORD = "bench-nurse", "homeward-bench"


@dataclass
class Installation:
    """One running installation in a temporary folder."""

    folder: Path
    extra: dict[str, str] = field(default_factory=dict)
    command: str = "up"
    program: tuple[str, ...] = (HOMEWARD,)  # what starts it
    web_port: int = field(default_factory=free_port)
    mqtt_port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Where the pages are."""
        return f"http://127.0.0.1:{self.web_port}"

    @property
    def environment(self) -> dict[str, str]:
        """The settings of this installation, over a clean environment."""
        clean = {k: v for k, v in os.environ.items() if not k.startswith("HOMEWARD_")}
        return {
            **clean,
            "PYTHONDONTWRITEBYTECODE": "",  # a restart reads compiled code, as installed
            "HOMEWARD_DATA": str(self.folder / "data"),
            "HOMEWARD_WEB_PORT": str(self.web_port),
            "HOMEWARD_MQTT_PORT": str(self.mqtt_port),
            **{k: v.replace("{folder}", str(self.folder)) for k, v in self.extra.items()},
        }

    def launch(self) -> None:
        """Start it, and do not wait."""
        with (self.folder / "up.log").open("ab") as log:
            self.process = subprocess.Popen(
                [*self.program, self.command],
                env=self.environment,
                stdout=log,
                stderr=log,
                cwd=self.folder,
            )

    def start(self) -> float:
        """Start it; seconds until the pages answer."""
        began = time.monotonic()
        self.launch()
        assert self.process is not None
        while time.monotonic() - began < START_SECONDS_MAX:
            if self.answers():
                return time.monotonic() - began
            if self.process.poll() is not None:
                break
            time.sleep(0.05)
        raise SystemExit(f"it did not start:\n{(self.folder / 'up.log').read_text()[-3000:]}")

    def answers(self) -> bool:
        """Whether the pages answer and both engines hear them."""
        try:
            with urllib.request.urlopen(f"{self.url}/api/health", timeout=2) as answer:
                return b'"ok":true' in answer.read()
        except OSError:
            return False

    def stop(self) -> None:
        """Ask it to stop, and wait."""
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(30)

    def run(self, *words: str) -> str:
        """Run a homeward command against it."""
        done = subprocess.run(
            [HOMEWARD, *words], env=self.environment, capture_output=True, text=True
        )
        if done.returncode:
            raise SystemExit(f"homeward {' '.join(words)}: {done.stdout}{done.stderr}")
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

    @property
    def run_file(self) -> dict[str, Any]:
        """What the supervisor says of itself: addresses of the engines, processes."""
        (run,) = (self.folder).glob("data*/run.json")
        return json.loads(run.read_text())

    def connect(self) -> psycopg.Connection:
        """The database, as the admin commands reach it."""
        return psycopg.connect(self.run_file["postgres_url"], autocommit=True)


def _duty(process: psutil.Process) -> str:
    words = process.cmdline()
    if "run" in words:
        return words[words.index("run") + 1]
    name = process.name()
    if name == "postgres" and process.parent() and process.parent().name() == "postgres":
        return f"postgres backend {process.pid}"
    return "nats" if "nats" in name else name


@contextlib.contextmanager
def installation(command: str = "up", **extra: str) -> Iterator[Installation]:
    """A started installation, stopped and removed at the end. In settings `{folder}` is its own."""
    folder = Path(tempfile.mkdtemp(prefix="homeward-bench-"))
    folder.chmod(0o755)
    house = Installation(folder, extra, command)
    try:
        house.start()
        yield house
    finally:
        house.stop()
        shutil.rmtree(folder, ignore_errors=True)


def fill_ward(house: Installation, beds: int) -> list[tuple[str, int]]:
    """A ward of `beds` patients with a nurse; (record number, patient id) of each."""
    with house.connect() as sql, sql.transaction():
        nurse = _id(
            sql,
            "insert into person (name, login, password_hash, role) values (%s, %s, %s, 'nurse')",
            "Nora Bench", LOGIN, hash_password(PASSWORD),
        )  # fmt: skip
        ward = _id(sql, "insert into ward (name, kind) values ('Bench', 'ward')")
        words = "insert into chain (ward_id, made, why) values (%s, now(), 'bench')"
        sql.execute(
            "insert into chain_step (chain_id, step, place, target, person_id, wait_seconds)"
            " values (%s, 1, 1, 'person', %s, 60)",
            (_id(sql, words, ward), nurse),
        )
        patients: list[tuple[str, int]] = []
        for bed in range(1, beds + 1):
            number = f"B-{bed:03}"
            words = "insert into patient (record_number, name, birth_date, sex) values "
            patient = _id(sql, words + "(%s, %s, '1960-01-01', 'unknown')", number, f"Bed {bed}")
            sql.execute(
                "insert into stay (patient_id, ward_id, bed, starts) values (%s, %s, %s, now())",
                (patient, ward, f"{bed:02}"),
            )
            patients.append((number, patient))
    return patients


def wear(house: Installation, patients: Sequence[int], since: datetime) -> list[int]:
    """A device for each of these patients, worn from then on; the devices' ids."""
    with house.connect() as sql, sql.transaction():
        devices = [
            _id(sql, "insert into device (name, kind) values (%s, 'monitor')", f"bench-{patient}")
            for patient in patients
        ]
        sql.cursor().executemany(
            "insert into association (device_id, patient_id, starts, source)"
            " values (%s, %s, %s, 'bench')",
            [(device, patient, since) for device, patient in zip(devices, patients, strict=True)],
        )
    return devices


def cookie(house: Installation) -> dict[str, str]:
    """The head of a request that the nurse makes."""
    credentials = {"login": LOGIN, "password": PASSWORD}
    answer = httpx.post(f"{house.url}/api/session", json=credentials)
    answer.raise_for_status()
    return {"cookie": f"{COOKIE}={answer.cookies[COOKIE]}"}


def _id(sql: psycopg.Connection, text: str, *values: object) -> int:
    row = sql.execute(text + " returning id", values).fetchone()
    assert row is not None
    return row[0]


def enrol(house: Installation, name: str, record_number: str) -> Path:
    """Add a device and enrol it; the folder with its key and certificate."""
    told = house.run("device", "add", name, "--kind", "bench", "--patient", record_number)
    token = next(word for word in told.split() if "." in word and len(word) > 50)
    out = house.folder / "devices" / name
    house.run("device", "enrol", house.url, token, "--out", str(out))
    return out
