"""What `homeward doctor` says of the shares patients are divided into: who watches each."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from homeward.cli._found import Found, Grade
from homeward.engines.folder import DataFolder
from homeward.model.errors import Unreachable
from homeward.services.watch.shares import Seen, is_divided, seen_now
from homeward.settings import Settings
from homeward.store import Store
from homeward.store.server import ask

ANSWER_SECONDS = 3
LAGS = timedelta(seconds=10)


def shares(settings: Settings) -> Iterator[Found]:
    """Each share while the platform runs, here or elsewhere."""
    home = DataFolder(settings.data)
    run = home.last_run() if home.is_held else None
    url = run.postgres_url if run else settings.postgres_url
    if not url:
        return

    async def look() -> list[Seen]:
        async with Store.open(url) as store:
            return await seen_now(store.door()) if await is_divided(store.door()) else []

    try:
        ask(url, ANSWER_SECONDS)
        found = asyncio.run(look())
    except Unreachable:
        return  # said by who looks at the engines
    if run is None and all(each.is_free for each in found):
        return  # the platform runs nowhere
    for each in found:
        yield _said(each, len(found), datetime.now(UTC))


def _said(each: Seen, count: int, now: datetime) -> Found:
    which = f"share {each.number + 1} of {count} of the patients"
    if each.is_free:
        return Found(Grade.WRONG, f"nobody watches {which}", "start another `homeward run watch`")
    if each.at is None or now - each.at > LAGS:
        words = f"{which} is not judged up to now by {each.holder}"
        return Found(Grade.WORRY, words, "see its log; it may have just begun, or be overloaded")
    return Found(Grade.WELL, f"{which} is watched by {each.holder}")
