"""Routes of people: sign-in, wards, patients."""

from typing import Annotated

from fastapi import Query, Request, Response
from pydantic import Field
from pydantic.dataclasses import dataclass

from homeward.guard.route import EVERYBODY, INSIDERS, NOBODY_YET, STAFF, Route, must_see
from homeward.model.errors import Refused
from homeward.model.person import Actor, Role
from homeward.model.shown import PatientShown
from homeward.services.asking import Asking
from homeward.services.contract import Tools
from homeward.services.people.admission import add_invited
from homeward.services.people.sign_in import Patience, Q, hashed, sign_in
from homeward.services.people.views import (
    DemoAccount,
    DemoView,
    PersonView,
    PlaceView,
    SessionView,
    WardView,
)
from homeward.store import Door

COOKIE = "__Host-homeward"
DEMO_PASSWORD = "homeward-demo"  # noqa: S105 - printed on the demo's own sign-in page
_patience = Patience()


@dataclass(frozen=True)
class Credentials:
    """A login and its password."""

    login: str
    password: str


def _tools(request: Request) -> Tools:
    return request.app.state.tools


async def post_session(
    credentials: Credentials, door: Asking, request: Request, response: Response
) -> SessionView:
    """Sign in."""
    tools = _tools(request)
    now = tools.now()
    if _patience.is_out(credentials.login, now):
        raise Refused("Too many wrong passwords for this login. Try again in five minutes.")
    try:
        token, account = await sign_in(door, credentials.login, credentials.password, now)
    except Refused:
        _patience.wrong(credentials.login, now)
        raise
    response.set_cookie(COOKIE, token, secure=True, httponly=True, samesite="strict", path="/")
    person = PersonView(account.person_id, account.name, Role(account.role))
    return SessionView(person, account.patient_id, tools.settings.demo)


async def get_session(door: Asking, request: Request) -> SessionView:
    """Who is signed in."""
    actor = _must(door)
    person = PersonView(actor.person_id, actor.name, actor.role)
    return SessionView(person, actor.patient_id, _tools(request).settings.demo)


async def delete_session(door: Asking, request: Request, response: Response) -> None:
    """Sign out; the token is worth nothing from now on, open live sockets included."""
    token = request.cookies.get(COOKIE, "")
    await door.run(Q.end_session, token=hashed(token), now=_tools(request).now())
    response.delete_cookie(COOKIE, path="/", secure=True, httponly=True)


@dataclass(frozen=True)
class NewRelative:
    """A relative's own account, by the secret of an invitation."""

    token: Annotated[str, Field(max_length=100)]
    name: Annotated[str, Field(max_length=100)]
    login: Annotated[str, Field(max_length=100)]
    password: Annotated[str, Field(max_length=200)]


async def post_invited(
    said: NewRelative, door: Asking, request: Request, response: Response
) -> SessionView:
    """Make the account an invitation is for, and sign in."""
    now = _tools(request).now()
    await add_invited(door, said.token, said.login, said.name, said.password, now)
    return await post_session(Credentials(said.login, said.password), door, request, response)


@dataclass(frozen=True)
class _Login:
    login: str
    name: str
    role: Role


async def get_demo(door: Asking, request: Request) -> DemoView:
    """The demo's accounts; nothing outside the demo."""
    if not _tools(request).settings.demo:
        return DemoView(False, [])
    rows = await door.all(Q.logins, _Login)
    accounts = [DemoAccount(row.login, DEMO_PASSWORD, row.name, Role(row.role)) for row in rows]
    return DemoView(True, accounts)


async def get_wards(door: Asking) -> list[WardView]:
    """Every ward."""
    return await door.all(Q.wards, WardView)


@dataclass(frozen=True)
class Search:
    """Part of a name, a record number or a bed."""

    search: str


async def post_patient_search(said: Search, door: Asking) -> list[PatientShown]:
    """Find patients. By POST: a name in an address would lie in histories, proxies and logs."""
    return await door.all(Q.patients, PatientShown, search=said.search[:100])


async def get_patients(
    door: Asking, search: Annotated[str, Query(deprecated=True)] = ""
) -> list[PatientShown]:
    """Patients, the first of them. `search` is what pages of the version before this one say."""
    return await door.all(Q.patients, PatientShown, search=search[:100])


async def get_places(door: Asking) -> list[PlaceView]:
    """Occupied beds, without names: enough to put a device on the right one."""
    return await door.all(Q.places, PlaceView)


async def get_patient(patient_id: int, door: Asking) -> PatientShown:
    """One patient."""
    must_see(door.actor, patient_id)
    return await door.one(Q.patient, PatientShown, patient=patient_id)


def _must(door: Door) -> Actor:
    if door.actor is None:
        raise Refused("Nobody is signed in.")
    return door.actor


ROUTES = (
    Route("POST", "/api/session", post_session, NOBODY_YET, before_sign_in=True),
    Route("POST", "/api/invitation/account", post_invited, NOBODY_YET, before_sign_in=True),
    Route("GET", "/api/session", get_session, EVERYBODY | {Role.SENTINEL}),
    Route("DELETE", "/api/session", delete_session, EVERYBODY | {Role.SENTINEL}),
    Route("GET", "/api/demo", get_demo, NOBODY_YET, before_sign_in=True),
    Route("GET", "/api/wards", get_wards, STAFF | {Role.ADMINISTRATOR}),
    Route("GET", "/api/patients", get_patients, STAFF),
    Route("POST", "/api/patients/search", post_patient_search, STAFF),
    Route("GET", "/api/places", get_places, INSIDERS - {Role.PATIENT}),
    Route("GET", "/api/patients/{patient_id}", get_patient, STAFF | {Role.PATIENT}),
)
