"""Bundles hold every message; an older inbox is carried over to them."""

import struct

import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st
from psycopg.sql import SQL, Identifier

from homeward.store import migrate
from homeward.store.bundles import (
    READINGS,
    SHELVES,
    WAVES,
    InboxRow,
    bodies_of,
    bundled,
    heads_of,
    runs_of,
    shelf_of,
)
from homeward.store.migrate import migrations
from tests.inbox import IN_ORDER, messages

rows = st.builds(
    InboxRow,
    device_id=st.integers(1, 200),
    boot=st.sampled_from([-1, 0, 7]),
    seq=st.one_of(st.integers(0, 12), st.integers(-(2**63), 2**63 - 1)),
    kind=st.sampled_from([READINGS, WAVES]),
    received=st.integers(0, 2**50),
    body=st.binary(max_size=5),
)


@given(st.lists(rows, min_size=1, max_size=60))
def test_bundles_hold_every_message_in_its_order(sent):
    found = []
    for bundle in bundled(sent):
        assert bundle.messages == len(heads_of([bundle.heads]))
        held = [each for each in sent if (each.device_id % SHELVES, each.kind) == bundle[:2]]
        assert bundle.received == max(each.received for each in held)
        for head, (device, body) in zip(
            heads_of([bundle.heads]), bodies_of(bundle.heads, bundle.body), strict=True
        ):
            found.append((device, int(head["boot"]), int(head["seq"]), bundle.kind, body))
    assert sorted(found) == sorted((*each[:4], each.body) for each in sent)
    for kind in (READINGS, WAVES):
        for device in {each.device_id for each in sent}:
            mine = [each[2:] for each in found if (each[0], each[3]) == (device, kind)]
            said = [each for each in sent if (each.device_id, each.kind) == (device, kind)]
            assert mine == [(each.seq, each.kind, each.body) for each in said]


def test_a_number_of_more_than_64_bits_is_refused():
    with pytest.raises(struct.error):
        bundled([InboxRow(1, 2**70, 1, READINGS, 1, b"")])


@given(st.lists(st.tuples(st.integers(1, 3), st.integers(0, 2), st.integers(0, 12)), max_size=40))
def test_runs_are_unbroken_and_hold_every_number(numbers):
    bundles = bundled([InboxRow(*each, READINGS, 1, b"") for each in numbers]) if numbers else []
    runs = list(runs_of(heads_of(each.heads for each in bundles)))
    every = [(*run[:2], seq) for run in runs for seq in range(run[2], run[3] + 1)]
    assert every == sorted(set(numbers))
    assert not {(*run[:2], run[3] + 1) for run in runs} & set(numbers)


def test_an_inbox_of_messages_becomes_one_of_bundles(engines):
    """A platform that is brought up to date loses nothing that was not folded yet."""
    name, before = "before_bundles", [each for each in migrations() if each.number < 10]
    with psycopg.connect(engines.postgres_url, autocommit=True) as server:
        server.execute(SQL("create database {}").format(Identifier(name)))
    try:
        url = engines.postgres.database_url(name)
        migrate(url, before)
        with psycopg.connect(url, autocommit=True) as sql:
            sql.execute(
                "insert into inbox (device_id, boot, seq, kind, received, body) values "
                "(62, 3, 9, 'readings', now(), 'abc'), (5, -1, -9, 'waves', now(), '')"
            )
            assert migrate(url) == [each.name for each in migrations() if each.number >= 10]
            found = sql.execute(IN_ORDER).fetchall()
            shelves = sql.execute("select shelf from inbox order by shelf").fetchall()
        kept = sorted(messages(found))
        assert kept == [("readings", 3, 9, b"abc"), ("waves", -1, -9, b"")]
        assert shelves == sorted((shelf_of(device),) for device in (62, 5))
    finally:
        with psycopg.connect(engines.postgres_url, autocommit=True) as server:
            server.execute(SQL("drop database {}").format(Identifier(name)))
