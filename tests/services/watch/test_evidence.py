"""Every decision in the ledger can be made again from what is kept beside it."""

import random
from dataclasses import replace

import msgspec
import pytest

from homeward.clinical.evidence import replay
from homeward.clinical.rules import RULES
from tests.services.watch.conftest import Bedside

# Around each rule's limit, so that alarms come and go.
WALKS = {
    "oxygen_saturation": (89.0, 4.0),
    "heart_rate": (128.0, 14.0),
    "respiratory_rate": (24.0, 5.0),
    "pulse": (42.0, 6.0),
    "systolic": (92.0, 12.0),
    "temperature": (38.9, 0.8),
}


def decided(bedside: Bedside) -> list[dict]:
    """What the ledger would keep, as JSON brings it back."""
    kept = []
    for change in bedside.changes:
        if "evidence" not in change.detail:
            continue
        detail = dict(change.detail)
        if change.finding is not None:
            detail |= {"text": change.finding.text, "priority": change.finding.priority}
        kept.append(msgspec.json.decode(msgspec.json.encode(detail)))
    return kept


@pytest.mark.parametrize("seed", range(3))
def test_every_decision_of_a_stormy_hour_comes_out_the_same(bedside, seed: int) -> None:
    dice = random.Random(seed)
    off = dict.fromkeys(WALKS, 0.0)  # slow, as bodies are: an alarm must hold to ring
    for _ in range(1200):
        off = {name: 0.97 * each + dice.gauss(0, 0.3) for name, each in off.items()}
        values = {
            name: round(middle + spread * off[name], 1) for name, (middle, spread) in WALKS.items()
        }
        bedside.reads(seconds=1, **values)
    kept = decided(bedside)
    assert len({each["rule"] for each in kept}) >= 4
    assert any("text" not in each for each in kept), "no episode ended"
    replayed = [(each["rule"], replay(each, RULES)) for each in kept]
    assert [name for name, each in replayed if each.is_same is not True] == []


def test_a_tampered_reading_is_found_out(bedside) -> None:
    bedside.reads(seconds=20, oxygen_saturation=85)
    (kept,) = [each for each in decided(bedside) if each["rule"] == "oxygen_low"]
    assert replay(kept, RULES).is_same
    kept["evidence"]["readings"]["oxygen_saturation"][-1][1] = 97.0
    assert replay(kept, RULES).is_same is False


def test_another_version_of_a_rule_is_not_asked_in_its_name(bedside) -> None:
    bedside.reads(seconds=20, oxygen_saturation=85)
    (kept,) = [each for each in decided(bedside) if each["rule"] == "oxygen_low"]
    newer = [replace(rule, version=rule.version + 1) for rule in RULES]
    asked = replay(kept, newer)
    assert (asked.is_same, "version" in (asked.why_not or "")) == (None, True)
    assert replay(kept | {"rule": "gone"}, RULES).why_not == "there is no rule gone any more"
    assert replay({"rule": "oxygen_low"}, RULES).is_same is None
