"""What a rule was given is kept to the microsecond, and decides the same again."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from homeward.clinical.evidence import evidence, replay
from homeward.clinical.rules import RULES, oxygen_low, shock_index_high
from homeward.model.errors import Unreadable
from homeward.model.reading import Reading
from homeward.model.vital import BY_NAME

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
OWN = oxygen_low.RULE.with_limit(oxygen_low.LIMIT_SCALE_2)


def window(name: str, *values: float, every: float = 20) -> list[Reading]:
    """These values, the last of them now."""
    ages = [timedelta(seconds=every * back) for back in range(len(values))][::-1]
    return [Reading(BY_NAME[name], v, NOW - age) for v, age in zip(values, ages, strict=True)]


def kept(rule, windows, is_open=False) -> dict:
    """One line of the ledger, as JSON brings it back."""
    found = rule.ask(windows, is_open)
    detail = {"rule": rule.name, "version": rule.version}
    detail["evidence"] = evidence(rule, windows, is_open)
    if found is not None:
        detail |= {"text": found.text, "priority": found.priority}
    return json.loads(json.dumps(detail))


def test_readings_are_kept_as_microseconds_before_the_newest_of_all():
    windows = {
        "systolic": window("systolic", 105, 100, every=1),
        "heart_rate": [Reading(BY_NAME["heart_rate"], 110, NOW - timedelta(microseconds=7))],
    }
    found = evidence(shock_index_high.RULE, windows, True)
    assert found == {
        "newest": NOW.isoformat(), "is_open": True, "limit": None,
        "readings": {"systolic": [[1_000_000, 105], [0, 100]], "heart_rate": [[7, 110]]},
    }  # fmt: skip


@pytest.mark.parametrize(
    ("rule", "values", "is_open"),
    [
        (oxygen_low.RULE, (87, 87), False),
        (OWN, (85, 85), False),
        (OWN, (87, 87), True),  # not yet clear by one's own limit
        (OWN, (89, 89), True),  # over by it, and not by everybody's
        (oxygen_low.RULE, (91, 91), True),
        (oxygen_low.RULE, (97, 85), False),
    ],
)
def test_a_decision_by_whichever_limit_is_made_again(rule, values, is_open):
    detail = kept(rule, {"oxygen_saturation": window("oxygen_saturation", *values)}, is_open)
    assert replay(detail, RULES).is_same is True
    # Judged by no limit of its own it would have been another, or was everybody's.
    other = detail | {"evidence": detail["evidence"] | {"limit": None}}
    assert replay(other, RULES).is_same is (rule is oxygen_low.RULE)


def test_a_combination_is_decided_again_by_both():
    pulse = window("heart_rate", 110, 110, every=5)
    detail = kept(shock_index_high.RULE, {"heart_rate": pulse, "systolic": window("systolic", 100)})
    assert detail["text"].startswith("Shock index 1.10")
    assert replay(detail, RULES).is_same is True
    assert replay(detail | {"priority": "high"}, RULES).is_same is False
    assert replay(detail | {"text": "another"}, RULES).is_same is False


def test_what_cannot_be_decided_again_says_why():
    windows = {"oxygen_saturation": window("oxygen_saturation", 85, 85)}
    detail = kept(oxygen_low.RULE, windows)
    newer = replace(oxygen_low.RULE, version=5)
    for other, why in (
        (({"rule": "oxygen_low"}, RULES), "nothing was kept to decide it again from"),
        ((detail | {"rule": "gone"}, RULES), "there is no rule gone any more"),
        ((detail, (newer,)), "oxygen_low was version 4, and is 5 now"),
    ):
        found = replay(*other)
        assert (found.is_same, found.why_not) == (None, why)
    unknown = detail["evidence"] | {"readings": {"mood": [[0, 1]]}}
    with pytest.raises(Unreadable, match="no vital mood"):
        replay(detail | {"evidence": unknown}, RULES)
