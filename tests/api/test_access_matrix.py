"""Who may see what: every route and every table, by every kind of actor, for every kind of record.

What is expected is written here by hand (SEES, WORKS_ON), not asked of the code that decides.
Routes, tables and roles are taken as they live, so that a new one is in the matrix at once.
"""

import asyncio
import hashlib
import json
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pytest
from fastapi import FastAPI

from homeward.api.app import create_app, every_route
from homeward.guard.route import Route
from homeward.model.person import Actor, Role
from homeward.services.contract import Tools
from homeward.services.people.routes import COOKIE
from homeward.services.watch.receipts import Rendered, mark_shown
from homeward.store import Door, Store
from homeward.store.packed import SAMPLES, pack
from tests.api.conftest import sql

NOBODY = 999_999
# Anna and Bela lie on Ward 3, Cleo is at home; Gone left Ward 3 two hours ago, Old three days ago;
# Pretend is the sentinel's.
PATIENTS = ("Anna", "Bela", "Cleo", "Gone", "Old", "Pretend")
WARDS = ("Ward 3", "Home care")
PEOPLE = frozenset(PATIENTS) - {"Pretend"}
ON_WARD_3 = frozenset({"Anna", "Bela", "Gone"})
ROLES: dict[str, Role | None] = {
    "nobody": None,
    "nurse whose session ended": None,
    "nurse who was disabled": None,
    "whoever made a token up": None,
    "nurse of Ward 3": Role.NURSE,
    "doctor of Ward 3": Role.DOCTOR,
    "nurse of home care": Role.NURSE,
    "doctor everywhere": Role.DOCTOR,
    "nurse who left Ward 3": Role.NURSE,
    "nurse of no ward": Role.NURSE,
    "doctor of no ward": Role.DOCTOR,
    "nurse called for Anna": Role.NURSE,
    "doctor called for Anna two days ago": Role.DOCTOR,
    "nurse who has Anna": Role.NURSE,
    "nurse who broke the glass of Anna": Role.NURSE,
    "nurse who broke it yesterday": Role.NURSE,
    "Anna": Role.PATIENT,
    "Cleo": Role.PATIENT,
    "relative of Anna": Role.RELATIVE,
    "relative of nobody": Role.RELATIVE,
    "engineer": Role.ENGINEER,
    "administrator": Role.ADMINISTRATOR,
    "sentinel": Role.SENTINEL,
}
SEES: dict[str, frozenset[str]] = {
    "nurse of Ward 3": ON_WARD_3,
    "doctor of Ward 3": ON_WARD_3,
    "nurse of home care": frozenset({"Cleo"}),
    "doctor everywhere": PEOPLE,
    "nurse called for Anna": frozenset({"Anna"}),
    "nurse who has Anna": frozenset({"Anna"}),
    "nurse who broke the glass of Anna": frozenset({"Anna"}),
    "Anna": frozenset({"Anna"}),
    "Cleo": frozenset({"Cleo"}),
    "sentinel": frozenset({"Pretend"}),
}
WORKS_ON: dict[str, frozenset[str]] = {
    "nurse of Ward 3": frozenset({"Ward 3"}),
    "doctor of Ward 3": frozenset({"Ward 3"}),
    "nurse of home care": frozenset({"Home care"}),
    "doctor everywhere": frozenset(WARDS),
    "administrator": frozenset(WARDS),
}
_FILL = """
insert into patient (record_number, name, birth_date, sex, is_synthetic)
select name, name, '1950-03-01', 'female', name = 'Pretend'
from unnest(array['Anna', 'Bela', 'Cleo', 'Gone', 'Old', 'Pretend']) name;
insert into ward (name, kind, is_hidden)
values ('Ward 3', 'ward', false), ('Home care', 'home', false), ('Pretend', 'ward', true);
insert into stay (patient_id, ward_id, bed, starts, ends)
select patient.id, ward.id, patient.name, now() - interval '9 days', case patient.name
    when 'Gone' then now() - interval '2 hours' when 'Old' then now() - interval '3 days' end
from patient join ward on ward.name = case patient.name
    when 'Cleo' then 'Home care' when 'Pretend' then 'Pretend' else 'Ward 3' end;
insert into device (name, kind) select 'monitor-' || lower(name), 'monitor' from patient;
insert into association (device_id, patient_id, starts, source)
select device.id, patient.id, now() - interval '9 days', 'test'
from patient join device on device.name = 'monitor-' || lower(patient.name);
insert into ward_staff (person_id, ward_id, starts, ends)
select person.id, ward.id, now() - interval '9 days',
    case when person.name = 'nurse who left Ward 3' then now() - interval '1 minute' end
from person join ward on ward.name = case
    when person.name in ('nurse of Ward 3', 'doctor of Ward 3', 'nurse who left Ward 3',
        'nurse whose session ended', 'nurse who was disabled') then 'Ward 3'
    when person.name = 'nurse of home care' then 'Home care' end;
insert into ward_staff (person_id, starts)
select id, now() from person where name = 'doctor everywhere';
update patient set person_id = person.id from person
where person.name = case patient.name when 'Pretend' then 'sentinel' else patient.name end;
insert into relative (patient_id, person_id, priorities, since, made)
select patient.id, person.id, '{high}', now(), now() from patient, person
where patient.name = 'Anna' and person.name = 'relative of Anna';
insert into alarm (patient_id, condition, kind, priority, state, text, patient_text, since, raised,
    rung)
select id, 'x', 'physiological', 'medium', 'active', name, name, now(), now(), now() from patient;
insert into alarm_event (alarm_id, at, event, state, detail)
select id, now(), 'raised', 'active', '{}' from alarm;
insert into alarm_receipt (alarm_id, person_id, rung, at)
select alarm.id, person.id, alarm.rung, now() from alarm, person where person.name = 'engineer';
insert into call (alarm_id, audience, step, person_id, created, due, ended)
select alarm.id, 'carer', 1, person.id, now(), now(), case
    when person.name = 'doctor called for Anna two days ago' then now() - interval '2 days' end
from alarm join patient on patient.id = alarm.patient_id, person
where patient.name = 'Anna'
  and person.name in ('nurse called for Anna', 'doctor called for Anna two days ago');
insert into call (alarm_id, audience, step, person_id, created, due)
select alarm.id, 'carer', 2, person.id, now() - interval '40 days', now()
from alarm, person where person.name = 'engineer';
insert into assignment (patient_id, ward_id, person_id, starts)
select patient.id, ward.id, person.id, now() from patient, ward, person
where ward.name = 'Ward 3' and person.name = case patient.name
    when 'Anna' then 'nurse who has Anna' else 'engineer' end;
insert into emergency_access (patient_id, person_id, reason, starts, ends)
select patient.id, person.id, 'a reason of some length', begun, begun + interval '1 hour'
from patient, person, lateral (select case person.name
    when 'nurse who broke it yesterday' then now() - interval '1 day' else now() end as begun) b
where patient.name = 'Anna'
  and person.name in ('nurse who broke the glass of Anna', 'nurse who broke it yesterday');
insert into score (patient_id, name, at, total, low, high, risk, is_leading, detail)
select id, 'news2', now(), 1, 1, 1, 'low', true,
    '{"name": "news2", "at": 0, "total": 1, "low": 1, "high": 1, "risk": "low", "scale": 1,
      "interval": "hourly", "parts": []}' from patient;
insert into pregnancy (patient_id, at, is_pregnant, recorded_by, reason)
select patient.id, now(), false, person.id, '' from patient, person where person.name = 'engineer';
insert into observation (key, patient_id, person_id, at, entered)
select gen_random_uuid(), patient.id, person.id, now(), now()
from patient, person where person.name = 'engineer';
insert into observation_value (observation_id, vital, value, said, unit)
select id, 'pulse', 70, '70', '/min' from observation;
insert into observation_order (patient_id, person_id, by_role, at, interval_seconds, score_seconds,
    reason, until)
select patient.id, person.id, 'doctor', now(), 3600, 3600, '', now()
from patient, person where person.name = 'engineer';
insert into invitation (patient_id, token_sha256, name, priorities, made, made_by, expires)
select patient.id, sha256(patient.name::bytea), 'x', '{high}', now(), person.id, now()
from patient, person where person.name = 'engineer';
insert into disclosure (patient_id, at, recipient, what, purpose, way)
select id, now(), 'An insurance', 'A letter', 'A claim', 'by hand' from patient;
insert into amendment (patient_id, field, before, wanted, reason, asked, asked_by)
select patient.id, 'other', '', 'x', 'x', now(), person.id from patient, person
where person.name = 'engineer';
insert into restriction (patient_id, ground, reason, asked, asked_by, ended, ended_by)
select patient.id, 'accuracy', 'because', now(), person.id, now(), person.id from patient, person
where person.name = 'engineer';
insert into minute_chunk (patient_id, minute, body, device_id, vitals, received)
select patient_id, date_trunc('minute', now()), decode('{chunk}', 'hex'), device_id, 1, now()
from association;
insert into consent (patient_id, purpose, decision, parts, starts, made_by, resource)
select patient.id, 'research', 'permit', '{readings,waves}', now(), person.id, '{}'
from patient, person where person.name = 'engineer';
insert into app_document (device_id, patient_id, collection, at, object_id, is_named, natural_key,
    created, modified, body)
select device_id, patient_id, 'treatments', now(), 'x', false, '', 0, 0, '{}' from association;
insert into implant_report (patient_id, received, known_by, body)
select id, now(), '', '' from patient;
insert into meter_record (device_id, patient_id, at, of, octets, zone, source, received)
select device_id, patient_id, now(), 6168, '', '', 'page', now() from association;
insert into cloud_link (device_id, patient_id, service, made)
select device_id, patient_id, 'withings', now() from association;
insert into total (patient_id, metric, device_id, starts, ends, value, received)
select patient_id, 'steps', device_id, now(), now(), 1, now() from association;
insert into import_source (device_id, patient_id, name)
select device_id, patient_id, 'A watch' from association;
insert into erasure (patient_id, asked) select id, now() from patient;
insert into patient_newest (patient_id, since, until, body)
select id, now() - interval '1 day', now(), '' from patient;
insert into patient_zone (patient_id, zone, starts, made, made_by)
select patient.id, 'Europe/Berlin', now(), now(), person.id from patient, person
where person.name = 'engineer';
insert into plan (patient_id, condition, body, made, made_by)
select patient.id, 'copd', '{}', now(), person.id from patient, person
where person.name = 'engineer';
insert into plan_due (plan_id, patient_id, item, kind, vitals, language, zone, at, day, opens,
    closes, nudge)
select id, patient_id, 'x', 'task', '{}', 'en', 'UTC', now(), now(), now(), now(), now() from plan;
insert into question_answer (patient_id, key, url, version, language, body, answered, received,
    by_person)
select patient.id, 'x', 'x', '1', 'en', '', now(), now(), person.id from patient, person
where person.name = 'engineer';
insert into panel_score (patient_id, counted, points, reasons, expected, done)
select id, now(), 1, '[]', 2, 1 from patient;
insert into panel_act (patient_id, at, person_id, act)
select patient.id, now(), person.id, 'done' from patient, person where person.name = 'engineer';
insert into letter (patient_id, at, author, side, body, key)
select patient.id, now(), person.id, 'team', 'x', gen_random_uuid() from patient, person
where person.name = 'engineer';
insert into letter_read (letter_id, patient_id, person_id, at)
select letter.id, letter.patient_id, person.id, now() from letter, person
where person.name = 'engineer';
insert into relative_right (patient_id, person_id, may, starts, made_by)
select patient.id, person.id, 'reports', now(), person.id from patient, person
where person.name = 'engineer';
insert into rota (ward_id, name, made) select id, 'Nights', now() from ward;
insert into rota_plan (rota_id, plan, starts, made, why)
select rota.id, jsonb_build_object('zone', 'UTC', 'turn_hours', 24, 'people', array[person.id]),
    now() + interval '1 day', now(), '' from rota, person where person.name = 'nurse of Ward 3';
insert into rota_override (rota_id, kind, person_id, starts, ends, made, why)
select rota.id, 'remove', person.id, now(), now() + interval '1 hour', now(), '' from rota, person
where person.name = 'nurse of Ward 3';
insert into rule_setting (rule, patient_id, choice, set_at, set_by, by_role, reason)
select 'x', patient.id, 'off', now(), person.id, 'doctor', 'because' from patient, person
where person.name = 'engineer';
insert into score_switch (score, patient_id, is_on, at, set_by, reason)
select 'news2', patient.id, true, now(), person.id, 'because' from patient, person
where person.name = 'engineer';
"""


