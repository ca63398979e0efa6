"""A hospital's own tables of points, the keys they are signed with, and which scores are in use.

A table is taken only if a key this site trusts signed it and it has one answer to everything; both
are looked at again whenever it is loaded. One that does not hold is a technical alarm, and the
other scores go on.
"""

import hashlib
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from homeward.clinical.score import Scorer
from homeward.clinical.score_file import read
from homeward.clinical.scores import SCORERS
from homeward.model.errors import HomewardError, Missing, Refused, Unreadable
from homeward.model.person import Role
from homeward.services.watch.ledger import Q
from homeward.services.watch.limits import kept_reason
from homeward.services.watch.troubles import Trouble
from homeward.services.watch.watcher import Verdict, Watcher
from homeward.store import Door

REASON_CHARACTERS_MIN = 3
TROUBLE = "score_table_"
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Signed:
    """The newest row of one table, and whether its key is trusted now. No text: withdrawn."""

    name: str
    text: str | None
    sha256: str | None
    signature: bytes | None
    public_key: bytes | None
    is_trusted: bool


@dataclass(frozen=True, slots=True)
class Said:
    """Who does something, why, and when."""

    by: int
    reason: str
    now: datetime

    def __post_init__(self) -> None:
        if len(self.reason.strip()) < REASON_CHARACTERS_MIN:
            raise Unreadable("Say why, in a few words.")


@dataclass(frozen=True, slots=True)
class Key:
    """A key as this site knows it."""

    public_key: bytes
    name: str
    is_trusted: bool
    at: datetime
    set_by: str
    reason: str


@dataclass(frozen=True, slots=True)
class Scope:
    """Whom a switch is for: one patient, one ward, or (neither) the site."""

    patient_id: int | None = None
    ward_id: int | None = None

    @property
    def rank(self) -> int:
        """How near it is to the patient."""
        return 2 if self.patient_id is not None else 1 if self.ward_id is not None else 0

    @property
    def switchers(self) -> frozenset[Role]:
        """Who may switch here. What holds on every ward is no single ward's to switch."""
        return frozenset({Role.DOCTOR if self.rank else Role.ADMINISTRATOR})


async def trust(door: Door, public_key: bytes, name: str, said: Said, *, is_trusted: bool) -> None:
    """Trust a key, or trust it no more. A table it signed is loaded, or fails to be, at once.

    Raises Missing where a key that was never trusted is to be trusted no more.
    """
    known = {key.public_key for key in await keys(door)}
    if not is_trusted and public_key not in known:
        raise Missing("That key was never trusted here.")
    await door.run(
        Q.add_score_key, public_key=public_key, name=name, is_trusted=is_trusted, by=said.by,
        reason=said.reason, now=said.now,
    )  # fmt: skip


async def keys(door: Door) -> list[Key]:
    """Every key ever trusted, as it stands."""
    return await door.all(Q.score_keys, Key)


async def add(door: Door, text: str, signature: bytes, said: Said) -> Scorer:
    """Take a signed table; a former one of its name counts no more.

    Raises Misconfigured for one that has not one answer to everything, Refused for one that no
    trusted key signed.
    """
    from homeward.guard.signed import is_signed  # brings cryptography, 10 MB

    scorer = read(text)
    body = text.encode()
    signers = [key for key in await keys(door) if is_signed(key.public_key, signature, body)]
    if not signers:
        raise Refused("No key known here signed this file as it is: trust its key, or sign it.")
    if not signers[0].is_trusted:
        raise Refused(f"The key {signers[0].name} signed it, and is not trusted any more.")
    await door.run(
        Q.add_score_table, name=scorer.name, version=scorer.version, text=text,
        sha256=hashlib.sha256(body).hexdigest(), signature=signature,
        public_key=signers[0].public_key, by=said.by, reason=said.reason, now=said.now,
    )  # fmt: skip
    return scorer


async def withdraw(door: Door, name: str, said: Said) -> None:
    """Use a table no more: its scores end, and its alarms. Raises Missing."""
    if not any(each.name == name and each.text for each in await tables(door)):
        raise Missing(f"There is no table {name} in use.")
    await door.run(
        Q.add_score_table, name=name, version=None, text=None, sha256=None, signature=None,
        public_key=None, by=said.by, reason=said.reason, now=said.now,
    )  # fmt: skip


async def tables(door: Door) -> list[Signed]:
    """The newest of each table."""
    return await door.all(Q.score_tables, Signed)


async def switch(door: Door, score: str, is_on: bool | None, scope: Scope, said: Said) -> None:
    """Use a score for somebody, or do not; None: as the wider setting says.

    Raises Missing for a score nobody knows.
    """
    known = {scorer.name for scorer in SCORERS} | {e.name for e in await tables(door) if e.text}
    if score not in known:
        raise Missing(f"There is no score {score!r}; there are {', '.join(sorted(known))}.")
    reason = kept_reason(scope.patient_id, "score_switch.reason", said.reason)
    await door.run(
        Q.add_score_switch, score=score, is_on=is_on, patient=scope.patient_id,
        ward=scope.ward_id, by=said.by, reason=reason, now=said.now,
    )  # fmt: skip


def load(table: Signed) -> Scorer:
    """The score of a table that still holds. Raises Refused, Misconfigured."""
    from homeward.guard.signed import is_signed

    assert table.text is not None
    assert table.public_key is not None
    assert table.signature is not None
    body = table.text.encode()
    if not table.is_trusted:
        raise Refused("its key is not trusted any more")
    if hashlib.sha256(body).hexdigest() != table.sha256:
        raise Refused("it is not the text that was added")
    if not is_signed(table.public_key, table.signature, body):
        raise Refused("its signature does not hold")
    scorer = read(table.text)
    if scorer.name != table.name:
        raise Refused(f"it is a table of {scorer.name}")
    return scorer


def loaded(found: Sequence[Signed]) -> tuple[list[Scorer], dict[str, str]]:
    """The scores of the tables that hold, and by name what is wrong with the others."""
    scorers: list[Scorer] = []
    faults: dict[str, str] = {}
    for table in found:
        if table.text is None:
            continue
        try:
            scorers.append(load(table))
        except Exception as error:  # D22: whatever is wrong with a table becomes an alarm
            why = str(error) if isinstance(error, HomewardError) else type(error).__name__
            log.error("the table %s cannot be used: %s", table.name, why)
            faults[table.name] = why
    return scorers, faults


class OwnTables:
    """Brings the tables in force to the watcher, when they change."""

    def __init__(self, watcher: Watcher) -> None:
        self._watcher = watcher
        self._known: list[Signed] | None = None
        self._troubles: dict[str, str] = {}  # text by name of a table that cannot be loaded

    async def look(self, door: Door, now: datetime) -> Verdict:
        """What is so now; a trouble is told again each time, for as long as it lasts."""
        found = await tables(door)
        verdict = Verdict()
        if found != self._known:
            before, self._troubles = self._troubles, {}
            self._use(found)
            self._known = found
            for name in before.keys() - self._troubles.keys():
                over = Trouble(TROUBLE + name, over=True)
                verdict.changes += self._watcher.hears(over, now).changes
        for name, text in self._troubles.items():
            verdict.changes += self._watcher.hears(Trouble(TROUBLE + name, text), now).changes
        return verdict

    def _use(self, found: Sequence[Signed]) -> None:
        scorers, faults = loaded(found)
        for name, why in faults.items():
            self._troubles[name] = f"The score {name} is not computed: {why}"
        self._watcher.use((*SCORERS, *scorers), broken=self._troubles)
