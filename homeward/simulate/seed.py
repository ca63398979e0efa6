"""The demo's ward, people, chains and devices, written once into an empty installation."""

import hashlib
import json
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from argon2 import PasswordHasher

from homeward.bus import Bus
from homeward.guard.sealing import Blind
from homeward.model.errors import Misconfigured
from homeward.simulate import cast
from homeward.simulate import schedule as on
from homeward.store import Door, Store, queries

Q = queries("homeward.simulate")
ROTA_BEFORE = timedelta(days=3)
STAY_BEFORE = timedelta(days=2)  # longer than anything a device remembers
TOKEN_LIFE = timedelta(minutes=15)
TOKEN_BYTES = 24


@dataclass(frozen=True, slots=True)
class _Seeded:
    seeded: bool
    inhabited: bool


@dataclass(frozen=True, slots=True)
class _Id:
    id: int


@dataclass(frozen=True, slots=True)
class _Bound:
    device_id: int
    name: str


async def seed(store: Store, now: datetime, answer_seconds: int) -> bool:
    """Write the cast, unless it is there; whether it was written. Safe to run twice.

    `answer_seconds` is how long each person of a chain has before the next is called.
    Raises Misconfigured where other people are there already: a demo never mixes with them.
    """
    found = await store.door().one(
        Q.is_seeded, _Seeded, login=cast.ACCOUNTS[0].login, number=_number(cast.PATIENTS[0])
    )
    if found.seeded:
        return False
    if found.inhabited:
        raise Misconfigured("this database belongs to a real installation; the demo wants its own")
    async with store.door().transaction() as door:
        await _people(door)
        await _wards(door, now)
        for patient in cast.PATIENTS:
            await _patient(door, patient, now)
        await _calls(door, answer_seconds, now)
    return True


async def tell(store: Store, bus: Bus) -> None:
    """Tell those who remember wearers that the demo's devices are worn."""
    for each in await store.door().all(Q.bound, _Bound):
        told = {"device": each.name, "device_id": each.device_id, "what": "bound"}
        await bus.tell("told.device", told)


async def patients(store: Store) -> dict[str, int]:
    """The cast's patients, by record number."""
    asked = [Q.patient(_Id, record_number=_number(patient)) for patient in cast.PATIENTS]
    found = await store.door().together(*asked)
    return {
        patient.record_number: row.id
        for patient, rows in zip(cast.PATIENTS, found, strict=True)
        for row in rows
    }


def _number(patient: cast.Patient) -> Blind:
    return Blind("patient.record_number", patient.record_number)


async def _people(door: Door) -> None:
    # One hash for all: they share the password that the sign-in page of the demo shows.
    password_hash = PasswordHasher().hash(cast.PASSWORD)
    for each in cast.ACCOUNTS:
        await door.run(
            Q.add_person, name=each.name, login=each.login, role=each.role,
            password_hash=password_hash,
        )  # fmt: skip


async def _wards(door: Door, now: datetime) -> None:
    await door.run(Q.add_ward, name=cast.WARD, kind="ward")
    await door.run(Q.add_ward, name=cast.HOME, kind="home")
    for each in cast.ACCOUNTS:
        for ward in each.wards:
            await door.run(Q.work_on, login=each.login, ward=ward, now=now)


async def _calls(door: Door, answer_seconds: int, now: datetime) -> None:
    """Rotas, chains, and which nurse has whom."""
    for rota in cast.ROTAS:
        plan = json.dumps(await _plan(door, rota, now))
        await door.run(Q.add_rota, ward=rota.ward, name=rota.name, plan=plan, now=now)
    for ward, steps in cast.CHAINS.items():
        await door.run(Q.add_chain, ward=ward, now=now)
        for step, targets in enumerate(steps, 1):
            for place, target in enumerate(targets, 1):
                await door.run(
                    Q.add_target, ward=ward, step=step, place=place,
                    wait_seconds=answer_seconds, **_target(target),
                )  # fmt: skip
    for patient in cast.PATIENTS:
        if patient.bed in cast.NURSE_OF:
            login = cast.NURSE_OF[patient.bed]
            await door.run(Q.assign, record_number=_number(patient), login=login, now=now)


def _target(words: str) -> dict[str, str | None]:
    kind, _, rota = words.partition(" ")
    if kind in ("assigned", "everybody", "rota"):
        return {"target": kind, "login": None, "rota": rota or None}
    return {"target": "person", "login": words, "rota": None}


async def _plan(door: Door, rota: cast.Rota, now: datetime) -> dict[str, object]:
    async def people(logins: tuple[str, ...]) -> list[int]:
        return [(await door.one(Q.person_of, _Id, login=login)).id for login in logins]

    shifts = [
        {
            "name": name, "starts": f"{starts}:00", "ends": f"{ends}:00",
            "weekdays": list(range(7)),
            "people": await people(logins),
        }
        for name, starts, ends, logins in rota.shifts
    ]  # fmt: skip
    return {
        "zone": cast.ZONE, "turn_hours": rota.turn_hours, "handover": "07:00:00",
        "begins": str((now - ROTA_BEFORE).date()), "people": await people(rota.people),
        "shifts": shifts,
    }  # fmt: skip


async def _patient(door: Door, patient: cast.Patient, now: datetime) -> None:
    starts = now - STAY_BEFORE
    await door.run(
        Q.add_patient, login=patient.login, found_by=patient.record_number,
        name=patient.name, birth_date=patient.birth_date, sex=patient.sex,
        oxygen_scale=patient.oxygen_scale, ordered_by=cast.SCALE_2_BY,
    )  # fmt: skip
    number = _number(patient)
    await door.run(
        Q.add_stay, record_number=number, ward=patient.ward, bed=patient.bed, starts=starts
    )
    expects = on.WARD_EXPECTS if patient.build else on.HOME_EXPECTS
    await door.run(
        Q.add_device, name=patient.device, kind="monitor" if patient.build else "cgm",
        created=now, expects=json.dumps(expects),
    )  # fmt: skip
    await door.run(Q.add_association, device=patient.device, record_number=number, starts=starts)


async def token(store: Store, device: str, root_fingerprint: str, now: datetime) -> str:
    """A one-time token for a device, as `homeward device token` would print it."""
    secret = secrets.token_urlsafe(TOKEN_BYTES)
    await store.door().run(
        Q.add_token, device=device, token_sha256=hashlib.sha256(secret.encode()).digest(),
        created=now, expires=now + TOKEN_LIFE,
    )  # fmt: skip
    return f"{secret}.{root_fingerprint[:32]}"
