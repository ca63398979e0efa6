"""The same questions to the real ledger, on a real PostgreSQL: Mirror must have answered as it."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace

from bench.alarm_machine.house import Done
from bench.alarm_machine.mirror import PAUSE_SECONDS
from homeward.bus import Bus
from homeward.clinical.episode import Key
from homeward.model.errors import Conflict
from homeward.model.person import Actor, Role
from homeward.services.watch import acts, ledger
from homeward.store import Door, Store
from homeward.store.sql import Query

Told = tuple[int, str, int | None, int | None, str, str]
"""When (us), condition, patient, device, event, state."""


def _query(text: str) -> Query:
    return Query("bench", text.encode(), "")


ADD_PATIENT = _query(
    "insert into patient (record_number, name, birth_date, sex)"
    " values (%(number)s::text, %(number)s::text, '1950-01-01', 'female') returning id"
)
ADD_DEVICE = _query("insert into device (name, kind) values (%(name)s, 'monitor') returning id")
ADD_NURSE = _query("insert into person (name, role) values ('nora', 'nurse') returning id")
LINES = _query(
    "select (extract(epoch from alarm_event.at) * 1000000)::bigint as at, condition, patient_id,"
    " device_id, event, alarm_event.state from alarm_event join alarm on alarm.id = alarm_id"
    " order by alarm_event.id"
)


class RealLedger:
    """A ledger in an empty database; patients and devices get the numbers it gives them."""

    def __init__(self, store: Store, bus: Bus) -> None:
        self._store, self._bus = store, bus
        self._patients: dict[int, int] = {}
        self._devices: dict[int, int] = {}
        self._nurse: Door | None = None

    async def ask(self, done: Sequence[Done]) -> list[Told]:
        """Do all of it; the lines of the ledger, with the story's own numbers."""
        door = self._store.door()
        nurse = (await door.one(ADD_NURSE, dict))["id"]
        self._nurse = self._store.door(Actor(nurse, "nora", Role.NURSE))
        for each in done:
            await self._do(each)
        rows = await door.all(LINES, dict)
        patients = {ours: theirs for theirs, ours in self._patients.items()}
        devices = {ours: theirs for theirs, ours in self._devices.items()}
        return [
            (row["at"], row["condition"], patients.get(row["patient_id"]),
             devices.get(row["device_id"]), row["event"], row["state"])
            for row in rows
        ]  # fmt: skip

    async def _do(self, done: Done) -> None:
        if done.what == "write":
            changes = [replace(each, key=await self._key(each.key)) for each in done.changes]
            await ledger.commit(self._store, changes)
            return
        if done.what == "resume":
            await acts.resume(self._store, self._bus, done.now, PAUSE_SECONDS)
            return
        assert done.key is not None
        assert self._nurse is not None
        key = await self._key(done.key)
        row = next(each for each in await ledger.open_episodes(self._nurse) if each.key == key)
        with suppress(Conflict):
            if done.what == "acknowledge":
                await ledger.acknowledge(self._store, self._bus, self._nurse, row.id, "", done.now)
            else:
                await acts.pause(
                    self._store, self._bus, self._nurse, row.id, PAUSE_SECONDS, done.now
                )

    async def _key(self, key: Key) -> Key:
        door = self._store.door()
        patient, device = key.patient_id, key.device_id
        if patient is not None and patient not in self._patients:
            row = await door.one(ADD_PATIENT, dict, number=str(patient))
            self._patients[patient] = row["id"]
        if device is not None and device not in self._devices:
            row = await door.one(ADD_DEVICE, dict, name=f"device-{device}")
            self._devices[device] = row["id"]
        return Key(
            key.condition,
            None if patient is None else self._patients[patient],
            None if device is None else self._devices[device],
        )
