-- What was counted over a time by several sources (docs/decisions/0047-totals.md).

create table total (
    patient_id bigint not null references patient (id),
    metric text not null check (metric <> ''),  -- homeward/model/total.py
    device_id bigint not null references device (id),
    starts timestamptz not null,
    ends timestamptz not null check (ends >= starts),
    value double precision not null check (value >= 0),
    received timestamptz not null,
    primary key (patient_id, metric, starts, ends, device_id)
);
comment on table total is 'So much of something, such as steps, from when to when by which source: told again it is the same row. Written by record.';

select guard_table('total', 'patient_id = (select guard_named(''readings'')) or patient_id = any ((select guard_patients_of(''readings''))::bigint[])');
grant select on total to homeward_web;

-- Whoever sees what a source told sees what it is called.
select guard_table('import_source', 'patient_id = (select guard_named(''readings'')) or patient_id = any ((select guard_patients_of(''readings''))::bigint[])');
grant select on import_source to homeward_web;