def token_of(name: str) -> str:
    return hashlib.sha256(name.encode()).hexdigest()


@pytest.fixture
async def ids(store: Store) -> dict[str, int]:
    """The numbers of patients, wards and alarms, with everybody in and at work."""
    door = store.door()
    for name, role in ROLES.items():
        has_account = name not in {"nobody", "whoever made a token up"}
        if has_account:
            person = "insert into person (name, login, role) values (%(name)s, %(login)s, %(role)s)"
            values = {"name": name, "login": name, "role": role or Role.NURSE}
            await door.run(sql(person), **values)
            session = (
                "insert into session (token_sha256, person_id, created, seen)"
                " select %(token)s, id, now(), now() from person where name = %(name)s"
            )
            digest = hashlib.sha256(token_of(name).encode()).digest()
            await door.run(sql(session), token=digest, name=name)
    chunk = pack(np.zeros(1, SAMPLES)).hex()
    for statement in _FILL.replace("{chunk}", chunk).split(";\n"):
        if statement.strip():
            await door.run(sql(statement.replace("%", "%%")))
    await door.run(
        sql(
            "update session set ended = now() where person_id ="
            " (select id from person where name = 'nurse whose session ended')"
        )
    )
    await door.run(sql("update person set disabled = now() where name = 'nurse who was disabled'"))
    found = {}
    for kind in ("patient", "ward", "person"):
        rows = await door.all(sql(f"select id, name from {kind}"), dict)
        found |= {f"{kind} {row['name']}": row["id"] for row in rows}
    rows = await door.all(sql("select id, text from alarm"), dict)
    found |= {f"alarm {row['text']}": row["id"] for row in rows}
    for kind, table in (("rota", "rota"), ("plan", "rota_plan"), ("override", "rota_override")):
        of = "id" if kind == table else "rota_id"
        text = f"select t.id, ward.name from {table} t join rota on rota.id = t.{of}"
        rows = await door.all(sql(f"{text} join ward on ward.id = rota.ward_id"), dict)
        found |= {f"{kind} {row['name']}": row["id"] for row in rows}
    return found


