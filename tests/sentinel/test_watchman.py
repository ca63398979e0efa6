"""When people are told, as a pure function."""

from homeward.sentinel.watchman import Watchman

WHY = "no active alarm reached the live screen in time"


def watchman() -> Watchman:
    return Watchman(began=0.0, grace_seconds=120.0, repeat_seconds=600.0, has_worked=True)


def test_one_lost_round_calls_nobody_and_two_do():
    one = watchman()
    assert one.lost(10, WHY) is None
    told = one.lost(20, WHY)
    assert told is not None
    assert WHY in told
    assert "other means" in told


def test_a_good_round_between_begins_anew():
    one = watchman()
    assert one.lost(10, WHY) is None
    assert one.well() is None
    assert one.lost(20, WHY) is None


def test_people_are_told_again_while_it_lasts_and_once_when_it_is_over():
    one = watchman()
    told = [at for at in range(0, 2000, 10) if one.lost(at, WHY)]
    assert told == [10, 610, 1210, 1810]
    assert one.well() == "the monitoring works again: alarms arrive."
    assert one.well() is None
    assert one.lost(2010, WHY) is None
    assert one.lost(2020, WHY) is not None


def test_at_the_very_start_the_platform_has_time_to_come_up():
    one = Watchman(began=0.0, grace_seconds=120.0, repeat_seconds=600.0)
    assert [at for at in range(0, 150, 10) if one.lost(at, WHY)] == [120]


def test_what_never_came_up_is_told_too():
    one = Watchman(began=0.0, grace_seconds=120.0, repeat_seconds=600.0)
    assert one.lost(130, WHY) is None
    assert one.lost(140, WHY) is not None
