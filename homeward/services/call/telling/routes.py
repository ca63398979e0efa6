"""Routes of being told: a patient's quiet hours and relatives, and the relative's own page.

A carer may choose for a patient who cannot, and says why.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from fastapi import Request

from homeward.clinical.words import said_again
from homeward.guard.route import IN_PATH, INSIDERS, NOBODY_YET, OWN, STAFF, Route
from homeward.model.choice import Language
from homeward.model.errors import Forbidden, Missing, Unreadable
from homeward.model.person import Role
from homeward.services.asking import Asking
from homeward.services.call.telling import choosing
from homeward.services.call.telling import views as v
from homeward.services.call.telling.choosing import Q
from homeward.services.contract import Tools
from homeward.services.speaking import language_of
from homeward.store import Door

TOLD_FOR = timedelta(days=28)
RELATIVE_TOLD_FOR = timedelta(days=7)
ENDED_FOR = timedelta(days=30)


async def get_telling(patient_id: int, door: Asking, request: Request) -> v.Telling:
    """Whom a patient wants told, when they want to be left alone, and who was told of what."""
    now = _now(request)
    whose = await door.one(Q.whose_telling, dict, patient=patient_id)
    person = whose["person_id"]
    rows = await door.all(Q.told_of, dict, patient=patient_id, since=now - TOLD_FOR)
    language = await _language(door, request)
    return v.Telling(
        patient=whose["patient"],
        has_account=person is not None,
        quiet=await door.maybe(Q.quiet, v.QuietShown, person=person) if person else None,
        relatives=await door.all(Q.relatives, v.RelativeShown, patient=patient_id),
        invitations=await door.all(Q.invitations, v.InvitationShown, patient=patient_id, now=now),
        told=[replace(each, text=said_again(each.text, language)) for each in v.alarms_told(rows)],
    )


async def put_quiet(patient_id: int, said: v.NewQuiet, door: Asking, request: Request) -> None:
    """When a patient wants to be left alone, at low priority; nothing else is ever held back."""
    choice = _choice(door, patient_id, said.why, request)
    whose = await door.one(Q.whose_telling, dict, patient=patient_id)
    if whose["person_id"] is None:
        raise Missing("This patient has no account: nothing is sent to them.")
    quiet = choosing.Quiet(said.starts, said.ends, said.zone)
    await choosing.set_quiet(door, whose["person_id"], quiet, choice.by, choice.now, choice.why)


async def post_invitation(
    patient_id: int, said: v.NewInvitation, door: Asking, request: Request
) -> v.InvitationMade:
    """Invite somebody to be told; the answer is the only place where the link's secret stands."""
    choice = _choice(door, patient_id, said.why, request)
    token, expires = await choosing.invite(door, choice, said.name, said.priorities)
    return v.InvitationMade(token, round(expires.timestamp() * 1000))


async def delete_invitation(
    patient_id: int, invitation_id: int, door: Asking, request: Request, why: v.Why = ""
) -> None:
    """Take an invitation back."""
    choice = _choice(door, patient_id, why, request)
    await choosing.withdraw_invitation(door, choice, invitation_id)


async def put_relative(
    patient_id: int, person_id: int, said: v.NewPriorities, door: Asking, request: Request
) -> None:
    """A relative hears of other alarms from now on."""
    choice = _choice(door, patient_id, said.why, request)
    await choosing.change(door, choice, person_id, said.priorities)


async def delete_relative(
    patient_id: int, person_id: int, door: Asking, request: Request, why: v.Why = ""
) -> None:
    """A relative is told nothing any more."""
    await choosing.end(door, _choice(door, patient_id, why, request), person_id)


async def put_relative_rights(
    patient_id: int, person_id: int, said: v.NewRights, door: Asking, request: Request
) -> None:
    """What a relative may do from now on besides being told: only the patient says so."""
    await choosing.let(door, _choice(door, patient_id, "", request), person_id, said.may)


