"""Sessions that end, end everywhere: open sockets, in every process, also where nobody was told."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import uvicorn
from websockets.asyncio.client import ClientConnection, connect

from homeward.api import live, seats
from homeward.api.app import create_app, every_route
from homeward.bus import Bus
from homeward.engines.nats import free_port
from homeward.model.person import Role
from homeward.services.people import admission
from tests.api.conftest import PASSWORD, House, sql
from tests.api.test_live import closed_with, next_of, watch

Act = Callable[[House, Any], Awaitable[Any]]


async def _signs_out(house: House, client: Any) -> None:
    await client.delete("/api/session")


async def _gets_another_password(house: House, _: Any) -> None:
    await admission.set_password(house.tools, "nurse", PASSWORD + " of twelve")


async def _is_disabled(house: House, _: Any) -> None:
    await admission.disable(house.tools, "nurse")


async def _becomes_a_doctor(house: House, _: Any) -> None:
    await admission.set_role(house.tools, "nurse", Role.DOCTOR)


async def _is_unused(house: House, _: Any) -> None:
    then = datetime.now(UTC) - timedelta(seconds=house.tools.settings.session_idle_seconds + 1)
    await house.store.door().run(sql("update session set seen = %(then)s"), then=then)


async def _is_disabled_by_hand(house: House, _: Any) -> None:
    await house.store.door().run(sql("update person set disabled = now() where login = 'nurse'"))


async def _is_a_doctor_by_hand(house: House, _: Any) -> None:
    await house.store.door().run(sql("update person set role = 'doctor' where login = 'nurse'"))


async def _sees_nothing(_: seats.Seats) -> None:
    """The record is not asked."""


@pytest.fixture
def looks_often(monkeypatch: pytest.MonkeyPatch) -> None:
    """The record is asked all the time; to be named before the house."""
    monkeypatch.setattr(seats, "LOOK_SECONDS", 0.05)


TOLD: tuple[Act, ...] = (_signs_out, _gets_another_password, _is_disabled, _becomes_a_doctor)
UNTOLD: tuple[Act, ...] = (_is_unused, _is_disabled_by_hand, _is_a_doctor_by_hand)


@asynccontextmanager
async def another_process(house: House) -> AsyncIterator[str]:
    """The same installation served once more, with a bus of its own; its address."""
    async with Bus.open(house.tools.settings.nats_url) as bus:
        tools = replace(house.tools, bus=bus)
        port = free_port()
        app = create_app(tools, every_route())
        config = uvicorn.Config(app, port=port, log_level="warning", ws="websockets-sansio")
        server = uvicorn.Server(config)
        serving = asyncio.create_task(server.serve())
        while not server.started:
            await asyncio.sleep(0.01)
        yield f"http://127.0.0.1:{port}"
        server.should_exit = True
        await serving


async def opened(house: House, url: str, cookie: str) -> list[ClientConnection]:
    """Both sockets of a ward's screen, heard."""
    ward, base = house.ids["Ward 3"], url.replace("http", "ws")
    heads = {"cookie": cookie}
    screen = await connect(f"{base}/api/live", additional_headers=heads)
    await watch(screen, "ward", ward)
    waves = await connect(f"{base}/api/live/waves?ward={ward}", additional_headers=heads)
    return [screen, waves]


@pytest.mark.parametrize("act", TOLD)
async def test_what_is_told_closes_every_socket_in_every_process(
    house: House, act: Act, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(seats.Seats, "look", _sees_nothing)
    async with another_process(house) as url, await house.client(Role.NURSE) as client:
        cookie = client.headers["cookie"]
        sockets = [*await opened(house, house.url, cookie), *await opened(house, url, cookie)]
        await act(house, client)
        assert [await closed_with(each) for each in sockets] == [live.UNAUTHORISED] * 4
        for base in (house.url, url):
            again = await connect(
                base.replace("http", "ws") + "/api/live", additional_headers={"cookie": cookie}
            )
            assert await closed_with(again) == live.UNAUTHORISED


@pytest.mark.parametrize("act", UNTOLD)
async def test_what_nobody_tells_is_found_in_the_record(
    looks_often: None, house: House, act: Act
) -> None:
    async with await house.client(Role.NURSE) as client:
        sockets = await opened(house, house.url, client.headers["cookie"])
        await act(house, client)
        assert [await closed_with(each) for each in sockets] == [live.UNAUTHORISED] * 2


async def test_somebody_elses_sockets_and_ones_own_newer_ones_stay(house: House) -> None:
    async with (
        await house.client(Role.NURSE) as client,
        await house.client(Role.NURSE) as newer,
        await house.client(Role.DOCTOR) as doctor,
    ):
        left, _ = await opened(house, house.url, client.headers["cookie"])
        own, _ = await opened(house, house.url, newer.headers["cookie"])
        other, _ = await opened(house, house.url, doctor.headers["cookie"])
        await client.delete("/api/session")
        assert await closed_with(left) == live.UNAUTHORISED
        for each in (own, other):
            await next_of(each, "beat")
            await each.close()


async def test_a_record_that_cannot_be_asked_takes_nobodys_screen(
    looks_often: None, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = asyncio.Event()

    async def away(*_: Any) -> Any:
        asked.set()
        raise seats.Unreachable

    async with await house.client(Role.NURSE) as client:
        screen, _ = await opened(house, house.url, client.headers["cookie"])
        monkeypatch.setattr(seats, "standing", away)
        asked.clear()
        await asyncio.wait_for(asked.wait(), 5)
        await next_of(screen, "beat")
        await screen.close()


async def test_a_fault_of_our_own_does_not_end_the_looking(
    looks_often: None, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask, has_failed = seats.standing, asyncio.Event()

    async def fails_once(*asked: Any) -> Any:
        if has_failed.is_set():
            return await ask(*asked)
        has_failed.set()
        raise ValueError("a role of a later version")

    async with await house.client(Role.NURSE) as client:
        screen, _ = await opened(house, house.url, client.headers["cookie"])
        monkeypatch.setattr(seats, "standing", fails_once)
        await asyncio.wait_for(has_failed.wait(), 5)
        await _is_disabled_by_hand(house, client)
        assert await closed_with(screen) == live.UNAUTHORISED


async def test_a_screen_that_left_is_looked_up_no_more(house: House) -> None:
    async with await house.client(Role.NURSE) as client:
        sockets = await opened(house, house.url, client.headers["cookie"])
        assert len(house.hub.seats._taken) == 2
        for each in sockets:
            await each.close()
        async with asyncio.timeout(5):
            while house.hub.seats._taken:
                await asyncio.sleep(0.01)


async def test_the_hour_of_an_emergency_ends_at_its_end(
    looks_often: None, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody tells that an hour has passed, and nobody waits until screens are asked anyway."""
    monkeypatch.setattr(live, "RECHECK_SECONDS", 3_600)
    door, anna = house.store.door(), house.ids["Anna"]
    await door.run(sql("update ward_staff set ends = now()"))
    opening = (
        "insert into emergency_access (patient_id, person_id, reason, starts, ends) values"
        " (%(anna)s, %(nurse)s, 'a reason of some length', now(), now() + interval '1 hour')"
    )
    await door.run(sql(opening), anna=anna, nurse=house.ids[Role.NURSE])
    async with await house.client(Role.NURSE) as client:
        heads = {"cookie": client.headers["cookie"]}
        base = house.url.replace("http", "ws")
        chart = await connect(f"{base}/api/live", additional_headers=heads)
        await watch(chart, "patient", anna)
        await door.run(sql("update emergency_access set ends = now()"))
        assert await closed_with(chart) == live.FORBIDDEN
