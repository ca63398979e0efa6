"""Entering an observation: read like a device's message, committed, then told at once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from homeward.bus import Bus
from homeward.clinical.plausible import crossed, unusual
from homeward.guard.sealing import Secret, of_patient
from homeward.model.entered import BACK_MAX, PARAMETERS
from homeward.model.errors import Conflict, Missing, Refused, Unreadable
from homeward.model.reading import Reading
from homeward.model.vital import BY_INDEX, BY_NAME
from homeward.services.observe import views as v
from homeward.standards.payload import decode
from homeward.store import Door, queries
from homeward.store.chunks import micros
from homeward.store.entered import as_hot
from homeward.store.newest import newest

Q = queries("homeward.services.observe")
AHEAD_MAX = timedelta(minutes=1)  # a phone's clock; what it says is then taken for now
COMPARED = timedelta(hours=24)  # with what was measured in this time a new value is compared
REASON_CHARACTERS_MAX = 500


@dataclass(frozen=True, slots=True)
class _Patient:
    id: int
    is_here: bool


@dataclass(frozen=True, slots=True)
class _Known:
    id: int
    patient_id: int
    person_id: int


@dataclass(frozen=True, slots=True)
class _ToCorrect:
    id: int
    at: datetime
    is_corrected: bool


async def enter(
    door: Door, bus: Bus, patient_id: int, entry: v.Entry, now: datetime
) -> v.EntryAnswer:
    """File an entry; or say what to ask first. What is filed is committed, then told.

    Raises Unreadable for what cannot be, Missing, Conflict where it was corrected before.
    """
    patient = await door.maybe(Q.patient, _Patient, patient=patient_id)
    if patient is None:
        raise Missing("There is no such patient.")
    before = await _filed(door, patient_id, entry)
    if before is not None:
        return v.EntryAnswer(before, [])
    at = await measured(door, patient_id, entry, now)
    readings = read(entry, at, now)
    asked = [] if entry.confirmed else await unusual_in(door, patient_id, readings, at)
    if asked:
        return v.EntryAnswer(None, asked)
    observation = await _file(door, patient_id, entry, readings, at, now)
    if observation is None:  # the same entry, sent twice at once
        return v.EntryAnswer(await _filed(door, patient_id, entry), [])
    await _tell(bus, patient, readings, now)
    return v.EntryAnswer(await shown(door, observation), [])


def read(entry: v.Entry, at: datetime, now: datetime) -> dict[str, Reading]:
    """What was entered as readings, by vital. Raises Unreadable as for a device's message."""
    named = [each.vital for each in (*entry.values, *entry.absent)]
    for name in named:
        if name not in PARAMETERS:
            raise Unreadable(f"{name[:40]} is nothing that is entered at the bedside.")
        if named.count(name) > 1:
            raise Unreadable(f"{BY_NAME[name].label} is entered twice.")
    if not named and entry.corrects is None:
        raise Unreadable("Nothing was entered.")
    if not entry.values:
        return {}
    said = [
        {"vital": each.vital, "value": each.value, "at": at}
        | ({} if each.unit is None else {"unit": each.unit})
        for each in entry.values
    ]
    message = decode(msgspec.json.encode({"readings": said}), now)
    readings = {reading.vital.name: reading for reading in message.readings}
    impossible = crossed(readings)
    if impossible:
        raise Unreadable(f"{impossible}.")
    return readings


async def shown(door: Door, observation: int) -> v.ObservationShown:
    """One entry as screens know it."""
    return as_shown(await door.one(Q.one_shown, dict, id=observation))


def as_shown(row: Mapping[str, Any]) -> v.ObservationShown:
    """A row as screens know it."""
    values = [msgspec.convert(each, v.ValueShown) for each in row["values"]]
    return v.ObservationShown(**{**row, "values": values})


async def _filed(door: Door, patient_id: int, entry: v.Entry) -> v.ObservationShown | None:
    known = await door.maybe(Q.by_key, _Known, key=entry.key)
    if known is None:
        return None
    if known.patient_id != patient_id or known.person_id != _person(door):
        raise Conflict("This key belongs to another entry.")
    return await shown(door, known.id)


