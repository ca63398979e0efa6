-- Records that people bring along as files: how far an import came, and from which source each reading is.

create table import_run (
    id bigint generated always as identity primary key,
    patient_id bigint not null references patient (id),
    file text not null,                    -- its size and the hash of its beginning
    began timestamptz not null,
    ended timestamptz,
    entries bigint not null default 0,     -- of the file that are done: a new run goes on after them
    readings bigint not null default 0,
    unique (patient_id, file)
);
comment on table import_run is 'How far the import of a file of a patient came. Written by record.';

create table import_source (
    device_id bigint primary key references device (id),
    patient_id bigint not null references patient (id),
    name bpchar not null                   -- sealed: people call their telephones by their own names
);
create index import_source_patient on import_source (patient_id);
comment on table import_source is 'What the source is called that a device of an import stands for. Written by record.';
