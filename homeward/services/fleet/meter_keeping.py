"""Packets of meters, kept as they came: by a patient's page, or by a hub that stands by them.

Apart from where they are read, since with the views comes FastAPI, and a door has none.
docs/decisions/0056-beside-the-number.md argues it.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Annotated
from zoneinfo import ZoneInfo

import msgspec

from homeward.guard.sealing import Secret, of_patient
from homeward.model.errors import Unreadable
from homeward.standards.gatt.glucose import CONTEXT
from homeward.standards.gatt.measured import measured
from homeward.standards.gatt.profiles import BY_UUID
from homeward.store import Door, queries

PAGE, HUB = "page", "hub"
SINCE = datetime(2000, 1, 1, tzinfo=UTC)
AHEAD_MAX = timedelta(minutes=5)  # a hub's clock
BATCH_MAX = 1_000

sql = queries("homeward.services.fleet")
_Text = Annotated[str, msgspec.Meta(max_length=200)]
_Number = Annotated[int, msgspec.Meta(ge=0, le=2**31 - 1)]


@dataclass(frozen=True, slots=True)
class MeterRecord:
    """A packet to be kept. `at`: its reading's time; None for a context, which has none. `ahead`:
    seconds its clock was ahead, which `at` is without; None: it could not be asked."""

    of: int
    epoch: int | None
    number: int | None
    octets: bytes
    at: datetime | None
    ahead: float | None

    @property
    def key(self) -> tuple[int, int | None, int | None, str]:
        """What it is known again by."""
        return self.of, self.epoch, self.number, self.octets.hex()


class HubPacket(msgspec.Struct):
    """A packet as a hub read it. `octets` in hex; `at`: when it was measured, us since 1970, and
    for a context when its measurement was; `zone`: where the meter is."""

    of: _Number
    octets: Annotated[str, msgspec.Meta(max_length=1_024)]
    at: Annotated[int, msgspec.Meta(ge=0, le=2**52)]
    zone: _Text
    epoch: _Number | None = None
    number: _Number | None = None
    ahead: float | None = None


class HubSaid(msgspec.Struct):
    """What a hub tells of one meter."""

    device: _Text
    packets: Annotated[list[HubPacket], msgspec.Meta(max_length=BATCH_MAX)]


def context_of(octets: bytes, epoch: int | None) -> MeterRecord:
    """A glucose measurement's context. Raises Unreadable."""
    (said,) = measured(CONTEXT, octets)
    return MeterRecord(CONTEXT.uuid, epoch, said.sequence, octets, None, None)


async def keep_records(
    door: Door,
    device: int,
    patient_id: int,
    records: Sequence[MeterRecord],
    zone: str,
    now: datetime,
    source: str = PAGE,
) -> None:
    """Keep what is not known yet, all or nothing."""
    if not records:
        return
    async with door.transaction() as inside:
        await inside.one(sql.hold_meter, dict, device=device)
        known = await inside.all(
            sql.records_known, dict, device=device,
            of=sorted({each.of for each in records}),
            numbers=sorted({each.number for each in records if each.number is not None}),
            at=sorted({each.at for each in records if each.at is not None}),
        )  # fmt: skip
        before = {(row["of"], row["epoch"], row["number"], row["octets"]) for row in known}
        fresh = {each.key: each for each in records if each.key not in before}
        rows = [
            {
                "device": device, "patient": patient_id, "at": each.at, "of": each.of,
                "epoch": each.epoch, "number": each.number, "zone": zone, "ahead": each.ahead,
                "octets": Secret(of_patient(patient_id), "meter_record.octets", each.octets.hex()),
                "source": source, "received": now,
            }
            for each in fresh.values()
        ]  # fmt: skip
        if rows:
            await inside.run_many(sql.add_record, rows)


async def keep_of_hub(
    door: Door, device: int, packets: Sequence[HubPacket], now: datetime
) -> dict[str, int]:
    """Keep what a hub read of a meter, each packet with whoever wore it when it was measured; back
    after the commit. How many were kept, or were before, and how many cannot be: they are none, or
    nobody wore it."""
    worn = await door.all(sql.wearers, dict, device=device)
    found: dict[tuple[int, str], list[MeterRecord]] = defaultdict(list)
    for each in packets:
        try:
            record, at = record_of(each, now)
        except Unreadable:  # its reading is in the quarantine, with the reason
            continue
        patient = next((row["patient_id"] for row in worn if _wears(row, at)), None)
        if patient is not None:
            found[patient, each.zone].append(record)
    for (patient, zone), records in found.items():
        await keep_records(door, device, patient, records, zone, now, HUB)
    kept = sum(len(records) for records in found.values())
    return {"kept": kept, "aside": len(packets) - kept}


def _wears(row: dict[str, datetime], at: datetime) -> bool:
    return row["starts"] <= at and (row["ends"] is None or at < row["ends"])


def record_of(packet: HubPacket, now: datetime) -> tuple[MeterRecord, datetime]:
    """The packet, checked, and when it was measured. Raises Unreadable."""
    at = datetime.fromtimestamp(0, UTC) + timedelta(microseconds=packet.at)
    if not SINCE <= at <= now + AHEAD_MAX:
        raise Unreadable("its time cannot be")
    try:
        ZoneInfo(packet.zone)
        octets, characteristic = bytes.fromhex(packet.octets), BY_UUID[packet.of]
    except (OSError, ValueError, KeyError):
        raise Unreadable("its zone, its octets or its characteristic is none") from None
    if packet.of == CONTEXT.uuid:
        return context_of(octets, packet.epoch), at
    said = measured(characteristic, octets)
    if len(said) != 1 or said[0].said is None or not said[0].quantities:
        raise Unreadable("it has no time of its own, or measures nothing")
    number = packet.number if said[0].sequence is None else said[0].sequence
    return MeterRecord(packet.of, packet.epoch, number, octets, at, packet.ahead), at
