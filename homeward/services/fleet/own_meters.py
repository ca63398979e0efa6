"""What patients bring over themselves: meters their own page reads, and values entered by hand.

Each meter is a device of the patient's, registered when something of it comes first. Its packets
are read here; what the page made of them was for showing. All of it is late by nature: it charts,
nobody is told of it live, and what watches passes such devices over. A batch that is sent again
changes nothing: times follow from what was sent alone, and the record knows what it has (device,
vital, time and value). docs/decisions/0046-outbox.md argues it.
"""

import contextlib
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

import msgspec
import numpy as np
from msgspec import structs

from homeward.clinical.plausible import crossed
from homeward.model.entered import PATIENT_APP, TYPED
from homeward.model.errors import Conflict, Missing, Unreadable
from homeward.model.frame import HOT
from homeward.model.reading import Reading
from homeward.model.unit import in_own_unit
from homeward.model.vital import BY_NAME
from homeward.services.contract import Tools
from homeward.services.fleet import fleet
from homeward.services.fleet import own_views as v
from homeward.services.fleet.fleet import Registered, sql
from homeward.services.fleet.meter_keeping import MeterRecord, context_of, keep_records
from homeward.standards.gatt.measured import NOBODYS, measured
from homeward.standards.gatt.meter_clock import Clock, both
from homeward.standards.gatt.profiles import BY_UUID
from homeward.standards.gatt.session import Session, Told, session_of
from homeward.standards.payload import UNCOUNTED_BOOT, fingerprint
from homeward.store import Door
from homeward.store.bundles import READINGS, Message
from homeward.store.chunks import micros
from homeward.store.inbox import InboxLine, QuarantineRow

KIND = PATIENT_APP  # also in the questions of watch and chart, which pass it over
BY_HAND = "by-hand"
SOURCE = "patient"
SINCE = datetime(2000, 1, 1, tzinfo=UTC)
AHEAD_MAX = timedelta(minutes=1)  # a phone's clock
# The same octets so far apart are the same measurement, told with another idea of the meter's
# clock: of a meter that numbers them though its clock was set meanwhile. One without numbers may
# begin at the same time whenever it is switched on, and measure the same a day later.
SAME_WITHIN, SAME_NUMBER_WITHIN = timedelta(minutes=5), timedelta(days=2)
CLOCK_SECONDS_MAX = 100 * 366 * 86_400.0
ITEMS_MAX = 500
METER_CHARACTERS_MAX = 80
SLUG_CHARACTERS_MAX = 40
OCTETS_MAX = 512
NEAR = 16  # numbers between two records; some are of what was deleted, or of no reading
TO_ENTER = (
    "systolic", "diastolic", "pulse", "glucose", "weight", "temperature", "oxygen_saturation",
)  # fmt: skip
_OTHER_LETTERS = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True, slots=True)
class _Worn:
    patient_id: int
    ends: datetime | None


@dataclass(slots=True)
class _Found:
    """What one batch says: readings, what is put aside as topic, reason and body, and the packets
    in which a meter said more than a number."""

    readings: list[tuple[str, tuple[Reading, ...]]] = field(default_factory=list)
    aside: list[tuple[str, str, bytes]] = field(default_factory=list)
    records: list[MeterRecord] = field(default_factory=list)

    def before(self, packet: v.Packet, number: int | None) -> datetime | None:
        """When the record before this number was measured, where the batch has it."""
        if number is None:
            return None
        times = {
            each.number: each.at for each in self.records
            if each.of == packet.of and each.epoch == packet.epoch
        }  # fmt: skip
        near = (times.get(each) for each in range(number - 1, max(-1, number - 1 - NEAR), -1))
        return next((at for at in near if at is not None), None)


async def keep(
    door: Door, tools: Tools, patient_id: int, said: v.NewMeasurements, now: datetime
) -> v.MeasurementsKept:
    """Keep what a patient's page brings; back after the commit.

    Raises Unreadable for a batch that is none, Conflict where the name is another device's,
    Unreachable and Full where it cannot be written: then it is sent again.
    """
    if not 0 < len(said.packets) + len(said.entries) <= ITEMS_MAX:
        raise Unreadable(f"A batch has 1 to {ITEMS_MAX} packets and entries.")
    if len(said.meter) > METER_CHARACTERS_MAX or (bool(said.packets) != bool(said.meter.strip())):
        raise Unreadable("A meter has a name, and what is entered by hand has none.")
    device = await _device(door, tools, name_of(said.meter, patient_id), patient_id, now)
    found = read(said, zone_of(said.zone), now)
    refusal = await _refusal(door, device, patient_id)
    if refusal:
        found.aside += [(topic, refusal, _as_body(rows)) for topic, rows in found.readings]
        found.aside += [
            (topic_of(each.of), refusal, each.octets) for each in found.records if each.at is None
        ]
        found.readings, found.records = [], []
    await _as_before(door, device.id, found)
    # Before the readings: who is told that they are kept is told so of both, and all else is sent
    # again, which changes nothing.
    await keep_records(door, device.id, patient_id, found.records, said.zone, now)
    await _write(door, tools, device.id, patient_id, found, now)
    count = sum(len(rows) for _, rows in found.readings)
    return v.MeasurementsKept(count, [reason for _, reason, _ in found.aside])


