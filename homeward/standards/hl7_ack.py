"""The answer to a message of HL7 v2: an ACK with MSA, and ERR where it was not taken.

HL7 v2.5.1, 2.9.2 (original mode), 2.15.5 (ERR), tables 0008, 0357 and 0516. It is written with the
separators everybody uses, whatever those of the message were.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

FIELD_CHARACTERS_MAX = 250
_HEAD_BYTES = 4_096
_ESCAPES = {"\\": "E", "|": "F", "^": "S", "&": "T", "~": "R"}


class Code(StrEnum):
    """HL7 table 0008: taken; not taken for what it says; not taken for what it is."""

    ACCEPTED = "AA"
    ERROR = "AE"
    REJECTED = "AR"


@dataclass(frozen=True, slots=True)
class Head:
    """What of a message's MSH its answer repeats; empty where it does not say. `kind` is MSH-9."""

    application: str
    facility: str
    receiver: str
    receiver_facility: str
    kind: str
    number: str
    version: str


def head_of(message: bytes) -> Head:
    """The head of whatever came: what cannot be read is empty."""
    first = re.split(rb"[\r\n]", message.lstrip(b"\x0b\r\n ")[:_HEAD_BYTES], maxsplit=1)[0]
    said = first.decode("ascii", "replace")
    fields = said.split("|") if said.startswith("MSH|") else []
    found = [
        re.sub(r"[^\x20-\x7e]", "?", fields[place])[:FIELD_CHARACTERS_MAX]
        if place < len(fields)
        else ""
        for place in (2, 3, 4, 5, 8, 9, 11)
    ]
    return Head(*found)


def is_report(head: Head) -> bool:
    """Whether it says that it is an unsolicited observation (ORU^R01)."""
    kind, _, event = head.kind.partition("^")
    return kind == "ORU" and event.partition("^")[0] in ("R01", "")


def answer(head: Head, code: Code, at: datetime, number: str, why: str = "") -> bytes:
    """The ACK to a message with this head, sent at `at`, of our own number.

    `why`, for people, is in ERR-8; ERR-3 says which sort it is.
    """
    event = head.kind.split("^")[1:2]
    kind = "^".join(["ACK", *event, *(["ACK"] if event else [])])
    lines = [
        "|".join(
            ["MSH", "^~\\&", head.receiver, head.receiver_facility, head.application, head.facility,
             at.strftime("%Y%m%d%H%M%S%z"), "", kind, number, "P", head.version or "2.5.1"]
        ),
        f"MSA|{code}|{head.number}",
    ]  # fmt: skip
    if code is not Code.ACCEPTED:
        lines.append(f"ERR|||{_condition(head, code)}|E||||{_escaped(why)}")
    return "".join(f"{line}\r" for line in lines).encode()


def _condition(head: Head, code: Code) -> str:
    if not head.number:
        return "101^Required field missing^HL70357"
    if code is Code.REJECTED:
        return "200^Unsupported message type^HL70357"
    return "207^Application internal error^HL70357"


def _escaped(text: str) -> str:
    plain = re.sub(r"[^\x20-\x7e]", "?", text)[:FIELD_CHARACTERS_MAX]
    return "".join(f"\\{_ESCAPES[each]}\\" if each in _ESCAPES else each for each in plain)
