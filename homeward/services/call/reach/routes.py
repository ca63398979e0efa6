"""Routes of reaching people: my contacts, tests, and receipts that come with a message's token."""

import json
from dataclasses import asdict
from datetime import timedelta
from typing import Any

from fastapi import Request

from homeward.engines.push_key import public_push_key
from homeward.guard.route import EVERYBODY, IN_PATH, NOBODY_YET, OWN, STAFF, Route
from homeward.model.errors import Conflict, Forbidden, Missing
from homeward.model.message import Progress, Receipt, Way
from homeward.services.asking import Asking
from homeward.services.call.reach import contacts, testing
from homeward.services.call.reach import views as v
from homeward.services.call.reach.outbox import Q, note
from homeward.services.contract import Tools
from homeward.store import Door

LOST_FOR = timedelta(days=14)
LOST_MAX = 5
CALLS_FOR = timedelta(days=7)


def _tools(request: Request) -> Tools:
    return request.app.state.tools


def _me(door: Door) -> int:
    if door.actor is None:
        raise Forbidden
    return door.actor.person_id


def _change(door: Door, request: Request, reason: str) -> contacts.Change:
    person = _me(door)
    return contacts.Change(person, person, _tools(request).now(), reason)


async def get_reach(door: Asking, request: Request) -> v.ReachView:
    """How I am reached, and by what this installation can send."""
    tools = _tools(request)
    person = _me(door)
    rows = await door.all(Q.contacts, dict, person=person)
    lost = await door.all(Q.lost_contacts, dict, person=person, since=tools.now() - LOST_FOR)
    is_set_up = contacts.ways_set_up(tools.settings)
    own = [each for each in Way if each is not Way.OTHER]
    return v.ReachView(
        [_shown(row) for row in rows],
        [v.WayView(way.value, way in is_set_up) for way in own],
        [
            v.LostContactView(e["id"], e["way"], e["label"], e["ended"])
            for e in lost
            if e["label"] not in e["later"]
        ][:LOST_MAX],
        public_push_key(tools.settings.data),
        tools.settings.messages_may_name_health,
    )


def _shown(row: dict[str, object]) -> v.ContactView:
    """A push address is a key to somebody's screen: of it only its place is told."""
    if row["way"] != Way.WEB_PUSH:
        return v.ContactView(endpoint=None, **row)  # type: ignore[arg-type]
    endpoint = json.loads(str(row["address"]))["endpoint"]
    return v.ContactView(endpoint=endpoint, **{**row, "address": ""})  # type: ignore[arg-type]


async def post_contact(contact: v.NewContact, door: Asking, request: Request) -> v.ReachView:
    """A further way to reach me; a first message to it proves the address."""
    tools = _tools(request)
    wish = contacts.Wish(**{**asdict(contact), "way": Way(contact.way)})
    wish = contacts.checked(wish, tools.settings)
    if wish.way not in contacts.ways_set_up(tools.settings):
        raise Conflict("This installation cannot send by that way yet.", "way_off")
    await contacts.add(door, _change(door, request, "replaced"), wish)
    return await get_reach(door, request)


async def post_contact_change(
    contact_id: int, change: v.ContactChange, door: Asking, request: Request
) -> v.ReachView:
    """Change when and for what one way is used."""
    await contacts.alter(door, _change(door, request, "changed"), contact_id, **asdict(change))
    return await get_reach(door, request)


async def post_contact_order(order: v.ContactOrder, door: Asking, request: Request) -> v.ReachView:
    """Put my ways in this order."""
    await contacts.reorder(door, _change(door, request, "put in another order"), order.ids)
    return await get_reach(door, request)


async def delete_contact(contact_id: int, door: Asking, request: Request) -> None:
    """Use one way no more."""
    await contacts.remove(door, _change(door, request, "removed"), contact_id)


