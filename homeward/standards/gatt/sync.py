"""Bring over what a meter has stored: events in, commands out, and no clock, link or disk.

Nothing is ever deleted on the meter. A record is known by its number and its octets, not by the
last one alone: a number that comes with other octets is a meter that was reset or replaced, and
then all it has is asked for. A cut loses nothing: what came is known, and the next sync begins at
the last number that is known to have nothing missing before it. docs/decisions/0042-meters.md
argues it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from homeward.model.errors import Unreadable
from homeward.standards.gatt import racp
from homeward.standards.gatt.racp import Answer, Code, Counted, Op

NUMBERS = 1 << 16
NEARLY_ROUND = NUMBERS - 4_096  # numbers begin anew soon: what is after them is not greater
ROUNDS_MAX = 3  # of asking for all of it, before it is said that some is missing
RECORD_OCTETS_MAX = 64  # three times the longest there is
PROCEDURE_RUNNING = 0x80  # ATT errors of the profile (GLS 1.0.1, 1.5)

Numbered = Callable[[bytes], Sequence[tuple[int, bytes]]]


class End(StrEnum):
    """How a sync ended."""

    COMPLETE = "complete"
    SHORT = "short"  # the meter says it has more than it gave
    REFUSED = "refused"  # by an answer of the meter
    TIMED_OUT = "timed out"
    CUT = "cut"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class Write:
    """Write this to the control point, and wait `racp.PROCEDURE_SECONDS` for the next event."""

    octets: bytes


@dataclass(frozen=True, slots=True)
class Keep:
    """A record, or the context of one, that was not known before."""

    epoch: int
    number: int
    octets: bytes
    is_context: bool = False


@dataclass(frozen=True, slots=True)
class Spoil:
    """Octets that are no record: put them aside with the reason."""

    octets: bytes
    why: str


@dataclass(frozen=True, slots=True)
class Done:
    """The sync is over. After anything but COMPLETE, SHORT and REFUSED the link is of no use."""

    end: End
    why: str = ""


Command = Write | Keep | Spoil | Done


@dataclass(slots=True)
class Memory:
    """What is known of one meter: to be built anew from what was kept.

    `seen` has the octets of each number, and the epoch it was last met in. An epoch ends when the
    meter is found to be another one, or to count anew.
    """

    epoch: int = 0
    last: int | None = None  # nothing before it is missing
    seen: dict[int, tuple[bytes, int]] = field(default_factory=dict[int, tuple[bytes, int]])
    contexts: dict[int, bytes] = field(default_factory=dict[int, bytes])

    def knows(self, number: int, octets: bytes, *, is_context: bool = False) -> bool:
        """Take a record in; whether it was known. Other octets under a number begin an epoch."""
        if is_context:
            known = self.contexts.get(number) == octets
            self.contexts[number] = octets
            return known
        before = self.seen.get(number)
        if before is not None and before[0] != octets and before[1] == self.epoch:
            self.replaced()
        self.seen[number] = (octets, self.epoch)
        return before is not None and before[0] == octets

    def replaced(self) -> None:
        """It is another meter, or the same that counts anew."""
        self.epoch += 1
        self.last = None

    def begun(self) -> None:
        """It began another session, in which the same octets are another record."""
        if self.seen:
            self.replaced()
        self.last = None
        self.seen.clear()

    def met(self) -> list[int]:
        """The numbers of this epoch."""
        return [number for number, (_, epoch) in self.seen.items() if epoch == self.epoch]


class Sync:
    """One sync over one link. Call `begin` once, then tell it what happens."""

    def __init__(self, memory: Memory, numbered: Numbered) -> None:
        self.end: End | None = None
        self._memory, self._numbered = memory, numbered
        self._asked: Op | None = None
        self._since: int | None = None
        self._total: int | None = None  # records on the meter, as it says
        self._came = 0  # in this procedure
        self._ascends = True
        self._epoch = memory.epoch  # at the beginning of this procedure
        self._has_start = False  # it still has the record we asked from
        self._rounds = 0

    def begin(self) -> list[Command]:
        """The link is there, and both characteristics are subscribed to."""
        return self._ask(Op.COUNT, racp.count())

    # -- events --------------------------------------------------------------------------------

    def measurement(self, octets: bytes) -> list[Command]:
        """A notification of a record, or of several."""
        try:
            records = self._numbered(octets)
        except Unreadable as error:
            self._came += 1
            self._out_of_order()  # whose place it has nobody knows
            return [Spoil(octets, str(error))]
        return [each for record in records for each in self._record(*record)]

    def context(self, octets: bytes) -> list[Command]:
        """A notification of what belongs to a record."""
        try:
            [(number, _)] = glucose_numbered(octets)
        except Unreadable as error:
            return [Spoil(octets, str(error))]
        if self._memory.knows(number, octets, is_context=True):
            return []
        return [Keep(self._memory.epoch, number, octets, is_context=True)]

    def answered(self, octets: bytes) -> list[Command]:
        """An indication of the control point."""
        if self.end is not None:
            return []
        try:
            answer = racp.answered(octets)
        except Unreadable as error:
            return self._done(End.REFUSED, str(error))
        request = Op.COUNT if isinstance(answer, Counted) else answer.request
        if request != self._asked:
            if self._asked is Op.ABORT:  # what was running ended by itself meanwhile
                return []
            return self._done(End.REFUSED, f"an answer to {request}, which nobody asked")
        if isinstance(answer, Counted):
            return self._counted(answer.records)
        if self._asked is Op.COUNT:
            return self._not_counted(answer)
        return self._reported(answer) if self._asked is Op.REPORT else self._done(End.STOPPED)

    def refused(self, error: int) -> list[Command]:
        """The write itself was refused, with this ATT error."""
        if self.end is not None:
            return []
        if error == PROCEDURE_RUNNING and self._asked is not Op.ABORT:
            return self.stop()
        return self._done(End.REFUSED, f"ATT error {error:#04x}")

    def timed_out(self) -> list[Command]:
        """Nothing came for `racp.PROCEDURE_SECONDS`."""
        return [] if self.end is not None else self._done(End.TIMED_OUT)

    def cut(self) -> list[Command]:
        """The link is gone."""
        return [] if self.end is not None else self._done(End.CUT)

    def stop(self) -> list[Command]:
        """End it in good order."""
        return [] if self.end is not None else self._ask(Op.ABORT, racp.ABORT)

    # -- what follows --------------------------------------------------------------------------

    def _record(self, number: int, octets: bytes) -> list[Command]:
        memory = self._memory
        self._came += 1
        is_known = memory.knows(number, octets)
        if number == self._since:
            self._has_start = memory.epoch == self._epoch
        if memory.last is not None and number < memory.last:
            self._out_of_order()
        elif self._ascends and self._total is not None and self.end is None:
            memory.last = number
        return [] if is_known else [Keep(memory.epoch, number, octets)]

    def _out_of_order(self) -> None:
        """Cut now, it must not go on from here: what comes late may be older."""
        self._ascends = False
        self._memory.last = self._since

    def _counted(self, records: int) -> list[Command]:
        self._total = records
        if records == 0:
            return self._done(End.COMPLETE)
        return self._report(self._memory.last)

    def _not_counted(self, answer: Answer) -> list[Command]:
        if answer.code == Code.NO_RECORDS:
            return self._counted(0)
        if answer.code in racp.NOT_THIS_WAY or answer.code == Code.NOT_COMPLETED:
            return self._report(self._memory.last)
        return self._done(End.REFUSED, f"count: {answer.why}")

    def _reported(self, answer: Answer) -> list[Command]:
        if answer.code in racp.NOT_THIS_WAY and self._since is not None:
            return self._report(None)
        if answer.code not in (Code.SUCCESS, Code.NO_RECORDS):
            return self._done(End.REFUSED, f"report: {answer.why}")
        if self._is_all_there():
            self._memory.last = max(self._memory.met(), default=None)
            return self._done(End.COMPLETE)
        if self._rounds >= ROUNDS_MAX:
            why = f"{len(self._memory.met())} of {self._total} records came"
            self._memory.last = None  # the next sync asks for all of it again
            return self._done(End.SHORT, why)
        return self._report(None)

    def _is_all_there(self) -> bool:
        memory, total = self._memory, self._total or 0
        if self._since is None:
            return self._came >= total
        is_same = self._has_start and memory.epoch == self._epoch
        return is_same and self._since < NEARLY_ROUND and len(memory.met()) >= total

    def _report(self, since: int | None) -> list[Command]:
        self._since, self._came, self._epoch = since, 0, self._memory.epoch
        self._ascends, self._has_start = True, False
        if since is None:
            self._rounds += 1
            self._memory.last = None
        return self._ask(Op.REPORT, racp.report(since))

    def _ask(self, op: Op, octets: bytes) -> list[Command]:
        self._asked = op
        return [Write(octets)]

    def _done(self, end: End, why: str = "") -> list[Command]:
        self.end = end
        return [Done(end, why)]


def glucose_numbered(octets: bytes) -> list[tuple[int, bytes]]:
    """The sequence number of a glucose measurement or context. Raises Unreadable for none."""
    if not 3 <= len(octets) <= RECORD_OCTETS_MAX:
        raise Unreadable(f"glucose of {len(octets)} octets")
    return [(octets[1] | octets[2] << 8, octets)]


def cgm_numbered(octets: bytes) -> list[tuple[int, bytes]]:
    """The CGM records of one notification, by minutes since the session began. Raises Unreadable
    where the sizes they say do not fill it."""
    found: list[tuple[int, bytes]] = []
    place = 0
    while place < len(octets):
        size = octets[place]
        if not 6 <= size <= RECORD_OCTETS_MAX or place + size > len(octets):
            raise Unreadable(f"cgm says {size} octets where {len(octets) - place} are left")
        record = octets[place : place + size]
        found.append((record[4] | record[5] << 8, record))
        place += size
    if not found:
        raise Unreadable("cgm of no octets")
    return found
