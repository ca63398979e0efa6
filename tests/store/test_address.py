"""The address of the primary: what was written stands, what is needed besides is added."""

import pytest
from psycopg.conninfo import conninfo_to_dict

from homeward.model.errors import Misconfigured
from homeward.store.address import DEFAULTS, primary


def test_one_server_is_left_when_it_is_dead() -> None:
    assert conninfo_to_dict(primary("postgresql://me@a/x")) == {
        **DEFAULTS,
        "user": "me",
        "host": "a",
        "dbname": "x",
    }


def test_of_several_the_one_that_is_written() -> None:
    read = conninfo_to_dict(primary("postgresql://me@a:1,b:2/x"))
    assert (read["host"], read["port"]) == ("a,b", "1,2")
    assert read["target_session_attrs"] == "read-write"


def test_what_was_written_stands() -> None:
    read = conninfo_to_dict(primary("host=a,b target_session_attrs=any connect_timeout=9"))
    assert read["target_session_attrs"] == "any"
    assert read["connect_timeout"] == "9"


def test_nonsense_is_said_without_the_password() -> None:
    with pytest.raises(Misconfigured, match="postgres_url") as caught:
        primary("postgresql://me:secret@a/x?nonsense=1")
    assert "secret" not in str(caught.value)
