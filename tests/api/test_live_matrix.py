"""What a live screen is told: every kind of message, to every kind of actor, of every patient.

The sockets' own part of test_access_matrix.py, whose people these are; what is expected is written
here by hand.
"""

import itertools
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import msgspec
import numpy as np

from homeward.api.live import Hub, _flush
from homeward.api.viewer import Viewer, Watch
from homeward.model.errors import Forbidden, Missing
from homeward.model.frame import HOT
from homeward.model.person import Actor, Role
from homeward.model.vital import PULSE
from homeward.services.contract import Tools
from tests.api.test_access_matrix import (
    PATIENTS,
    ROLES,
    SEES,
    WARDS,
    WORKS_ON,
    ids,
    token_of,
)  # fmt: skip

__all__ = ["ids"]

NO_SESSION = (
    "nobody", "whoever made a token up", "nurse whose session ended", "nurse who was disabled"
)  # fmt: skip
STAFF = (Role.NURSE, Role.DOCTOR)
LIES_ON = {"Anna": "Ward 3", "Bela": "Ward 3", "Cleo": "Home care"}  # today; the others: no ward
CALLED = "nurse called for Anna"


@dataclass(frozen=True)
class Message:
    """One message of the bus: its kind, whom it is about (None: the platform), its handler."""

    kind: str
    patient: str | None
    body: bytes
    hear: Any


def messages(hub: Hub, ids: dict[str, int]) -> list[Message]:
    """Every kind, about every patient, and about nobody."""
    found: list[Message] = []
    at = round(datetime.now(UTC).timestamp() * 1e6)
    for name in (*PATIENTS, None):
        patient = ids[f"patient {name}"] if name else None
        ward = ids.get(f"ward {LIES_ON.get(name or '', '')}")
        alarm: dict[str, Any] = {"id": 1, "patient_id": patient, "ward_id": ward}
        call = {"id": 1, "patient_id": patient, "person_id": ids[f"person {CALLED}"]}
        found += [
            Message("alarm", name, msgspec.json.encode(alarm), hub._alarm),
            Message("ahead", name, msgspec.json.encode([alarm]), hub._ahead),
            Message("call", name, msgspec.json.encode(call), hub._call),
        ]
        if patient is not None:
            score = {"patient_id": patient, "score": {}}
            rows = np.array([(patient, 1, PULSE.index, 0, at, at, 70.0)], HOT)
            found += [
                Message("score", name, msgspec.json.encode(score), hub._score),
                Message("readings", name, rows.tobytes(), hub._readings),
            ]
    return [*found, Message("device", None, b"{}", hub._device)]


def is_told(name: str, watch: Watch, thing: str, message: Message) -> bool:
    """Whether this screen is told that, as a person would say it."""
    role, patient = ROLES[name], message.patient
    if message.kind == "device":
        return role in (Role.NURSE, Role.DOCTOR, Role.ENGINEER, Role.ADMINISTRATOR)
    if watch.watch == "patient":
        shown = frozenset({thing})
    else:
        shown = frozenset(each for each in SEES.get(name, ()) if LIES_ON.get(each) == thing)
    is_ours = patient in shown
    if message.kind == "readings":
        return is_ours
    if message.kind == "score":
        return is_ours and role in STAFF
    if message.kind == "call":
        is_own = name == CALLED
        return is_own or (role in STAFF and (is_ours or patient is None))
    if is_ours or (role in STAFF and patient not in LIES_ON):  # the platform, or on no ward
        return True
    if role is Role.SENTINEL:
        return patient is None
    return role in STAFF and watch.watch == "ward" and LIES_ON[patient or ""] == thing and (
        thing in WORKS_ON.get(name, ())
    )  # fmt: skip


async def said_to(viewer: Viewer, message: Message) -> bool:
    """Whether it was told; of numbers, once they are flushed."""
    await message.hear("", message.body)
    _flush(viewer)
    said = False
    while not viewer.texts.empty():
        said = msgspec.json.decode(viewer.texts.get_nowait())["type"] == message.kind or said
    return said


def may_watch(name: str, kind: str, thing: str) -> bool:
    """A patient one sees; a ward whoever is a carer may name, and sees there whom they may."""
    return thing in SEES.get(name, frozenset()) if kind == "patient" else ROLES[name] in STAFF


async def test_every_screen_is_told_what_is_theirs(tools: Tools, ids: dict[str, int]) -> None:
    hub = Hub(tools)
    told = messages(hub, ids)
    wrong: list[str] = []
    cells = 0
    things = [("patient", name) for name in PATIENTS] + [("ward", name) for name in WARDS]
    for (name, role), (kind, thing) in itertools.product(ROLES.items(), things):
        person = ids.get(f"person {name}", 0)
        actor = Actor(person, name, role or Role.NURSE, session=token_of(name))
        watch = Watch(kind, ids[f"{kind} {thing}"])  # type: ignore[arg-type]
        viewer = Viewer(actor)
        try:
            viewer.patients, viewer.heard_of, viewer.wards = await hub.whom(actor, watch)
            viewer.watched, is_let = watch, True
        except (Forbidden, Missing):
            is_let = False
        if name in NO_SESSION:  # a socket is closed before it asks anything: this is underneath
            cells += 1
            if viewer.heard_of or viewer.wards:
                wrong.append(f"{name} watches {thing}")
            continue
        cells += 1
        if is_let != may_watch(name, kind, thing):
            wrong.append(f"{name} may {'' if is_let else 'not '}watch {thing}")
        if not is_let:
            continue
        hub.viewers = {viewer}
        for message in told:
            cells += 1
            if await said_to(viewer, message) != is_told(name, watch, thing, message):
                wrong.append(f"{name} at {thing}: {message.kind} of {message.patient}")
    assert not wrong, "\n".join(wrong)
    print(f"access matrix: {cells:,} cells of live screens")