def actor_of(name: str) -> Actor:
    """Whoever came in by this session; what their role is PostgreSQL does not ask us."""
    return Actor(0, name, ROLES[name] or Role.NURSE, session=token_of(name))


async def rows_by_patient(door: Door, table: str) -> Counter[int]:
    whose = {
        "patient": "id", "alarm_event": "(select patient_id from alarm where alarm.id = alarm_id)",
        "alarm_receipt": "(select patient_id from alarm where alarm.id = alarm_id)",
        "call": "(select patient_id from alarm where alarm.id = alarm_id)",
        "observation_value":
            "(select patient_id from observation where observation.id = observation_id)",
    }.get(table, "patient_id")  # fmt: skip
    rows = await door.all(sql(f"select {whose} as patient from {table}"), dict)
    return Counter(row["patient"] for row in rows)


# By a right of its own: a bed is no secret to who works here, nor is what one was called for.
BEDS = ("stay", "association")
OTHERWISE = (
    "person", "contact", "quiet_hours", "delivery", "quarantine", "relative", "call",
    "emergency_access", "habit", "amendment", "restriction", "legal_hold", "cold_part",
    "hour_chunk", "day_chunk", "wave_chunk", "person_choice", "relative_right",
)  # fmt: skip


async def test_every_table_gives_each_session_its_own_rows(
    store: Store, ids: dict[str, int]
) -> None:
    guarded = await store.door().all(
        sql("select relname from pg_class where relrowsecurity and relforcerowsecurity"), dict
    )
    tables = {row["relname"] for row in guarded} - set(OTHERWISE)
    wrong: list[str] = []
    cells = 0
    for name in ROLES:
        door = store.door(actor_of(name))
        for table in sorted(tables):
            rows = await rows_by_patient(door, table)
            expected = SEES.get(name, frozenset())
            if name == "relative of Anna" and table in {"patient", "stay"}:
                expected = frozenset({"Anna"})
            works_here = ROLES[name] in {
                Role.NURSE, Role.DOCTOR, Role.ENGINEER, Role.ADMINISTRATOR
            }  # fmt: skip
            if table in BEDS and works_here:
                expected = frozenset(PATIENTS)
            for patient in PATIENTS:
                cells += 1
                if (rows[ids[f"patient {patient}"]] > 0) != (patient in expected):
                    wrong.append(f"{name}: {table} of {patient}")
    assert not wrong, "\n".join(wrong)
    assert cells >= 2_000, cells
    print(f"access matrix: {cells:,} cells of tables")


