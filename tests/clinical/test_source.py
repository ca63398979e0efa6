"""Which source counts: a device, a person, or the worse of both."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from homeward.clinical.scores import news2
from homeward.clinical.source import severity, worlds, worst_of
from homeward.model.entered import AS_ENTERED
from homeward.model.reading import Reading
from homeward.model.vital import BY_NAME

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


def device(name, value, minutes=0.0):
    return {name: Reading(BY_NAME[name], value, NOW - timedelta(minutes=minutes))}


def hand(name, value, minutes=0.0):
    return {name: Reading(AS_ENTERED[name], value, NOW - timedelta(minutes=minutes))}


def values(*asked):
    return [{name: reading.value for name, reading in each.items()} for each in asked]


def test_without_an_entry_devices_alone_count():
    assert values(*worlds(device("pulse", 70), {}, NOW)) == [{"pulse": 70}]


@pytest.mark.parametrize("minutes", [0, 60, 600])
def test_an_entry_alone_counts_however_old_the_score_lets_it_be(minutes):
    found = worlds({}, hand("respiratory_rate", 26, minutes), NOW)
    assert values(*found) == [{"respiratory_rate": 26}]


def test_beside_a_stream_both_are_asked_for_ten_minutes():
    streams = device("respiratory_rate", 16, 0.01)
    assert values(*worlds(streams, hand("respiratory_rate", 26, 9.9), NOW)) == [
        {"respiratory_rate": 16}, {"respiratory_rate": 26},
    ]  # fmt: skip
    last = worlds(streams, hand("respiratory_rate", 26, 10), NOW)
    assert len(values(*last)) == 2
    after = worlds(streams, hand("respiratory_rate", 26, 10.1), NOW)
    assert values(*after) == [{"respiratory_rate": 16}]


def test_where_both_say_the_same_it_is_asked_once():
    streams = device("respiratory_rate", 16)
    assert len(worlds(streams, hand("pulse", 70, 20) | hand("respiratory_rate", 16), NOW)) == 2
    assert len(worlds(streams, hand("pulse", 70, 20), NOW)) == 1


@pytest.mark.parametrize(("minutes", "value"), [(10, 91), (10.1, 97)])
def test_a_stream_has_ended_when_nothing_came_for_more_than_ten_minutes(minutes, value):
    streams = device("oxygen_saturation", 91, minutes)
    found = worlds(streams, hand("oxygen_saturation", 97, 1), NOW)
    assert values(found[0]) == [{"oxygen_saturation": value}]


def test_a_stream_that_ended_gives_way_to_the_newer_entry():
    ended = device("oxygen_saturation", 91, 30)
    assert values(*worlds(ended, hand("oxygen_saturation", 97, 20), NOW)) == [
        {"oxygen_saturation": 97}
    ]
    assert values(*worlds(ended, hand("oxygen_saturation", 97, 40), NOW)) == [
        {"oxygen_saturation": 91}
    ]


def test_of_what_nobody_streams_the_newest_counts():
    cuff = device("systolic", 88, 20)
    assert values(*worlds(cuff, hand("systolic", 120, 15), NOW)) == [{"systolic": 120}]
    assert values(*worlds(cuff, hand("systolic", 120, 25), NOW)) == [{"systolic": 88}]
    assert values(*worlds(cuff, hand("systolic", 120, 20), NOW)) == [{"systolic": 88}]


def test_an_old_pulse_by_hand_yields_to_the_heart_rate_that_streams():
    heart = device("heart_rate", 140, 0.01)
    assert values(*worlds(heart, hand("pulse", 70, 180), NOW)) == [{"heart_rate": 140}]
    assert values(*worlds(heart, hand("pulse", 70, 1), NOW)) == [
        {"heart_rate": 140}, {"heart_rate": 140, "pulse": 70},
    ]  # fmt: skip
    stopped = device("heart_rate", 140, 30)
    assert values(*worlds(stopped, hand("pulse", 70, 180), NOW))[0]["pulse"] == 70


WELL = {
    "respiratory_rate": 16, "oxygen_saturation": 97, "on_oxygen": 0, "systolic": 120, "pulse": 70,
    "consciousness": 0, "temperature": 37,
}  # fmt: skip


@pytest.mark.parametrize(("by_device", "by_hand"), [(16, 26), (26, 16)])
def test_whoever_counts_more_breaths_the_worse_score_holds(by_device, by_hand):
    devices = {name: Reading(BY_NAME[name], value, NOW) for name, value in WELL.items()}
    devices |= device("respiratory_rate", by_device)
    entered = hand("respiratory_rate", by_hand, 5)
    found = worst_of(news2.SCORER, news2.CHARTS[1], devices, entered, NOW)
    assert (found.total, found.risk) == (3, "low-medium")
    alone = worst_of(news2.SCORER, news2.CHARTS[1], devices, {}, NOW)
    assert alone.total == (3 if by_device == 26 else 0)


@pytest.mark.parametrize(
    ("better", "worse"),
    [
        ({"risk": "low", "low": 6}, {"risk": "medium", "low": 5}),
        ({"interval_seconds": None, "low": 3}, {"interval_seconds": 3600, "low": 1}),
        ({"interval_seconds": 3600, "low": 3}, {"interval_seconds": 0, "low": 1}),
        ({"low": 1, "remembered": 4}, {"low": 2, "remembered": 2}),
        ({"remembered": 2}, {"remembered": 3}),
    ],
)
def test_worse_is_more_risk_then_a_shorter_wait_then_more_points(better, worse):
    score = news2.score({}, NOW)
    assert severity(replace(score, **better)) < severity(replace(score, **worse))
