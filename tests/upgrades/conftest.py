"""One database that lived through every version, and one that was made today."""

from collections.abc import Callable, Iterator
from itertools import count

import psycopg
import pytest

from tests.conftest import TEMPLATE, Engines
from tests.upgrades.filled import EVERY, fill

_numbers = count(1)


# The first, one in the middle of what the record went through, and the last before this one.
FROM = (1, 24, EVERY[-2].number)


@pytest.fixture(scope="session")
def lived(engines: Engines) -> str:
    """The name of a database that lived through every version; `at(n)` are copies on its way."""
    with psycopg.connect(engines.postgres_url, autocommit=True) as admin:
        admin.execute("create database lived_through")
        url = engines.postgres.database_url("lived_through")
        for number in FROM:
            fill(url, number)
            copied(admin, "lived_through", at(number))
    fill(url)
    return "lived_through"


def at(number: int) -> str:
    """The name of the database that lived up to this version, while `lived` is there."""
    return f"lived_up_to_{number}"


def copied(admin: psycopg.Connection, template: str, name: str) -> None:
    """Copy a database nobody is connected to."""
    text = f"create database {name} template {template} strategy file_copy"
    admin.execute(text.encode())


@pytest.fixture(scope="session")
def fresh(engines: Engines) -> str:
    """The name of a database that was made by all migrations at once."""
    return TEMPLATE


@pytest.fixture
def copy(engines: Engines) -> Iterator[Callable[[str], str]]:
    """Copies a database; the copy's name. Copies end with the test."""
    made: list[str] = []
    with psycopg.connect(engines.postgres_url, autocommit=True) as admin:

        def make(template: str) -> str:
            made.append(f"upgrade_{next(_numbers)}")
            copied(admin, template, made[-1])
            return made[-1]

        yield make
        for name in made:
            admin.execute(f"drop database {name} with (force)".encode())