async def post_invitation_look(said: v.Secret, door: Asking, request: Request) -> v.Invited:
    """What an invitation is, for whoever has its link. The secret travels in the body alone."""
    found = await choosing.find_invitation(door, said.token)
    is_mine = door.actor is not None and door.actor.person_id == found.accepted_by
    state = found.state(_now(request))
    patient, name = found.patient, found.name
    if state != "open" and not is_mine:
        # A link that is over lies in mails and histories: it says no more than its page shows.
        patient, name = "" if state == "accepted" else patient.partition(" ")[0], ""
    return v.Invited(patient, name, found.priorities, state, found.has_account, is_mine)


async def post_invitation_accept(said: v.Secret, door: Asking, request: Request) -> None:
    """I, a relative, want to be told."""
    await choosing.accept(door, said.token, _me(door), _now(request))


async def get_told(door: Asking, request: Request) -> v.ToldView:
    """What I, a relative, am told: of the last week, newest first, and by whose choice."""
    me, now = _me(door), _now(request)
    tools: Tools = request.app.state.tools
    told = await door.all(Q.told_relative, v.ToldShown, person=me, since=now - RELATIVE_TOLD_FOR)
    language = await _language(door, request)
    return v.ToldView(
        await door.all(Q.chosen, v.ChosenShown, person=me),
        await door.all(Q.chosen_no_more, v.EndedShown, person=me, since=now - ENDED_FOR),
        [replace(each, text=said_again(each.text, language)) for each in told],
        tools.settings.emergency_telephone,
    )


async def get_own_quiet(door: Asking) -> v.QuietShown | None:
    """When I want to be left alone; null where I never said."""
    return await door.maybe(Q.quiet, v.QuietShown, person=_me(door))


async def put_own_quiet(said: v.NewQuiet, door: Asking, request: Request) -> None:
    """When I want to be left alone, at low priority; nothing else is ever held back."""
    quiet = choosing.Quiet(said.starts, said.ends, said.zone)
    await choosing.set_quiet(door, _me(door), quiet, _me(door), _now(request), "")


def _choice(door: Door, patient: int, why: str, request: Request) -> choosing.Choice:
    """Who chooses. A patient for themselves; a carer for a patient, and never without a reason."""
    is_own = door.actor is not None and door.actor.patient_id == patient
    if not is_own and not why.strip():
        raise Unreadable("Say why you choose this for the patient.", "say_why")
    return choosing.Choice(patient, _me(door), _now(request), why.strip())


async def _language(door: Door, request: Request) -> Language | None:
    tools: Tools = request.app.state.tools
    return await language_of(door, tools.settings, request.headers.get("accept-language", ""))


def _me(door: Door) -> int:
    if door.actor is None:
        raise Forbidden
    return door.actor.person_id


def _now(request: Request) -> datetime:
    tools: Tools = request.app.state.tools
    return tools.now()


CHOOSERS = STAFF | {Role.PATIENT}
RELATIVE = frozenset({Role.RELATIVE})
OWN_RECORD = frozenset({Role.PATIENT})
OF = "/api/patients/{patient_id}"
TELLING_ROUTES = (
    Route("GET", f"{OF}/telling", get_telling, CHOOSERS, as_platform=IN_PATH),
    Route("PUT", f"{OF}/quiet", put_quiet, CHOOSERS),
    Route("POST", f"{OF}/invitations", post_invitation, CHOOSERS),
    Route("DELETE", f"{OF}/invitations/{{invitation_id}}", delete_invitation, CHOOSERS),
    Route("PUT", f"{OF}/relatives/{{person_id}}", put_relative, CHOOSERS),
    Route("DELETE", f"{OF}/relatives/{{person_id}}", delete_relative, CHOOSERS),
    Route("PUT", f"{OF}/relatives/{{person_id}}/rights", put_relative_rights, OWN_RECORD),
    Route("POST", "/api/invitation", post_invitation_look, NOBODY_YET, before_sign_in=True),
    Route("POST", "/api/invitation/accept", post_invitation_accept, RELATIVE),
    Route("GET", "/api/told", get_told, RELATIVE),
    Route("GET", "/api/me/quiet", get_own_quiet, INSIDERS | RELATIVE, as_platform=OWN),
    Route("PUT", "/api/me/quiet", put_own_quiet, INSIDERS | RELATIVE),
)
