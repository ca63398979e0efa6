-- What is newest of each patient, beside the chunks: a list of a thousand people unpacks none.

create table patient_newest (
    patient_id bigint primary key references patient (id),
    since timestamptz not null,
    until timestamptz not null,
    body bytea not null
) with (fillfactor = 60);              -- it changes each minute, in its place
comment on table patient_newest is 'The newest folded reading of each vital of a patient. What it says the chunks say too; without a row they are asked. Written by record.';
comment on column patient_newest.since is 'What was measured before that is not in it.';
comment on column patient_newest.until is 'When the newest of them was measured; -infinity: there is none.';
comment on column patient_newest.body is 'A row of store.newest.OWNED for each vital, as it is.';
