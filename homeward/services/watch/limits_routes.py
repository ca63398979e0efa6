"""Routes of limits: what is watched and how, by whom it was changed, and the changing itself."""

from dataclasses import astuple
from datetime import UTC, datetime

from fastapi import Request

from homeward.clinical.setting import Choice, must_be_said
from homeward.guard.route import FIGURES, IN_PATH, STAFF, Route
from homeward.model.errors import Unreadable
from homeward.model.person import Role
from homeward.services.asking import Asking
from homeward.services.contract import Tools
from homeward.services.speaking import speech
from homeward.services.watch import limits, limits_replay
from homeward.services.watch.limits import Order, Scope
from homeward.services.watch.limits_carried import CameHome, came_home
from homeward.services.watch.limits_seen import intervals_of, seen
from homeward.services.watch.limits_told import ToldAt, told_at
from homeward.services.watch.limits_views import LimitsShown, NewSetting, Replayed, limit_shown
from homeward.store import Door

MS_MAX = 4_102_444_800_000  # 2100


async def get_patient_limits(patient_id: int, door: Asking, request: Request) -> LimitsShown:
    """What is watched of a patient and how, what differs, and who changed it when and why."""
    return await seen(door, Scope(patient_id=patient_id), _now(request))


async def get_came_home(patient_id: int, door: Asking, request: Request) -> CameHome | None:
    """From which ward a patient came home lately, and what was watched otherwise there: to be set
    anew by whoever finds it right at home."""
    return await came_home(door, patient_id, _now(request))


async def get_told_at(patient_id: int, door: Asking, request: Request) -> list[ToldAt]:
    """At which values a patient's team is told, in the patient's language and glucose unit."""
    tools: Tools = request.app.state.tools
    say = await speech(door, tools.settings, request.headers.get("accept-language", ""))
    return await told_at(door, patient_id, say, tools.now())


async def get_site_limits(door: Asking, request: Request) -> LimitsShown:
    """The same of the whole site: what every ward begins with."""
    return await seen(door, Scope(), _now(request))


async def get_ward_limits(ward_id: int, door: Asking, request: Request) -> LimitsShown:
    """The same of a ward: the floor of its adult patients."""
    return await seen(door, Scope(ward_id=ward_id), _now(request))


async def post_patient_limits(
    patient_id: int, said: NewSetting, door: Asking, request: Request
) -> LimitsShown:
    """Change one rule of a patient; it ends when they leave the ward, at the latest."""
    return await _set(door, Scope(patient_id=patient_id), said, request)


async def post_ward_limits(
    ward_id: int, said: NewSetting, door: Asking, request: Request
) -> LimitsShown:
    """Change one rule of a ward."""
    return await _set(door, Scope(ward_id=ward_id), said, request)


async def post_site_limits(said: NewSetting, door: Asking, request: Request) -> LimitsShown:
    """Change one rule of the whole site."""
    return await _set(door, Scope(), said, request)


async def post_patient_replay(
    patient_id: int, said: NewSetting, door: Asking, request: Request, after: int = 0
) -> Replayed:
    """What a setting of a patient would have raised in the last 30 days; it changes nothing."""
    return await _replayed(door, Scope(patient_id=patient_id), said, after, _now(request))


async def post_ward_replay(
    ward_id: int, said: NewSetting, door: Asking, request: Request, after: int = 0
) -> Replayed:
    """The same of a ward, in steps of a second or two: ask on with `after` until it is None."""
    return await _replayed(door, Scope(ward_id=ward_id), said, after, _now(request))


async def post_site_replay(
    said: NewSetting, door: Asking, request: Request, after: int = 0
) -> Replayed:
    """The same of everybody on every ward: counts alone, and nobody's name."""
    return await _replayed(door, Scope(), said, after, _now(request))


async def _replayed(
    door: Door, scope: Scope, said: NewSetting, after: int, now: datetime
) -> Replayed:
    order = order_of(said)
    person = await limits.person_of(door, scope)
    settings = limits.concerning(scope, person, await limits.settings_now(door, now))
    before = limits.one_rule(person, order.rule, settings, now)
    new = limits.proposed(before, order, is_unit=scope.patient_id is None)
    step = await limits_replay.step(door, scope, order, after, now)
    interval = (await intervals_of(door, scope)).get(before.default.vital.name)
    is_back = order.choice is Choice.DEFAULT
    return Replayed(
        *astuple(step),
        limit=limit_shown(new, interval),
        must_be_said=None if is_back else must_be_said(new, before.default),
        needs_doctor=limits.needs_doctor(new, before, scope),
    )


def order_of(said: NewSetting) -> Order:
    """What was asked for, as the service knows it."""
    if said.expires is not None and not 0 <= said.expires <= MS_MAX:
        raise Unreadable("That is no time.")
    expires = None if said.expires is None else datetime.fromtimestamp(said.expires / 1000, UTC)
    return Order(
        said.rule, said.choice, said.reason, said.limit, said.clear_limit, said.delay_seconds,
        said.clear_seconds, said.extreme, expires, said.is_said, said.instead_of,
    )  # fmt: skip


async def _set(door: Door, scope: Scope, said: NewSetting, request: Request) -> LimitsShown:
    tools: Tools = request.app.state.tools
    now = tools.now()
    await limits.set_rule(tools.store, tools.bus, door, scope, order_of(said), now)
    return await seen(door, scope, now)


def _now(request: Request) -> datetime:
    tools: Tools = request.app.state.tools
    return tools.now()


KEEPERS = frozenset({Role.ADMINISTRATOR})

ROUTES = (
    Route("GET", "/api/limits", get_site_limits, STAFF | KEEPERS, as_platform=FIGURES),
    Route("POST", "/api/limits", post_site_limits, KEEPERS),
    Route("POST", "/api/limits/replay", post_site_replay, KEEPERS),
    Route("GET", "/api/patients/{patient_id}/limits", get_patient_limits, STAFF),
    Route("POST", "/api/patients/{patient_id}/limits", post_patient_limits, STAFF),
    Route("GET", "/api/patients/{patient_id}/came-home", get_came_home, STAFF),
    Route(
        "GET",
        "/api/patients/{patient_id}/told-at",
        get_told_at,
        frozenset({Role.PATIENT}),
        part="readings",
    ),
    Route(
        "GET", "/api/wards/{ward_id}/limits", get_ward_limits, STAFF | KEEPERS, as_platform=FIGURES
    ),
    Route("POST", "/api/wards/{ward_id}/limits", post_ward_limits, STAFF),
    Route(
        "POST",
        "/api/patients/{patient_id}/limits/replay",
        post_patient_replay,
        STAFF,
        as_platform=IN_PATH,
        part="readings",
    ),
    Route("POST", "/api/wards/{ward_id}/limits/replay", post_ward_replay, STAFF),
)
