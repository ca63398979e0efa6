"""What the README tells a newcomer to type works as written."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

from tests.examples.conftest import REPOSITORY, Demo

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


def test_a_newcomers_own_device_is_on_the_chart(demo: Demo) -> None:
    port = json.loads((demo.folder / "data-demo" / "run.json").read_text())["mqtt_port"]
    words = block("run beside the demo").replace("8883", str(port)).replace("my-", "readme-")
    done = demo.run("sh", "-euc", words)
    assert done.returncode == 0, done.stdout + done.stderr

    def heard() -> dict[str, object] | None:
        rows = demo.nora.get("/api/devices").json()
        found = next(row for row in rows if row["name"] == "readme-oximeter")
        return found if found["last_seen"] else None

    assert demo.until(heard)["bed"] == "3-01"


def test_every_page_the_readme_points_to_is_there() -> None:
    for target in re.findall(r"\]\(([^)#]+)\)", README):
        if not target.startswith("http"):
            assert (REPOSITORY / target).exists(), target
