-- When a source stated a total, where it says (docs/decisions/0064-twice-late-or-rotten.md). Null: it
-- did not, and what comes last is the newest.

alter table total add column stated timestamptz;
