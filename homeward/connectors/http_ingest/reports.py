"""A report of an implant, by HTTPS: kept, and answered by an ACK of HL7 once it is."""

import secrets
from http import HTTPStatus

from homeward.connectors.contract import DevicePass, Link, Outcome, Reports, Spoiled, accept
from homeward.connectors.http_ingest.est import Reply
from homeward.model.errors import Unreadable
from homeward.standards.hl7_ack import Code, answer, head_of, is_report

HEADERS = (("content-type", "x-application/hl7-v2+er7; charset=utf-8"),)
QUARANTINED = "this device is in quarantine"


async def reported(
    link: Link, reports: Reports, device: DevicePass, body: bytes, topic: str
) -> Reply | None:
    """Take one report; None where it could not be stored: it is sent again.

    One that is no report is rejected (AR), one that cannot be read or is not its wearer's is an
    error (AE); both are put aside. Raises Unreachable.
    """
    head, code, why = head_of(body), Code.ACCEPTED, ""
    if not head.number:
        code, why = Code.REJECTED, "MSH-10 is missing: it could not be known again"
    elif not is_report(head):
        code, why = Code.REJECTED, "only ORU^R01 is taken here"
    elif device.quarantined:
        why = QUARANTINED  # it may come in, and what it says is kept apart
    else:
        try:
            await reports.keep(device.device_id, body)
        except Unreadable as error:
            code, why = Code.ERROR, str(error)
    if why:
        spoiled = Spoiled(device.device_id, link.now(), topic, why, body)
        if await accept(link, spoiled) is not Outcome.STORED:
            return None
    status = HTTPStatus.OK if code is Code.ACCEPTED else HTTPStatus.UNPROCESSABLE_ENTITY
    said = answer(head, code, link.now(), secrets.token_hex(10), why if why != QUARANTINED else "")
    return Reply(status, said, HEADERS)
