"""SQL injected into what people's pages ask: no row of anybody else, and nothing written.

A test build pastes one value of each question into its text, on one line, so that `--` cuts off
whatever follows. The questions are those the routes really ask, with the values they ask with;
each is planted at one value. The same holes asked as the platform do give others away: what closes
them is the account and the policies, not the question.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import httpx
import psycopg
import pytest
from psycopg.pq import ExecStatus

from homeward.api.app import create_app, every_route
from homeward.services.contract import Tools
from homeward.services.people.routes import COOKIE
from homeward.store import Door
from homeward.store.sql import Asked
from tests.api.injections import CLOSED, GRABS, STATEMENTS, WRITES
from tests.api.test_access_matrix import ROLES, ids, token_of

__all__ = ["ids"]

WHO = "nurse of Ward 3"
# Each asks what is theirs, so that every handler comes to its questions.
ASKERS = (WHO, "doctor of Ward 3", "Anna", "relative of Anna", "engineer", "administrator")
POINTS_MIN = 50
CLOSERS_MAX = 5  # parentheses that may be open where a value stands
TEXT = 25  # oid of text
_HERE = "'here'"
BACK = "rollback to savepoint here"
SHARES = 4  # what does not depend on the place is pasted at every fourth
_PLANT = """
set session_replication_role = replica;
update patient set name = 'canary ' || name, record_number = 'canary ' || id
    where name in ('Cleo', 'Old', 'Pretend');
update alarm set text = 'canary', patient_text = 'canary' where patient_id in ({foreign});
update alarm_event set detail = '{"canary": 1}'
    where alarm_id in (select id from alarm where patient_id in ({foreign}));
update score set detail = '{"canary": 1}' where patient_id in ({foreign});
update rule_setting set reason = 'canary' where patient_id in ({foreign});
update score_switch set reason = 'canary' where patient_id in ({foreign});
update observation_order set reason = 'canary' where patient_id in ({foreign});
update pregnancy set reason = 'canary' where patient_id in ({foreign});
update observation_value set said = 'canary'
    where observation_id in (select id from observation where patient_id in ({foreign}));
