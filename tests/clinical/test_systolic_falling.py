"""A pressure that has fallen: where it begins, and where it ends."""

from datetime import UTC, datetime, timedelta

import pytest

from homeward.clinical.rules import systolic_falling
from homeward.model.reading import Reading
from homeward.model.vital import SYSTOLIC

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


def falls(before: float, now: float, *, is_open: bool):
    """Three cuffs of one pressure, five minutes apart, and then this one."""
    earlier = [Reading(SYSTOLIC, before, NOW - timedelta(minutes=5 * n)) for n in (3, 2, 1)]
    return systolic_falling.judge([*earlier, Reading(SYSTOLIC, now, NOW)], is_open)


@pytest.mark.parametrize(
    ("before", "now", "is_open", "holds"),
    [
        (140, 100, False, True), (139, 100, False, False),
        (130, 100, True, True), (129.5, 100, True, False),
        (150, 110.5, True, True), (155, 111, True, False),  # as high as that it is no danger
        (140, 90, False, True), (140, 89, False, False),  # rings alone
    ],
)  # fmt: skip
def test_it_begins_at_forty_less_and_goes_on_while_it_is_thirty(before, now, is_open, holds):
    assert (falls(before, now, is_open=is_open) is not None) is holds
