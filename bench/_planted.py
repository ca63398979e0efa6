"""People whose records hold identifiers wherever somebody could put one, and what finds them."""

import re
from datetime import UTC, datetime

import numpy as np

from homeward.model.vital import BY_NAME
from homeward.store import Store
from homeward.store.packed import SAMPLES, pack
from homeward.store.sql import Query

START = datetime(2026, 3, 8, 10, tzinfo=UTC)
# Each of the eighteen identifiers of 164.514(b)(2)(i) that could be in a record here, of person n.
_PLANTED = """
create function planted(n int) returns text language sql immutable as $f$
    select 'Mrs. Zykpatient' || n || ' 12 Elm Street, Springfield 62701, tel +1 217 555 ' || n
        || ', mail p' || n || '@example.org, SSN 078-05-' || (1000 + n) || ', MRN QX-' || n
        || ', plate IL ' || n || ', https://example.org/p/' || n || ', 10.1.2.' || n
        || ', serial SNZ' || n || ', born 1931-05-17'
$f$;
insert into ward (name, kind) values ('Zykward of Springfield', 'ward');
insert into person (name, login, role) values ('Zyknurse Nora', 'nora', 'nurse');
insert into patient (record_number, name, birth_date, sex)
select 'QX-' || n, planted(n), date '1931-05-17' + n * 17 % 30000,
    (array['female', 'male'])[n % 2 + 1]
from generate_series(1, {people}) n;
insert into stay (patient_id, ward_id, bed, starts) select id, 1, 'Zykbed ' || id, '2026-03-01'
from patient;
insert into device (name, kind) select 'snz-' || n, 'Serial SNZ' || n
from generate_series(1, {people}) n;
insert into alarm (patient_id, device_id, condition, kind, priority, state, text, patient_text,
    since, raised, rung, resolved)
select id, id, case id % 2 when 0 then 'oxygen_low' else 'own_zykrule_' || id end, 'physiological',
    'high', 'resolved', planted(id::int), planted(id::int), '{start}', '{start}', '{start}',
    timestamptz '{start}' + interval '90 seconds'
from patient;
insert into score (patient_id, name, at, total, low, high, risk, is_leading, detail)
select id, case id % 2 when 0 then 'news2' else 'own_zyk' || id end, '{start}', 3, 3, 3, 'low',
    true, jsonb_build_object('note', planted(id::int)) from patient;
insert into observation (key, patient_id, person_id, at, entered)
select gen_random_uuid(), id, 1, timestamptz '{start}' + interval '1 minute', '{start}'
from patient;
insert into observation_value (observation_id, vital, value, said, unit, device)
select id, 'temperature', 37.5, planted(id::int), 'Cel', 'snz-' || patient_id from observation;
insert into minute_chunk (patient_id, minute, body, device_id, vitals, received)
select id, '{start}', decode('{chunk}', 'hex'), id, 2, '{start}' from patient;
"""
FORBIDDEN = re.compile(
    r"zyk|elm street|springfield|62701|217 555|@|078-05|qx-|plate|https?:|\b10\.1\.2\.|snz|1931-05"
    r"|\d{4}-\d{2}-\d{2}|nora|bed",
    re.IGNORECASE,
)


async def fill(store: Store, people: int) -> None:
    first = round(START.timestamp() * 1e6)
    rows = np.zeros(3, SAMPLES)
    for second in range(3):
        at = first + second * 1_000_000
        rows[second] = (BY_NAME["pulse"].index, 1, at, 61.5 + second, at)
    text = _PLANTED.format(people=people, start=START.isoformat(), chunk=pack(rows).hex())
    for statement in text.split(";\n"):
        if statement.strip():
            await store.door().run(Query("test", statement.replace("%", "%%").encode(), ""))
