"""The record access control point (2A52): what is asked of it, and what it answers.

GATT Specification Supplement, 3.185; Glucose Service 1.0.1, 3.4; CGM Service 1.0.2, 3.6.
"""

from dataclasses import dataclass
from enum import IntEnum

from homeward.model.errors import Unreadable

UUID = 0x2A52
PROCEDURE_SECONDS = 30.0  # GLP 1.0.1, 5.3: without a word for so long a procedure has failed
ABORT = b"\x03\x00"
_BY_SEQUENCE = 1  # in the CGM service: by minutes since the session began
_COUNT_OCTETS = (1, 2, 4)


class Op(IntEnum):
    """Op codes."""

    REPORT = 1
    DELETE = 2
    ABORT = 3
    COUNT = 4
    COUNTED = 5
    ANSWER = 6


class Code(IntEnum):
    """How a procedure ended."""

    SUCCESS = 1
    OP_NOT_SUPPORTED = 2
    INVALID_OPERATOR = 3
    OPERATOR_NOT_SUPPORTED = 4
    INVALID_OPERAND = 5
    NO_RECORDS = 6
    ABORT_FAILED = 7
    NOT_COMPLETED = 8
    OPERAND_NOT_SUPPORTED = 9


# Asked another way, a meter that answers so may still tell.
NOT_THIS_WAY = frozenset(
    {
        Code.OP_NOT_SUPPORTED, Code.INVALID_OPERATOR, Code.OPERATOR_NOT_SUPPORTED,
        Code.INVALID_OPERAND, Code.OPERAND_NOT_SUPPORTED,
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Counted:
    """So many records."""

    records: int


@dataclass(frozen=True, slots=True)
class Answer:
    """The end of procedure `request`. `code` may be one that nobody has given a meaning yet."""

    request: int
    code: int

    @property
    def why(self) -> str:
        """In words, for a log."""
        named = self.code in set(Code)
        return Code(self.code).name.lower().replace("_", " ") if named else f"code {self.code}"


def report(since: int | None = None) -> bytes:
    """Ask for all records, or for those with this number and greater ones."""
    return bytes((Op.REPORT, 1)) if since is None else _since(Op.REPORT, since)


def count(since: int | None = None) -> bytes:
    """Ask how many those are."""
    return bytes((Op.COUNT, 1)) if since is None else _since(Op.COUNT, since)


def answered(octets: bytes) -> Counted | Answer:
    """Read an indication. Raises Unreadable."""
    if len(octets) < 3:
        raise Unreadable(f"record access of {len(octets)} octets")
    op, operator, operand = octets[0], octets[1], octets[2:]
    if operator != 0:
        raise Unreadable(f"record access answers with operator {operator}")
    if op == Op.COUNTED and len(operand) in _COUNT_OCTETS:
        return Counted(int.from_bytes(operand, "little"))
    if op == Op.ANSWER and len(operand) == 2:
        return Answer(operand[0], operand[1])
    raise Unreadable(f"record access answers {octets.hex()}")


def _since(op: Op, number: int) -> bytes:
    return bytes((op, 3, _BY_SEQUENCE)) + number.to_bytes(2, "little")
