-- What meters said beside the number (docs/decisions/0056-beside-the-number.md).

create table meter_record (
    id bigint generated always as identity primary key,
    device_id bigint not null references device (id),
    patient_id bigint not null references patient (id),
    at timestamptz,                               -- its reading's time as it is charted; null: a context, which has none
    of integer not null,                          -- the characteristic, by its 16-bit number
    epoch integer,                                -- since which reset, as whoever read it counts; null: not counted
    number integer,                               -- the meter's own; null: it does not count
    octets bpchar not null,                       -- sealed, hex: its clock's own time and the context are in them
    zone text not null,                           -- where that clock was, IANA
    ahead double precision,                       -- s its clock was ahead, taken off in `at`; null: it could not be asked
    source text not null check (source in ('page', 'hub')),
    received timestamptz not null
);
create index meter_record_patient on meter_record (patient_id, at);
create index meter_record_number on meter_record (device_id, number);
comment on table meter_record is 'Packets of meters as they came, sealed: their clock''s own time, meals and medicines; only ever added to. Written by fleet.';

select guard_table('meter_record', 'patient_id = (select guard_named(''readings'')) or patient_id = any ((select guard_patients_of(''readings''))::bigint[])');
grant select on meter_record to homeward_web;
