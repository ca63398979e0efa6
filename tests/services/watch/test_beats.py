"""The watcher over the other processes: who falls silent is said, and who is back."""

from datetime import timedelta

import pytest

from homeward.services.watch.beats import Beat
from homeward.services.watch.share import Share
from homeward.services.watch.watcher import Watcher
from tests.services.watch.conftest import Bedside

OTHERS = ("door", "work", "web", "pack")


def beating(bedside, seconds, *names):
    for _ in range(seconds):
        for name in names:
            bedside.watcher.beats.hear(name, bedside.now)
        bedside.passes(1)


def test_everybody_beats_and_nothing_is_said(bedside):
    bedside.watcher.beats.begin(bedside.now)
    beating(bedside, 60, *OTHERS)
    assert bedside.said == []


def test_a_silent_process_is_an_alarm_after_ten_seconds_and_over_when_it_is_back(bedside):
    bedside.watcher.beats.begin(bedside.now)
    beating(bedside, 20, *OTHERS)
    beating(bedside, 8, *OTHERS[1:])
    assert bedside.said == []
    beating(bedside, 1, *OTHERS[1:])
    assert bedside.said == [("trouble_door", "medium")]
    beating(bedside, 700, *OTHERS[1:])  # it lasts: one episode, however long
    assert bedside.said == [("trouble_door", "medium")]
    beating(bedside, 1, *OTHERS)
    assert bedside.said == [("trouble_door", "medium"), ("trouble_door", "over")]


def test_nobody_is_missed_just_after_our_own_start_but_who_never_comes_is(bedside):
    bedside.watcher.beats.begin(bedside.now)
    beating(bedside, 14, "door", "work", "pack")
    assert bedside.said == []
    beating(bedside, 1, "door", "work", "pack")
    assert bedside.said == [("trouble_web", "medium")]


def test_a_server_clock_that_goes_back_does_not_hide_a_silent_process(bedside):
    bedside.watcher.beats.begin(bedside.now)
    beating(bedside, 20, *OTHERS)
    bedside.now -= timedelta(hours=1)
    beating(bedside, 16, *OTHERS[1:])
    assert bedside.said == [("trouble_door", "medium")]


def several(bedside, seconds, *places):
    for _ in range(seconds):
        for name in OTHERS[1:]:
            bedside.watcher.beats.hear(name, bedside.now)
        for at in places:
            bedside.watcher.beats.hear("door", bedside.now, Beat(at))
        bedside.passes(1)


def test_one_door_of_two_that_falls_silent_is_named_and_one_that_says_goodbye_is_not(bedside):
    bedside.watcher.beats.begin(bedside.now)
    several(bedside, 20, "door on a", "door on b")
    several(bedside, 12, "door on b")
    assert bedside.said == [("trouble_door_door_on_a", "medium")]
    several(bedside, 1, "door on a", "door on b")
    assert bedside.said[1:] == [("trouble_door_door_on_a", "over")]
    bedside.watcher.beats.hear("door", bedside.now, Beat("door on b", over=True))
    several(bedside, 60, "door on a")
    assert bedside.said[2:] == []
    bedside.watcher.beats.hear("door", bedside.now, Beat("door on a", over=True))
    several(bedside, 12)
    assert bedside.said[2:] == [("trouble_door", "medium")], "the last one is missed"


def test_a_share_that_nobody_watches_is_an_alarm_until_it_is_watched_by_whomever():
    bedside = Bedside(Watcher(share=Share(0, 2)))
    beats = bedside.watcher.beats
    beats.begin(bedside.now)
    for _ in range(20):
        beats.hear("guard", bedside.now, Beat("watch on b", share=1))
        beating(bedside, 1, *OTHERS)
    assert bedside.said == []
    beating(bedside, 11, *OTHERS)
    assert bedside.said == [("trouble_watch_of_share_2", "medium")]
    beats.hear("guard", bedside.now, Beat("watch on c", share=1))
    beating(bedside, 1, *OTHERS)
    assert bedside.said[1:] == [("trouble_watch_of_share_2", "over")]


def test_another_watcher_that_dies_is_missed_though_its_patients_are_watched(bedside):
    beats = bedside.watcher.beats
    beats.begin(bedside.now)
    beats.hear("watch", bedside.now, Beat("watch on a"))
    beats.hear("watch", bedside.now, Beat("watch on b"))
    for _ in range(20):
        beats.hear("watch", bedside.now, Beat("watch on a"))
        beating(bedside, 1, *OTHERS)
    assert bedside.said == [("trouble_watch_watch_on_b", "medium")]


def ticking(bedside, seconds, ahead, waits=0.0):
    """A machine whose clock is so many seconds ahead; each beat waits so long before we hear it."""
    for _ in range(seconds):
        said = bedside.now + timedelta(seconds=ahead - waits)
        beat = Beat("door on b", now=round(said.timestamp() * 1000))
        bedside.watcher.beats.hear("door", bedside.now, beat)
        beating(bedside, 1, *OTHERS)


@pytest.mark.parametrize("ahead", [3, -3, 3600])
def test_a_machine_whose_clock_is_not_ours_is_an_alarm_until_it_is_right(bedside, ahead):
    bedside.watcher.beats.begin(bedside.now)
    ticking(bedside, 60, 1.5)
    assert bedside.said == []
    ticking(bedside, 20, ahead)
    assert bedside.said == [("trouble_clock_of_b", "medium")]
    ticking(bedside, 20, 0)
    assert bedside.said[1:] == [("trouble_clock_of_b", "over")]


def test_beats_that_waited_are_no_wrong_clock_but_count_for_what_may_be_on_its_way(bedside):
    clocks = bedside.watcher.beats.clocks
    bedside.watcher.beats.begin(bedside.now)
    assert clocks.behind == timedelta(0)
    ticking(bedside, 20, 0)
    ticking(bedside, 8, 0, waits=4)
    assert bedside.said == []
    assert clocks.behind == timedelta(seconds=4)
    ticking(bedside, 20, 5)
    assert clocks.behind == timedelta(0), "ahead is not behind"


def test_a_machine_that_is_gone_is_forgotten_with_its_clock(bedside):
    bedside.watcher.beats.begin(bedside.now)
    ticking(bedside, 20, -30)
    assert bedside.said == [("trouble_clock_of_b", "medium")]
    beating(bedside, 3700, *OTHERS)
    assert ("trouble_clock_of_b", "over") in bedside.said
    assert bedside.watcher.beats.clocks.behind == timedelta(0)
