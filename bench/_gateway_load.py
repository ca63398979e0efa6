"""A gateway that sends frame after frame, and remembers what it was told is safe.

Frames of many readings of many devices over HTTPS (docs/reference/payload.md). A reading's value
follows from its time, so the record can be held against the answers without keeping either.
"""

import asyncio
import json
import ssl
import time
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import httpx
import numpy as np
import numpy.typing as npt

from bench.installation import Installation, fill_ward
from homeward.model.vital import PULSE
from homeward.standards import gateway
from homeward.standards.gateway import Kind, Part
from homeward.store import Store
from homeward.store.chunks import samples

DEVICES = 80
CONNECTIONS = 4
READINGS_A_PART = 50
PACE = 25_000  # readings a second, where the answers come that fast
STEP_US = 1_000  # between two readings of a device
HOLD = 0.05  # seconds before a frame that was not answered is sent again
ANSWER_SECONDS_MAX = 10

Times = npt.NDArray[np.int64]


def values_of(times: Times) -> npt.NDArray[np.float64]:
    """The value of the reading of each time (us since 1970)."""
    return 60.0 + times // STEP_US % 41


@dataclass
class Ward:
    """The devices behind the gateway, and what it was told is safe, by device."""

    folder: Path  # with the gateway's papers
    patients: list[int]
    acknowledged: list[list[Times]] = field(
        default_factory=lambda: [[] for _ in range(DEVICES)]
    )  # fmt: skip

    @property
    def count(self) -> int:
        """Readings acknowledged so far."""
        return sum(len(times) for each in self.acknowledged for times in each)


def found_ward(house: Installation, folder: Path) -> Ward:
    """Patients, their devices and the gateway these speak through, whose papers go to `folder`."""
    patients = [patient for _, patient in fill_ward(house, DEVICES)]
    told = house.run("device", "add", "gateway", "--kind", "gateway")
    token = next(word for word in told.split() if "." in word and len(word) > 50)
    house.run("device", "enrol", house.url, token, "--out", str(folder))
    with house.connect() as sql:
        for place, patient in enumerate(patients):
            sql.execute(
                "with new as (insert into device (name, kind, gateway_id) select %s, 'monitor', id"
                " from device where name = 'gateway' returning id)"
                " insert into association (device_id, patient_id, starts, source)"
                " select id, %s, now() - interval '1 day', 'bench' from new",
                (_name(place), patient),
            )
    return Ward(folder, patients)


def _name(place: int) -> str:
    return f"monitor-{place}"


class Gateway:
    """One run of it: a boot of its own, a few connections, each with its own devices."""

    def __init__(self, ward: Ward, port: int) -> None:
        self._ward = ward
        self._url = f"https://localhost:{port}"
        self._boot = int(time.time())
        self._tls = ssl.create_default_context(cafile=str(ward.folder / "ca.pem"))
        self._tls.load_cert_chain(ward.folder / "cert.pem", ward.folder / "key.pem")
        self.stored = 0
        self.put_aside = 0

    async def run(self) -> None:
        """Send until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            for place in range(CONNECTIONS):
                tasks.create_task(self._send(range(place, DEVICES, CONNECTIONS)))

    async def _send(self, devices: range) -> None:
        limits = httpx.Limits(max_connections=1)
        async with httpx.AsyncClient(
            base_url=self._url, verify=self._tls, timeout=ANSWER_SECONDS_MAX, limits=limits
        ) as client:
            last, due = 0, time.monotonic()
            for number in count():
                due = max(time.monotonic(), due + DEVICES * READINGS_A_PART / PACE)
                await asyncio.sleep(due - time.monotonic())
                first = max(last + STEP_US, time.time_ns() // 1_000_000 * 1_000)
                times = first + STEP_US * np.arange(READINGS_A_PART)
                last = int(times[-1])
                body = self._frame(devices, number, times)
                while not await self._is_safe(client, body):
                    await asyncio.sleep(HOLD)
                for place in devices:
                    self._ward.acknowledged[place].append(times)
                self.stored += len(devices) * len(times)

    def _frame(self, devices: range, number: int, times: Times) -> bytes:
        rows = np.empty(len(times), gateway.ROW)
        rows["vital"], rows["at"], rows["value"] = PULSE.index, times, values_of(times)
        body, taken = rows.tobytes(), int(times[-1])
        return gateway.frame(
            gateway.pack(Part(_name(place), Kind.READINGS, self._boot, number, taken, body))
            for place in devices
        )

    async def _is_safe(self, client: httpx.AsyncClient, body: bytes) -> bool:
        try:
            answer = await client.post("/devices/gateway/frames", content=body)
        except httpx.HTTPError:
            return False
        if answer.status_code == 200:
            told = json.loads(answer.content)
            self.put_aside += told.get("put_aside", 0)
        return answer.status_code == 200


@dataclass(frozen=True, slots=True)
class Compared:
    """The record held against what was acknowledged."""

    acknowledged: int
    lost: int
    doubled: int
    changed: int  # another value than was sent

    def __add__(self, other: "Compared") -> "Compared":
        return Compared(
            self.acknowledged + other.acknowledged, self.lost + other.lost,
            self.doubled + other.doubled, self.changed + other.changed,
        )  # fmt: skip


NOTHING = Compared(0, 0, 0, 0)


async def compare(url: str, ward: Ward, *, cold_url: str = "", since: int = 0) -> Compared:
    """Whether the record at `url` holds each acknowledged reading since then (us), once."""
    total = NOTHING
    async with Store.open(url, cold_url=cold_url) as store:
        for place, patient in enumerate(ward.patients):
            found = await samples(store.door(), patient, [PULSE.index], since, 2**60)
            rows = found.get(PULSE.index)
            safe = np.concatenate([np.empty(0, np.int64), *ward.acknowledged[place]])
            safe = safe[safe >= since]
            if rows is None:
                total += Compared(len(safe), len(safe), 0, 0)
                continue
            total += Compared(
                len(safe),
                int((~np.isin(safe, rows["at"])).sum()),
                len(rows) - len(np.unique(rows["at"])),
                int((rows["value"] != values_of(rows["at"])).sum()),
            )
    return total
