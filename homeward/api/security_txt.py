"""Whom to tell of a weakness of this installation: /.well-known/security.txt (RFC 9116)."""

from datetime import timedelta

from fastapi import Request
from fastapi.responses import PlainTextResponse

from homeward.guard.route import NOBODY_YET, Route
from homeward.model.errors import Missing
from homeward.services.contract import Tools

GOOD_FOR = timedelta(days=90)  # RFC 9116, 2.5.5: less than a year


async def get_security_txt(request: Request) -> PlainTextResponse:
    """Whom to tell, as the installation's own setting names them. Raises Missing without one."""
    tools: Tools = request.app.state.tools
    contacts = [each.strip() for each in tools.settings.security_contact.split(",")]
    lines = [f"Contact: {each}" for each in contacts if each]
    if not lines:
        raise Missing("This installation names nobody: HOMEWARD_SECURITY_CONTACT is not set.")
    expires = (tools.now() + GOOD_FOR).strftime("%Y-%m-%dT00:00:00Z")
    return PlainTextResponse("\n".join([*lines, f"Expires: {expires}", ""]))


ROUTES = (
    Route("GET", "/.well-known/security.txt", get_security_txt, NOBODY_YET, before_sign_in=True),
)
