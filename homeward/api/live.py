"""Live screens: numbers, scores, alarms and waveforms over WebSockets.

Numbers are coalesced (a screen needs the newest, five times a second); alarms go at once and
are never dropped: a viewer too slow for them is closed, comes back, and loads the whole board.
Waveforms have a socket of their own (live_waves.py).
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from typing import Any

import msgspec
import numpy as np
from starlette.websockets import WebSocket, WebSocketDisconnect

from homeward.api import at_screens
from homeward.api.guarding import actor_behind, by_whom, milliseconds, token_of
from homeward.api.rights import is_open
from homeward.api.seats import Seat, Seats
from homeward.api.sockets import (
    FORBIDDEN,
    TOO_SLOW,
    UNAUTHORISED,
    Left,
    close,
    may_open,
    said,
)
from homeward.api.viewer import TEXTS_MAX, Viewer, Watch
from homeward.api.vigil import GuardTold, Vigil, unwatched
from homeward.api.ward_waves import WardWaves
from homeward.guard.audit import Action
from homeward.guard.route import INSIDERS, STAFF
from homeward.model.consent import Part
from homeward.model.entered import BY_HAND
from homeward.model.errors import Forbidden, Missing, Unreachable
from homeward.model.frame import HOT
from homeward.model.person import Actor, Role
from homeward.model.vital import BY_INDEX
from homeward.services.call.receipts import mark_seen
from homeward.services.contract import Tools
from homeward.services.trail.noting import Act, note
from homeward.services.watch.receipts import Rendered, mark_shown
from homeward.store import queries

Q = queries("homeward.api")
FLUSH_SECONDS = 0.2
BEAT_SECONDS = 1.0
RECHECK_SECONDS = 5.0  # a right that changed untold, a patient who moved: within this
RETRY_SECONDS = 0.2
PROCESSES_MAX = SHARES_MAX = 64


class Hub:
    """Hears the bus once, for every screen."""

    def __init__(self, tools: Tools) -> None:
        self.tools = tools
        self.viewers: set[Viewer] = set()
        self.seats = Seats(tools)
        self.waves = WardWaves()
        self.vigil = Vigil(0.0)
        self.beats: dict[str, int] = {}  # when each process was last heard (ms)
        self.shares = 1  # so many shares patients are divided into
        self.guards: dict[int, tuple[int, str]] = {}  # by share: when heard (ms), from whom
        self.counts: dict[str, int] | None = None  # a door's counters, when last told

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Listen while the application runs."""
        bus = self.tools.bus
        self.vigil = Vigil(asyncio.get_running_loop().time())
        stops = [
            await bus.listen("hot.readings", self._readings),
            await bus.listen("hot.waves.*", self.waves.hear),
            await bus.listen("hot.alarm", self._ahead),
            await bus.listen("told.alarm", self._alarm),
            await bus.listen("told.call", self._call),
            await bus.listen("told.score", self._score),
            await bus.listen("told.letter", self._letter),
            await bus.listen("told.device", self._device),
            await bus.listen("beat.*", self._beat),
            await bus.listen("told.counts", self._count),
            await bus.listen("told.trouble", self._trouble),
            await bus.listen("told.session", self.seats.hear),
            await bus.listen("told.rights", self.seats.doubt),
        ]
        tasks = [
            asyncio.create_task(at_screens.keep_for_ever(self.tools, self.viewers)),
            asyncio.create_task(self.seats.keep_looking()),
        ]
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()
            for stop in stops:
                with contextlib.suppress(Exception):  # the bus may be gone first
                    await stop()

    async def _readings(self, _: str, body: bytes) -> None:
        if not self.viewers:
            return
        rows = np.frombuffer(body, HOT)
        for patient, vital, value, at, received, device in rows[rows["late"] == 0][
            ["patient", "vital", "value", "at", "received", "device"]
        ].tolist():
            for viewer in self.viewers:
                if patient in viewer.patients:
                    known = viewer.newest.get((patient, vital))
                    if known is None or known[1] <= at:
                        viewer.newest[patient, vital] = (value, at, received, device == BY_HAND)

    async def _alarm(self, _: str, body: bytes) -> None:
        alarm = msgspec.json.decode(body)
        text = _text("alarm", alarm=msgspec.Raw(body))
        for viewer in self.viewers:
            if viewer.is_about(alarm):
                viewer.send(text)

    async def _ahead(self, _: str, body: bytes) -> None:
        """Alarms whose rows wait for the disk; in a storm many, and one text for a screen."""
        alarms = msgspec.json.decode(body)
        for viewer in self.viewers:
            if mine := [alarm for alarm in alarms if viewer.is_about(alarm)]:
                viewer.send(_text("ahead", alarms=mine))

    async def _call(self, _: str, body: bytes) -> None:
        call = msgspec.json.decode(body)
        text = _text("call", call=msgspec.Raw(body))
        for viewer in self.viewers:
            is_staff = viewer.actor.role in STAFF
            patient = call["patient_id"]
            if viewer.actor.person_id == call["person_id"] or (
                is_staff and (patient is None or patient in viewer.heard_of)
            ):
                viewer.send(text)

    async def _score(self, _: str, body: bytes) -> None:
        told = msgspec.json.decode(body)
        text = _text("score", patient_id=told["patient_id"], score=told["score"])
        for viewer in self.viewers:
            if told["patient_id"] in viewer.patients and viewer.actor.role in STAFF:
                viewer.send(text)

    async def _letter(self, _: str, body: bytes) -> None:
        """That there is something to read, to whoever shows its patient; never what it says."""
        told = msgspec.json.decode(body)
        text = _text("letter", patient_id=told["patient_id"])
        for viewer in self.viewers:
            if told["patient_id"] in viewer.heard_of:
                viewer.send(text)

    async def _device(self, _: str, body: bytes) -> None:
        text = _text("device", device=msgspec.Raw(body))
        for viewer in self.viewers:
            if viewer.actor.role in INSIDERS - {Role.PATIENT}:
                viewer.send(text)

    async def _beat(self, subject: str, body: bytes) -> None:
        name = subject.removeprefix("beat.")
        if name == "guard":
            self._guarded(msgspec.json.decode(body, type=GuardTold))
        elif name in self.beats or len(self.beats) < PROCESSES_MAX:
            self.beats[name] = milliseconds(self.tools.now())

    def _guarded(self, told: GuardTold) -> None:
        self.vigil.hear(asyncio.get_running_loop().time(), told.share, told.shares)
        if told.shares != self.shares:
            self.shares = told.shares
            self.guards.clear()
        if told.share < SHARES_MAX:
            self.guards[told.share] = (milliseconds(self.tools.now()), told.at)

    async def _count(self, _: str, body: bytes) -> None:
        told = msgspec.json.decode(body)
        names = ("received", "stored", "quarantined", "refused", "waiting", "lost")
        self.counts = {"at": milliseconds(self.tools.now())} | {name: told[name] for name in names}

    async def _trouble(self, _: str, body: bytes) -> None:
        """What makes an alarm of it is the watcher; where nobody watches, it is told as it is."""
        if self.is_kept() is False:
            told = unwatched(msgspec.json.decode(body), milliseconds(self.tools.now()))
            await self._ahead("", msgspec.json.encode([told]))

    def is_kept(self) -> bool | None:
        """Whether alarms are watched; None while that cannot be said yet."""
        return self.vigil.is_kept(asyncio.get_running_loop().time())

    def guard(self, viewer: Viewer) -> None:
        """Tell it whether anybody watches, once, and whenever that changes."""
        is_kept = self.is_kept()
        if is_kept is not None and is_kept != viewer.is_guarded:
            viewer.is_guarded = is_kept
            viewer.send(_text("guard", alive=is_kept))

    async def patients_of(self, actor: Actor, watched: Watch, part: Part | None) -> frozenset[int]:
        """Of whom this screen shows that part of the record (None: who they are), unless it is
        closed. Raises Forbidden for what is not theirs to see."""
        if watched.watch is None:
            return frozenset()
        if watched.watch == "patient":
            door = self.tools.store.door(actor)
            return frozenset({watched.id} if await is_open(door, watched.id, part) else ())
        return await self._on_wards(actor, {watched.id}, part)

    async def whom(
        self, actor: Actor, watched: Watch
    ) -> tuple[frozenset[int], frozenset[int], frozenset[int]]:
        """Whom this screen shows, whose alarms and calls it tells, and of which of its person's
        wards all alarms. Raises Forbidden as `patients_of` does."""
        patients = await self.patients_of(actor, watched, "readings")
        heard_of = await self.patients_of(actor, watched, None)
        heard_of |= await self._on_wards(actor, watched.alarm_wards, None)
        door = self.tools.store.door(actor)
        own = await door.all(Q.own_wards, dict, wards=list(watched.alarm_wards))
        return patients, heard_of, frozenset(row["id"] for row in own)

    async def _on_wards(
        self, actor: Actor, wards: Collection[int], part: Part | None
    ) -> frozenset[int]:
        if not wards:
            return frozenset()
        if actor.role not in STAFF:
            raise Forbidden
        rows = await self.tools.store.door(actor).all(
            Q.on_wards, dict, wards=list(wards), part=part or ""
        )
        return frozenset(row["patient_id"] for row in rows)


