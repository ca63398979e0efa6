"""A connection that breaks leaves the event loop before its socket's number is somebody else's."""

import asyncio
import os
import socket

import psycopg
import pytest

from homeward.store import Store, connection
from homeward.store.connection import Connection, _Trip
from homeward.store.door import Door
from homeward.store.line import Line, Prepared
from tests.api.conftest import sql

PID = sql("select pg_backend_pid() as pid")
SLEEP = sql("select pg_sleep(60)")
END = sql("select pg_terminate_backend(%(pid)s)")


class Next:
    """Whoever opens a socket right after one was closed, and so gets its number."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.heard = asyncio.Event()
        self.sockets: tuple[socket.socket, ...] = ()

    def open(self) -> None:
        here, there = socket.socketpair()
        if there.fileno() == self.number:
            here, there = there, here
        if here.fileno() != self.number:  # a lower number was free as well
            with pytest.raises(OSError):
                os.fstat(self.number)
            os.dup2(here.fileno(), self.number)
            here.close()
            here = socket.socket(fileno=self.number)
        self.sockets = here, there
        asyncio.get_running_loop().add_reader(self.number, self.heard.set)
        there.send(b"x")

    async def is_heard(self) -> None:
        try:
            async with asyncio.timeout(5):
                await self.heard.wait()
        finally:
            asyncio.get_running_loop().remove_reader(self.number)
            for each in self.sockets:
                each.close()


async def test_whoever_comes_next_by_a_broken_ones_number_is_heard(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As PostgreSQL dies, every connection breaks and others are opened in the same moment."""
    read, loop = _Trip._read, asyncio.get_running_loop()
    async with store.door().held() as door:
        mine: Connection = door._inside
        following = Next(mine.pgconn.socket)

        def reads(trip: _Trip) -> bool:
            try:
                return read(trip)
            except psycopg.Error:
                if trip._libpq is mine.pgconn:
                    loop.call_soon(following.open)
                raise

        monkeypatch.setattr(_Trip, "_read", reads)
        pid = (await door.one(PID, dict))["pid"]
        asking = asyncio.create_task(_refused(door))
        await asyncio.sleep(0)
        await store.door().all(END, dict, pid=pid)
        await asking
        await following.is_heard()


async def _refused(door: Door) -> None:
    with pytest.raises(psycopg.OperationalError):
        await door.all(SLEEP, dict)


async def test_a_line_that_broke_leaves_the_loop_once(database_url: str, store: Store) -> None:
    line = await Line.open(database_url, "a test")
    following = Next(line._libpq.socket)
    pid = line._libpq.backend_pid
    asking = asyncio.create_task(line.run(Prepared(b"sleep", b"select pg_sleep(60)", ()), ()))
    await asyncio.sleep(0.1)
    await store.door().all(END, dict, pid=pid)
    with pytest.raises(psycopg.Error):
        await asking
    following.open()
    await line.close()
    await following.is_heard()


async def test_one_that_was_made_deaf_still_has_its_answer(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "LOOK_SECONDS", 0.05)
    loop = asyncio.get_running_loop()
    async with store.door().held() as door:
        asking = asyncio.create_task(door.one(sql("select pg_sleep(0.2), 7 as seven"), dict))
        await asyncio.sleep(0.05)
        loop.remove_reader(door._inside.pgconn.socket)
        async with asyncio.timeout(5):
            assert (await asking)["seven"] == 7
