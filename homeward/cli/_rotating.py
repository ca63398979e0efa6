"""The change of keys, and the file they are kept in apart from the backups."""

from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from homeward.cli._acted import Action, acted
from homeward.engines.secret import write_private
from homeward.engines.wrapping_key import (
    is_made_by_hand,
    key_file,
    wrapping,
    write_keys,
)
from homeward.guard.sealing import new_key, of_patient, wrapping_name
from homeward.model.errors import Conflict, Misconfigured, Unreadable
from homeward.services.people.admission import patient_id
from homeward.settings import Settings
from homeward.store import Store
from homeward.store.sealed import Q, seal_anew
from homeward.store.wrapping import wrap_anew

if TYPE_CHECKING:
    from homeward.services.contract import Tools

FORMAT = 1
WAITING = "patients.loaded"  # beside the key file, until the next start takes it in


class _Key(msgspec.Struct, frozen=True):
    owner: str
    version: int
    wrapped_by: str
    wrapped: bytes


class _Saved(msgspec.Struct, frozen=True):
    format: int
    lines: str  # of the key file; empty where the operator gives the key by hand
    wrapped_by: str
    keys: list[_Key]


def prepare_next(settings: Settings) -> Path:
    """Add the next wrapping key to the file; the file. Raises Conflict where there is one."""
    keys = wrapping(settings).keys
    if len(keys) > 1:
        raise Conflict("the next key is there already: copy the file, then homeward keys rotate")
    write_keys(settings, [*keys, new_key()])
    return key_file(settings)


async def rotate_now(tools: "Tools") -> tuple[int, str]:
    """Wrap all by the next key, which is made where there is none; how many, and what went."""
    settings, door = tools.settings, tools.store.door()
    if is_made_by_hand(settings):
        known = wrapping(settings)
        count = await wrap_anew(door, known, known.first)
        return count, "take the one before out of HOMEWARD_PATIENTS_KEY on every machine"
    in_use = (await door.one(Q.sealing, dict))["wrapped_by"]
    if len(wrapping(settings).keys) == 1:
        write_keys(settings, [*wrapping(settings).keys, new_key()])
    known = wrapping(settings)
    fresh = next(key for key in reversed(known.keys) if wrapping_name(key) != in_use)
    # First in the file from here on: cut off now, the next try goes on with it.
    write_keys(settings, [fresh, *(key for key in known.keys if key != fresh)])
    count = await wrap_anew(door, known, wrapping_name(fresh))
    write_keys(settings, [fresh])
    return count, "the one before is destroyed, and with it what backups hold of keys"


async def rotate_patient(tools: "Tools", record_number: str) -> None:
    """A new key for one patient; what the one before sealed is sealed anew."""
    keys = tools.store.keys
    assert keys is not None
    async with acted(tools, Action.UPDATE, record_number, "keys rotate") as door:
        number = await patient_id(door, record_number)
    apart = tools.store.door()
    await keys.renew(apart, of_patient(number))
    while await seal_anew(apart, "patient", number):
        pass


async def saved(tools: "Tools") -> tuple[bytes, int]:
    """What the file holds, and how many keys that is."""
    settings, door = tools.settings, tools.store.door()
    lines = "" if is_made_by_hand(settings) else key_file(settings).read_text()
    async with door.transaction() as inside:
        by = (await inside.one(Q.sealing, dict))["wrapped_by"]
        keys = await inside.all(Q.every_data_key, _Key)
    body = _Saved(FORMAT, lines, str(by), keys)
    return msgspec.json.encode(body), len(keys)


def loaded(file: Path, data: Path) -> str:
    """Put the file where the next start takes it in; what is so now. Raises Unreadable."""
    body = file.read_bytes()
    held = _read(body, file)
    if not (data / "keys").is_dir():
        raise Misconfigured(f"{data} is no data folder: restore the backup to it first")
    if held.lines:
        write_private(data / "keys" / "patients.key", held.lines.encode())
    write_private(data / "keys" / WAITING, body)
    return f"{len(held.keys)} keys wait in {data / 'keys'}; the next start takes them in."


def _read(body: bytes, file: Path) -> _Saved:
    try:
        held = msgspec.json.decode(body, type=_Saved)
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise Unreadable(f"{file} is no file of `homeward keys save`") from None
    if held.format != FORMAT:
        raise Unreadable(f"{file} was written by another version (format {held.format})")
    return held


async def take_in(settings: Settings) -> int:
    """Have the database hold the keys that wait, and no others; how many. Whoever was erased
    since the backup was taken has none among them, and stays erased."""
    file = settings.data / "keys" / WAITING
    if not file.exists():
        return 0
    held = _read(file.read_bytes(), file)
    async with Store.open(settings.postgres_url) as store, store.door().transaction() as door:
        await door.run(Q.forget_data_keys)
        await door.run_many(Q.restore_data_key, [msgspec.structs.asdict(key) for key in held.keys])
        await door.run(Q.change_wrapping_key, by=held.wrapped_by)
    file.unlink()
    return len(held.keys)
