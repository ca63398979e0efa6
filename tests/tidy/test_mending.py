"""SECURITY.md says within what time a weakness is mended, and the locks are watched as it says."""

import re
import runpy
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SECURITY = (ROOT / "SECURITY.md").read_text()
ROW = re.compile(r"^\| (critical|high|medium|low)\b.*?\| (\d+) \| (\d+) \|$", re.MULTILINE)


def test_every_severity_has_its_days_for_our_own_code_and_for_third_parties() -> None:
    days = {found[1]: (int(found[2]), int(found[3])) for found in ROW.finditer(SECURITY)}
    assert list(days) == ["critical", "high", "medium", "low"]
    own, others = zip(*days.values(), strict=True)
    assert list(own) == sorted(own)
    assert list(others) == sorted(others)
    assert own[0] <= others[0] <= 15, "what is critical does not wait for the next release"
    assert "homeward sbom" in SECURITY


def test_locks_older_than_promised_fail_the_scans(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    makefile = (ROOT / "Makefile").read_text()
    (days,) = re.findall(r"^LOCKS_DAYS_MAX := (\d+)$", makefile, re.MULTILINE)
    assert f"older than {days} days" in SECURITY
    assert "requirements/scans/locks.py $(LOCKS_DAYS_MAX)" in makefile
    locks = runpy.run_path(str(ROOT / "requirements/scans/locks.py"))
    assert all((ROOT / name).is_file() for name in locks["LOCKS"])
    later = time.time() + (int(days) + 1) * locks["DAY_SECONDS"]
    assert len(locks["too_old"](int(days), later)) == len(locks["LOCKS"])
    assert locks["too_old"](100_000, later) == []
