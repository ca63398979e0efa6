"""What `homeward doctor` finds of a NATS of one's own: does it answer, whom does it let do what."""

import asyncio
from collections.abc import Iterator

from homeward.bus import Bus
from homeward.bus.grants import lacking
from homeward.cli._found import Found, Grade
from homeward.engines.nats import as_process
from homeward.guard.subjects import PARTS, may
from homeward.model.errors import Unreachable
from homeward.settings import Settings

ACCOUNTS = "give your NATS the accounts of `homeward bus users` (docs/guides/cluster.md)"


def own_nats(settings: Settings) -> Iterator[Found]:
    """The user's own NATS, as each process comes to it with what this machine has."""
    url = settings.nats_url
    as_each = {process: as_process(url, process, settings.data) for process in PARTS}
    if set(as_each.values()) == {url}:
        as_each = {"command": url}
    found = asyncio.run(_asked(as_each))
    if all(each.grade is not Grade.WRONG for each in found):
        yield Found(Grade.WELL, "your own NATS answers")
    yield from found


async def _asked(as_each: dict[str, str]) -> list[Found]:
    found = await asyncio.gather(*(_as_one(process, url) for process, url in as_each.items()))
    return list(dict.fromkeys(each for each in found if each is not None))


async def _as_one(process: str, url: str) -> Found | None:
    try:
        async with Bus.open(url, "homeward doctor") as bus:
            grants = await bus.grants()
    except Unreachable as error:
        fix = "is it up, and are address and credentials in nats_url right?"
        return Found(Grade.WRONG, f"your own NATS: {error}", fix)
    if grants is None:
        what = "one account of your NATS is everybody's: each process may say and hear everything"
        return Found(Grade.WORRY, what, ACCOUNTS)
    if lacks := ", ".join(lacking(may(process), grants)):
        return Found(Grade.WRONG, f"your NATS does not let {process} {lacks}", ACCOUNTS)
    return None
