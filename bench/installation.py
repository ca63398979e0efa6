"""A whole Homeward of its own for a bench: started as a user would, filled through its doors.

People and beds go in by SQL, which is quickest for many; devices are added and enrolled by
the commands a biomedical engineer uses.
"""

import contextlib
import json
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
import psycopg

from homeward.drill.house import House, temporary_folder
from homeward.engines import enrolment
from homeward.engines.nats import as_process
from homeward.services.people.routes import COOKIE
from homeward.services.people.sign_in import hash_password

LOGIN, PASSWORD = "bench-nurse", "homeward-bench"
# One account here does the work of a ward: how much it may ask is not what a bench measures.
UNBOUNDED = {"HOMEWARD_REQUESTS_PER_SECOND_MAX": "0"}


class Installation(House):
    """One running installation in a temporary folder."""

    @property
    def run_file(self) -> dict[str, Any]:
        """What the supervisor says of itself: addresses of the engines, processes."""
        (run,) = (self.at or self.folder).glob("data*/run.json")
        return json.loads(run.read_text())

    def bus_url(self, process: str) -> str:
        """The bus, as one of its processes comes to it (guard.subjects.PARTS)."""
        place = self.run_file["nats_url"].rpartition("@")[2]
        return as_process(f"nats://{place}", process, self.data.path)

    def connect(self) -> psycopg.Connection:
        """The database, as the admin commands reach it."""
        return psycopg.connect(self.run_file["postgres_url"], autocommit=True)


@contextlib.contextmanager
def installation(command: str = "up", **extra: str) -> Iterator[Installation]:
    """A started installation, stopped and removed at the end. In settings `{folder}` is its own."""
    with temporary_folder("bench") as folder:
        house = Installation(folder, UNBOUNDED | extra, command)
        try:
            house.start()
            yield house
        finally:
            house.stop()


def fill_ward(house: Installation, beds: int) -> list[tuple[str, int]]:
    """A ward of `beds` patients with a nurse; (record number, patient id) of each."""
    with house.connect() as sql, sql.transaction():
        nurse = _id(
            sql,
            "insert into person (name, login, password_hash, role) values (%s, %s, %s, 'nurse')",
            "Nora Bench", LOGIN, hash_password(PASSWORD),
        )  # fmt: skip
        sql.execute("insert into ward_staff (person_id, starts) values (%s, now())", (nurse,))
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


def seal(house: Installation) -> None:
    """Seal names that SQL wrote in clear, as a service would have: or it is done amid a measure."""
    house.run("keys", "seal")


def _id(sql: psycopg.Connection, text: str, *values: object) -> int:
    row = sql.execute(text + " returning id", values).fetchone()
    assert row is not None
    return row[0]


def enrol(house: Installation, name: str, record_number: str) -> Path:
    """Add a device and enrol it; the folder with its key and certificate."""
    told = house.run("device", "add", name, "--kind", "bench", "--patient", record_number)
    token = next(word for word in told.split() if "." in word and len(word) > 50)
    out = house.folder / "devices" / name
    enrolment.enrol(house.url, token, out)  # what the device's own command does
    return out
