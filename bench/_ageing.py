"""`python -m bench._ageing WHAT URL COLD_URL FOLDER`: the record's work in a process of its own.

WHAT is `compaction` (fold, compact, roll days up) or `retiring` (leave for the cold store). It says
`begun` once it is connected, and ends when nothing is due.
"""

import asyncio
import sys
from datetime import UTC, datetime
from pathlib import Path

from homeward.services.record.compact import compact
from homeward.services.record.days import roll_days
from homeward.services.record.fold import fold
from homeward.services.record.retire import Retirement
from homeward.store import Store


async def main(what: str, url: str, cold_url: str, folder: Path) -> None:
    """Do all that is due now."""
    now = datetime.now(UTC)
    async with Store.open(url, cold_url=cold_url) as store:
        print("begun", flush=True)
        if what == "retiring":
            retirement = Retirement(store, folder)
            while await retirement.step(now):
                pass
            return
        while (await fold(store, now)).messages:
            pass
        while await compact(store, now):
            pass
        while await roll_days(store, now):
            pass


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:4], Path(sys.argv[4])))