update minute_chunk set body = 'canary' where patient_id in ({foreign});
update patient_newest set body = 'canary' where patient_id in ({foreign});
update invitation set name = 'canary' where patient_id in ({foreign});
update person set password_hash = 'canary';
update session set agent = 'canary';
"""


@dataclass(frozen=True)
class Point:
    """One place where a value is pasted into a question."""

    name: str
    before: str
    value: str
    after: str

    def text(self, pasted: str) -> str:
        """The question with this in the place of its value; `{v}` is what stood there."""
        return f"{self.before}{pasted.replace('{v}', self.value)}{self.after}"


async def asked_by_routes(
    tools: Tools, ids: dict[str, int], monkeypatch: pytest.MonkeyPatch
) -> dict[tuple[str, str], Asked[Any]]:
    """Every question asked as a session, by its name and each name of its values."""
    heard: dict[tuple[str, str], Asked[Any]] = {}
    answers = Door._answers

    async def listened(door: Door, *asked: Asked[Any]) -> Any:
        for each in asked:
            if door._is_guarded and not each.query.is_everybodys:
                for name in each.values:
                    if re.search(rb"%%\(%s\)[sb]" % name.encode(), each.query.text):
                        heard.setdefault((each.query.name, name), each)
        return await answers(door, *asked)

    monkeypatch.setattr(Door, "_answers", listened)
    transport = httpx.ASGITransport(app=create_app(tools, every_route()))
    theirs = {
        "patient_id": ids["patient Anna"], "ward_id": ids["ward Ward 3"],
        "alarm_id": ids["alarm Anna"],
    }  # fmt: skip
    async with httpx.AsyncClient(transport=transport, base_url="http://homeward") as client:
        for route in every_route():
            if not route.is_guarded:
                continue
            values = {name: str(theirs.get(name, 1)) for name in route.named}
            for name in (each for each in ASKERS if ROLES[each] in route.roles):
                heads = {"cookie": f"{COOKIE}={token_of(name)}"}
                wanted = {"search": "a", "record_number": "Anna", "ward": theirs["ward_id"]}
                await client.get(route.path.format(**values), headers=heads, params=wanted)
    monkeypatch.undo()
    return heard


def planted(asked: dict[tuple[str, str], Asked[Any]], sql: psycopg.Connection) -> list[Point]:
    """A test build of each question: one value of it is pasted in."""
    cursor = psycopg.ClientCursor(sql)
    points: list[Point] = []
    for (query, name), each in asked.items():
        line = " ".join(re.sub(r"--.*", "", each.query.text.decode()).split())
        line = re.sub(r"%\(\w+\)([sb])", lambda found: found[0][:-1] + "s", line)
        holed = line.replace(f"%({name})s", _HERE, 1)
        before, after = cursor.mogrify(holed, each.values).split(_HERE, 1)
        value = cursor.mogrify("%(v)s", {"v": each.values[name]})
        points.append(Point(f"{query}.{name}", before, value, after))
    return points


class Attack:
    """Whoever came in as a nurse and may paste what they like, on a connection of the pages."""

    def __init__(self, url: str, token: str = "") -> None:
        self._sql = psycopg.connect(url)
        self._notices: list[bytes] = []
        self._sql.add_notice_handler(
            lambda said: self._notices.append((said.message_primary or "").encode())
        )
        if token:
            self._sql.execute("select set_config('homeward.session', %s, true)", (token,))
        self._sql.execute("savepoint here")
        self.count = 0

    def paste(self, text: str, *, look: bool = False) -> tuple[str, bool]:
        """Everything that comes back, errors and notices too; and whether it was let.

        With `look`, also all there is to see after it. The next one finds nothing of this.
        """
        self.count += 1
        self._notices.clear()
        after = f"\n; {GRABS}" if look else ""
        said, is_let = self._said(f"{BACK}; {text}{after}")
        return b" ".join([*said, *self._notices]).decode(errors="replace"), is_let

    def _said(self, text: str) -> tuple[list[bytes], bool]:
        """By libpq itself, which takes several statements, and COPY, in one text."""
        libpq = self._sql.pgconn
        libpq.send_query(text.encode())
        said: list[bytes] = []
        is_let = True
        while (result := libpq.get_result()) is not None:
            if result.status == ExecStatus.FATAL_ERROR:
                is_let = False
                said.append(result.error_message)
            while result.status == ExecStatus.COPY_OUT and (data := libpq.get_copy_data(0))[0] > 0:
                said.append(bytes(data[1]))
            for row in range(result.ntuples):
                values = (result.get_value(row, column) for column in range(result.nfields))
                said += [value for value in values if value is not None]
        return said, is_let

    def kinds(self, text: str) -> Sequence[tuple[str, bool]]:
        """The types of a question's columns, and whether each is text."""
        self._sql.execute(BACK)
        found = self._sql.execute(text.encode()).description or ()
        oids = [column.type_code for column in found]
        words = "select array(select format_type(oid, null) from unnest(%s::oid[]) oid)"
        row = self._sql.execute(words, (oids,)).fetchone()
        assert row is not None
        return [(kind, oid == TEXT) for kind, oid in zip(row[0], oids, strict=True)]

    def close(self) -> None:
        self._sql.close()


def within(table: str) -> str:
    """A value that fails, and says in its error what it found."""
    grab = f"select string_agg({table}::text, ' ') from {table}"
    return f"case when cast(({grab}) as integer) > 0 then {{v}} else {{v}} end"


def unions(kinds: Sequence[tuple[str, bool]], table: str) -> Iterator[str]:
    """More rows beneath, with the table in a text of theirs or in an error."""
    grab = f"(select string_agg({table}::text, ' ') from {table})"
    at = next((place for place, (_, is_text) in enumerate(kinds) if is_text), None)
    columns = ", ".join(
        grab if place == at else f"null::{kind}" for place, (kind, _) in enumerate(kinds)
    )
    where = "" if at is not None else f" where cast({grab} as integer) > 0"
    for number in range(CLOSERS_MAX):
        for joined in (" union all", ""):  # the latter beneath a `with`
            yield f"{{v}}{')' * number}{joined} select {columns}{where} --"


