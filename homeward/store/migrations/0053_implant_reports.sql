-- Reports of implanted cardiac devices, as their makers send them.

create table implant_report (
    id bigint generated always as identity primary key,
    patient_id bigint not null references patient (id),
    received timestamptz not null,
    received_by bigint references person (id),   -- null: the operator at the terminal
    known_by bytea not null,                     -- SHA-256 of the message: brought twice, it is kept once
    body bpchar not null,                        -- sealed; the message as it came, in base64
    unique (patient_id, known_by)
);
create index implant_report_patient on implant_report (patient_id, received desc);
comment on table implant_report is 'Reports of implanted devices as they came, sealed; read anew each time they are shown. Written by phones.';

select guard_table('implant_report', 'patient_id = (select guard_named(''readings'')) or patient_id = any ((select guard_patients_of(''readings''))::bigint[])');
grant select on implant_report to homeward_web;
