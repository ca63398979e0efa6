"""A ward of two nurses, a home team of one, and alarms written straight into the ledger."""

from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from homeward.clinical.episode import Key
from homeward.model.alarm import Finding, Kind, Priority
from homeward.model.person import Actor, Role
from homeward.services.call.chain import Target
from homeward.services.call.converge import converge
from homeward.services.call.presence import keep_presence
from homeward.services.call.standing import Aim, Step, set_chain
from homeward.services.watch import ledger

START = datetime(2026, 3, 1, 2, 0, tzinfo=UTC)
WAIT_SECONDS = 120
STRIDE, EACH_SECOND = 5, 10


class House:
    """People and places in a fresh database, and a clock that moves only when told."""

    def __init__(self, store: Any, bus: Any) -> None:
        self.store, self.bus, self.now = store, bus, START
        self.people: dict[str, int] = {}
        self.wards: dict[str, int] = {}
        self.at_screens: set[str] = set()  # staff with a visible screen before them
        self.looks = True  # ... which shows each call to them, and says so

    async def sql(self, text: str, **values: Any) -> list[Any]:
        async with self.store.pool.connection() as connection:
            cursor = await connection.execute(text, values)
            return await cursor.fetchall() if cursor.description else []

    async def number(self, text: str, **values: Any) -> int:
        return (await self.sql(text + " returning id", **values))[0][0]

    async def person(self, name: str, role: str = "nurse") -> int:
        text = "insert into person (name, role) values (%(name)s, %(role)s)"
        self.people[name] = await self.number(text, name=name, role=role)
        if role in ("nurse", "doctor"):
            self.at_screens.add(name)
        return self.people[name]

    async def ward(self, name: str, *chain: str) -> int:
        self.wards[name] = await self.number(
            "insert into ward (name, kind) values (%(name)s, 'ward')", name=name
        )
        if chain:
            steps = [[Aim(Target.PERSON, self.people[person])] for person in chain]
            await self.chain(name, *steps)
        return self.wards[name]

    async def chain(self, ward: str, *steps: list[Aim], wait: int = WAIT_SECONDS) -> None:
        wanted = [Step(step, wait) for step in steps]
        await set_chain(self.store.door(), self.wards[ward], wanted, self.now)

    async def patient(self, name: str, ward: str | None, person: str | None = None) -> int:
        patient = await self.number(
            "insert into patient (person_id, record_number, name, birth_date, sex)"
            " values (%(person)s, %(name)s::text, %(name)s::text, %(born)s, 'female')",
            person=self.people.get(person or ""), name=name, born=date(1950, 1, 1),
        )  # fmt: skip
        if ward is not None:
            await self.sql(
                "insert into stay (patient_id, ward_id, bed, starts)"
                " values (%(patient)s, %(ward)s, %(name)s, %(now)s)",
                patient=patient, ward=self.wards[ward], name=name, now=START - timedelta(days=1),
            )  # fmt: skip
        return patient

    async def alarm(
        self,
        patient: int | None,
        condition: str = "oxygen_low",
        priority: Priority = Priority.HIGH,
        kind: Kind = Kind.PHYSIOLOGICAL,
        patient_text: str | None = None,
    ) -> int:
        finding = Finding(priority, condition, self.now, 84.0, 90.0, patient_text)
        change = ledger.Change(Key(condition, patient), kind, self.now, finding)
        return (await ledger.write(self.store, self.bus, [change]))[0].id

    async def clear(self, patient: int | None, condition: str = "oxygen_low") -> None:
        change = ledger.Change(Key(condition, patient), Kind.PHYSIOLOGICAL, self.now, None)
        await ledger.write(self.store, self.bus, [change])

    async def acknowledge(self, alarm: int, name: str) -> None:
        door = self.store.door(Actor(self.people[name], name, Role.NURSE))
        await ledger.acknowledge(self.store, self.bus, door, alarm, "seen", self.now)

    async def passes(self, seconds: int = 0) -> dict[str, str]:
        """Let time pass in `strides`, a convergence after each; the last troubles."""
        troubles = await self._pass()
        for stride in strides(seconds):
            self.now += timedelta(seconds=stride)
            troubles = await self._pass()
        return troubles

    async def _pass(self) -> dict[str, str]:
        await self.look()
        troubles = await converge(self.store, self.bus, self.now, WAIT_SECONDS)
        await self.look()
        return troubles

    async def look(self) -> None:
        """Whoever is at a screen says so, and sees what it shows."""
        there = [self.people[name] for name in self.at_screens]
        await keep_presence(self.store.door(), there, self.now)
        if self.looks:
            await self.sql(
                "update call set seen = %(now)s where seen is null and ended is null"
                " and audience = 'carer' and person_id = any(%(there)s)",
                now=self.now, there=there,
            )  # fmt: skip

    async def called(self, audience: str = "carer") -> list[tuple[str, str | None]]:
        """Who was called, in order, and what came of it."""
        return await self.sql(
            "select person.name, call.outcome from call join person on person.id = person_id"
            " where audience = %(audience)s order by call.id",
            audience=audience,
        )


@pytest.fixture
async def house(store: Any, bus: Any) -> House:
    """Ward 3 with nora, then miriam; Home care with dan; the patient rosa at home."""
    house = House(store, bus)
    for name in ("nora", "miriam", "dan"):
        await house.person(name)
    await house.person("rosa", "patient")
    await house.ward("Ward 3", "nora", "miriam")
    await house.ward("Home care", "dan")
    return house


def strides(seconds: int) -> list[int]:
    """So many seconds, each by itself where something was just done or is looked at; between them
    five at a time, which is what a long wait costs least in."""
    middle = max(0, seconds - 2 * EACH_SECOND) // STRIDE
    ends = seconds - middle * STRIDE
    first = min(EACH_SECOND, ends)
    return [1] * first + [STRIDE] * middle + [1] * (ends - first)


Heard = Callable[[str], Awaitable[list[Any]]]