async def post_contact_test(contact_id: int, door: Asking, request: Request) -> v.DeliveryView:
    """Send a test by one way."""
    delivery = await testing.send_test(door, _me(door), contact_id, _tools(request).now())
    return await get_message_progress(delivery, door)


async def get_message_progress(delivery_id: int, door: Asking) -> v.DeliveryView:
    """How far one message to me came."""
    return await door.one(Q.progress, v.DeliveryView, id=delivery_id, person=_me(door))


async def get_my_calls(door: Asking, request: Request) -> list[v.MyCall]:
    """For what I was called lately, why I, and what was sent to me."""
    since = _tools(request).now() - CALLS_FOR
    rows = await door.all(Q.my_calls, dict, person=_me(door), since=since)
    return [_my_call(row) for row in rows]


def _my_call(row: dict[str, Any]) -> v.MyCall:
    labelled = zip(row["messages"], row.pop("labels"), strict=True)
    messages = [v.MessageShown(**each, label=label) for each, label in labelled]
    return v.MyCall(**{**row, "messages": messages})


async def post_message_receipt(
    token: str, said: v.MessageProgress, door: Asking, request: Request
) -> None:
    """A device says a message came, or was opened. Who has the token has the message."""
    row = await door.one(Q.by_token, dict, token=token)
    await _note(request, row["bundle"], Progress(said.progress))


async def post_message_open(token: str, door: Asking, request: Request) -> v.TargetView:
    """I have opened the link of a message to me: it is seen, and this is what it was about."""
    row = await door.one(Q.by_token, dict, token=token)
    if row["person_id"] != _me(door):
        raise Missing("This message is not for you.", "message_elsewhere")
    await _note(request, row["bundle"], Progress.SEEN)
    target = await door.maybe(Q.target, v.TargetView, id=row["bundle"])
    if target is not None:
        return target
    letter = await door.maybe(Q.target_letter, dict, id=row["bundle"])
    whose = letter["patient_id"] if letter else None
    return v.TargetView(None, whose, None, is_letter=letter is not None)


async def _note(request: Request, message: int, progress: Progress) -> None:
    tools = _tools(request)
    is_final = progress is Progress.SEEN
    await note(tools, Receipt(message, progress, tools.now(), is_final=is_final))


async def post_push_moved(moved: v.PushMoved, door: Asking, request: Request) -> None:
    """A browser's subscription was renewed. Who knows the old address had it from that browser."""
    tools = _tools(request)
    row = await door.one(Q.whose_push, dict, endpoint=moved.old_endpoint)
    wish = contacts.checked(contacts.Wish(Way.WEB_PUSH, moved.subscription), tools.settings)
    change = contacts.Change(row["person_id"], row["person_id"], tools.now(), "browser renewed it")
    await contacts.alter(door, change, row["id"], address=wish.address)


REACH_ROUTES = (
    Route("GET", "/api/reach", get_reach, EVERYBODY, as_platform=OWN),
    Route("GET", "/api/reach/calls", get_my_calls, STAFF, as_platform=OWN),
    Route("POST", "/api/reach/contacts", post_contact, EVERYBODY),
    Route("POST", "/api/reach/order", post_contact_order, EVERYBODY),
    Route("POST", "/api/reach/contacts/{contact_id}", post_contact_change, EVERYBODY),
    Route("DELETE", "/api/reach/contacts/{contact_id}", delete_contact, EVERYBODY),
    Route("POST", "/api/reach/contacts/{contact_id}/test", post_contact_test, EVERYBODY),
    Route(
        "GET", "/api/reach/messages/{delivery_id}", get_message_progress, EVERYBODY, as_platform=OWN
    ),
    Route("POST", "/api/messages/{token}/open", post_message_open, EVERYBODY, as_platform=IN_PATH),
    Route(
        "POST", "/api/messages/{token}/receipt", post_message_receipt, NOBODY_YET,
        before_sign_in=True,
    ),
    Route("POST", "/api/push/moved", post_push_moved, NOBODY_YET, before_sign_in=True),
)  # fmt: skip
