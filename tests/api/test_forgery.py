"""Whoever has no session is nobody, whatever they say instead."""

from random import Random
from typing import Any

import psycopg
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