TAUTOLOGIES = (
    "{v} or true", "{v}) or (true", "{v} is null or true", "any(array(select id from patient))",
    *(f"{{v}}{')' * number} or true --" for number in range(CLOSERS_MAX)),
)  # fmt: skip


def stacked(point: Point, attack: Attack) -> str:
    """How another statement follows here; empty where it cannot."""
    for number in range(CLOSERS_MAX):
        for joined in ("", " select 1"):
            way = f"{{v}}{')' * number}{joined}; {{statement}} --"
            if attack.paste(point.text(way.replace("{statement}", "select 1")))[1]:
                return way
    return ""


def digest(url: str) -> list[Any]:
    """What every table holds."""
    with psycopg.connect(url) as sql:
        names = sql.execute(
            "select relname from pg_class where relkind = 'r'"
            " and relnamespace = 'public'::regnamespace order by 1"
        ).fetchall()
        words = "select md5(string_agg(t::text, '' order by t::text)) from {} t"
        found = [(name, sql.execute(words.format(name).encode()).fetchall()) for (name,) in names]
        counted = "select count(*) from {}"
        for name in ("pg_class", "pg_proc", "pg_policy", "pg_roles", "pg_largeobject_metadata"):
            found.append((name, sql.execute(counted.format(name).encode()).fetchall()))
        return found


def foreign(said: str) -> bool:
    return "canary" in said or r"63616e617279" in said  # "canary" as bytes are written


