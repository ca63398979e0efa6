-- name: add_round
-- One round, as the sentinel measured it.
insert into sentinel_round (at, received, outcome, hops, detail, calls)
values (%(at)s, %(now)s, %(outcome)s, %(hops)s, %(detail)s, %(calls)s);

-- name: forget_rounds
-- Rounds are for the last month's figures.
delete from sentinel_round where at < %(before)s;

-- name: last_rounds
-- The newest rounds.
select ms(at) as at, outcome, hops, detail from sentinel_round order by at desc, id desc limit 10;

-- name: last_told
-- When a sentinel told us something last, and by which ways it calls.
select received, calls from sentinel_round order by received desc, id desc limit 1;

-- name: figures
-- How long each hop took in a span: median, 99th percentile and worst, in seconds.
select hop.key as name, count(*) as rounds,
    percentile_cont(0.5) within group (order by hop.value::float8) as median,
    percentile_cont(0.99) within group (order by hop.value::float8) as p99,
    max(hop.value::float8) as worst
from sentinel_round, jsonb_each_text(hops) hop
where at > %(since)s
group by hop.key;

-- name: outcomes
-- How the rounds of a span went.
select count(*) as rounds, count(*) filter (where outcome = 'lost') as lost,
    count(*) filter (where outcome = 'late') as late
from sentinel_round where at > %(since)s;

-- name: last_heard
-- When a sentinel last told us anything, in the last day.
select max(received) as heard from sentinel_round where received > %(since)s;

-- name: hidden_ward
-- The ward on which nobody lies.
insert into ward (name, kind, is_hidden) values (%(name)s, 'ward', true)
on conflict (name) do update set is_hidden = true
returning id;

-- name: virtual_nurse
-- Who sees the pretend patient, and nobody else.
insert into person (name, login, password_hash, role)
values (%(name)s, %(login)s, %(hash)s, 'sentinel')
on conflict (login) do update set password_hash = excluded.password_hash
    where person.role = 'sentinel'
returning id;

-- name: pretend_patient
-- Nobody: on no board, in no statistics, and nobody is called for them.
insert into patient (person_id, record_number, name, birth_date, sex, is_synthetic)
values (%(person)s, %(number)s, %(name)s, '1970-01-01', 'unknown', true)
on conflict (record_number) do update set person_id = excluded.person_id
    where patient.is_synthetic
returning id;

-- name: pretend_stay
-- Their bed, once.
insert into stay (patient_id, ward_id, bed, starts)
select %(patient)s, %(ward)s, %(bed)s, %(now)s
where not exists (select from stay where patient_id = %(patient)s and ends is null);
