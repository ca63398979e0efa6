"""What was counted is kept once, with its newest value, and only of who wore the device."""

from datetime import UTC, datetime, timedelta

import pytest

from homeward.model.errors import Unreadable
from homeward.model.total import METRIC, Total
from homeward.services.contract import Tools
from homeward.services.record.totals import Totals

START = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


def steps(value: float, hour: int = 0, hours: int = 1) -> Total:
    return Total(METRIC["steps"], START + hour * HOUR, START + (hour + hours) * HOUR, value)


@pytest.fixture
async def totals(tools: Tools) -> Totals:
    """Device 1 is Anna's since eight, and was somebody else's before; device 2 is not believed."""
    async with tools.store.pool.connection() as connection:
        await connection.execute(
            "insert into patient (record_number, name, birth_date, sex)"
            " values ('1', 'Anna', '1950-03-01', 'female'), ('2', 'Bela', '1950-03-01', 'male')"
        )
        await connection.execute(
            "insert into device (name, kind, status)"
            " values ('watch', 'watch', 'active'), ('phone', 'phone', 'quarantined')"
        )
        await connection.execute(
            "insert into association (device_id, patient_id, starts, ends, source) values"
            " (1, 2, '2026-11-01', '2026-11-22 08:00Z', ''), (1, 1, '2026-11-22 08:00Z', null, ''),"
            " (2, 1, '2026-11-01', null, '')"
        )
    return Totals(tools)


async def rows(tools: Tools) -> list[tuple[object, ...]]:
    async with tools.store.pool.connection() as connection:
        cursor = await connection.execute(
            "select patient_id, device_id, starts, value from total order by starts, device_id"
        )
        return await cursor.fetchall()


async def test_told_again_it_is_the_same_row_with_the_newest_value(tools: Tools, totals: Totals):
    for value in (100, 100, 120):
        assert await totals.keep(1, [steps(value), steps(50, 1)]) == [True, True]
    assert await rows(tools) == [(1, 1, START, 120), (1, 1, START + HOUR, 50)]


async def test_twice_in_one_body_the_later_word_counts(tools: Tools, totals: Totals):
    assert await totals.keep(1, [steps(100), steps(130)]) == [True, True]
    assert await rows(tools) == [(1, 1, START, 130)]


async def test_the_newest_is_what_was_stated_last_whatever_came_last(tools: Tools, totals: Totals):
    for value, stated in ((100, 1), (130, 3), (120, 2), (130, 4), (125, 3), (130, 4)):
        assert await totals.keep(1, [steps(value)], START + stated * HOUR) == [True]
    assert await rows(tools) == [(1, 1, START, 130)]
    assert await totals.keep(1, [steps(140)]) == [True]
    assert await rows(tools) == [(1, 1, START, 140)], "who does not say when is believed as before"
    assert await totals.keep(1, [steps(135)], START + 3 * HOUR) == [True]
    assert await rows(tools) == [(1, 1, START, 140)]


async def test_it_is_whose_who_wore_the_device_all_the_time(tools: Tools, totals: Totals):
    told = [steps(10, -1), steps(20), steps(30, -1, 2), steps(40, -24 * 90)]
    assert await totals.keep(1, told) == [True, True, False, False]
    assert await rows(tools) == [(2, 1, START - HOUR, 10), (1, 1, START, 20)]


async def test_a_device_that_is_not_believed_counts_nothing(tools: Tools, totals: Totals):
    assert await totals.keep(2, [steps(10)]) == [False]
    assert await rows(tools) == []


async def test_none_is_kept_of_none(totals: Totals):
    assert await totals.keep(1, []) == []


@pytest.mark.parametrize(("value", "hours"), [(-1, 1), (float("nan"), 1), (500_000, 1), (1, -1),
    (1, 24 * 8)])  # fmt: skip
def test_what_nobody_can_do_is_no_total(value: float, hours: int):
    with pytest.raises(Unreadable):
        steps(value, hours=hours)


def test_units_are_its_own_or_refused():
    assert METRIC["distance"].in_own_unit(2, "[mi_i]") == 3_218.688
    with pytest.raises(Unreadable, match="not one of"):
        METRIC["steps"].in_own_unit(2, "km")
