"""What `homeward doctor` says of the audit: could anybody outside tell that it was changed?"""

import asyncio
import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from homeward.cli._found import Found, Grade
from homeward.engines.audit_key import public_audit_key
from homeward.guard.signed import written
from homeward.model.errors import Misconfigured, Missing
from homeward.services.trail.ageing import fault as fault_of
from homeward.services.trail.exporting import export
from homeward.services.trail.sealing import waiting_since
from homeward.services.trail.witness import NEWEST, places_of
from homeward.settings import Settings
from homeward.store import Store
from homeward.verifier.check import Unsound, check_file

UNSEALED_MAX = timedelta(minutes=5)
GUIDE = "see docs/guides/audit.md"


def audit(settings: Settings) -> Iterator[Found]:
    """The places outside that keep the audit's checkpoints, and how long its rows are kept."""
    if wrong := fault_of(settings.audit_retention_years):
        yield Found(Grade.WRONG, wrong, "set audit_retention_years=6")
    try:
        places = places_of(settings.audit_witness)
    except Misconfigured as error:
        yield Found(Grade.WRONG, str(error), GUIDE)
        return
    if not places:
        what = "nobody outside could tell whether the audit was written anew"
        yield Found(Grade.WORRY, what, f"set audit_witness; {GUIDE}")
    for place in places:
        if isinstance(place, Path):
            yield _folder(settings, place)
        else:
            yield Found(Grade.WELL, f"the audit's checkpoints go to {place.hostname}")


def _folder(settings: Settings, folder: Path) -> Found:
    if not folder.is_dir() or not os.access(folder, os.W_OK | os.X_OK):
        what = f"the audit's checkpoints cannot be written to {folder}"
        return Found(Grade.WRONG, what, "make the folder, or bring its disk back")
    if settings.data.exists() and folder.stat().st_dev == settings.data.stat().st_dev:
        what = f"the audit's checkpoints are on the disk of what they vouch for: {folder}"
        return Found(Grade.WORRY, what, f"name a folder of another machine; {GUIDE}")
    return Found(Grade.WELL, f"the audit's checkpoints go to {folder}")


def sealed(settings: Settings) -> Iterator[Found]:
    """The audit itself: all of it is checked, with every checkpoint that is held outside."""
    with TemporaryDirectory(prefix="homeward-audit-") as folder:
        file = Path(folder) / "audit.log"
        try:
            waits = asyncio.run(_export(settings, file))
        except Missing as error:
            yield Found(Grade.WORRY, str(error), "")
            return
        key = written(public_audit_key(settings.data))
        held = list(_held(settings))
        try:
            report = check_file(str(file), [key], [str(each) for each in held])
        except (OSError, Unsound) as error:
            yield Found(Grade.WRONG, f"the audit cannot be checked: {error}", GUIDE)
            return
    for fault in report.faults:
        yield Found(Grade.WRONG, f"the audit: {fault}", f"keep what there is; {GUIDE}")
    if not report.faults:
        outside = f", {len(held)} of them held outside" if held else ""
        what = f"{report.rows - report.gone} rows of the audit are what was sealed, up to"
        what += f" {report.newest}; {report.checkpoints} checkpoints{outside}"
        if report.gone:
            what += f"; {report.gone} older rows are gone, as row {report.said} says"
        yield Found(Grade.WELL, what)
    if waits is not None and datetime.now(UTC) - waits > UNSEALED_MAX:
        what = f"rows of the audit wait to be sealed since {waits:%F %T} UTC"
        yield Found(Grade.WRONG, what, "see logs/work.log")


async def _export(settings: Settings, file: Path) -> datetime | None:
    async with Store.open(settings.postgres_url, size_max=1) as store:
        with file.open("wb") as out:
            async for piece in export(store.door()):
                out.write(piece)
        return await waiting_since(store.door())


def _held(settings: Settings) -> Iterator[Path]:
    for place in places_of(settings.audit_witness):
        if isinstance(place, Path):
            yield from (each for each in sorted(place.glob(f"{NEWEST}*")) if each.is_file())