async def test_a_screen_shows_nobody_an_alarm_they_may_not_see(
    store: Store, ids: dict[str, int]
) -> None:
    """Its receipt is sent by number, and whoever can count could send it of any."""
    rows = await store.door().all(sql("select id, ms(rung) as rung from alarm"), dict)
    every = [Rendered(row["id"], row["rung"], is_live=False) for row in rows]
    for name in ROLES:
        number = ids.get(f"person {name}", NOBODY)
        door = store.door(replace(actor_of(name), person_id=number))
        await mark_shown(door, every, datetime.now(UTC))
        shown = await store.door().all(
            sql("select text from alarm_receipt join alarm on alarm.id = alarm_id"
                " where alarm_receipt.person_id = %(who)s"), dict, who=number,
        )  # fmt: skip
        before = frozenset(PATIENTS) if name == "engineer" else frozenset()  # of the rows above
        assert {row["text"] for row in shown} == before | SEES.get(name, frozenset()), name


async def test_what_somebody_chose_is_theirs_alone(store: Store, ids: dict[str, int]) -> None:
    every = "insert into person_choice (person_id, changed) select id, now() from person"
    await store.door().run(sql(every))
    for name, role in ROLES.items():
        rows = await store.door(actor_of(name)).all(
            sql("select person_id from person_choice"), dict
        )
        mine = [ids[f"person {name}"]] if role is not None else []
        assert [row["person_id"] for row in rows] == mine, name


