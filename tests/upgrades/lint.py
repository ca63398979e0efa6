"""What a migration may not do while the version before runs: keep its doors waiting, or take away
what it needs.

After PostgreSQL 18, 13.3.1 (which command takes which lock) and ALTER TABLE, Notes (which of them
read or write the whole table).
"""

import re

from homeward.store.migrate import Migration

# The first migration that may meet an installation with patients; those before made the first.
SINCE = 30
# Small by their nature: they grow with people, wards and devices, not with time.
SMALL = frozenset({
    "assignment", "chain", "chain_step", "contact", "device", "door", "patient", "person",
    "presence", "quiet_hours", "relative", "retention", "roster_check", "roster_trouble", "rota",
    "rota_plan", "score_key", "score_switch", "score_table", "ward", "ward_telephone", "watch_mark",
    "watch_share",
})  # fmt: skip
_NAME = r'"?(?P<table>[a-z_]+)"?'
_COMMENT = re.compile(r"--.*")
_TRIGGERED = re.compile(r"\b(?:before|after)(?: (?:insert|update|delete|truncate|or))+ on\b")
_MADE = re.compile(r"\bcreate table (?:if not exists )?([a-z_]+)")
_MADE_ANEW = re.compile(r"\bcreate (?:or replace )?(?:view|function) ([a-z_]+)")
_FORBIDDEN = {
    rf"\bcreate (?:unique )?index (?!concurrently)(?:\S+ )?on {_NAME}": (
        "an index keeps writers waiting while it is made: create index concurrently"
    ),
    rf"\balter table {_NAME}\s[^;]*\bset not null": (
        "set not null reads the whole table under a lock: add a check not valid, validate it first"
    ),
    rf"\balter table {_NAME}\s[^;]*\balter (?:column )?\S+ (?:set data )?type (?!bpchar)": (
        # but for text as bpchar, whose bytes are the same
        "another type writes the whole table anew under a lock: add a column"
    ),
    rf"\balter table {_NAME}\s[^;]*\badd (?:constraint|check|foreign|unique|primary)\b"
    rf"(?![^;]*\bnot valid)(?![^;]*\busing index)": (
        "a constraint reads the whole table under a lock: not valid first, then validate"
    ),
    rf"\balter table {_NAME}\s[^;]*\bdefault (?:now|clock_timestamp|nextval|random|gen_random)": (
        "a default that differs row by row writes the whole table anew under a lock"
    ),
    rf"\b(?:update|delete from) {_NAME}": (
        "so many rows in one transaction keep writers waiting: a service does it in batches"
    ),
    rf"\b(?:lock table|cluster|vacuum full|reindex table|truncate) {_NAME}": (
        "it keeps everybody out"
    ),
}


# The first migration that another version may meet, rolled out process by process.
BESIDE_SINCE = 33
_UNUSED = re.compile(r"^-- unused since (\d+)", re.MULTILINE | re.IGNORECASE)
_DROPPED = re.compile(
    rf"\bdrop (?:table|view|materialized view|function|type|sequence) (?:if exists )?{_NAME}"
)
_ALTERED = re.compile(rf"\balter (?:table|view|type|function) (?:if exists )?{_NAME}\s([^;]*)")
_ACTS = re.compile(r",\s*(?=(?:add|drop|alter|rename|validate)\b)")
_TAKES_AWAY = re.compile(r"rename\b|drop (?!constraint\b)")
_ASKS_FOR = re.compile(
    r"add (?!constraint\b)(?!.*\bdefault\b).*\bnot null\b|alter .*\b(?:set not null|drop default)\b"
)


def breaks(migration: Migration) -> list[str]:
    """Why the version before would not run on its database, in words.

    What this version uses no more goes with a later one, which says so in a line of its own:
    `-- Unused since 34`, the newest migration of the first version that does without.
    """
    text = _COMMENT.sub("", migration.text).lower()
    own = set(_MADE.findall(text)) | set(_MADE_ANEW.findall(text))
    unused = _UNUSED.search(migration.text)
    is_unused = unused is not None and int(unused[1]) < migration.number
    acts = [
        (match["table"], " ".join(act.split()))
        for match in _ALTERED.finditer(text)
        for act in _ACTS.split(match[2])
    ]
    taken = [match["table"] for match in _DROPPED.finditer(text)]
    taken += [name for name, act in acts if _TAKES_AWAY.match(act)]
    asked = [name for name, act in acts if _ASKS_FOR.match(act)]
    found = [f"{name}: the version before still uses it" for name in taken if not is_unused]
    found += [f"{name}: the version before writes rows without it: a default" for name in asked]
    return [each for each in found if each.partition(":")[0] not in own]


def faults(migration: Migration) -> list[str]:
    """Why doors would wait for it, in words."""
    text = _TRIGGERED.sub("", _COMMENT.sub("", migration.text).lower())
    harmless = SMALL | set(_MADE.findall(text))
    found = [
        f"{match['table']}: {why}"
        for pattern, why in _FORBIDDEN.items()
        for match in re.finditer(pattern, text)
        if match["table"] not in harmless
    ]
    is_concurrent = re.search(r"\bindex concurrently\b", text) is not None
    if is_concurrent and not migration.is_online:
        found.append("an index is made concurrently outside of a transaction: begin with -- Online")
    if migration.is_online:
        found += [
            f"cut off and done again it fails: {' '.join(each.split())[:60]}"
            for each in _COMMENT.sub("", migration.text).lower().split(";")
            if each.strip() and not re.search(r"\bif (?:not )?exists\b|\bor replace\b", each)
            and not re.match(r"\s*create (?:unique )?index concurrently", each)
            and not re.match(r"\s*select guard_table\(", each)  # says of itself that it may
            and not re.fullmatch(r"\s*alter table \w+ alter \w+ set storage \w+\s*", each)
        ]  # fmt: skip
        for index in re.findall(r"create (?:unique )?index concurrently (\S+) on", text):
            # One that was cut off is there, and of no use: `if not exists` would keep it.
            if f"drop index concurrently if exists {index};" not in text:
                found.append(f"{index}: drop index concurrently if exists comes first")
    return found