async def test_what_is_pasted_into_a_pages_question_shows_nobody_else_and_writes_nothing(
    tools: Tools,
    ids: dict[str, int],
    engines: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    platform = tools.store.url  # type: ignore[attr-defined]
    asked = await asked_by_routes(tools, ids, monkeypatch)
    others = ", ".join(str(ids[f"patient {name}"]) for name in ("Cleo", "Old", "Pretend"))
    with psycopg.connect(platform, autocommit=True) as sql:
        sql.execute(_PLANT.replace("{foreign}", others).encode())
        points = planted(asked, sql)
    before = digest(platform)
    as_platform = Attack(platform)
    points = [
        each for each in points if foreign(as_platform.paste(each.text(within("patient")))[0])
    ]
    as_platform.close()
    assert len(points) >= POINTS_MIN, len(points)
    as_nurse = Attack(web_url(engines, platform), token_of(WHO))
    own, is_let = as_nurse.paste("select 1", look=True)
    assert is_let
    assert "Anna" in own
    wrong = [
        words
        for place, point in enumerate(points)
        for words in faults(point, as_nurse, place % SHARES)
    ]
    as_nurse.close()
    assert not wrong, "\n".join(wrong)
    assert digest(platform) == before
    print(f"injection: {as_nurse.count:,} pasted at {len(points)} points, 0 foreign rows, 0 writes")


_AT_REST = """
insert into restriction (patient_id, ground, reason, asked, asked_by, decided, decided_by, verdict)
select {anna}, 'accuracy', 'because', now(), id, now(), id, 'accepted' from person limit 1;
insert into score (patient_id, name, at, total, low, high, risk, is_leading, detail)
select {anna}, name, now() - past, 1, 1, 1, 'low', name = 'news2',
    case past when '1 hour' then '{"canary": 1}' else '{"stands on the board": 1}' end::jsonb
from unnest(array['news2', 'qsofa']) name, unnest(array['1 hour', '1 minute']::interval[]) past;
delete from score where patient_id = {anna} and detail ? 'parts';
insert into alarm
    (patient_id, condition, kind, priority, state, text, since, raised, rung, resolved)
select {anna}, 'x', 'physiological', 'high', 'resolved', said, now() - past, now() - past, now(),
    now() - past
from (values ('canary', interval '2 days'), ('stands on the board', '2 hours')) a (said, past);
insert into alarm_event (alarm_id, at, event, state, detail)
select id, raised, 'raised', 'active', jsonb_build_object('was', text) from alarm
where patient_id = {anna} and state = 'resolved';
update minute_chunk set body = 'canary' where patient_id = {anna};
update patient_newest set body = 'stands on the board' where patient_id = {anna};
"""
# Where a page's question stands, and what else might be asked of the same tables.
HISTORY = (
    "select string_agg(t::text, ' ') from score t",
    "select string_agg(t::text, ' ') from minute_chunk t",
    "select string_agg(score.detail::text, ' ') from score, unnest(guard_newest_scores()) id",
    "select string_agg(t::text, ' ') from alarm t",
    "select string_agg(t::text, ' ') from alarm_event t",
    "select string_agg(t::text, ' ') from alarm t where patient_id = any (guard_at_rest())",
    "select string_agg(t::text, ' ') from score t where patient_id = any (guard_watched())",
    "select string_agg(t::text, ' ') from minute_chunk t where patient_id = any (guard_resting())",
)


async def test_of_a_record_at_rest_its_own_team_is_shown_what_stands_on_the_board_and_no_more(
    tools: Tools, ids: dict[str, int], engines: Any
) -> None:
    platform = tools.store.url  # type: ignore[attr-defined]
    with psycopg.connect(platform, autocommit=True) as sql:
        sql.execute(_AT_REST.replace("{anna}", str(ids["patient Anna"])).encode())
    pasting = Attack(platform)
    for each in ("score", "minute_chunk", "alarm", "alarm_event"):  # it is there
        assert foreign(pasting.paste(f"select string_agg(t::text, ' ') from {each} t")[0]), each
    pasting.close()
    point = Point("a page's", "select detail from score where patient_id = ", "1", "")
    for name in (WHO, "nurse called for Anna"):
        attack = Attack(web_url(engines, platform), token_of(name))
        said = [attack.paste("select 1", look=True)[0]]
        said += [attack.paste(each)[0] for each in HISTORY]
        said += [attack.paste(point.text(each))[0] for each in (within("score"), *TAUTOLOGIES)]
        kinds = attack.kinds(point.text("{v}"))
        for table in ("score", "minute_chunk", "alarm_event"):
            said += [attack.paste(point.text(each))[0] for each in unions(kinds, table)]
        attack.close()
        assert any("stands on the board" in each for each in said), name
        # Whoever is called for them now sees all of it, and whoever is not the board alone.
        assert any(foreign(each) for each in said) == (name != WHO), name


def web_url(engines: Any, url: str) -> str:
    name = psycopg.conninfo.conninfo_to_dict(url)["dbname"]
    return engines.postgres.database_url(str(name), "homeward_web")


def faults(point: Point, attack: Attack, share: int) -> Iterator[str]:
    """What came of all that is pasted here."""
    kinds = attack.kinds(point.text("{v}"))
    table = ("patient", "alarm", "minute_chunk", "observation_value")[share]
    for pasted in (within("patient"), within(table), *unions(kinds, table), *TAUTOLOGIES):
        if foreign(attack.paste(point.text(pasted))[0]):
            yield f"{point.name} shows others: {pasted}"
    for closed in CLOSED[share::SHARES]:
        value = f"case when cast(({closed}) as text) is null then {{v}} else {{v}} end"
        said, is_let = attack.paste(point.text(value))
        if is_let or foreign(said):
            yield f"{point.name} is let: {closed}"
    if not (way := stacked(point, attack)):
        return
    for statement in (*STATEMENTS, *WRITES)[share::SHARES]:
        is_write = statement in WRITES
        pasted = point.text(way.replace("{statement}", statement))
        said, is_let = attack.paste(pasted, look=not is_write)
        if foreign(said):
            yield f"{point.name} shows others: {statement}"
        if is_let and is_write:
            yield f"{point.name} writes: {statement}"
