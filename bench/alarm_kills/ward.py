"""The ward of the soak: patients with a device each, and a chain of three tiers.

First the patient's own nurse and whoever of the nurses has the turn, then the charge nurse, then
the doctors on call, who sit at no screen and get mails. Steps are short, so that escalations are
under way at every moment.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time

import psycopg

from bench.installation import PASSWORD, Installation
from homeward.services.call.assignments import hand_over
from homeward.services.call.chain import Target
from homeward.services.call.rota import Plan, Shift
from homeward.services.call.rotas import add_rota
from homeward.services.call.standing import Aim, Step, set_chain
from homeward.services.people.sign_in import hash_password
from homeward.store import Store

ZONE = "Europe/Berlin"
STEP_SECONDS = 4
LAST_SECONDS = 120  # longer than any alarm here stands: nobody is called a second time
AT_SCREENS = ("Anna", "Ben", "Carla")
DOCTORS = ("Dora", "Emil")


@dataclass(frozen=True, slots=True)
class Ward:
    """Its number, the people by name, and (record number, patient) of each bed."""

    id: int
    people: dict[str, int]
    patients: list[tuple[str, int]]


async def open_ward(house: Installation, beds: int) -> Ward:
    """People and beds by SQL; rotas, assignments and the chain as the pages make them."""
    with house.connect() as sql:
        url = f"{sql.info.dsn} password={sql.info.password}"
        people = {name: _person(sql, name, "nurse") for name in AT_SCREENS}
        people |= {name: _person(sql, name, "doctor") for name in DOCTORS}
        ward = _id(sql, "insert into ward (name, kind) values ('Kills', 'ward')")
        patients = [_patient(sql, ward, bed) for bed in range(1, beds + 1)]
    async with Store.open(url) as store:
        await _call_by_tiers(store, ward, people, [patient for _, patient in patients])
    return Ward(ward, people, patients)


async def _call_by_tiers(
    store: Store, ward: int, people: dict[str, int], patients: list[int]
) -> None:
    door, now = store.door(), datetime.now(UTC)
    anna, ben, carla, *doctors = people.values()
    turns = Plan(ZONE, 24, time(7), date(2026, 1, 1), (anna, ben))
    nurses = await add_rota(door, ward, "Nurses", turns, now)
    always = [
        Shift(name, time(start), time(end), tuple(range(7)), tuple(doctors))
        for name, start, end in (("day", 8, 20), ("night", 20, 8))
    ]
    on_call = await add_rota(door, ward, "Doctors", Plan(ZONE, shifts=tuple(always)), now)
    half = len(patients) // 2
    await hand_over(door, ward, patients[:half], anna, now, "")
    await hand_over(door, ward, patients[half:], ben, now, "")
    own, turn = Aim(Target.ASSIGNED), Aim(Target.ROTA, None, nurses)
    steps = [
        Step((own, turn), STEP_SECONDS),
        Step((Aim(Target.PERSON, carla),), STEP_SECONDS),
        Step((Aim(Target.ROTA, None, on_call),), LAST_SECONDS),
    ]
    await set_chain(door, ward, steps, now)


def _person(sql: psycopg.Connection, name: str, role: str) -> int:
    words = "insert into person (name, login, password_hash, role) values (%s, %s, %s, %s)"
    person = _id(sql, words, name, name.lower(), hash_password(PASSWORD), role)
    if role in {"nurse", "doctor"}:
        sql.execute("insert into ward_staff (person_id, starts) values (%s, now())", (person,))
    if role == "doctor":
        sql.execute(
            "insert into contact (person_id, place, way, address, label, after_seconds,"
            " priority_min, may_name_health, created)"
            " values (%s, 1, 'email', %s, '', 0, 'low', false, now())",
            (person, f"{name.lower()}@mail.bench"),
        )
    return person


def _patient(sql: psycopg.Connection, ward: int, bed: int) -> tuple[str, int]:
    number = f"K-{bed:03}"
    words = "insert into patient (record_number, name, birth_date, sex) values "
    patient = _id(sql, words + "(%s, %s, '1960-01-01', 'unknown')", number, f"Bed {bed}")
    sql.execute(
        "insert into stay (patient_id, ward_id, bed, starts) values (%s, %s, %s, now())",
        (patient, ward, f"{bed:02}"),
    )
    return number, patient


def _id(sql: psycopg.Connection, text: str, *values: object) -> int:
    row = sql.execute(text + " returning id", values).fetchone()
    assert row is not None
    return row[0]
