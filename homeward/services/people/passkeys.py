"""Passkeys: WebAuthn level 2, discoverable, with the person verified by their own device.

They are bound to a host name, so a page elsewhere gets none; nothing secret of theirs is kept here.
"""

import hashlib
import json
import secrets
from dataclasses import dataclass
from datetime import datetime
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

import webauthn
from cryptography.exceptions import UnsupportedAlgorithm
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)
from webauthn.registration.verify_registration_response import VerifiedRegistration

from homeward.engines.people_key import people_key
from homeward.guard import challenge
from homeward.model.errors import Conflict, Missing, Refused
from homeward.model.person import Actor
from homeward.services.contract import Tools
from homeward.services.people.sessions import Q
from homeward.settings import LOOPBACK, Settings
from homeward.store import Door

PASSKEYS_MAX = 20  # of one person
LABEL_CHARACTERS_MAX = 60
REFUSED = "This passkey was not accepted."
# What the library raises for an answer that is none; all but the first for what it does not check.
UNACCEPTABLE = (
    WebAuthnException, ValueError, TypeError, KeyError, AttributeError, IndexError, RecursionError,
    UnsupportedAlgorithm,
)  # fmt: skip
SIGN_IN = "sign in"
VERIFIED = UserVerificationRequirement.REQUIRED


@dataclass(frozen=True, slots=True)
class Passkey:
    """One passkey, as its owner sees it."""

    id: bytes
    label: str
    created: datetime
    used: datetime | None


@dataclass(frozen=True, slots=True)
class Kept:
    """What is kept of one to verify it by."""

    person_id: int
    public_key: bytes
    sign_count: int


@dataclass(frozen=True, slots=True)
class Place:
    """What passkeys are bound to: a host name, and the pages they are used on."""

    host: str
    origins: list[str]


def place_of(settings: Settings) -> Place | None:
    """Where passkeys work; None where the pages have an address and no name."""
    pages = urlsplit(settings.pages_url)
    host = settings.passkey_host or pages.hostname or ""
    if host in LOOPBACK:
        port = f":{pages.port}" if pages.port else ""
        return Place("localhost", [f"{pages.scheme}://localhost{port}"])
    try:
        ip_address(host)
    except ValueError:
        return Place(host, [f"{pages.scheme}://{pages.netloc}"])
    return None


async def of(door: Door, person: int) -> list[Passkey]:
    """The passkeys of somebody."""
    return await door.all(Q.passkeys, Passkey, person=person)


async def ask_for_new(tools: Tools, actor: Actor, login: str) -> dict[str, Any]:
    """What a browser is asked to make a passkey by. Raises Conflict at PASSKEYS_MAX."""
    place = _place(tools)
    known = await of(tools.store.door(), actor.person_id)
    if len(known) >= PASSKEYS_MAX:
        raise Conflict(f"{PASSKEYS_MAX} passkeys are the most. Remove one first.", "passkeys_most")
    options = webauthn.generate_registration_options(
        rp_id=place.host,
        rp_name="Homeward",
        user_name=login,
        user_display_name=actor.name,
        user_id=str(actor.person_id).encode(),
        challenge=_challenge(tools, _new_of(actor)),
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED, user_verification=VERIFIED
        ),
        exclude_credentials=[PublicKeyCredentialDescriptor(id=bytes(each.id)) for each in known],
    )
    return json.loads(webauthn.options_to_json(options))


async def add(tools: Tools, actor: Actor, credential: dict[str, Any], label: str) -> None:
    """Keep the passkey a browser made. Raises Refused where it was not asked for here."""
    place = _place(tools)
    asked = challenge_in(credential)
    ends = challenge.expires(_key(tools), _new_of(actor), asked, tools.now())
    made = made_by(credential, asked, place)
    values = {"id": made.credential_id, "key": made.credential_public_key}
    values |= {"count": made.sign_count, "person": actor.person_id}
    label = label.strip()[:LABEL_CHARACTERS_MAX] or "Passkey"
    async with tools.store.door(actor).as_platform.transaction() as inside:
        await _answered(inside, asked, ends, tools.now())
        await inside.run(Q.add_passkey, **values, label=label, now=tools.now())