async def test_every_table_with_a_patient_is_guarded(store: Store) -> None:
    """A new table is closed to people until a policy says whose rows are whose."""
    text = (
        "select distinct relname from pg_class join pg_attribute on attrelid = pg_class.oid"
        " where relkind = 'r' and relnamespace = 'public'::regnamespace and attname = 'patient_id'"
        " and not (relrowsecurity and relforcerowsecurity)"
        " and has_table_privilege('homeward_web', pg_class.oid, 'select')"
    )
    assert await store.door().all(sql(text), dict) == []
    text = (
        "select relname from pg_class where relkind in ('r', 'v')"
        " and relnamespace = 'public'::regnamespace and (has_table_privilege('homeward_web', oid,"
        " 'insert, update, delete, truncate') or has_any_column_privilege('homeward_web', oid,"
        " 'insert, update'))"
    )
    assert await store.door().all(sql(text), dict) == []
    closed = ("session", "inbox", "enrolment", "migration", "stream")
    for table in closed:
        row = await store.door().one(
            sql("select has_any_column_privilege('homeward_web', %(t)s, 'select') as may"),
            dict, t=table,
        )  # fmt: skip
        assert not row["may"], table


# What belongs to a ward, by what a path calls its number.
OF_WARD = {"ward_id": "ward", "rota_id": "rota", "plan_id": "plan", "override_id": "override"}


