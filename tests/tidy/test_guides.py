"""What the guide to security lists is all there is."""

import re
from dataclasses import fields
from pathlib import Path

from homeward.settings import Settings

ROOT = Path(__file__).parents[2]
GUIDE = (ROOT / "docs/guides/security.md").read_text()
# Settings that name a place or a program, as their names end; those of this machine's own pages,
# doors and files name nobody else.
ELSEWHERE = re.compile(r"_(?:url|host|gateway|witness|issuer|services|proxy|calls|folder|command)$")
OURS = {
    "web_host",
    "mqtt_host",
    "edge_page_host",
    "nightscout_host",
    "passkey_host",
    "public_url",
    "clouds_url",
}


def part(title: str) -> str:
    return GUIDE.split(f"## {title}\n", 1)[1].split("\n## ", 1)[0]


def test_every_place_that_is_spoken_to_is_in_one_list() -> None:
    """ASVS 5.0.0, 13.1.1."""
    named = {each.name for each in fields(Settings) if ELSEWHERE.search(each.name)} - OURS
    said = set(re.findall(r"`(\w+)`", part("Whom it speaks to")))
    assert len(named) >= 12
    assert named - said == set()
    assert said & OURS == set()


def test_every_log_is_in_one_list() -> None:
    """ASVS 5.0.0, 16.1.1."""
    said = part("What is logged")
    written = {
        name
        for path in (ROOT / "homeward").rglob("*.py")
        for name in re.findall(r"\"(\w+\.log)\"", path.read_text())
    }
    assert {"postgres.log", "nats.log", "rounds.log"} <= written
    assert {name for name in written if f"`{name}`" not in said} == set()
