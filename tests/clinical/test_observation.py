"""When somebody is to be observed next: intervals, orders, what was put off, what is overdue."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from homeward.clinical.observation import (
    Known,
    NotDone,
    Order,
    may_order,
    overdue,
    plan,
    standing,
)
from homeward.model.alarm import Priority
from homeward.model.entered import Absent

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
BEGUN = NOW - timedelta(days=1)
H = 3600
ALL = ("respiratory_rate", "temperature", "consciousness")
LABELS = {"temperature": "Temp", "consciousness": "ACVPU"}


def ago(minutes):
    return NOW - timedelta(minutes=minutes)


def known(interval=4 * H, minutes=0, begun=BEGUN, order=None, not_done=None, **seen):
    since = {name: seen.get(name, minutes) for name in ALL}
    every = {name: None if at is None else ago(at) for name, at in since.items()}
    return Known(begun, every, interval, order, not_done)


def minutes(planned):
    return round((planned.due - NOW).total_seconds() / 60)


@pytest.mark.parametrize(
    ("interval", "after"), [(12 * H, 720), (6 * H, 360), (H, 60), (0, 30), (None, 60)]
)
def test_each_score_has_its_interval(interval, after):
    assert minutes(plan(known(interval), NOW)) == after


def test_the_longest_unseen_comes_first_and_what_streams_is_never_due():
    planned = plan(known(H, temperature=70, consciousness=20, respiratory_rate=0), NOW)
    assert [part.parameter for part in planned.parts] == [
        "temperature", "consciousness", "respiratory_rate",
    ]  # fmt: skip
    assert planned.what_is_due(NOW) == ("temperature",)
    assert planned.overdue(NOW) == timedelta(minutes=10)


def test_who_was_never_observed_is_due_from_the_moment_they_came():
    planned = plan(known(None, begun=ago(40), **dict.fromkeys(ALL)), NOW)
    assert planned.overdue(NOW) == timedelta(minutes=40)
    assert set(planned.what_is_due(NOW)) == set(ALL)


def test_what_was_seen_in_an_earlier_stay_is_due_with_the_new_one():
    assert minutes(plan(known(H, minutes=3000, begun=ago(5)), NOW)) == -5


def test_a_rising_score_makes_the_list_at_once():
    before, after = known(12 * H, minutes=90), known(H, minutes=90)
    assert plan(before, NOW).what_is_due(NOW) == ()
    assert set(plan(after, NOW).what_is_due(NOW)) == set(ALL)


@pytest.mark.parametrize(("interval", "again"), [(12 * H, 55), (H, 55), (0, 25)])
def test_what_could_not_be_observed_is_put_off_in_plain_sight(interval, again):
    refused = {"temperature": NotDone(Absent.REFUSED, ago(5))}
    planned = plan(known(interval, temperature=800, not_done=refused), NOW)
    (part,) = (each for each in planned.parts if each.parameter == "temperature")
    assert part.put_off is Absent.REFUSED
    assert round((part.due - NOW).total_seconds() / 60) == again


def test_it_is_put_off_no_longer_once_it_was_observed():
    asleep = {"temperature": NotDone(Absent.ASLEEP, ago(30))}
    planned = plan(known(H, temperature=10, not_done=asleep), NOW)
    assert all(part.put_off is None for part in planned.parts)


def order(seconds, score=4 * H, until=60):
    return Order(seconds, score, NOW + timedelta(minutes=until))


@pytest.mark.parametrize(
    ("asked", "given", "holds"),
    [
        (4 * H, order(H), True),  # sooner: always
        (4 * H, order(12 * H), True),  # longer, and the score asks for no more than it did
        (6 * H, order(12 * H), True),
        (H, order(12 * H), False),  # the score rose since
        (H, order(H), True),  # it rose to what was ordered
        (0, order(12 * H, score=0), True),
        (4 * H, order(H, until=0), False),
        (4 * H, order(None), False),
    ],
)
def test_an_order_holds_while_nobody_is_worse(asked, given, holds):
    planned = plan(known(asked, order=given), NOW)
    assert planned.is_ordered is holds
    expected = given.interval_seconds if holds else asked
    assert planned.interval_seconds == expected


def test_a_nurse_orders_more_and_a_doctor_also_less():
    assert may(H, 4 * H) is None
    assert may(12 * H, 4 * H, is_doctor=True) is None
    assert "Only a doctor" in may(12 * H, 4 * H)
    assert "Only a doctor" in may(H, 0)
    assert may(None, 0) is None
    assert "between 15 min and 24 h" in may(60, H, is_doctor=True)


def may(interval, score, *orders, is_doctor=False):
    return may_order(interval, score, orders, NOW, is_doctor=is_doctor)


def nurses(seconds, score=4 * H, until=60):
    return replace(order(seconds, score, until), is_doctors=False)


@pytest.mark.parametrize(
    ("orders", "holds"),  # the newest first
    [
        ([], None),
        ([nurses(H)], H),
        ([nurses(H, until=0)], None),
        ([nurses(H // 2), order(H)], H // 2),
        ([nurses(H // 2, until=0), order(H)], H),  # hers is over: the doctor's is back
        ([nurses(None), nurses(H // 2), order(H)], H),
        ([nurses(None, score=H), order(H)], H),  # no longer than the score
        ([nurses(None), order(12 * H)], None),  # longer than the score: a nurse ends it
        ([nurses(H, until=0), nurses(None), order(12 * H)], None),  # ... and it stays ended
        ([nurses(H, until=0), nurses(2 * H)], None),  # replaced is replaced
        ([order(None), nurses(H), order(2 * H)], None),
        ([order(2 * H), nurses(H)], 2 * H),
        ([order(2 * H, until=0), nurses(H), order(3 * H)], None),
    ],
)
def test_a_doctors_order_outlasts_what_a_nurse_added_to_it(orders, holds):
    found = standing(orders, NOW)
    assert (None if found is None else found.interval_seconds) == holds


def test_what_a_doctor_ordered_only_a_doctor_loosens():
    hourly, rare = order(H), order(12 * H)
    assert "longer interval than a doctor did" in may(2 * H, 4 * H, hourly)
    assert "Only a doctor ends" in may(None, 4 * H, hourly)
    assert may(H // 2, 4 * H, hourly) is None
    assert may(H, 4 * H, hourly) is None, "the same"
    assert may(None, H, hourly) is None, "the score asks for the same"
    assert may(None, 4 * H, nurses(H // 2), hourly) is None, "she ends her own"
    assert may(None, 4 * H, rare) is None, "the score's is the closer watch"
    assert may(None, 4 * H, hourly, is_doctor=True) is None
    assert may(2 * H, 4 * H, hourly, is_doctor=True) is None
    assert may(2 * H, 4 * H, order(H, until=0)) is None


@pytest.mark.parametrize(
    ("seconds", "score", "is_doctor", "allowed"),
    [
        (900, H, False, True), (899, H, True, False),
        (24 * H, 6 * H, True, True), (24 * H + 1, 6 * H, True, False),
        (4 * H, 4 * H, False, True), (4 * H + 1, 4 * H, False, False),
        (H, None, False, True), (H + 1, None, False, False),  # of whom nothing is known
        (1800, 0, False, True), (1801, 0, False, False),  # continuous: each half hour
    ],
)  # fmt: skip
def test_where_an_order_may_lie(seconds, score, is_doctor, allowed):
    assert (may(seconds, score, is_doctor=is_doctor) is None) == allowed


@pytest.mark.parametrize(("late", "minutes_late"), [(0, None), (1, 30)])
def test_an_alarm_begins_after_what_is_allowed_and_says_by_how_much(late, minutes_late):
    """An hourly observation is half an hour late, and a second more."""
    case = Known(BEGUN, {"temperature": NOW - timedelta(minutes=90, seconds=late)}, H)
    found = overdue(plan(case, NOW), case, NOW, 50, 900, LABELS)
    assert (found and found.value) == minutes_late
    if found:
        assert (found.limit, found.since) == (30, NOW - timedelta(minutes=30, seconds=late))
        assert found.text == "Observations overdue by 30 min: all"


def test_an_ordered_interval_of_more_than_an_hour_is_for_somebody_less_ill():
    for seconds, priority in ((H, Priority.MEDIUM), (2 * H, Priority.LOW)):
        case = known(4 * H, minutes=600, order=order(seconds))
        planned = plan(case, NOW)
        assert planned.is_ordered
        assert overdue(planned, case, NOW, 50, 900, LABELS).priority is priority


def test_what_has_no_label_is_called_by_its_name():
    case = known(H, minutes=20, respiratory_rate=100, temperature=110)
    found = overdue(plan(case, NOW), case, NOW, 50, 900, LABELS)
    assert found.text == "Observations overdue by 50 min: Temp, respiratory_rate"


def test_what_is_due_this_very_moment_is_due():
    assert plan(known(H, minutes=60), NOW).what_is_due(NOW) == ALL
    assert plan(known(H, minutes=59), NOW).what_is_due(NOW) == ()


def test_a_plan_of_nothing_is_none():
    with pytest.raises(ValueError, match="something to observe"):
        plan(Known(BEGUN, {}, H), NOW)


def test_what_was_observed_in_the_same_moment_was_not_put_off():
    asleep = {"temperature": NotDone(Absent.ASLEEP, ago(30))}
    for minutes_ago, is_put_off in ((30, False), (31, True), (None, True)):
        planned = plan(known(H, temperature=minutes_ago, not_done=asleep), NOW)
        (part,) = (each for each in planned.parts if each.parameter == "temperature")
        assert (part.put_off is Absent.ASLEEP) == is_put_off


def test_what_was_put_off_is_never_due_sooner_than_without():
    refused = {"temperature": NotDone(Absent.REFUSED, ago(180))}
    planned = plan(known(4 * H, minutes=200, not_done=refused), NOW)
    assert {round((part.due - NOW).total_seconds() / 60) for part in planned.parts} == {40}


@pytest.mark.parametrize(
    ("interval", "unseen", "expected"),
    [
        (12 * H, 720 + 359, None), (12 * H, 720 + 361, Priority.LOW),
        (H, 60 + 29, None), (H, 60 + 31, Priority.MEDIUM),
        (0, 30 + 14, None), (0, 30 + 16, Priority.MEDIUM),
    ],
)  # fmt: skip
def test_far_overdue_is_half_the_interval_and_at_least_a_quarter_of_an_hour(
    interval, unseen, expected
):
    case = known(interval, temperature=unseen)
    found = overdue(plan(case, NOW), case, NOW, 50, 900, LABELS)
    assert (found.priority if found else None) == expected
    if found:
        assert found.text.endswith(": Temp")


def test_of_whom_nothing_is_known_it_is_low_and_says_all():
    case = known(None, begun=ago(31), **dict.fromkeys(ALL))
    found = overdue(plan(case, NOW), case, NOW, 50, 900, LABELS)
    assert (found.priority, found.text) == (Priority.LOW, "Observations overdue by 31 min: all")
