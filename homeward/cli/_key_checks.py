"""What `homeward doctor` says of the key that opens patients' names."""

import asyncio
from collections.abc import Iterator

from homeward.cli._found import Found, Grade
from homeward.engines.folder import DataFolder
from homeward.engines.wrapping_key import is_made_by_hand, key_file, reads, wrapping
from homeward.model.errors import Misconfigured, Unreachable
from homeward.settings import Settings
from homeward.store import Store
from homeward.store.keyring import Keyring
from homeward.store.sealed import Q, in_clear
from homeward.store.server import ask

ANSWER_SECONDS = 3
BRING_BACK = "bring back the key that belongs to this database (docs/guides/sealing.md)"


def keys(settings: Settings) -> Iterator[Found]:
    """Whether the key is there, closed to others, and this database's; whether all is sealed."""
    home = DataFolder(settings.data)
    run = home.last_run() if home.is_held else None
    url = run.postgres_url if run else settings.postgres_url
    file = key_file(settings)
    if not (url or file.exists() or is_made_by_hand(settings)):
        return  # the first start makes it
    if file.exists() and file.stat().st_mode & 0o077:
        yield Found(Grade.WRONG, f"{file} is open to others", f"chmod 600 {file}")
    try:
        wrapping(settings)
    except Misconfigured as error:
        yield Found(Grade.WRONG, str(error), BRING_BACK)
        return
    if url:
        yield from _of_database(settings, url)


def _of_database(settings: Settings, url: str) -> Iterator[Found]:
    async def look() -> tuple[bool, int]:
        async with Store.open(url) as store:
            door = store.door()
            await Keyring(reads(settings)).adopt(door)
            begun = (await door.one(Q.sealing, dict))["is_begun"]
            return begun, await in_clear(door)

    try:
        ask(url, ANSWER_SECONDS)
        is_begun, waiting = asyncio.run(look())
    except Unreachable:
        return  # said by who looks at the engines
    except Misconfigured as error:
        yield Found(Grade.WRONG, str(error), BRING_BACK)
        return
    if not is_begun:
        what = "patients' names are not sealed yet: it begins a day after the upgrade"
        yield Found(Grade.WORRY, what, "homeward keys seal, once no older version runs")
    elif waiting:
        what = f"{waiting} texts of patients or more are not sealed yet"
        yield Found(Grade.WORRY, what, "it goes on by itself; or now: homeward keys seal")
    else:
        yield Found(Grade.WELL, "patients' names and notes are sealed, and this key opens them")