def _text(kind: str, **parts: Any) -> bytes:
    return msgspec.json.encode({"type": kind, **parts})


def _flush(viewer: Viewer) -> None:
    if not viewer.newest:
        return
    rows = [
        (patient, BY_INDEX[vital].name, value, at // 1000, received // 1000, by_hand)
        for (patient, vital), (value, at, received, by_hand) in viewer.newest.items()
    ]
    viewer.newest.clear()
    viewer.send(_text("readings", rows=rows))


async def live(socket: WebSocket) -> None:
    """`/api/live`: one screen, until it leaves, its session ends, or it cannot keep up."""
    hub: Hub = socket.app.state.hub
    seat = await enter(socket, hub)
    if seat is None:
        return
    viewer = Viewer(seat.actor, hub.tools.bus.told_gaps)
    hub.viewers.add(viewer)
    try:
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(send(socket, viewer))
            tasks.create_task(beat(socket, hub, viewer))
            tasks.create_task(_recheck(socket, hub, viewer, seat))
            tasks.create_task(_hear(socket, hub, viewer))
            tasks.create_task(until_over(socket, seat))
    except* (WebSocketDisconnect, Left, RuntimeError):
        pass  # RuntimeError: sending on a socket that is already closed
    finally:
        hub.viewers.discard(viewer)
        hub.seats.leave(seat)


async def enter(socket: WebSocket, hub: Hub) -> Seat | None:
    """Who comes; None, and the socket is closed, where they may not."""
    if not await may_open(socket):
        return None
    actor = await actor_behind(socket, hub.tools)
    await socket.accept()
    if actor is None:
        await socket.close(UNAUTHORISED)
        return None
    seat = Seat(token_of(socket), actor)
    hub.seats.take(seat)
    return seat


async def noted(
    socket: WebSocket, tools: Tools, actor: Actor, watched: Watch, patients: frozenset[int]
) -> None:
    """Audit that a screen begins to watch these patients: before it hears anything of them, and
    not for each reading. Raises Unreachable."""
    if patients:
        kind, number = watched.watch or "alarms", "" if watched.watch is None else str(watched.id)
        act = Act(Action.READ, "read", kind, object=number, patients=tuple(sorted(patients)))
        by = by_whom(socket, actor, f"LIVE {socket.url.path}", tools.now())
        await note(tools.store.door(), act, by)


async def until_over(socket: WebSocket, seat: Seat) -> None:
    """Wait until the session of this socket has ended, and close it. Raises Left."""
    await seat.over.wait()
    await close(socket, UNAUTHORISED)


async def send(socket: WebSocket, viewer: Viewer) -> None:
    """Send what is queued, one after the other."""
    while True:
        text = await viewer.texts.get()
        await socket.send_text(text.decode())


async def beat(socket: WebSocket, hub: Hub, viewer: Viewer) -> None:
    """Numbers, several times a second, and a beat each second. Raises Left where it must come
    back."""
    loop = asyncio.get_running_loop()
    beat_at = loop.time()
    while True:
        _flush(viewer)
        # What was told while we were deaf is in the record alone: it comes back and reads it.
        if viewer.is_too_slow or viewer.gaps != hub.tools.bus.told_gaps:
            await close(socket, TOO_SLOW)
        hub.guard(viewer)
        if loop.time() >= beat_at:
            beat_at += BEAT_SECONDS
            viewer.send(_text("beat", now=milliseconds(hub.tools.now())))
        await asyncio.sleep(FLUSH_SECONDS)


async def _recheck(socket: WebSocket, hub: Hub, viewer: Viewer, seat: Seat) -> None:
    """Again and again, and at once when a right was given or taken: who is there to be seen? Beside
    the beat: a database that is slow to say must not silence a screen, and one that is away cannot
    have taken a right from anybody. Raises Left where what is shown is not theirs any more."""
    while True:
        await seat.doubted(RECHECK_SECONDS)
        try:
            await _check(socket, hub, viewer)
        except Unreachable:
            continue
        except (Forbidden, Missing):
            await close(socket, FORBIDDEN)


async def _check(socket: WebSocket, hub: Hub, viewer: Viewer) -> None:
    if viewer.watched is not None:
        watched = viewer.watched
        patients, heard_of, wards = await hub.whom(viewer.actor, watched)
        if viewer.watched is watched:  # else the screen turned elsewhere meanwhile
            came = (patients | heard_of) - (viewer.patients | viewer.heard_of)
            await noted(socket, hub.tools, viewer.actor, watched, came)
            if viewer.show(patients, heard_of, wards):  # so is what it has loaded
                viewer.send(_text("rights"))


async def _hear(socket: WebSocket, hub: Hub, viewer: Viewer) -> None:
    while True:
        text = await said(socket)
        try:
            asked = msgspec.json.decode(text, type=Watch)
            await _until_done(socket, hub, viewer, asked)
        except (msgspec.MsgspecError, UnicodeError, RecursionError, Forbidden, Missing):
            await close(socket, FORBIDDEN)


async def _until_done(socket: WebSocket, hub: Hub, viewer: Viewer, asked: Watch) -> None:
    """Do what a screen asks; while the record is away, later: a receipt must not be lost."""
    while True:
        try:
            return await _do(socket, hub, viewer, asked)
        except Unreachable:
            await asyncio.sleep(RETRY_SECONDS)


async def _do(socket: WebSocket, hub: Hub, viewer: Viewer, asked: Watch) -> None:
    if asked.is_about_whom:
        patients, heard_of, wards = await hub.whom(viewer.actor, asked)
        await noted(socket, hub.tools, viewer.actor, asked, patients | heard_of)
        viewer.show(patients, heard_of, wards)
        viewer.watched = asked
        viewer.send(_text("watching", watch=asked.watch, id=asked.id))
    if asked.visible is not None:
        await _visible(hub, viewer, asked.visible)
    if asked.shown or asked.rendered:
        await _shown(hub, viewer, asked)


async def _visible(hub: Hub, viewer: Viewer, is_visible: bool) -> None:
    """Somebody who comes to a screen can be called there from this moment."""
    came = is_visible and viewer.visible_at is None
    viewer.visible_at = asyncio.get_running_loop().time() if is_visible else None
    if came:
        await at_screens.keep(hub.tools, [viewer])


async def _shown(hub: Hub, viewer: Viewer, asked: Watch) -> None:
    """A visible tab rendered these: the receipt that somebody could see them."""
    door, now = hub.tools.store.door(viewer.actor), hub.tools.now()
    if asked.shown:
        await mark_seen(door.as_platform, hub.tools.bus, asked.shown[:TEXTS_MAX], now)
    if asked.rendered:
        await mark_shown(door, [Rendered(*each) for each in asked.rendered], now)
