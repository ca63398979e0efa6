"""What `homeward doctor` says of the audit: could anybody outside tell that it was changed?"""

import os
from collections.abc import Iterator
from pathlib import Path

from homeward.cli._found import Found, Grade
from homeward.model.errors import Misconfigured
from homeward.services.trail.witness import places_of
from homeward.settings import Settings

GUIDE = "see docs/guides/audit.md"


def audit(settings: Settings) -> Iterator[Found]:
    """The places outside that keep the audit's checkpoints."""
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
