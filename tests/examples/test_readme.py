"""What the README tells a newcomer to type works as written; what it tells of a demo is in
test_beside_a_demo.py."""

import os
import re
import subprocess
import sys
from pathlib import Path

from tests.examples.conftest import REPOSITORY

README = (REPOSITORY / "README.md").read_text()
BIN = Path(sys.executable).parent


def block(mark: str) -> str:
    """The commands under a mark."""
    found = re.findall(rf"<!-- {mark} -->\n```sh\n(.*?)```", README, re.DOTALL)
    assert len(found) == 1, f"one block of commands is marked {mark!r}"
    return found[0]


def test_a_score_is_checked_by_hand() -> None:
    done = subprocess.run(
        ["sh", "-euc", block("run").replace(".venv/bin/", "")],
        env={**os.environ, "PATH": f"{BIN}:{os.environ['PATH']}"},
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert "high" in done.stdout


def test_every_page_the_readme_points_to_is_there() -> None:
    for target in re.findall(r"\]\(([^)#]+)\)", README):
        if not target.startswith("http"):
            assert (REPOSITORY / target).exists(), target
