"""Rates: a burst, then a pace, for each by itself, in bounded memory."""

import pytest

from homeward.guard.rate import Debts, Rate, Rates, who_asks


def test_a_burst_and_then_the_pace() -> None:
    rates = Rates(Rate(per_second=2, burst=5))
    assert [rates.wait("a", 100.0) for _ in range(5)] == [0.0] * 5
    assert rates.wait("a", 100.0) == pytest.approx(0.5)
    assert rates.wait("a", 100.5) == 0.0
    assert rates.wait("a", 100.5) == pytest.approx(0.5)


def test_each_by_itself() -> None:
    rates = Rates(Rate(per_second=1, burst=1))
    assert rates.wait("a", 0.0) == 0.0
    assert rates.wait("b", 0.0) == 0.0
    assert rates.wait("a", 0.0) > 0.0


def test_who_waits_for_what_was_said_may_ask() -> None:
    rates = Rates(Rate(per_second=3, burst=4))
    moment = 0.0
    for _ in range(200):
        wait = rates.wait("a", moment)
        moment += wait
        assert not wait or rates.wait("a", moment) == 0.0


def test_a_rest_is_not_saved_beyond_the_burst() -> None:
    rates = Rates(Rate(per_second=1, burst=3))
    rates.wait("a", 0.0)
    assert [rates.wait("a", 1_000_000.0) for _ in range(4)][-1] > 0.0


def test_memory_is_bounded_and_the_oldest_forgotten() -> None:
    rates = Rates(Rate(per_second=1, burst=1), keys_max=100)
    for number in range(10_000):
        rates.wait(str(number), 0.0)
    assert len(rates) == 100
    assert rates.wait("9999", 0.0) > 0.0
    assert rates.wait("0", 0.0) == 0.0


def test_who_owes_rests_until_it_is_paid() -> None:
    debts = Debts(Rate(per_second=2, burst=4), rest_seconds_max=10.0)
    assert [debts.charge("a", 1, 0.0) for _ in range(4)] == [0.0] * 4
    assert debts.charge("a", 3, 0.0) == pytest.approx(1.5)
    assert debts.rest("a", 1.0) == pytest.approx(0.5)
    assert debts.rest("a", 1.5) == 0.0
    assert debts.rest("b", 0.0) == 0.0
    assert debts.charge("a", 1, 100.0) == 0.0
    assert debts.charge("a", 4, 100.0) == pytest.approx(0.5)
    assert debts.charge("a", -1, 100.0) == 0.0


def test_a_rest_has_an_end_whatever_was_done() -> None:
    debts = Debts(Rate(per_second=1, burst=1), rest_seconds_max=2.0)
    assert max(debts.charge("a", 1_000, 0.0) for _ in range(50)) == pytest.approx(2.0)
    assert debts.rest("a", 2.0) == 0.0


def test_debts_of_so_many_are_remembered() -> None:
    debts = Debts(Rate(per_second=1, burst=1), rest_seconds_max=2.0, keys_max=10)
    for number in range(1_000):
        debts.charge(str(number), 5, 0.0)
    assert len(debts) == 10
    assert debts.rest("999", 0.0) > 0.0


@pytest.mark.parametrize(
    ("address", "key"),
    [
        ("203.0.113.9", "203.0.113.9"),
        ("::ffff:203.0.113.9", "203.0.113.9"),
        ("2001:db8:1:2:3:4:5:6", "20010db800010002::"),
        ("2001:db8:1:2:ffff::1", "20010db800010002::"),
        (None, "unknown"),
        ("testclient", "unknown"),
    ],
)
def test_who_asks(address: str | None, key: str) -> None:
    assert who_asks(address) == key
