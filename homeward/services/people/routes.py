"""Routes of people: sign-in, wards, patients."""

from typing import Annotated, Any

from fastapi import Query, Request, Response
from pydantic import Field
from pydantic.dataclasses import dataclass

from homeward.guard.route import EVERYBODY, INSIDERS, NOBODY_YET, STAFF, Route
from homeward.model.errors import Refused
from homeward.model.person import Actor, Role
from homeward.model.shown import PatientShown
from homeward.services.asking import Asking
from homeward.services.people import account, passkeys, second_factor, sessions
from homeward.services.people.admission import add_invited
from homeward.services.people.choosing import CHOICE_ROUTES
from homeward.services.people.consent_routes import CONSENT_ROUTES
from homeward.services.people.entering import (
    COOKIE,
    Account,
    Proven,
    counted,
    enter,
    leave,
    session_view,
    token_of,
    tools_of,
)
from homeward.services.people.erasing_routes import ERASING_ROUTES
from homeward.services.people.request_routes import REQUEST_ROUTES
from homeward.services.people.rights_routes import RIGHTS_ROUTES
from homeward.services.people.sessions import Q
from homeward.services.people.sign_in import prove_password
from homeward.services.people.views import (
    DemoAccount,
    DemoView,
    PersonView,
    PlaceView,
    SessionView,
    WardView,
)
from homeward.store import Door

__all__ = ["COOKIE", "ROUTES"]
FOUND_MAX = 200
DEMO_PASSWORD = "homeward-demo"  # noqa: S105 - printed on the demo's own sign-in page


@dataclass(frozen=True)
class Credentials:
    """A login and its password; a code beside it where one is asked for."""

    login: Annotated[str, Field(max_length=100)]
    password: Annotated[str, Field(max_length=1000)]
    code: Annotated[str, Field(max_length=40)] = ""


async def post_session(
    credentials: Credentials, door: Asking, request: Request, response: Response
) -> SessionView:
    """Sign in by password, and by a code where one is asked for."""
    tools = tools_of(request)
    with counted(request, credentials.login):
        known = await prove_password(door, credentials.login, credentials.password)
        who = await door.one(Q.account, Account, person=known.person_id)
        code, role = credentials.code.strip(), Role(who.role)
        beside = await second_factor.prove(tools, known.person_id, role, code)
    method = f"password and {beside}" if beside else "password"
    proven = Proven(known.person_id, method, known.password_hash)
    return await enter(request, response, proven)


async def post_passkey_options(request: Request) -> dict[str, Any]:
    """What a browser is asked to sign in by a passkey with."""
    return passkeys.ask_for_one(tools_of(request))


@dataclass(frozen=True)
class Answered:
    """What a browser's passkey answered, as PublicKeyCredential.toJSON writes it."""

    credential: dict[str, Any]


async def post_passkey(said: Answered, request: Request, response: Response) -> SessionView:
    """Sign in by a passkey."""
    tools = tools_of(request)
    with counted(request):
        person = await passkeys.prove(tools, said.credential)
    return await enter(request, response, Proven(person, "passkey"))


async def get_session(door: Asking, request: Request) -> SessionView:
    """Who is signed in."""
    tools, actor = tools_of(request), _must(door)
    person = PersonView(actor.person_id, actor.name, actor.role)
    begun = await sessions.begun(tools, token_of(request))
    return await session_view(tools, door, person, actor.patient_id, begun)


async def delete_session(request: Request, response: Response) -> None:
    """Sign out; the token is worth nothing from now on, open live sockets included."""
    await leave(request, response)


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
    tools = tools_of(request)
    await add_invited(door, tools, said.token, said.login, said.name, said.password)
    return await post_session(Credentials(said.login, said.password), door, request, response)


@dataclass(frozen=True)
class _Login:
    login: str
    name: str
    role: Role


async def get_demo(door: Asking, request: Request) -> DemoView:
    """What the sign-in page offers; the demo's accounts in the demo alone."""
    settings = tools_of(request).settings
    hospital = settings.oidc_name if settings.oidc_issuer else ""
    if not settings.demo:
        return DemoView(False, [], hospital)
    rows = await door.all(Q.logins, _Login)
    accounts = [DemoAccount(row.login, DEMO_PASSWORD, row.name, Role(row.role)) for row in rows]
    return DemoView(True, accounts, hospital)


async def get_wards(door: Asking) -> list[WardView]:
    """Every ward."""
    return await door.all(Q.wards, WardView)


@dataclass(frozen=True)
class Search:
    """Part of a name, a record number or a bed."""

    search: str


async def post_patient_search(said: Search, door: Asking) -> list[PatientShown]:
    """Find patients. By POST: a name in an address would lie in histories, proxies and logs."""
    return await _found(door, said.search)


async def get_patients(
    door: Asking, search: Annotated[str, Query(deprecated=True)] = ""
) -> list[PatientShown]:
    """Patients, the first of them. `search` is what pages of the version before this one say."""
    return await _found(door, search)


async def _found(door: Door, search: str) -> list[PatientShown]:
    """Names lie sealed: they are looked through here, opened."""
    wanted = search[:100].casefold()
    found = await door.all(Q.patients, PatientShown)
    return [each for each in found if wanted in _words(each)][:FOUND_MAX]


def _words(each: PatientShown) -> str:
    return f"{each.name} {each.record_number} {each.bed or ''}".casefold()


async def get_places(door: Asking) -> list[PlaceView]:
    """Occupied beds, without names: enough to put a device on the right one."""
    return await door.all(Q.places, PlaceView)


async def get_patient(patient_id: int, door: Asking) -> PatientShown:
    """One patient."""
    return await door.one(Q.patient, PatientShown, patient=patient_id)


def _must(door: Door) -> Actor:
    if door.actor is None:
        raise Refused("Nobody is signed in.", "signed_out")
    return door.actor


ROUTES = (
    Route("POST", "/api/session", post_session, NOBODY_YET, before_sign_in=True),
    Route("POST", "/api/passkey/options", post_passkey_options, NOBODY_YET, before_sign_in=True),
    Route("POST", "/api/passkey", post_passkey, NOBODY_YET, before_sign_in=True),
    Route("POST", "/api/invitation/account", post_invited, NOBODY_YET, before_sign_in=True),
    Route("GET", "/api/session", get_session, EVERYBODY | {Role.SENTINEL}),
    Route("DELETE", "/api/session", delete_session, EVERYBODY | {Role.SENTINEL}),
    Route("GET", "/api/demo", get_demo, NOBODY_YET, before_sign_in=True),
    Route("GET", "/api/wards", get_wards, STAFF | {Role.ADMINISTRATOR}),
    Route("GET", "/api/patients", get_patients, STAFF),
    Route("POST", "/api/patients/search", post_patient_search, STAFF, is_question=True),
    Route("GET", "/api/places", get_places, INSIDERS - {Role.PATIENT}),
    Route("GET", "/api/patients/{patient_id}", get_patient, STAFF | {Role.PATIENT}),
    *CHOICE_ROUTES,
    *RIGHTS_ROUTES,
    *CONSENT_ROUTES,
    *ERASING_ROUTES,
    *REQUEST_ROUTES,
    *account.ROUTES,
)
