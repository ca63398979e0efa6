"""What a password alone is not enough for: an app that shows codes, and codes of one use.

The app's secret is sealed (AES-256-GCM, bound to its person) by the key of the data folder: a copy
of the database opens no account. Codes of one use have 80 bits of chance, so a plain hash keeps
them.
"""

import hashlib
import secrets
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from homeward.engines.people_key import people_key
from homeward.guard import one_time
from homeward.model.errors import Conflict, Misconfigured, Missing, Refused
from homeward.model.person import Role
from homeward.services.contract import Tools
from homeward.services.people.sessions import Q
from homeward.services.people.sign_in import CodeWanted

CODES = 10
NONCE_BYTES = 12
WRONG = "This code is wrong, or was used before. Wait for the next one."


@dataclass(frozen=True, slots=True)
class _App:
    sealed: bytes
    is_confirmed: bool


@dataclass(frozen=True, slots=True)
class _Left:
    remaining: int


async def is_in_force(tools: Tools, person: int) -> bool:
    """Whether codes are asked of somebody."""
    app = await tools.store.door().maybe(Q.authenticator, _App, person=person)
    return app is not None and app.is_confirmed


async def codes_left(tools: Tools, person: int) -> int:
    """How many codes of one use somebody has."""
    return (await tools.store.door().one(Q.recovery_codes, _Left, person=person)).remaining


async def prove(tools: Tools, person: int, role: Role, code: str) -> str:
    """What was proven beside the password, in a word; empty where nothing was asked for.

    Raises CodeWanted where a code is needed and none was given, Refused for a wrong one.
    """
    if code and await _is_recovery(tools, person, code):
        return "recovery code"
    if await is_in_force(tools, person):
        if not code:
            raise CodeWanted
        await _use(tools, person, code)
        return "code"
    if role in required_of(tools):
        if code:
            raise Refused(WRONG, "code_wrong")
        raise CodeWanted(
            "Your role signs in by a passkey, or with a code as well. Enter one of your recovery "
            "codes, or ask an administrator for one.",
            "code_wanted",
        )
    return ""


def required_of(tools: Tools) -> frozenset[Role]:
    """Roles that sign in by more than a password. Raises Misconfigured for one there is not."""
    names = [each.strip() for each in tools.settings.second_factor_roles.split(",")]
    try:
        return frozenset(Role(name) for name in names if name)
    except ValueError as error:
        raise Misconfigured(f"second_factor_roles: {error}") from None


async def begin_app(tools: Tools, person: int) -> bytes:
    """A new secret, in force once its first code is entered. Raises Conflict where one is."""
    secret, nonce = secrets.token_bytes(one_time.SECRET_BYTES), secrets.token_bytes(NONCE_BYTES)
    sealed = nonce + _seal(tools).encrypt(nonce, secret, _bound(person))
    values = {"person": person, "sealed": sealed, "now": tools.now()}
    if not await tools.store.door().run(Q.begin_authenticator, **values):
        raise Conflict("An app is set up already. Remove it first.", "app_there")
    return secret


async def confirm_app(tools: Tools, person: int, code: str) -> list[str]:
    """Put the app in force by its first code; the codes of one use, shown this once.

    Raises Missing where none was begun, Refused for a wrong code.
    """
    await _use(tools, person, code)
    now = tools.now()
    if not await tools.store.door().run(Q.confirm_authenticator, person=person, now=now):
        raise Conflict("This app is set up already.", "app_there")
    return await new_codes(tools, person)


async def end_app(tools: Tools, person: int) -> None:
    """No code is asked for any more, and none is good. Raises Missing."""
    async with tools.store.door().transaction() as inside:
        if not await inside.run(Q.end_authenticator, person=person):
            raise Missing("No authenticator app is set up.", "app_missing")
        await inside.run(Q.forget_recovery_codes, person=person)


async def new_codes(tools: Tools, person: int, count: int = CODES) -> list[str]:
    """Codes of one use, shown this once; those there were are good no more."""
    codes = [
        one_time.recovery_code(secrets.token_bytes(one_time.RECOVERY_BYTES)) for _ in range(count)
    ]
    now = tools.now()
    async with tools.store.door().transaction() as inside:
        await inside.run(Q.forget_recovery_codes, person=person)
        rows = [{"person": person, "code": _hashed(person, code), "now": now} for code in codes]
        await inside.run_many(Q.add_recovery_code, rows)
    return codes


async def _use(tools: Tools, person: int, code: str) -> None:
    app = await tools.store.door().maybe(Q.authenticator, _App, person=person)
    if app is None:
        raise Missing("No authenticator app is set up.", "app_missing")
    body = bytes(app.sealed)
    try:
        secret = _seal(tools).decrypt(body[:NONCE_BYTES], body[NONCE_BYTES:], _bound(person))
    except InvalidTag:
        raise Misconfigured("keys/people.key is not the one this app was sealed by") from None
    step = one_time.matching_step(secret, one_time.plain(code), tools.now())
    values = {"person": person, "step": step}
    if step is None or not await tools.store.door().run(Q.use_step, **values):
        raise Refused(WRONG, "code_wrong")


async def _is_recovery(tools: Tools, person: int, code: str) -> bool:
    values = {"person": person, "code": _hashed(person, code), "now": tools.now()}
    return bool(await tools.store.door().run(Q.use_recovery_code, **values))


def _hashed(person: int, code: str) -> bytes:
    return hashlib.sha256(f"{person} {one_time.plain(code)}".encode()).digest()


def _bound(person: int) -> bytes:
    return f"authenticator of {person}".encode()


def _seal(tools: Tools) -> AESGCM:
    return AESGCM(people_key(tools.settings.data, "authenticator"))
