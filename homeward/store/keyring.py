"""The keys of patients and accounts, as this process has them; wrapped, they lie in `data_key`.

What is read is opened on its way (`homeward.store.adapt`), what is written is sealed where the code
that writes says whose it is (`homeward.guard.sealing.Secret`). A name that cannot be opened hides
who it is and nothing else: an alarm is shown, and somebody called, whatever became of the keys.
"""

import logging
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from homeward.guard.sealing import (
    Blind,
    Name,
    Secret,
    Wrapping,
    blind,
    name_of,
    new_key,
    open_,
    seal,
)
from homeward.model.errors import Misconfigured, Unreadable
from homeward.store.sql import queries

if TYPE_CHECKING:
    from homeward.store.door import Door

Q = queries("homeward.store")
log = logging.getLogger(__name__)
SITE = "site/0"  # its key is what record numbers are found by
ERASED = "Erased"
LOCKED = "Sealed"
FORGET_SECONDS = 600.0  # what was opened, and its key, is in memory for no longer
LOOK_SECONDS = 60.0  # how long a new wrapping key, or that sealing has begun, may go unseen
KEYS_MAX = 20_000
OPENED_MAX = 50_000


@dataclass(frozen=True, slots=True)
class _State:
    wrapped_by: str | None
    is_begun: bool


@dataclass(frozen=True, slots=True)
class _Row:
    owner: str
    version: int
    wrapped_by: str
    wrapped: bytes


