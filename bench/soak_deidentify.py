"""Ten thousand people with identifiers planted in their records: none comes out of an export.

    make soak NAME=deidentify
    python -m bench.soak_deidentify 10000

A real database holds names, places, numbers, addresses and serials in every column somebody could
put one into (bench/_planted.py). Their records are written by Safe Harbor, and the files searched.
"""

import asyncio
import shutil
import sys
import tempfile
from pathlib import Path

from bench._planted import FORBIDDEN, fill
from bench.report import finish, table
from homeward.engines.child import running
from homeward.engines.postgres import Postgres
from homeward.guard.deidentify import Anonymity, Method
from homeward.services.release.deidentified import people_of, write
from homeward.store import Store, migrate

PEOPLE = 10_000


async def written(url: str, people: int, folder: Path) -> Anonymity:
    """Fill and write."""
    async with Store.open(url, size_max=2) as store:
        await fill(store, people)
        door = store.door()
        return await write(
            door, await people_of(door, [], is_agreed=False), Method.SAFE_HARBOR, folder
        )


def searched(found: Anonymity, folder: Path) -> dict[str, float]:
    """What was written, and how many identifiers are in it."""
    leaks = bytes_written = 0
    for place in folder.glob("*.csv"):
        text = place.read_text(encoding="utf-8")
        leaks += len(FORBIDDEN.findall(text))
        bytes_written += len(text)
    return {
        "people": found.subjects, "leaks": leaks, "k": found.k,
        "in_small_classes": found.in_small_classes, "bytes": bytes_written,
    }  # fmt: skip


def main() -> None:
    """Print what was found."""
    people = int(sys.argv[1]) if len(sys.argv) > 1 else PEOPLE
    folder = Path(tempfile.mkdtemp(prefix="homeward-soak-"))
    folder.chmod(0o711)
    out = folder / "out"
    out.mkdir()
    try:
        postgres = Postgres(folder, durable=False)
        with running(postgres):
            migrate(postgres.url)
            found = asyncio.run(written(postgres.url, people, out))
        figures = searched(found, out)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    table(("figure", "value"), [(name, f"{value:g}") for name, value in figures.items()])
    finish("deidentify", figures)
    if figures["leaks"] or figures["people"] != people:
        sys.exit(1)


if __name__ == "__main__":
    main()
