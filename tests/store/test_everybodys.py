"""What no policy can divide is asked as the platform: which questions, is reviewed here."""

from pathlib import Path

import homeward
from homeward.store.sql import queries

ROOT = Path(homeward.__file__).parent
# Rows of the inbox, which hold everybody's newest; the code beside keeps those of devices that the
# actor's patients wear.
EVERYBODYS = {"waiting_readings", "waiting_waves", "heard_readings"}


def test_no_other_question_goes_past_row_security() -> None:
    packages = [
        ".".join(("homeward", *file.parent.relative_to(ROOT).parts))
        for file in ROOT.rglob("queries.sql")
    ]
    assert "homeward.store" in packages
    found = {
        query.name
        for package in packages
        for query in queries(package).blocks.values()
        if query.is_everybodys
    }
    assert found == EVERYBODYS
