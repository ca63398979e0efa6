"""A ward with pretend people on real engines; time moves only when the story says so."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import numpy as np
import pytest

from homeward.model.frame import HOT
from homeward.model.person import Actor, Role
from homeward.model.vital import BY_NAME
from homeward.services.call.chain import Target
from homeward.services.call.converge import converge
from homeward.services.call.presence import keep_presence
from homeward.services.call.standing import Aim, Step, set_chain
from homeward.services.watch import ledger
from homeward.services.watch.work import Watch
from tests.inbox import KEEP, kept

START = datetime(2026, 3, 1, 2, 0, tzinfo=UTC)
ANSWER_SECONDS = 120
BOOT = 1
LATE_US = {v.index: max(60, v.stale_seconds) * 1_000_000 for v in BY_NAME.values()}


def us(at: datetime) -> int:
    return int(at.timestamp()) * 1_000_000 + at.microsecond


class Ward:
    """Ward 3: a nurse, then the charge nurse. Home care: the home nurse.

    What a device sends is committed to the record and told on the hot lane, as the door does.
    """

    def __init__(self, tools: Any) -> None:
        self.now = START
        self.tools = replace(tools, now=lambda: self.now)
        self.store, self.bus = tools.store, tools.bus
        self.watch = Watch(self.tools)
        self.patients: dict[str, int] = {}
        self.devices: dict[str, int] = {}
        self.people: dict[str, int] = {}
        self.wards: dict[str, int] = {}
        self.at_screens: set[str] = set()  # staff with a visible screen ...
        self.sees: set[str] | None = None  # ... which shows them their calls; None: all of them
        self._seq = self._second = 0

    async def sql(self, text: str, **values: Any) -> list[Any]:
        async with self.store.pool.connection() as connection:
            cursor = await connection.execute(text, values)
            return await cursor.fetchall() if cursor.description else []

    async def number(self, text: str, **values: Any) -> int:
        return (await self.sql(text + " returning id", **values))[0][0]

    async def open(self) -> None:
        """Everybody comes to work."""
        people = {"nurse": "nurse", "charge nurse": "nurse", "home nurse": "nurse"}
        for name, role in (people | {"rosa": "patient"}).items():
            self.people[name] = await self.number(
                "insert into person (name, role) values (%(name)s, %(role)s)", name=name, role=role
            )
        self.at_screens |= people.keys()
        await self._ward("Ward 3", "ward", "nurse", "charge nurse")
        await self._ward("Home care", "home", "home nurse")
        await self.admit("ada", "Ward 3", {"oxygen_saturation": 1, "heart_rate": 1})
        await self.watch.take_over()

    async def _ward(self, name: str, kind: str, *chain: str) -> None:
        ward = await self.number(
            "insert into ward (name, kind) values (%(name)s, %(kind)s)", name=name, kind=kind
        )
        self.wards[name] = ward
        await self.chain(name, *([Aim(Target.PERSON, self.people[each])] for each in chain))

    async def chain(self, ward: str, *steps: list[Aim], wait: int = ANSWER_SECONDS) -> None:
        wanted = [Step(step, wait) for step in steps]
        await set_chain(self.store.door(), self.wards[ward], wanted, self.now)

    async def admit(self, name: str, ward: str, expects: dict[str, float]) -> None:
        """A patient with a device of their own; one who is also a person is called themselves."""
        patient = await self.number(
            "insert into patient (person_id, record_number, name, birth_date, sex)"
            " values (%(person)s, %(name)s::text, %(name)s::text, %(born)s, 'female')",
            person=self.people.get(name), name=name, born=date(1950, 1, 1),
        )  # fmt: skip
        await self.sql(
            "insert into stay (patient_id, ward_id, bed, starts) select %(patient)s, id, %(name)s,"
            " %(now)s from ward where name = %(ward)s",
            patient=patient, name=name, now=START, ward=ward,
        )  # fmt: skip
        wanted = "{" + ", ".join(f'"{vital}": {each}' for vital, each in expects.items()) + "}"
        device = await self.number(
            "insert into device (name, kind, expects)"
            " values (%(name)s, 'monitor', %(expects)s::jsonb)",
            name=f"monitor-{name}", expects=wanted,
        )  # fmt: skip
        await self.sql(
            "insert into association (device_id, patient_id, starts, source)"
            " values (%(device)s, %(patient)s, %(now)s, 'scan')",
            device=device, patient=patient, now=START,
        )  # fmt: skip
        self.patients[name], self.devices[name] = patient, device

    async def sends(self, name: str, rows: list[tuple[str, float, datetime]]) -> bytes:
        """A device sends: committed first, then told. What it sent, to be sent again."""
        frame = np.zeros(len(rows), HOT)
        for place, (vital, value, at) in enumerate(rows):
            index, late = BY_NAME[vital].index, us(self.now) - us(at)
            ids = (self.patients[name], self.devices[name], index)
            frame[place] = (*ids, late > LATE_US[index], us(at), us(self.now), value)
        self._seq += 1
        message = kept(self.devices[name], self._seq, self.now, frame.tobytes(), BOOT)
        await self.sql(KEEP, **message)
        return frame.tobytes()

    async def reads(self, name: str = "ada", seconds: int = 1, **vitals: float) -> list[bytes]:
        """These vitals each second for so long."""
        sent: list[bytes] = []
        for _ in range(seconds):
            rows = [(vital, float(value), self.now) for vital, value in vitals.items()]
            sent.append(await self.sends(name, rows))
            await self.tells(sent[-1])
            await self.passes(1)
        return sent

    async def tells(self, frame: bytes) -> None:
        """The hot lane brings a frame."""
        self.watch.hear(frame)
        await self.watch.judge()
        await self.watch.writer.flush_changes()

    async def passes(self, seconds: int) -> None:
        """Time passes, with everything that happens each second."""
        for _ in range(seconds):
            self.now += timedelta(seconds=1)
            await self.watch.tick(self._second)
            await self.watch.writer.flush_changes()
            await self.watch.writer.flush_scores()
            await self.calls()
            self._second += 1

    async def calls(self) -> None:
        await self.look()
        await converge(self.store, self.bus, self.now, ANSWER_SECONDS)
        await self.see()

    async def look(self) -> None:
        """Whoever is at a screen says so, and sees what it shows."""
        there = [self.people[name] for name in self.at_screens]
        await keep_presence(self.store.door(), there, self.now)
        await self.see()

    async def see(self) -> None:
        """... which is no longer news to them."""
        there = [self.people[name] for name in self.at_screens]
        await self.sql(
            "update call set seen = %(now)s where seen is null and ended is null"
            " and audience = 'carer' and person_id = any(%(there)s)",
            now=self.now,
            there=there if self.sees is None else [self.people[name] for name in self.sees],
        )  # fmt: skip

    async def killed(self) -> None:
        """The watcher dies, with all it had in memory, and another takes over."""
        self.watch = Watch(self.tools)
        await self.watch.take_over()
        await self.watch.writer.flush_changes()

    async def acknowledges(self, person: str, condition: str) -> None:
        (alarm,) = await self.sql(
            "select id from alarm where condition = %(c)s and state in ('active', 'latched')",
            c=condition,
        )
        door = self.store.door(Actor(self.people[person], person, Role.NURSE))
        await ledger.acknowledge(self.store, self.bus, door, alarm[0], "on my way", self.now)

    async def called(self, audience: str = "carer", scores: bool = False) -> list[str]:
        """Who was called so far, in order: for what the rules found, or for the scores."""
        rows = await self.sql(
            "select person.name from call join person on person.id = person_id"
            " join alarm on alarm.id = alarm_id where audience = %(audience)s"
            " and (condition like 'news2%%') = %(scores)s order by call.id",
            audience=audience,
            scores=scores,
        )
        return [row[0] for row in rows]

    async def alarms(self, scores: bool = False) -> dict[str, str]:
        """Every episode so far, by condition, and its state; of the scores, or all others."""
        rows = await self.sql(
            "select condition, state from alarm where (condition like 'news2%%') = %(scores)s"
            " order by id",
            scores=scores,
        )
        assert len({row[0] for row in rows}) == len(rows), "an episode twice"
        return dict(rows)


@pytest.fixture
async def ward(tools: Any) -> Ward:
    """The ward, open, with ada in bed."""
    ward = Ward(tools)
    await ward.open()
    return ward
