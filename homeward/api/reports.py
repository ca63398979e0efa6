"""Delivery reports of gateways: what became of a text message or a voice call.

Here, on the floor above both: a connector reads the report, the service writes it down.
"""

import asyncio

from fastapi import Request

from homeward.connectors.https_gateway.parse import REPORT_BYTES_MAX, told
from homeward.connectors.https_gateway.send import read
from homeward.guard.route import NOBODY_YET, Route
from homeward.model.errors import Misconfigured, Missing, Unreadable
from homeward.model.message import Progress, Receipt, Way
from homeward.services.call.reach.outbox import note_reference
from homeward.services.contract import Tools


async def post_gateway_report(way: str, request: Request) -> None:
    """A gateway says what became of a message. Its signature says that it is the gateway."""
    tools: Tools = request.app.state.tools
    if way not in (Way.SMS, Way.VOICE):
        raise Missing
    try:
        gateway = await asyncio.to_thread(read, tools.settings, Way(way))
    except Misconfigured:
        raise Missing from None
    if gateway.report is None:
        raise Missing
    said = told(gateway.report, request.headers, await _body(request))
    if said.progress is None:
        return
    is_failed = said.progress is Progress.FAILED
    receipt = Receipt(
        0, said.progress, tools.now(), f"the gateway reports: {said.status}" if is_failed else "",
        said.reference, is_final=said.progress is not Progress.DELIVERED,
    )  # fmt: skip
    if not await note_reference(tools, (Way(way),), receipt):
        raise Missing("No message of ours is called so.")


async def _body(request: Request) -> bytes:
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > REPORT_BYTES_MAX:
            raise Unreadable("This report is too long.")
    return bytes(body)


ROUTES = (
    Route(
        "POST", "/api/gateways/{way}/report", post_gateway_report, NOBODY_YET, before_sign_in=True
    ),
)
