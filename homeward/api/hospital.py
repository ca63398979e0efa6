"""Signing in by the hospital's own provider: OpenID Connect, the authorization code with PKCE.

OpenID Connect Core 1.0, section 3.1; RFC 7636 (S256 alone); RFC 9207 (who answered); RFC 9700
(best practices). What was asked lies in a sealed cookie of ten minutes and nowhere else.
"""

import asyncio
import base64
import hashlib
import json
import logging
import secrets
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlencode

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from fastapi import Request
from starlette.responses import RedirectResponse, Response

from homeward.api.guarding import note_refused, token_of
from homeward.connectors.https import Answer, ask, checked_url
from homeward.engines.people_key import people_key
from homeward.guard.id_token import REFUSED, Expected, claims_of
from homeward.guard.route import NOBODY_YET, Route
from homeward.model.errors import HomewardError, Missing, Refused, Unreachable
from homeward.services.contract import Tools
from homeward.services.people.entering import Proven, enter
from homeward.services.people.outside import Unknown, person_of

AWAY = "__Host-homeward-away"
AWAY_SECONDS_MAX = 600
ASK_SECONDS_MAX = 8.0
KNOWN_SECONDS = 3600.0  # what the provider says of itself is asked again after this long ...
KEYS_AGAIN_SECONDS = 30.0  # ... and its keys for an unknown one, but not more often
NONCE_BYTES = 12
ENDPOINTS = ("authorization_endpoint", "token_endpoint", "jwks_uri")
METHOD = "the hospital's sign-in"
log = logging.getLogger(__name__)


class Hospital:
    """The provider, as far as it is known now. Every method raises Unreachable, Refused."""

    def __init__(self, tools: Tools) -> None:
        self._tools = tools
        self._about: dict[str, Any] = {}
        self._keys: list[dict[str, Any]] = []
        self._about_at = self._keys_at = float("-inf")

    async def about(self) -> Mapping[str, Any]:
        """What it says of itself (OpenID Connect Discovery 1.0, section 4)."""
        moment = asyncio.get_running_loop().time()
        if moment - self._about_at > KNOWN_SECONDS:
            issuer = self._tools.settings.oidc_issuer
            url = issuer.rstrip("/") + "/.well-known/openid-configuration"
            said = read(await self._ask("GET", url))
            if said.get("issuer") != issuer:
                raise Refused("The hospital's sign-in bears another name than oidc_issuer.")
            for name in ENDPOINTS:
                checked_url(str(said.get(name, "")))
            self._about, self._about_at = said, moment
        return self._about

    async def token(self, code: str, verifier: str) -> str:
        """The ID token for a code."""
        settings, about = self._tools.settings, await self.about()
        body = {
            "grant_type": "authorization_code", "code": code, "code_verifier": verifier,
            "redirect_uri": back_of(self._tools), "client_id": settings.oidc_client_id,
        }  # fmt: skip
        headers = {"content-type": "application/x-www-form-urlencoded"}
        if secret := settings.oidc_client_secret:
            ways = about.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
            if "client_secret_basic" in ways:
                pair = f"{quote(settings.oidc_client_id, '')}:{quote(secret, '')}"
                headers["authorization"] = f"Basic {base64.b64encode(pair.encode()).decode()}"
            else:
                body["client_secret"] = secret
        answer = await self._ask("POST", about["token_endpoint"], headers, urlencode(body).encode())
        token = read(answer).get("id_token")
        if not isinstance(token, str):
            raise Refused(REFUSED)
        return token

    async def claims(self, token: str, nonce: str) -> Mapping[str, Any]:
        """What a token says; an unknown key is looked for once more."""
        settings = self._tools.settings
        expected = Expected(settings.oidc_issuer, settings.oidc_client_id, nonce)
        try:
            return claims_of(token, self._keys, expected, self._tools.now())
        except Missing:
            await self._look_for_keys()
        try:
            return claims_of(token, self._keys, expected, self._tools.now())
        except Missing:
            raise Refused(REFUSED) from None

    async def _look_for_keys(self) -> None:
        moment = asyncio.get_running_loop().time()
        if moment - self._keys_at > KEYS_AGAIN_SECONDS:
            found = read(await self._ask("GET", (await self.about())["jwks_uri"])).get("keys")
            if not isinstance(found, list):
                raise Refused(REFUSED)
            self._keys = [key for key in found if isinstance(key, dict)]
            self._keys_at = moment

    async def _ask(
        self, method: str, url: str, headers: Mapping[str, str] | None = None, body: bytes = b""
    ) -> Answer:
        proxy = self._tools.settings.out_proxy
        try:
            async with asyncio.timeout(ASK_SECONDS_MAX):
                return await ask(method, url, headers or {}, body, proxy)
        except TimeoutError:
            raise Unreachable("The hospital's sign-in does not answer.") from None


