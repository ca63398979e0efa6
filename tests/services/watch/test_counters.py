"""H-11: what was told and not judged, and what was received and lost, is an alarm soon."""

from datetime import UTC, datetime, timedelta

import numpy as np

from homeward.services.watch.counters import FAULTS, LOST, UNJUDGED, Counters, Counts

NOW = datetime(2026, 3, 1, 2, 0, tzinfo=UTC)
SECOND = int(NOW.timestamp())


def counts(
    told: dict[int, int] | None = None, *, lost: int = 0, faults: int = 0, door: str = ""
) -> Counts:
    seconds = {str(SECOND + at): rows for at, rows in (told or {}).items()}
    return Counts(9, 9, 0, 0, faults, 0, lost, seconds, door)


def judged(counters: Counters, at: int, rows: int) -> None:
    counters.judge(np.full(rows, (SECOND + at) * 1_000_000 + 5))


def listening() -> Counters:
    counters = Counters()
    counters.begin(NOW)
    return counters


def test_all_that_was_told_was_judged() -> None:
    counters = listening()
    judged(counters, 10, 3)
    judged(counters, 10, 4)
    assert counters.hear(counts({10: 7}), NOW) == []
    assert counters.compare(NOW) == ([], None)


def test_one_reading_that_was_not_judged_is_an_alarm_and_is_read_again() -> None:
    counters = listening()
    judged(counters, 10, 6)
    judged(counters, 11, 7)
    counters.hear(counts({10: 7, 11: 7}), NOW)
    (trouble,), since = counters.compare(NOW)
    assert (trouble.what, trouble.text) == (
        UNJUDGED,
        "1 readings were told and not judged: read from the record",
    )
    assert since == NOW + timedelta(seconds=10)


def test_a_watcher_that_is_deaf_is_found_though_it_hears_no_reading_at_all() -> None:
    counters = listening()
    counters.hear(counts({20: 2000, 21: 2000}), NOW)
    troubles, since = counters.compare(NOW)
    assert [each.what for each in troubles] == [UNJUDGED]
    assert since == NOW + timedelta(seconds=20)


def test_what_was_told_before_we_listened_is_not_held_against_us() -> None:
    counters = listening()
    counters.hear(counts({-30: 2000, 1: 2000}), NOW)
    assert counters.compare(NOW) == ([], None)


def test_more_than_was_told_is_no_loss() -> None:
    counters = listening()
    judged(counters, 10, 8)  # what people entered by hand was told by another process
    counters.hear(counts({10: 7}), NOW)
    assert counters.compare(NOW) == ([], None)


def test_a_loss_said_twice_is_an_alarm_until_it_is_not_said_for_a_minute() -> None:
    counters = listening()
    assert counters.hear(counts(lost=3), NOW) == []
    (trouble,) = counters.hear(counts(lost=3), NOW)
    assert (trouble.what, trouble.over) == (LOST, False)
    assert counters.hear(counts(), NOW + timedelta(seconds=59)) == []
    (over,) = counters.hear(counts(), NOW + timedelta(seconds=60))
    assert (over.what, over.over) == (LOST, True)


def test_a_message_that_met_a_fault_of_ours_is_an_alarm() -> None:
    counters = listening()
    assert counters.hear(counts(faults=4), NOW) == []  # before we listened
    (trouble,) = counters.hear(counts(faults=6), NOW)
    assert trouble.what == FAULTS
    assert trouble.text.startswith("2 messages could not be taken in")
    assert counters.hear(counts(faults=0), NOW) == []  # the door started again


def test_from_the_third_second_of_our_own_listening_everything_counts() -> None:
    for second, is_held in ((1, False), (2, True)):
        counters = listening()
        counters.hear(counts({second: 5}), NOW)
        assert bool(counters.compare(NOW)[0]) == is_held


def test_what_a_door_ahead_of_us_told_before_we_listened_is_not_held_against_us() -> None:
    counters = listening()
    counters.hear(counts({30: 5}), NOW)
    counters.begin(NOW)
    assert counters.compare(NOW) == ([], None)


def test_what_was_judged_is_known_for_five_minutes() -> None:
    for second, is_forgotten in ((10, True), (11, False), (310, False)):
        counters = listening()
        for each in range(10, 311):
            judged(counters, each, 1)
        counters.hear(counts({second: 1}), NOW)
        assert bool(counters.compare(NOW)[0]) == is_forgotten


def test_while_there_is_room_nothing_is_forgotten() -> None:
    counters = listening()
    for each in (10, *range(12, 311)):
        judged(counters, each, 1)
    counters.hear(counts({10: 1}), NOW)
    assert counters.compare(NOW) == ([], None)


def test_memory_is_bounded() -> None:
    counters = listening()
    for second in range(5_000):
        judged(counters, second, 1)
    assert len(counters._judged) <= 301


def test_what_several_doors_told_in_one_second_is_held_against_what_was_judged_in_it() -> None:
    counters = listening()
    judged(counters, 10, 12)
    counters.hear(counts({10: 7}, door="a"), NOW)
    assert counters.compare(NOW) == ([], None)
    counters.hear(counts({10: 6}, door="b"), NOW)
    troubles, since = counters.compare(NOW)
    assert [each.what for each in troubles] == [UNJUDGED]
    assert since == NOW + timedelta(seconds=10)


def test_a_fault_and_a_loss_of_one_door_are_not_anothers() -> None:
    counters = listening()
    assert counters.hear(counts(faults=5, lost=1, door="a"), NOW) == []
    assert counters.hear(counts(faults=7, lost=1, door="b"), NOW) == []
    said = counters.hear(counts(faults=6, lost=1, door="a"), NOW)
    assert [(each.what, each.over) for each in said] == [(LOST, False), (FAULTS, False)]
