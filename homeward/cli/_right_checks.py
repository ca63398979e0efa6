"""What `homeward verify` finds of who may see whom: in the database, and among its people."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from homeward.cli._back_up import is_embedded
from homeward.cli._found import Found, Grade, some
from homeward.cli._weak_checks import as_running
from homeward.services.people.sessions import bounds
from homeward.services.people.sign_in import Q
from homeward.services.record import retention
from homeward.settings import Settings
from homeward.store import Store
from homeward.store.guarded import Guarded, look

ANSWER_SECONDS = 3
UNUSED_DAYS = 90
REVIEW_HOURS = 72
STAFF = ("nurse", "doctor", "engineer", "administrator")
FROM_MIGRATIONS = "restore what the migrations of this version made; find out who changed it"


@dataclass(frozen=True, slots=True)
class _People:
    everybody: list[dict[str, str]]
    alone: list[dict[str, object]]
    unused: list[str]
    waiting: int
    bounds: dict[str, int | None]
    kept: dict[str, retention.Retention]


def rights(settings: Settings) -> Iterator[Found]:
    """Row security, and the accounts of the database."""
    guarded = look(settings.postgres_url, ANSWER_SECONDS)
    yield from of_database(guarded, embedded=is_embedded(settings, settings.postgres_url))


def of_database(guarded: Guarded, *, embedded: bool) -> Iterator[Found]:
    """What a database says of itself."""
    words = f"PostgreSQL {guarded.version}, migration {guarded.migration}"
    yield Found(Grade.WELL, words)
    if guarded.people is None:
        yield Found(Grade.WRONG, "the account homeward_web is missing", FROM_MIGRATIONS)
    for table in guarded.open_tables:
        what = f"table {table} has patients' rows, and row security is not forced on it"
        yield Found(Grade.WRONG, what, FROM_MIGRATIONS)
    for table in guarded.loose_tables:
        what = f"a policy gives people every row of {table}"
        yield Found(Grade.WRONG, what, FROM_MIGRATIONS)
    for function in guarded.altered:
        what = f"the function {function} is not that of this version"
        yield Found(Grade.WRONG, what, FROM_MIGRATIONS)
    for table in guarded.writable:
        what = f"the account of people's questions may write to {table}"
        yield Found(Grade.WRONG, what, f"revoke insert, update, delete, truncate on {table}")
    for table in guarded.changeable:
        what = f"rows of {table} could be changed or removed"
        yield Found(Grade.WRONG, what, FROM_MIGRATIONS)
    for each in guarded.spare:
        grade = Grade.WRONG if each.is_ours else Grade.WORRY
        what = f"the account of people's questions may {each.what}, and has no use for it"
        fix = each.fix if each.is_ours else f"as an administrator of the server: {each.fix}"
        yield Found(grade, what, fix)
    if guarded.people and not guarded.spare:
        yield Found(Grade.WELL, "people's questions may do nothing in PostgreSQL but read")
    if not (guarded.open_tables or guarded.loose_tables or guarded.altered):
        what = f"row security is forced on {guarded.tables} tables with patients' rows"
        yield Found(Grade.WELL, f"{what}, by the policies and functions of this version")
    yield from _accounts(guarded, embedded)


def _accounts(guarded: Guarded, embedded: bool) -> Iterator[Found]:
    people, platform = guarded.people, guarded.platform
    if people and (people.is_super or people.goes_past or people.makes_roles):
        what = f"row security does not hold for {people.name}"
        fix = f"alter role {people.name} nosuperuser nobypassrls nocreaterole"
        yield Found(Grade.WRONG, what, fix)
    elif people:
        yield Found(Grade.WELL, f"{people.name} is no superuser and goes past no policy")
    if platform.is_super or platform.goes_past:
        what = f"the platform's own account {platform.name} is above row security"
        if embedded:
            fix = (
                "reached by its private socket alone; with a PostgreSQL of your own it need not be"
            )
            yield Found(Grade.WORRY, what, fix)
        else:
            fix = f"alter role {platform.name} nosuperuser nobypassrls"
            yield Found(Grade.WRONG, what, fix)


def people(settings: Settings) -> Iterator[Found]:
    """Who may sign in, how, and what waits for a review."""
    now = datetime.now(UTC)
    found = asyncio.run(_ask(settings, now))
    for role in ("administrator", *STAFF[:2]):
        logins = [each["login"] for each in found.everybody if each["role"] == role]
        if logins and role == "administrator":
            yield Found(Grade.DUTY, f"{some(logins)} may say who sees whom", "is that who should?")
        elif logins:
            what = f"{some(logins)} ({role}) may see every patient of every ward"
            yield Found(Grade.DUTY, what, "homeward person works LOGIN --every-ward --no-more")
    needed = {each.strip() for each in settings.second_factor_roles.split(",")}
    alone = [f"{each['people']} {each['role']}" for each in found.alone
             if each["role"] in STAFF and each["role"] not in needed]  # fmt: skip
    if alone:
        what = f"a password alone lets them in: {', '.join(alone)}"
        yield Found(Grade.WORRY, what, f"set second_factor_roles={','.join(STAFF)}")
    else:
        yield Found(Grade.WELL, "no staff comes in by a password alone")
    if found.unused:
        what = f"nobody signed in for {UNUSED_DAYS} days as {some(found.unused)}"
        yield Found(Grade.WORRY, what, "homeward person disable LOGIN")
    if found.waiting:
        what = f"{found.waiting} records opened in an emergency wait for a review"
        yield Found(
            Grade.WRONG, what, f"review them on the page Access within {REVIEW_HOURS} hours"
        )
    else:
        yield Found(Grade.WELL, "every record opened in an emergency was reviewed in time")
    if found.bounds == bounds(as_running(settings)):
        yield Found(Grade.WELL, "row security ends a sign-in when the pages do")
    else:
        what = "row security does not end a sign-in when the settings say"
        yield Found(Grade.WRONG, what, "restart the pages: they write it down as they start")
    for each in found.kept.values():
        kept = f"deleted after {each.kept_days} days" if each.kept_days else "never deleted"
        yield Found(Grade.WELL, f"{each.kind}: {kept}")


async def _ask(settings: Settings, now: datetime) -> _People:
    async with Store.open(settings.postgres_url, size_max=1) as store:
        door = store.door()
        everybody, alone, unused, waiting, known = await door.together(
            Q.sees_everybody(dict), Q.one_proof_alone(dict),
            Q.unused_accounts(dict, since=now - timedelta(days=UNUSED_DAYS)),
            Q.unreviewed_emergencies(dict, before=now - timedelta(hours=REVIEW_HOURS)),
            Q.session_bounds(dict),
        )  # fmt: skip
        kept = await retention.in_force(door)
    logins = [row["login"] for row in unused]
    return _People(everybody, alone, logins, waiting[0]["waiting"], known[0], kept)