def read(answer: Answer) -> dict[str, Any]:
    """What the provider answers. Raises Refused for what is no object of JSON."""
    try:
        said = json.loads(answer.body) if answer.status == 200 else None
    except (ValueError, RecursionError):
        said = None
    if not isinstance(said, dict):
        raise Refused(REFUSED)
    return said


def back_of(tools: Tools) -> str:
    """Where the provider sends people back to; to be registered there."""
    return f"{tools.settings.pages_url}/api/hospital/back"


async def get_hospital(request: Request) -> Response:
    """Go to the hospital's sign-in."""
    tools, hospital = _here(request)
    verifier, state, nonce = (secrets.token_urlsafe(48) for _ in range(3))
    digest = hashlib.sha256(verifier.encode()).digest()
    asked = {
        "response_type": "code", "scope": tools.settings.oidc_scope,
        "client_id": tools.settings.oidc_client_id, "redirect_uri": back_of(tools),
        "state": state, "nonce": nonce, "code_challenge_method": "S256",
        "code_challenge": base64.urlsafe_b64encode(digest).rstrip(b"=").decode(),
    }  # fmt: skip
    try:
        place = (await hospital.about())["authorization_endpoint"]
    except HomewardError as error:
        return _said(error)
    answer = RedirectResponse(f"{place}{'&' if '?' in place else '?'}{urlencode(asked)}", 303)
    # On the way back the browser keeps our own cookie to itself: it comes from another site.
    here = token_of(request)
    sealed = _seal(tools, {"state": state, "nonce": nonce, "verifier": verifier, "here": here})
    answer.set_cookie(
        AWAY, sealed, max_age=AWAY_SECONDS_MAX, secure=True, httponly=True, samesite="lax", path="/"
    )
    return answer


async def get_hospital_back(request: Request) -> Response:
    """Back from the hospital's sign-in: whoever it is gets a session, or is told why not."""
    tools, hospital = _here(request)
    answer: Response = RedirectResponse("/", 303)
    try:
        away = _opened(tools, request.cookies.get(AWAY, ""))
        said = request.query_params
        is_ours = secrets.compare_digest(said.get("state", "").encode(), away["state"].encode())
        is_theirs = said.get("iss", tools.settings.oidc_issuer) == tools.settings.oidc_issuer
        if not is_ours or not is_theirs or "code" not in said:
            raise Refused(REFUSED)
        token = await hospital.token(said["code"], away["verifier"])
        claims = await hospital.claims(token, away["nonce"])
        person, browser = await person_of(tools, claims), away.get("here", "")
        await enter(request, answer, Proven(person, METHOD, browser=browser))
    except HomewardError as error:
        if not isinstance(error, Unreachable):
            await note_refused(request, BACK)
        answer = _said(error)
    answer.delete_cookie(AWAY, path="/", secure=True, httponly=True)
    return answer


def _said(error: HomewardError) -> Response:
    """Back to the front door, which has words for each reason: none of it comes by the address."""
    log.warning("the hospital's sign-in: %s", error)
    why = "away" if isinstance(error, Unreachable) else "no"
    return RedirectResponse(f"/#refused={'unknown' if isinstance(error, Unknown) else why}", 303)


def _here(request: Request) -> tuple[Tools, Hospital]:
    tools: Tools = request.app.state.tools
    if not tools.settings.oidc_issuer:
        raise Missing("No sign-in of the hospital's is set up.")
    return tools, request.app.state.hospital


def _seal(tools: Tools, said: Mapping[str, str]) -> str:
    nonce = secrets.token_bytes(NONCE_BYTES)
    body = json.dumps({**said, "at": tools.now().timestamp()}).encode()
    sealed = nonce + _key(tools).encrypt(nonce, body, AWAY.encode())
    return base64.urlsafe_b64encode(sealed).decode()


def _opened(tools: Tools, sealed: str) -> Mapping[str, str]:
    """What was asked. Raises Refused for what is not ours, or too old."""
    try:
        raw = base64.urlsafe_b64decode(sealed)
        body = _key(tools).decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], AWAY.encode())
    except (ValueError, InvalidTag):
        raise Refused("This sign-in was not begun here. Try again.") from None
    said = json.loads(body)
    if tools.now().timestamp() - said["at"] > AWAY_SECONDS_MAX:
        raise Refused("This took too long. Try again.")
    return said


def _key(tools: Tools) -> AESGCM:
    return AESGCM(people_key(tools.settings.data, "hospital"))


BACK = Route("GET", "/api/hospital/back", get_hospital_back, NOBODY_YET, before_sign_in=True)
ROUTES = (
    Route("GET", "/api/hospital", get_hospital, NOBODY_YET, before_sign_in=True),
    BACK,
)