def objects_of(route: Route, ids: dict[str, int]) -> list[tuple[str, dict[str, Any]]]:
    """What its path may name, and the values for it."""
    kinds = {"patient_id": "patient", "alarm_id": "alarm", **OF_WARD}
    main = next((name for name in route.named if name in kinds), None)
    others = {name: str(NOBODY) for name in route.named if name != main}
    if main is None:
        return [("none", others)]
    names = WARDS if main in OF_WARD else PATIENTS
    found = [(name, others | {main: ids[f"{kinds[main]} {name}"]}) for name in names]
    return [*found, ("none", others | {main: NOBODY})]


def may_touch(name: str, route: Route, thing: str) -> bool:
    """Whether what the path names is this actor's, as written above."""
    if thing == "none":
        return False
    if OF_WARD.keys() & set(route.named):
        return thing in WORKS_ON.get(name, frozenset())
    return thing in SEES.get(name, frozenset())


# What ends a sign-in, which is then begun again for the next cell.
ENDING = ("POST /api/wards/{ward_id}/lock", "DELETE /api/account/sessions")
_GO_ON = """
    update session set ended = null from person
    where person.id = session.person_id and person.name <> 'nurse whose session ended'"""
BEGINS = {"application/pdf": b"%PDF-", "application/zip": b"PK"}
ROUTES = [r for r in every_route() if not r.before_sign_in and r.path != "/api/session"]


@pytest.mark.parametrize("half", [0, 1])
async def test_every_route_gives_each_actor_what_is_theirs(
    tools: Tools, ids: dict[str, int], half: int
) -> None:
    app = create_app(tools, every_route())
    wrong: list[str] = []
    cells = 0
    for route in ROUTES[half::2]:
        for name, role in ROLES.items():
            token = "" if name == "nobody" else token_of(name)
            for thing, values in objects_of(route, ids):
                status = await answered(app, route.method, route.path.format(**values), token)
                cells += 1
                if f"{route.method} {route.path}" in ENDING:
                    await tools.store.door().run(sql(_GO_ON))
                if not is_right(status, route, name, role, thing):
                    wrong.append(f"{name}: {route.method} {route.path} of {thing}: {status}")
    assert not wrong, "\n".join(wrong)
    print(f"access matrix: {cells:,} cells of routes")


async def answered(app: FastAPI, method: str, path: str, token: str) -> int:
    """The status of one request. By ASGI itself: a client's own work for ten thousand of them
    takes longer than the answers."""
    heads = [(b"host", b"homeward"), (b"content-type", b"application/json")]
    heads += [(b"cookie", f"{COOKIE}={token}".encode())] if token else []
    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": method,
        "scheme": "http", "path": path, "raw_path": path.encode(), "query_string": b"",
        "root_path": "", "headers": heads, "client": ("127.0.0.1", 1), "server": ("homeward", 80),
    }  # fmt: skip
    status, is_read, kind, body = 0, False, "", b""

    async def receive() -> Any:
        nonlocal is_read
        if is_read:
            await asyncio.Event().wait()  # nobody hangs up
        is_read = True
        return {"type": "http.request", "body": b"[]", "more_body": False}

    async def send(message: Any) -> None:
        nonlocal status, kind, body
        status = message.get("status", status)
        for name, value in message.get("headers", ()):
            kind = value.decode() if name == b"content-type" else kind
        body += message.get("body", b"")

    await app(scope, receive, send)
    assert not body or is_of(kind, body), f"{method} {path}: {kind}"
    return status


def is_of(kind: str, body: bytes) -> bool:
    """Whether an answer is what it says it is, its characters too (ASVS 5.0.0, 4.1.1)."""
    what, _, characters = kind.partition(";")
    if what in ("application/json", "application/fhir+json"):  # UTF-8, by RFC 8259
        json.loads(body)
        return True
    if what in BEGINS:
        return body.startswith(BEGINS[what])
    return what.startswith("text/") and characters.strip() == "charset=utf-8"


def is_right(status: int, route: Route, name: str, role: Role | None, thing: str) -> bool:
    if status >= 500:
        return False
    if role is None:
        return status == 401
    if role not in route.roles:
        return status == 403
    if not {"patient_id", "alarm_id", *OF_WARD} & set(route.named):
        return status not in {401, 403}
    if may_touch(name, route, thing):
        return status not in {401, 403}
    return status in {403, 404}
