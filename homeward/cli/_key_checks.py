"""What `homeward doctor` says of the key that opens patients' names."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from homeward.cli._found import Found, Grade
from homeward.engines.folder import DataFolder
from homeward.engines.wrapping_key import is_made_by_hand, key_file, reads, wrapping
from homeward.model.errors import Misconfigured, Unreachable
from homeward.services.people.sign_in import Q as People
from homeward.settings import Settings
from homeward.store import Store
from homeward.store.keyring import Keyring
from homeward.store.sealed import Q, in_clear
from homeward.store.server import ask

ANSWER_SECONDS = 3
ROTATED_WITHIN = timedelta(days=30)  # GDPR 12 (3): within one month of the request
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
    async def look() -> tuple[bool, int, list[dict[str, int]]]:
        async with Store.open(url) as store:
            door = store.door()
            await Keyring(reads(settings)).adopt(door)
            begun = (await door.one(Q.sealing, dict))["is_begun"]
            erased = await door.all(People.open_in_backups, dict)
            return begun, await in_clear(door), erased

    try:
        ask(url, ANSWER_SECONDS)
        is_begun, waiting, erased = asyncio.run(look())
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
    if erased:
        yield _in_backups(len(erased), datetime.fromtimestamp(erased[0]["decided"] / 1000, UTC))


def _in_backups(people: int, since: datetime) -> Found:
    """Who was erased here and is not in backups: a person acts, since it also makes older files of
    `homeward keys save` worthless, without which a backup has no names."""
    is_late = datetime.now(UTC) - since > ROTATED_WITHIN
    what = f"backups open the names of {people} patients who were erased, since {since:%F}"
    fix = "homeward keys rotate, then homeward keys save FILE, and erase its older files"
    return Found(Grade.WRONG if is_late else Grade.WORRY, what, fix)
