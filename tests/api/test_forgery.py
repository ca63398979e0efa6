"""Whoever has no session is nobody, whatever they say instead."""

from random import Random
from typing import Any

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict

from bench._forgeries import FORGERIES, Known, believed, forged
from homeward.engines.postgres import WEB_ACCOUNT
from homeward.store import Store
from tests.api.test_access_matrix import ROLES, ids, token_of

__all__ = ["ids"]

FORGED = 20_000


async def test_no_forged_session_is_anybodys(
    engines: Any, store: Store, ids: dict[str, int]
) -> None:
    """Some of the million of the soak `forgery`, among sessions of everybody."""
    over = ["nurse whose session ended", "nurse who was disabled"]
    sessions = [name for name in ROLES if name not in {"nobody", "whoever made a token up", *over}]
    known = Known([token_of(each) for each in sessions], [token_of(each) for each in over])
    url = engines.postgres.database_url(conninfo_to_dict(store.url)["dbname"], WEB_ACCOUNT)  # type: ignore[attr-defined]
    chance = Random(1)
    with psycopg.connect(url, autocommit=True) as sql:
        assert len(believed(sql, known.standing)) == len(sessions)
        forgeries = [forged(number, chance, known) for number in range(FORGED)]
        assert believed(sql, [token for _, token in forgeries]) == []
    assert len({how for how, _ in forgeries}) == len(FORGERIES)
    print(f"forgery: {FORGED:,} forged sessions, 0 believed")


def rights(sql: psycopg.Connection[Any]) -> list[int]:
    """Whom who asks may see, as a policy asks."""
    row = sql.execute("select guard_patients()").fetchone()
    assert row is not None
    return sorted(set(row[0]))


def kept(sql: psycopg.Connection[Any]) -> str:
    """What was kept of that for the rest of the transaction."""
    row = sql.execute("select current_setting('homeward.related', true)").fetchone()
    assert row is not None
    return row[0]


async def test_no_forged_answer_about_rights_is_believed(
    engines: Any, store: Store, ids: dict[str, int]
) -> None:
    """What is kept for a transaction may be written by who asks: then it is asked anew."""
    url = engines.postgres.database_url(conninfo_to_dict(store.url)["dbname"], WEB_ACCOUNT)  # type: ignore[attr-defined]
    nurse, other = token_of("nurse of Ward 3"), token_of("nurse of Ward 4")
    everybody = "{" + ",".join(str(number) for number in range(1, 50)) + "}"
    with psycopg.connect(url) as sql:

        def asks(token: str) -> list[int]:
            sql.execute("select set_config('homeward.session', %s, true)", (token,))
            return rights(sql)

        own = asks(nurse)
        before = kept(sql)
        assert own
        sql.commit()
        assert asks(nurse) == own
        mine = kept(sql)
        assert mine[64:] == before[64:]
        assert mine[:64] != before[:64], "a code is good in one transaction"
        theirs = asks(other)
        assert theirs != own
        others = kept(sql)
        forgeries = (
            everybody, "0" * 64 + everybody, mine[:64] + everybody, before[:64] + everybody, before,
            mine + ",7", mine[:-1] + ",7}", others, others[:64] + everybody, mine[:64].upper(),
            "\u00e9" * 64 + everybody,
        )  # fmt: skip
        for forged_answer in forgeries:
            sql.execute("select set_config('homeward.related', %s, true)", (forged_answer,))
            assert asks(nurse) == own, forged_answer
            assert kept(sql)[64:] == mine[64:]
        sql.execute("select set_config('homeward.related', %s, true)", (mine,))
        assert asks("") == []
        for closed in (
            "select guard_code(1, 'nurse', '{}')", "select guard_related_now()",
            "select secret from guard_secret",
        ):  # fmt: skip
            with pytest.raises(psycopg.errors.InsufficientPrivilege), sql.transaction():
                sql.execute(closed)


async def test_rights_are_asked_once_in_a_transaction_and_anew_in_the_next(
    engines: Any, store: Store, ids: dict[str, int]
) -> None:
    url = engines.postgres.database_url(conninfo_to_dict(store.url)["dbname"], WEB_ACCOUNT)  # type: ignore[attr-defined]
    session = ("select set_config('homeward.session', %s, true)", (token_of("nurse of Ward 3"),))
    with psycopg.connect(url) as sql:
        sql.execute(*session)
        own = rights(sql)
        async with store.connection() as platform:
            await platform.execute("update ward_staff set ends = now() where ends is null")
        assert rights(sql) == own
        sql.commit()
        sql.execute(*session)
        assert set(rights(sql)) < set(own)
        async with store.connection() as platform:
            await platform.execute("update session set ended = now()")
        assert rights(sql) == [], "a session that ended sees nothing in the next statement"


async def test_nobody_is_shown_for_being_named(
    engines: Any, store: Store, ids: dict[str, int]
) -> None:
    """A question names its patient, and whoever asks may name anybody."""
    url = engines.postgres.database_url(conninfo_to_dict(store.url)["dbname"], WEB_ACCOUNT)  # type: ignore[attr-defined]
    with psycopg.connect(url) as sql:

        def named(token: str, patient: object, part: str = "readings") -> int | None:
            said = {"token": token, "patient": str(patient)}
            sql.execute(
                "select set_config('homeward.session', %(token)s, true),"
                " set_config('homeward.patient', %(patient)s, true)", said,
            )  # fmt: skip
            row = sql.execute("select guard_named(%s)", (part,)).fetchone()
            assert row is not None
            return row[0]

        nurse, other = token_of("nurse of Ward 3"), token_of("nurse of Ward 4")
        sql.execute("select set_config('homeward.session', %s, true)", (nurse,))
        own = set(rights(sql))
        sql.execute("select set_config('homeward.session', %s, true)", (other,))
        theirs = set(rights(sql))
        strangers = [number for number in range(1, 40) if number not in own]
        for patient in own:
            assert named(nurse, patient) == patient
            assert named(nurse, patient, "") == patient
            code = sql.execute("select current_setting('homeward.named_readings')").fetchone()
            assert code is not None
            for stranger in strangers[:8]:
                sql.execute("select set_config('homeward.named_readings', %s, true)", code)
                assert named(nurse, stranger) is None
            sql.execute("select set_config('homeward.named_readings', %s, true)", code)
            assert named(other, patient) == (patient if patient in theirs else None)
            assert named("", patient) is None
            assert named(nurse, patient) == patient
        for nonsense in ("", "0", "-1", "1.0", " 1", "1 or true", "9" * 19, "\u0661", "{1}"):
            assert named(nurse, nonsense) is None
