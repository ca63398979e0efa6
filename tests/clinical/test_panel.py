"""Who needs a call: every reason at its bound, and the order."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from homeward.clinical.panel import Known, Sum, Why, reasons, total
from homeward.clinical.plan import Kept
from homeward.clinical.reports.weight import Gain

NOW = datetime(2026, 3, 9, 12, tzinfo=UTC)
WELL = {
    "alarms": {}, "means": {"systolic": (131.0, 130.0)}, "gain": None, "adherence": Kept(14, 14),
    "unanswered": 0, "last_reading": NOW - timedelta(hours=5), "has_plan": True,
}  # fmt: skip


def of(**other: Any) -> list[Any]:
    return reasons(Known(**(WELL | other)), NOW)


def test_who_is_well_has_no_reason() -> None:
    assert of() == []
    assert total(of()) == 0


@pytest.mark.parametrize(
    ("other", "kind", "words"),
    [
        ({"alarms": {"high": 1, "low": 2}}, Why.RANGE, "Beyond limits in 7 days: 1 high, 2 low"),
        ({"means": {"systolic": (140.0, 130.0)}}, Why.TREND, "Systolic +10 in a week, to 140"),
        ({"means": {"oxygen_saturation": (92.0, 94.0)}}, Why.TREND, "SpO₂ -2 in a week, to 92"),
        ({"gain": Gain(3, 1, 2.1)}, Why.TREND, "Weight +2.1 kg in 3 days"),
        ({"last_reading": NOW - timedelta(days=3)}, Why.SILENCE, "Nothing measured for 3 days"),
        ({"last_reading": None}, Why.SILENCE, "Nothing measured yet"),
        ({"is_readable": False}, Why.SILENCE, "What was measured cannot be read"),
        ({"adherence": Kept(14, 7)}, Why.ADHERENCE, "7 of 14 done in 7 days"),
        ({"unanswered": 2}, Why.QUESTIONS, "2 questionnaires not answered in 14 days"),
        ({"flagged": 1}, Why.QUESTIONS, "A warning sign in 7 days"),
        (
            {"flagged": 2, "sums": (Sum("PHQ-9", 16, 27, "moderately severe"),), "unanswered": 1},
            Why.QUESTIONS,
            "2 warning signs in 7 days; PHQ-9 16 of 27, moderately severe;"
            " 1 questionnaires not answered in 14 days",
        ),
    ],
)
def test_each_reason_is_said(other: dict[str, Any], kind: Why, words: str) -> None:
    (found,) = of(**other)
    assert (found.kind, found.words) == (kind, words)
    assert found.points > 0


@pytest.mark.parametrize(
    "other",
    [
        {"means": {"systolic": (139.9, 130.0)}},
        {"means": {"systolic": (110.0, 130.0)}},  # lower is no reason of this panel
        {"means": {"oxygen_saturation": (97.0, 94.0)}},
        {"gain": Gain(3, 1, 2.0)},
        {"last_reading": NOW - timedelta(hours=47)},
        {"last_reading": None, "has_plan": False},
        {"adherence": Kept(5, 4)},
        {"adherence": Kept(3, 0)},
        {"sums": (Sum("PHQ-9", 0, 27, "minimal"),)},
    ],
)
def test_just_within_is_none(other: dict[str, Any]) -> None:
    assert of(**other) == []


def test_the_most_points_stand_first() -> None:
    found = of(alarms={"high": 9}, unanswered=1, adherence=Kept(14, 0), gain=Gain(3, 1, 3.0))
    assert [each.kind for each in found] == [Why.RANGE, Why.TREND, Why.ADHERENCE, Why.QUESTIONS]
    assert found[0].points == 40
    assert total(found) == sum(each.points for each in found)
