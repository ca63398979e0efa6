"""Accounts behind the hospital's own sign-in: which of its subjects is which of our people.

An administrator says so, or a claim whose value is the login of an account, if the site trusts it
that far. What somebody may do is decided here and never by a token.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from homeward.model.errors import Conflict, Misconfigured, Refused
from homeward.services.contract import Tools
from homeward.services.people.sessions import Ended, Q, end_others, tell
from homeward.store import Door


class Unknown(Refused):
    """The hospital's sign-in knows them, and no account here is theirs."""

    code = "hospital_unknown"


@dataclass(frozen=True, slots=True)
class _Person:
    id: int


async def person_of(tools: Tools, claims: Mapping[str, Any]) -> int:
    """Whose account this is. Raises Refused where it is nobody's, or theirs may not sign in."""
    door = tools.store.door()
    issuer, subject = claims["iss"], claims["sub"]
    found = await door.maybe(Q.outside, _Person, issuer=issuer, subject=subject)
    if found is None:
        login = _login_in(claims, tools.settings.oidc_claim)
        found = login and await door.maybe(Q.unbound, _Person, login=login, issuer=issuer)
        if not found:
            raise Unknown
        await bind(tools, door, found.id, subject, by="claim")
    return found.id


async def connect(tools: Tools, door: Door, person: int, subject: str) -> None:
    """This subject, and no other, is this person; empty: none is. Who came in as another one is
    out, everywhere.

    Raises Misconfigured without an issuer, Conflict where it is somebody else.
    """
    issuer = tools.settings.oidc_issuer
    if not issuer:
        raise Misconfigured("oidc_issuer is not set: there is no sign-in to connect to")
    async with door.transaction() as inside:
        was = await inside.run(Q.unbind_outside, issuer=issuer, person=person)
        if subject:
            await bind(tools, inside, person, subject, by="administrator")
        if was:
            await end_others(tools, inside, person, None)
    if was:
        await tell(tools.bus, Ended(person_id=person))


async def bind(tools: Tools, door: Door, person: int, subject: str, *, by: str) -> None:
    """This subject of the hospital's sign-in is this person.

    Raises Conflict where the subject or the person is bound already.
    """
    values = {"issuer": tools.settings.oidc_issuer, "subject": subject, "by": by}
    try:
        await door.run(Q.bind_outside, **values, person=person, now=tools.now())
    except Conflict:
        raise Conflict("That sign-in, or this person, is connected already.") from None


def _login_in(claims: Mapping[str, Any], name: str) -> str | None:
    """What the claim says, if it may be believed: an address only where it was verified."""
    value = claims.get(name) if name else None
    if name == "email" and claims.get("email_verified") is not True:
        return None
    return value if isinstance(value, str) and value else None
