"""What `homeward doctor` says of teams: carers who see nobody, wards nobody sees."""

import asyncio
from collections.abc import Iterator

from homeward.cli._found import Found, Grade, some
from homeward.engines.folder import DataFolder
from homeward.model.errors import Unreachable
from homeward.services.people.sign_in import Q
from homeward.settings import Settings
from homeward.store import Store
from homeward.store.server import ask

ANSWER_SECONDS = 3


def teams(settings: Settings) -> Iterator[Found]:
    """Who works where, while the database answers."""
    home = DataFolder(settings.data)
    run = home.last_run() if home.is_held else None
    url = run.postgres_url if run else settings.postgres_url
    if not url:
        return

    async def look() -> tuple[list[str], list[str]]:
        async with Store.open(url) as store:
            idle, unseen = await store.door().together(Q.works_nowhere(dict), Q.unseen_wards(dict))
        return [row["login"] for row in idle], [row["name"] for row in unseen]

    try:
        ask(url, ANSWER_SECONDS)
        idle, unseen = asyncio.run(look())
    except Unreachable:
        return  # said by who looks at the engines
    if unseen:
        what = f"nobody works on {some(unseen)}: its patients are on nobody's board"
        yield Found(Grade.WRONG, what, "homeward person works LOGIN --ward NAME")
    if idle:
        what = f"{some(idle)} may sign in and work on no ward: they see nobody"
        fix = "homeward person works LOGIN --ward NAME, or homeward person disable LOGIN"
        yield Found(Grade.WORRY, what, fix)