class Keyring:
    """The keys this process has seen of late."""

    def __init__(self, read: Callable[[], Wrapping]) -> None:
        """`read` gets the wrapping keys, each time anew: a rotation changes them while we run."""
        self._read = read
        self._held: Wrapping | None = None
        self._keys: dict[Name, AESGCM | str] = {}  # a word where there is none
        self._newest: dict[str, Name] = {}
        self._opened: dict[bytes, str] = {}
        self._missing: set[Name] = set()
        self._site: bytes | None = None
        self._state: _State | None = None
        self._looked = self._began = time.monotonic()

    @property
    def _wrapping(self) -> Wrapping:
        if self._held is None:
            self._held = self._read()
        return self._held

    def opened(self, sealed: bytes) -> str:
        """What a sealed text says. Where its key is to be fetched first, `is_short` says so."""
        known = self._opened.get(sealed)
        if known is not None:
            return known
        text = sealed.decode()
        name = name_of(text)
        key = self._keys.get(name) if name else LOCKED
        if key is None and name is not None:
            self._missing.add(name)
            return LOCKED
        if not isinstance(key, AESGCM):
            return key or LOCKED
        try:
            said = open_(key, text)
        except Unreadable as error:
            log.error("%s: %s", name, error)
            return LOCKED
        if len(self._opened) >= OPENED_MAX:
            self._opened.clear()
        self._opened[sealed] = said
        return said

    @property
    def is_short(self) -> bool:
        """Whether keys are to be fetched for what was read just now."""
        return bool(self._missing)

    async def fetch(self, door: "Door") -> None:
        """Get the keys that were missing. One that cannot be had leaves its texts sealed."""
        names, self._missing = self._missing, set()
        self.forget_old()
        await self._fetch(door, {name.owner for name in names})
        for name in names - self._keys.keys():
            self._keys[name] = ERASED

    async def _fetch(self, door: "Door", owners: Iterable[str]) -> dict[str, Name]:
        """The newest key of each of these owners that has one; all of them are known then."""
        newest: dict[str, Name] = {}
        for row in await door.all(Q.data_keys, _Row, owners=list(owners)):
            name = Name(row.owner, row.version)
            try:
                self._keys[name] = AESGCM(self._unwrapped(row))
                newest[row.owner] = name
            except Misconfigured as error:
                log.error("%s", error)
                self._keys[name] = LOCKED
        return newest

    def _unwrapped(self, row: _Row) -> bytes:
        if row.wrapped_by not in self._wrapping.names:
            self._held = self._read()
        return self._wrapping.unwrap(row.wrapped_by, row.wrapped, Name(row.owner, row.version))

    async def ready(
        self, door: "Door", values: Mapping[str, Any], is_inside: bool
    ) -> dict[str, Any]:
        """The values of one statement with each text sealed, or made what it is found by.

        A key made in a transaction is known to it alone until it is committed: nothing else may
        be sealed by a key that is never kept. Raises Misconfigured where no key can be had.
        """
        self.forget_old()
        state = await self._look(door)
        texts = {name: each for name, each in values.items() if type(each) is Secret and each.text}
        names: dict[str, Name] = {}
        if texts and state.is_begun:
            owners = {each.owner for each in texts.values()}
            names = await self._names(door, owners, is_inside=is_inside)
        made = plain(values)
        for place, each in texts.items():
            if each.owner in names:
                key = self._keys[names[each.owner]]
                if not isinstance(key, AESGCM):
                    raise Misconfigured(f"the key of {each.owner} cannot be unwrapped")
                made[place] = seal(key, names[each.owner], each.place, str(each.text))
        for place, each in values.items():
            if type(each) is Blind and self._site is not None:
                found_by = blind(self._site, each.place, each.text)
                kept = found_by if state.is_begun else each.text
                made[place] = kept if each.is_kept else [each.text, found_by]
        return made

    async def _names(self, door: "Door", owners: set[str], *, is_inside: bool) -> dict[str, Name]:
        known = {owner: self._newest[owner] for owner in owners if owner in self._newest}
        rest = owners - known.keys()
        if rest:
            found = await self._fetch(door, rest)
            for owner in rest - found.keys():
                await self._make(door, owner, 1)
            found |= await self._fetch(door, rest - found.keys())
            if not is_inside:
                self._newest |= found
            known |= found
        if owners - known.keys():
            raise Misconfigured(f"no key could be made for {sorted(owners - known.keys())[0]}")
        return known

    async def _make(self, door: "Door", owner: str, version: int) -> None:
        """A new key, wrapped by what is in use now, unless somebody was first."""
        for _ in range(2):
            by = str((await door.one(Q.sealing, _State)).wrapped_by)
            if by not in self._wrapping.names:
                self._held = self._read()
            wrapped = self._wrapping.wrap(by, new_key(), Name(owner, version))
            values = {"owner": owner, "version": version, "by": by, "wrapped": wrapped}
            await door.run(Q.add_data_key, **values)
            if await door.all(Q.data_keys, _Row, owners=[owner]):
                return  # else the wrapping key was changed this moment

    async def renew(self, door: "Door", owner: str) -> int:
        """A further key of an owner, by which all is sealed from now on; its version.

        What the one before sealed is sealed anew in the background, and only then it goes."""
        rows = await door.all(Q.data_keys, _Row, owners=[owner])
        if not rows:
            raise Misconfigured(f"{owner} has no key: it was destroyed, or nothing was sealed yet")
        version = rows[-1].version + 1
        await self._make(door, owner, version)
        await door.run(Q.retire_data_keys, owner=owner, version=version)
        self._newest.pop(owner, None)
        return version

    async def _look(self, door: "Door") -> _State:
        """How things are sealed now; the first to look says by which wrapping key.

        That, and the key of the site, are committed by themselves: whoever looks may be in a
        transaction that comes to nothing.
        """
        if self._state is None or time.monotonic() - self._looked > LOOK_SECONDS:
            self._looked = time.monotonic()
            self._state = await door.one(Q.sealing, _State)
            if self._state.wrapped_by is None:
                await door.apart.run(Q.adopt_wrapping_key, by=self._wrapping.first)
                self._state = await door.apart.one(Q.sealing, _State)
        if self._site is None:
            rows = await door.all(Q.data_keys, _Row, owners=[SITE])
            if not rows:
                await self._make(door.apart, SITE, 1)
                rows = await door.apart.all(Q.data_keys, _Row, owners=[SITE])
            self._site = self._unwrapped(rows[0])
        return self._state

    async def adopt(self, door: "Door") -> None:
        """See that these keys are those of this database. Raises Misconfigured."""
        self._state = self._site = None
        await self._look(door)

    def forget_old(self) -> None:
        """Forget all of it from time to time: a key that was destroyed is soon nowhere."""
        if time.monotonic() - self._began > FORGET_SECONDS or len(self._keys) > KEYS_MAX:
            self.forget()

    def forget(self) -> None:
        """Forget every key and every text."""
        self._began = time.monotonic()
        for each in (self._keys, self._newest, self._opened):
            each.clear()


async def is_unsealed(door: "Door") -> bool:
    """Whether no key was ever made for this database, so that any may be its first."""
    return (await door.one(Q.sealing, _State)).wrapped_by is None


def is_to_be_made(values: Mapping[str, Any]) -> bool:
    """Whether one of these values is to be sealed, or found by."""
    return any(type(each) in (Secret, Blind) for each in values.values())


def plain(values: Mapping[str, Any]) -> dict[str, Any]:
    """Values where there are no keys: as they were before there were any."""
    return {name: _plain(value) for name, value in values.items()}


def _plain(value: Any) -> Any:
    if type(value) is Secret:
        return value.text
    if type(value) is Blind:
        return value.text if value.is_kept else [value.text]
    return value