def name_of(meter: str, patient_id: int) -> str:
    """What the registry calls a patient's meter; empty: what they enter by hand."""
    if not meter:
        return f"{TYPED}{patient_id}"
    plain = _OTHER_LETTERS.sub("-", meter.lower())[:SLUG_CHARACTERS_MAX].strip("-")
    return f"{plain or 'meter'}-of-{patient_id}"


def zone_of(name: str) -> tzinfo:
    """A zone by its name. Raises Unreadable."""
    try:
        return ZoneInfo(name)
    except (OSError, ValueError, KeyError):
        raise Unreadable("There is no such time zone.", "zone_unknown") from None


def read(said: v.NewMeasurements, zone: tzinfo, now: datetime) -> _Found:
    """What a batch says, read; nothing of it is lost. Pure."""
    found = _Found()
    for packet in said.packets:
        topic, body = topic_of(packet.of), _octets(packet.octets)
        try:
            readings = tuple(_of_packet(packet, body, zone, now, found))
        except Unreadable as error:
            found.aside.append((topic, str(error), body))
            continue
        if readings:
            # The same octets in another session of a monitor are another message.
            counted = f" {readings[0].at.isoformat()}" if packet.session else ""
            found.readings.append((f"{topic} {body.hex()}{counted}", readings))
    for entry in said.entries:
        body = msgspec.json.encode(entry)
        try:
            found.readings.append((body.decode(), tuple(_of_entry(entry, now))))
        except Unreadable as error:
            found.aside.append((BY_HAND, str(error), body))
    return found


def topic_of(characteristic: int) -> str:
    """Under which name a packet is put aside."""
    return f"bluetooth/{characteristic:04x}"


def _octets(hexed: str) -> bytes:
    try:
        octets = bytes.fromhex(hexed)
    except ValueError:
        raise Unreadable("The octets of a packet are written in hex.") from None
    if len(octets) > OCTETS_MAX:
        raise Unreadable(f"A packet has at most {OCTETS_MAX} octets.")
    return octets


def _of_packet(
    packet: v.Packet, octets: bytes, zone: tzinfo, now: datetime, found: _Found
) -> Iterator[Reading]:
    """Its readings; to the records goes what has a time of its own, or is a context."""
    characteristic = BY_UUID.get(packet.of)
    if characteristic is None:
        raise Unreadable(f"nothing is known of characteristic {packet.of:04x}")
    if packet.is_context:
        found.records.append(context_of(octets, packet.epoch))
        return
    heard = _moment(packet.heard, now)
    ahead = packet.ahead_seconds
    if ahead is not None and not abs(ahead) <= CLOCK_SECONDS_MAX:
        raise Unreadable("its clock cannot be so wrong")
    clock = Clock(None if ahead is None else timedelta(seconds=ahead))
    session = _session(packet, zone, clock, now)
    for record in measured(characteristic, octets, session.has_crc):
        missing = {name: why for name, why in record.missing.items() if why not in NOBODYS}
        if missing and not record.readings(heard):
            words = (f"{name} has no value: {why}" for name, why in missing.items())
            raise Unreadable(", ".join(words))
        has_time = bool({"time", "base_time"} & record.values.keys())
        number = packet.number if record.sequence is None else record.sequence
        at = heard
        if has_time:
            before = found.before(packet, number) if _is_twice(record.said, zone) else None
            at = clock.repaired(record.said, heard, zone, before)
        if record.offset is not None:
            at = session.at(record.offset, heard)
        if at < SINCE:
            raise Unreadable(f"the meter's time {at.isoformat()} is too long ago")
        readings = record.readings(at)
        if has_time and readings:
            found.records.append(MeterRecord(packet.of, packet.epoch, number, octets, at, ahead))
        yield from readings


def _is_twice(said: datetime | None, zone: tzinfo) -> bool:
    with contextlib.suppress(OverflowError):
        first, second = (said, said) if said is None else both(said, zone)
        return first != second
    return False


def _session(packet: v.Packet, zone: tzinfo, clock: Clock, now: datetime) -> Session:
    """What is known of its session. Raises Unreadable."""
    said = packet.session
    if said is None:
        return Session(None, why="it was not asked when that was")
    octets = (_octets(each) for each in (said.start, said.status, said.run, said.feature))
    return session_of(Told(_moment(said.asked, now), *octets), zone, clock.ahead)


