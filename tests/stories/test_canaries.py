"""No patient in a log, in an address, or in what is told outside: planted names are looked for.

A patient whose every identifying word is a canary lives through a story on a whole installation:
admitted, measured, in alarm, called for, looked up, mistyped, refused. Afterwards none of the words
is in any log, in any address that the server was asked for, or in what was sent to people.
"""

import asyncio
import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from bench.installation import LOGIN, PASSWORD, Installation, enrol, fill_ward, installation
from homeward.device.connection import Connection
from homeward.device.papers import Papers
from homeward.model.errors import Unreachable
from homeward.model.reading import Reading
from homeward.model.vital import OXYGEN_SATURATION
from homeward.services.people.routes import COOKIE
from homeward.store.chunks import moment

NAME, NUMBER, BORN = "Zephyrine Quillfeather", "QX-77-314159", "1931-02-03"
NOTE = "grandmother of Ottoline Vexworth"
CANARIES = ("Zephyrine", "Quillfeather", "77-314159", "Ottoline", "Vexworth", "1931-02-03")
PATIENCE_SECONDS = 40.0


@pytest.fixture(scope="module")
def house() -> Iterator[Installation]:
    with installation(HOMEWARD_LOG_LEVEL="debug") as house:
        ((number, _),) = fill_ward(house, 1)
        with house.connect() as sql:
            sql.execute(
                "update patient set record_number = %s, name = %s, birth_date = %s"
                " where record_number = %s", (NUMBER, NAME, BORN, number),
            )  # fmt: skip
        with pytest.raises(Unreachable, match="belongs to somebody"):  # a second of the same number
            house.run("patient", "add", NUMBER, "--name", NAME, "--born", BORN, "--ward", "Bench",
                      "--bed", "02")  # fmt: skip
        yield house


class Wire:
    """A client that remembers every address it asked for and everything it was told."""

    def __init__(self, house: Installation) -> None:
        self.addresses: list[str] = []
        self.client = httpx.Client(base_url=house.url, event_hooks={"request": [self._note]})
        said = {"login": LOGIN, "password": PASSWORD}
        cookie = self.client.post("/api/session", json=said).cookies[COOKIE]
        self.client.headers["cookie"] = f"{COOKIE}={cookie}"

    def _note(self, request: httpx.Request) -> None:
        self.addresses.append(str(request.url))


async def _desaturates(folder: Path, seconds: float) -> None:
    """Their device reads what rings at once."""
    device = Connection(Papers.read(folder), int(time.time()))
    running = asyncio.create_task(device.run())
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        at = time.time_ns() // 1_000_000 * 1_000
        device.send([Reading(OXYGEN_SATURATION, 71.0, moment(at))])
        await asyncio.sleep(0.25)
    await device.drained()
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


def _alarm(wire: Wire) -> dict[str, Any]:
    end = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < end:
        if alarms := [a for a in wire.client.get("/api/alarms").json() if a["patient_id"]]:
            return alarms[0]
        time.sleep(0.2)
    raise AssertionError("no alarm rang")


def _live(wire: Wire, house: Installation) -> None:
    patients = wire.client.post("/api/patients/search", json={"search": "Quillfeather"}).json()
    assert [each["name"] for each in patients] == [NAME]
    (patient,) = patients
    assert wire.client.get(f"/api/patients/{patient['id']}").json()["record_number"] == NUMBER
    folder = enrol(house, "oximeter-1", NUMBER)
    asyncio.run(_desaturates(folder, 6.0))
    alarm = _alarm(wire)
    assert alarm["patient"] == NAME, "people who may see them do"
    said = {"reason": NOTE}
    answer = wire.client.post(f"/api/alarms/{alarm['id']}/acknowledge", json=said)
    assert answer.status_code == 200
    for path in ("board", "worklist", "round", "rotas"):
        assert wire.client.get(f"/api/wards/{alarm['ward_id']}/{path}").status_code == 200


def _go_wrong(wire: Wire) -> None:
    """What people mistype, and what breaks."""
    wire.client.post("/api/session", json={"login": NAME, "password": NUMBER})
    broken = f'{{"login": "{NAME}\\u0000", "password": 1}}'.encode()
    headers = {"content-type": "application/json"}
    wire.client.post("/api/session", content=broken, headers=headers)
    wire.client.post("/api/devices", json={"name": NAME, "kind": NUMBER})
    wire.client.post("/api/alarms/1/acts", json={"what": f"{NAME}\0{NUMBER}"})
    wire.client.post("/api/patients/1/observations", json={"key": NAME, "values": [NUMBER]})
    wire.client.post("/api/patients/search", json={"search": f"{NAME}\0"})
    wire.client.post("/api/patients/search", json={"search": {"name": NAME}})


def test_no_canary_sings(house: Installation) -> None:
    wire = Wire(house)
    _live(wire, house)
    _go_wrong(wire)
    house.stop()  # what is buffered is written
    logs = {each.name: each.read_text(errors="replace")
            for each in [*house.data.path.glob("logs/*.log"), house.folder / "up.log"]}  # fmt: skip
    assert len(logs) >= 6, "every process has a log"
    assert sum(map(len, logs.values())) > 1_000, "and they say something"
    for place, text in [*logs.items(), ("addresses", "\n".join(wire.addresses))]:
        for canary in CANARIES:
            assert canary not in text, f"{canary} in {place}"


def test_the_search_would_find_one() -> None:
    """The net has no holes: a canary that sang would be heard."""
    assert any(canary in f"no bed for {NAME}" for canary in CANARIES)
    assert any(canary in json.dumps({"number": NUMBER}) for canary in CANARIES)