async def remove(tools: Tools, actor: Actor, passkey: str) -> None:
    """A passkey of theirs works no more. Raises Missing."""
    try:
        key = base64url_to_bytes(passkey)
    except ValueError:
        key = b""
    values = {"id": key, "person": actor.person_id, "now": tools.now()}
    if not await tools.store.door(actor).as_platform.run(Q.end_passkey, **values):
        raise Missing("There is no such passkey.", "passkey_gone")


def ask_for_one(tools: Tools) -> dict[str, Any]:
    """What a browser is asked to sign in by."""
    options = webauthn.generate_authentication_options(
        rp_id=_place(tools).host,
        challenge=_challenge(tools, SIGN_IN),
        user_verification=VERIFIED,
    )
    return json.loads(webauthn.options_to_json(options))


async def prove(tools: Tools, credential: dict[str, Any]) -> int:
    """Whose passkey answered. Raises Refused, also for a count that did not rise: a copy's."""
    place, now = _place(tools), tools.now()
    asked = challenge_in(credential)
    ends = challenge.expires(_key(tools), SIGN_IN, asked, now)
    try:
        key = base64url_to_bytes(str(credential.get("id", "")))
    except ValueError:
        raise Refused(REFUSED, "passkey_refused") from None
    async with tools.store.door().transaction() as inside:
        kept = await inside.maybe(Q.passkey, Kept, id=key)
        if kept is None:
            raise Refused(
                "This passkey is not known here. Sign in by password and add it anew.",
                "passkey_unknown",
            )
        count = counted_by(credential, asked, place, kept)
        await _answered(inside, asked, ends, now)
        if not await inside.run(Q.passkey_used, id=key, count=count, now=now):
            raise Refused(REFUSED, "passkey_refused")
    return kept.person_id


def named(passkey: bytes) -> str:
    """A passkey's id as pages know it."""
    return bytes_to_base64url(bytes(passkey))


async def _answered(inside: Door, asked: bytes, ends: datetime, now: datetime) -> None:
    """Take a challenge's answer. Raises Refused where it was answered before."""
    await inside.run(Q.forget_challenges, now=now)
    digest = hashlib.sha256(asked).digest()
    try:
        await inside.run(Q.use_challenge, challenge=digest, expires=ends)
    except Conflict:
        raise Refused("This was used before. Try again.", "try_again") from None


def challenge_in(credential: dict[str, Any]) -> bytes:
    """The challenge a browser says it answered; that it is signed is verified later. Raises
    Refused."""
    try:
        said = base64url_to_bytes(credential["response"]["clientDataJSON"])
        return base64url_to_bytes(json.loads(said)["challenge"])
    except UNACCEPTABLE:
        raise Refused(REFUSED, "passkey_refused") from None


def made_by(credential: dict[str, Any], asked: bytes, place: Place) -> VerifiedRegistration:
    """The passkey a browser made in answer to `asked`. Raises Refused."""
    try:
        return webauthn.verify_registration_response(
            credential=credential,
            expected_challenge=asked,
            expected_rp_id=place.host,
            expected_origin=place.origins,
            require_user_verification=True,
        )
    except UNACCEPTABLE:
        raise Refused(REFUSED, "passkey_refused") from None


def counted_by(credential: dict[str, Any], asked: bytes, place: Place, kept: Kept) -> int:
    """How often a passkey says that it was used, once it is proven. Raises Refused."""
    try:
        return webauthn.verify_authentication_response(
            credential=credential,
            expected_challenge=asked,
            expected_rp_id=place.host,
            expected_origin=place.origins,
            credential_public_key=bytes(kept.public_key),
            credential_current_sign_count=kept.sign_count,
            require_user_verification=True,
        ).new_sign_count
    except UNACCEPTABLE:
        raise Refused(REFUSED, "passkey_refused") from None


def _place(tools: Tools) -> Place:
    place = place_of(tools.settings)
    if place is None:
        raise Missing("Passkeys need a host name: set public_url or passkey_host.", "passkeys_off")
    return place


def _challenge(tools: Tools, about: str) -> bytes:
    nonce = secrets.token_bytes(challenge.NONCE_BYTES)
    return challenge.make(_key(tools), about, tools.now(), nonce)


def _key(tools: Tools) -> bytes:
    return people_key(tools.settings.data, "challenge")


def _new_of(actor: Actor) -> str:
    return f"passkey of {actor.person_id}"
