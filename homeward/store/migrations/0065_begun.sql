-- A warning sign that was chosen and not sent yet (docs/decisions/0061-chosen-and-not-sent.md).
-- `is_begun`: these answers are not whole. `chain`: what was begun and what came of it have the same,
-- which is the page's own. `flags_new`: of the flags, those that the row before it of the chain did
-- not have; null: all, as a server of before writes it.

alter table question_answer
    add column chain text not null default '',
    add column is_begun boolean not null default false,
    add column flags_new integer check (flags_new between 0 and flags);