async def measured(door: Door, patient_id: int, entry: v.Entry, now: datetime) -> datetime:
    """When it was measured. Raises Unreadable for a time that cannot be."""
    at = now if entry.at is None else datetime.fromtimestamp(entry.at / 1000, UTC)
    if entry.corrects is not None:
        if not 0 < len((entry.reason or "").strip()) <= REASON_CHARACTERS_MAX:
            raise Unreadable("Say why it is corrected, in a few words.")
        old = await door.maybe(Q.to_correct, _ToCorrect, id=entry.corrects, patient=patient_id)
        if old is None:
            raise Missing("There is no such entry to correct.")
        if old.is_corrected:
            raise Conflict("This entry was corrected before. Correct the one that stands.")
        if entry.at is None or at == old.at:
            return old.at  # however long ago: what is wrong stays correctable
    if at > now + AHEAD_MAX:
        raise Unreadable("The time of measurement is in the future.")
    if at < now - BACK_MAX:
        hours = BACK_MAX // timedelta(hours=1)
        raise Unreadable(f"The time of measurement is more than {hours} hours ago.")
    return min(at, now)


async def unusual_in(
    door: Door, patient_id: int, readings: Mapping[str, Reading], at: datetime
) -> list[str]:
    """What to ask before these are filed: far from what was measured before, or rare."""
    vitals = [reading.vital.index for reading in readings.values()]
    since = micros(at - COMPARED)
    last = (await newest(door, [patient_id], vitals, since))[patient_id]
    before = {BY_INDEX[vital].name: each.value for vital, each in last.items()}
    found = [unusual(reading, before.get(name)) for name, reading in readings.items()]
    return [words for words in found if words is not None]


async def _file(
    door: Door, patient_id: int, entry: v.Entry, readings: Mapping[str, Reading],
    at: datetime, now: datetime,
) -> int | None:  # fmt: skip
    reason = Secret(of_patient(patient_id), "observation.reason", entry.reason)
    values = {
        "key": entry.key, "patient": patient_id, "person": _person(door), "at": at, "now": now,
        "corrects": entry.corrects, "reason": reason,
    }  # fmt: skip
    async with door.transaction() as inside:
        try:
            is_new = await inside.run(Q.add, **values)
        except Conflict:
            raise Conflict("Somebody corrected this entry just now. Look again.") from None
        if not is_new:
            return None
        known = await inside.one(Q.by_key, _Known, key=entry.key)
        await inside.run_many(Q.add_value, _rows(known.id, entry, readings))
        return known.id


def _rows(
    observation: int, entry: v.Entry, readings: Mapping[str, Reading]
) -> Sequence[dict[str, Any]]:
    nothing = {"value": None, "said": None, "unit": None, "device": None, "absent": None}
    return [
        nothing
        | {
            "observation": observation,
            "vital": each.vital,
            "value": readings[each.vital].value,
            "said": _said(each.value),
            "unit": each.unit,
            "device": each.device,
        }
        for each in entry.values
    ] + [
        nothing | {"observation": observation, "vital": each.vital, "absent": each.reason}
        for each in entry.absent
    ]


def _said(value: float | bool | str) -> str:
    if isinstance(value, bool):
        return "oxygen" if value else "air"
    return value if isinstance(value, str) else f"{value:g}"


async def _tell(
    bus: Bus, patient: _Patient, readings: Mapping[str, Reading], now: datetime
) -> None:
    """Tell what is committed. The watcher reads the rows each second too, should this be lost."""
    if not bus.connected:
        return
    rows = [
        {"patient": patient.id, "vital": name, "value": reading.value, "at": micros(reading.at),
         "entered": micros(now), "is_here": patient.is_here}
        for name, reading in readings.items()
    ]  # fmt: skip
    if rows:
        await bus.publish("hot.readings", as_hot(rows).tobytes())
    await bus.tell("told.observation", {"patient_id": patient.id})


def _person(door: Door) -> int:
    if door.actor is None:
        raise Refused("Nobody is signed in.")
    return door.actor.person_id