def _of_entry(entry: v.HandEntry, now: datetime) -> list[Reading]:
    at = _moment(entry.at, now)
    readings: dict[str, Reading] = {}
    for each in entry.values:
        if each.vital not in TO_ENTER or each.vital in readings:
            raise Unreadable(f"{each.vital[:40]} is nothing to enter here, or there twice")
        vital = BY_NAME[each.vital]
        readings[each.vital] = Reading(vital, in_own_unit(vital, each.value, each.unit), at)
    impossible = crossed(readings)
    if impossible or not readings:
        raise Unreadable(impossible or "nothing was entered")
    return list(readings.values())


def _moment(ms: int, now: datetime) -> datetime:
    at = datetime.fromtimestamp(ms / 1000, UTC)
    if not SINCE <= at <= now + AHEAD_MAX:
        raise Unreadable(f"the phone's time {at.isoformat()} cannot be")
    return at


async def _as_before(door: Door, device: int, found: _Found) -> None:
    """What was kept of these octets before keeps its time. They have the meter's own in them, so it
    is the same measurement; but another telephone, or one that has forgotten, finds the meter's
    clock to be wrong by a little more or less, and would chart all of it a second time beside."""
    timed = [(each, each.at) for each in found.records if each.at is not None]
    if not timed:
        return
    rows = await door.all(
        sql.records_before, dict, device=device, of=sorted({each.of for each, _ in timed}),
        numbers=sorted({each.number for each, _ in timed if each.number is not None}),
        since=min(at for _, at in timed) - SAME_WITHIN,
        until=max(at for _, at in timed) + SAME_WITHIN,
    )  # fmt: skip
    before: dict[tuple[int, str], list[datetime]] = defaultdict(list)
    for row in rows:
        before[row["of"], row["octets"]].append(row["at"])
    kept: dict[tuple[str, datetime], datetime] = {}
    for place, each in enumerate(found.records):
        at, octets = each.at, each.octets.hex()
        if at is None:
            continue
        within = SAME_WITHIN if each.number is None else SAME_NUMBER_WITHIN
        first = next((one for one in before[each.of, octets] if abs(one - at) <= within), at)
        found.records[place] = replace(each, at=first)
        kept[f"{topic_of(each.of)} {octets}", at] = first
    found.readings = [
        (key, tuple(structs.replace(each, at=kept.get((key, each.at), each.at)) for each in some))
        for key, some in found.readings
    ]


# -- the device ---------------------------------------------------------------------------------


async def _device(
    door: Door, tools: Tools, name: str, patient_id: int, now: datetime
) -> Registered:
    try:
        device = await fleet.find(door, name)
    except Missing:
        with contextlib.suppress(Conflict):  # the same, sent twice at once
            await fleet.add(door, tools.bus, name, KIND, now, expects={})
        device = await fleet.find(door, name)
    if device.kind != KIND:
        raise Conflict(f"There is another device called {name}.", "meter_retired")
    if device.status in fleet.ENDED or await door.maybe(sql.last_worn, _Worn, device=device.id):
        return device
    await fleet.bind(door, tools.bus, name, patient_id, SOURCE, now, SINCE)
    return device


async def _refusal(door: Door, device: Registered, patient_id: int) -> str:
    """Why what it says is put aside; empty: it is not."""
    if device.status != "active":
        return f"this device is {device.status}"
    worn = await door.maybe(sql.last_worn, _Worn, device=device.id)
    is_theirs = worn is not None and worn.ends is None and worn.patient_id == patient_id
    return "" if is_theirs else "this device was taken off them"


# -- the record ---------------------------------------------------------------------------------


async def _write(
    door: Door, tools: Tools, device: int, patient_id: int, found: _Found, now: datetime
) -> None:
    received = micros(now)
    messages: list[Message] = [
        (device, UNCOUNTED_BOOT, fingerprint(key.encode()), READINGS, received,
         _rows(device, patient_id, rows, received))
        for key, rows in found.readings
    ]  # fmt: skip
    bodies = [body for _, _, body in found.aside]
    before = await door.all(sql.put_aside_before, dict, device=device, bodies=bodies)
    known = {(row["topic"], bytes(row["body"])) for row in before}
    spoiled = [
        QuarantineRow(device, received, topic.encode(), reason.encode(), body)
        for topic, reason, body in found.aside
        if (topic, body) not in known
    ]
    if not messages and not spoiled:
        return
    line = InboxLine(tools.store)
    try:
        await line.write(messages, spoiled)
    finally:
        await line.close()


def _rows(device: int, patient_id: int, readings: Sequence[Reading], received: int) -> bytes:
    frame = np.zeros(len(readings), HOT)
    for place, each in enumerate(readings):
        at, vital = micros(each.at), each.vital.index
        frame[place] = (patient_id, device, vital, 1, at, received, each.value)
    return frame.tobytes()


def _as_body(readings: Sequence[Reading]) -> bytes:
    return msgspec.json.encode(
        [{"vital": each.vital.name, "value": each.value, "at": each.at} for each in readings]
    )
