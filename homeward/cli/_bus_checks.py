"""What `homeward doctor` finds of a NATS of one's own: does it answer, whom does it let do what."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

from homeward.bus import Bus
from homeward.bus.grants import lacking
from homeward.cli._found import Found, Grade
from homeward.engines.nats import account, as_process
from homeward.guard.subjects import PARTS, may
from homeward.model.errors import Unreachable
from homeward.settings import Settings

ACCOUNTS = "give your NATS the accounts of `homeward bus users` (docs/guides/cluster.md)"


def own_nats(settings: Settings) -> Iterator[Found]:
    """The user's own NATS, as each process comes to it with what this machine has."""
    as_each = _as_each(settings.nats_url, settings.data) or {"command": settings.nats_url}
    found = asyncio.run(_asked("your own NATS", as_each))
    if all(each.grade is not Grade.WRONG for each in found):
        yield Found(Grade.WELL, "your own NATS answers")
    yield from found


def accounts(settings: Settings) -> Iterator[Found]:
    """Who may say and hear what on the bus."""
    # Commands were given their account already; the others' are asked about as well.
    scheme, is_ours, rest = settings.nats_url.partition(f"//{account('command')}:")
    bare = f"{scheme}//{rest.partition('@')[2]}" if is_ours else settings.nats_url
    as_each = _as_each(bare, settings.data)
    found = asyncio.run(_asked("the bus", as_each or {"command": settings.nats_url}))
    yield from found
    if not found:
        what = f"the bus lets each of {len(as_each) or 1} accounts say and hear what is its own"
        yield Found(Grade.WELL, what)


def _as_each(url: str, data: Path) -> dict[str, str]:
    """The address with each account that this machine has; none where the address names its own."""
    found = {process: as_process(url, process, data) for process in PARTS}
    return {process: its for process, its in found.items() if its != url}


async def _asked(whose: str, as_each: dict[str, str]) -> list[Found]:
    asking = (_as_one(whose, process, url) for process, url in as_each.items())
    found = await asyncio.gather(*asking)
    return list(dict.fromkeys(each for each in found if each is not None))


async def _as_one(whose: str, process: str, url: str) -> Found | None:
    try:
        async with Bus.open(url, "homeward doctor") as bus:
            grants = await bus.grants()
    except Unreachable as error:
        fix = "is it up, and are address and credentials in nats_url right?"
        return Found(Grade.WRONG, f"{whose}: {error}", fix)
    if grants is None:
        what = f"one account is everybody's at {whose}: each process may say and hear everything"
        return Found(Grade.WORRY, what, ACCOUNTS)
    if lacks := ", ".join(" ".join(each) for each in lacking(may(process), grants)):
        return Found(Grade.WRONG, f"{whose} does not let {process} {lacks}", ACCOUNTS)
    return None
