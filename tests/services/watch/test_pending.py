"""A spot check that nothing follows: time itself judges it, once, whoever watches then."""

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest

from homeward.clinical.evidence import replay
from homeward.clinical.limit import Limit, Side
from homeward.clinical.rules import RULES
from homeward.clinical.setting import Choice, Setting
from homeward.model.alarm import Kind, Priority, State
from homeward.services.watch.ledger import Episode
from homeward.services.watch.plan import Orders
from homeward.services.watch.watcher import Watcher
from tests.services.watch.conftest import START, Bedside, us
from tests.services.watch.test_evidence import decided

OXYGEN, FEVER = "oxygen_saturation", "temperature"


def checks(bedside: Bedside, vital: str, *pairs: tuple[float, float], device: int = 9) -> Bedside:
    """These values after so many seconds each, and nobody else says anything."""
    for seconds, value in pairs:
        bedside.passes(round(seconds - (bedside.now - START).total_seconds()))
        bedside.hears([(vital, value, 0.0)], device=device, base=bedside.now)
    return bedside


def when(bedside: Bedside, condition: str) -> list[tuple[float, str]]:
    """What was said of it, and when, in seconds since the start."""
    return [
        ((change.at - START).total_seconds(), what)
        for change, (_, what) in zip(bedside.changes, bedside.said, strict=True)
        if change.key.condition == condition
    ]


@pytest.mark.parametrize(
    ("condition", "vital", "pairs", "rings"),
    [
        ("temperature_high", FEVER, ((0, 37.5), (20, 39.5)), 81),  # the other ear
        ("temperature_low", FEVER, ((0, 36), (20, 34.5)), 81),
        ("oxygen_low", OXYGEN, ((0, 95), (9, 84)), 25),
        ("oxygen_low", OXYGEN, ((0, 95), (5, 84), (12, 85), (19, 86)), 35),
        ("pulse_high", "pulse", ((0, 80), (15, 140)), 36),
        ("heart_rate_low", "heart_rate", ((0, 60), (8, 35)), 19),
        ("respiration_high", "respiratory_rate", ((0, 15), (25, 30)), 56),
        ("oxygen_low", OXYGEN, ((0, 84), (9, 96), (16, 84)), 0),  # the first alone rang, and rings
        ("oxygen_low", OXYGEN, ((0, 95), (9, 90)), None),
        ("oxygen_low", OXYGEN, ((0, 95), (9, 84), (16, 91)), None),  # the last one is well
        (
            "glucose_high",
            "glucose",
            ((0, 150), (3000, 200)),
            None,
        ),  # two hours old, it says nothing
    ],
)
def test_a_spot_check_that_nothing_follows_rings_after_the_delay(condition, vital, pairs, rings):
    bedside = checks(Bedside(), vital, *pairs)
    bedside.passes(9000 if vital == "glucose" else 300)
    assert [at for at, _ in when(bedside, condition)] == ([] if rings is None else [rings])


def test_what_it_says_is_the_readings_and_can_be_decided_again(bedside) -> None:
    checks(bedside, FEVER, (0, 37.5), (20, 39.5)).passes(80)
    (change,) = [each for each in bedside.changes if each.key.condition == "temperature_high"]
    measured = START + timedelta(seconds=20)
    assert (change.kind, change.measured, change.received) == (
        Kind.PHYSIOLOGICAL, measured, measured,
    )  # fmt: skip
    assert change.finding is not None
    assert (change.finding.priority, change.finding.since) == (Priority.MEDIUM, measured)
    assert change.finding.text == "Temp 39.5 > 39 °C"
    (kept,) = decided(bedside)
    assert kept["evidence"]["is_last"] is True
    assert replay(kept, RULES).is_same is True
    del kept["evidence"]["is_last"]
    assert replay(kept, RULES).is_same is False, "by its readings alone it still waits"
    bedside.reads(temperature=39.4).passes(100)
    assert when(bedside, "temperature_high")[1:] == [], "it holds"
    checks(bedside, FEVER, (400, 37.0))
    assert when(bedside, "temperature_high")[1:] == [(400, "over")]


@pytest.mark.parametrize("every", [1, 5, 15])
def test_the_last_seconds_of_a_stream_are_those_of_a_probe_that_is_pulled_off(every) -> None:
    bedside = Bedside()
    checks(bedside, OXYGEN, *((every * n, 97.0) for n in range(20)))
    checks(bedside, OXYGEN, (every * 20, 84.0)).passes(300)
    assert when(bedside, "oxygen_low") == []


def test_a_newer_reading_takes_its_place_and_only_what_came_in_time(bedside) -> None:
    frame = bedside.frame([(OXYGEN, 95, 0.0)], 1, 9, 0, START)
    bedside.keep(bedside.watcher.take(frame, START))
    for received, value, at in ((9, 84, 9.0), (24.0, 96, 9.5)):  # 15 s later: in time
        bedside.now = START + timedelta(seconds=received)
        bedside.hears([(OXYGEN, value, at)])
    bedside.passes(60)
    assert when(bedside, "oxygen_low") == []
    bedside.hears([(OXYGEN, 95, 0.0)], base=bedside.now).passes(5)
    bedside.hears([(OXYGEN, 84, 0.0)], base=bedside.now)
    low = bedside.now
    bedside.now += timedelta(seconds=16)  # we were busy: what came then came too late
    bedside.hears([(OXYGEN, 96, 0.0)], base=bedside.now)
    ((_, change),) = [
        (what, each)
        for each, (name, what) in zip(bedside.changes, bedside.said, strict=True)
        if name == "oxygen_low"
    ]
    assert (change.measured, change.at) == (low, bedside.now)


def test_what_is_late_or_overtaken_or_from_a_device_beside_takes_nobodys_place(bedside) -> None:
    checks(bedside, OXYGEN, (0, 95), (9, 84))
    bedside.hears([(OXYGEN, 97, 4.0)])
    bedside.hears([(OXYGEN, 97, 9.5)], late=1)
    bedside.hears([(OXYGEN, 97, 9.7)], device=8)
    bedside.passes(30)
    assert [at for at, _ in when(bedside, "oxygen_low")] == [25]


def test_a_pulse_yields_to_the_heart_that_is_measured_while_it_waits(bedside) -> None:
    checks(bedside, "pulse", (0, 80), (8, 140))
    checks(bedside, "heart_rate", (20, 80)).passes(60)
    assert when(bedside, "pulse_high") == []


def kept(bedside: Bedside, *rows: tuple[str, float, float]) -> np.ndarray:
    """As the record has them: each received when it was measured."""
    frame = bedside.frame(rows, 1, 9, 0, START)
    frame["received"] = frame["at"]
    return frame


LOW = (OXYGEN, 95.0, 0.0), (OXYGEN, 84.0, 9.0)
RAISED = Episode(
    1, 1, None, "oxygen_low", Kind.PHYSIOLOGICAL, Priority.HIGH, State.ACTIVE, START, START
)  # fmt: skip


@pytest.mark.parametrize("how", ["remembered", "missed", "filled"])
@pytest.mark.parametrize(
    ("mark", "comes", "held", "rings"),
    [
        (12, None, [], True),  # killed while it waited
        (24, None, [], True),  # with the very second
        (24.1, None, [], False),  # it rang, and ended by what is not in the record of readings
        (12, None, [RAISED], False),
        (12, 50.0, [], True),  # a good one came, and too late: it would have rung before
        (12, 20.0, [], False),
    ],
)
def test_who_takes_over_rings_once(how, mark, comes, held, rings) -> None:
    bedside = Bedside(Watcher())
    watcher, bedside.now = bedside.watcher, START + timedelta(seconds=60)
    watcher.restore(held, {})
    bedside.keep(watcher.order(Orders(), bedside.now))
    after = [] if comes is None else [(OXYGEN, 96.0, comes)]
    judged, missed = kept(bedside, *LOW), kept(bedside, *after)
    moment = START + timedelta(seconds=mark)
    if how == "missed" and mark != 24.1:
        judged, missed = judged[:1], np.concatenate([judged[1:], missed])
    if how == "filled":
        watcher.is_waiting_for([1])
        watcher.remember(judged, bedside.now, moment)
        bedside.keep(watcher.passes(bedside.now, bedside.now))
        assert bedside.said == [], "what came after is not read yet"
        bedside.keep(watcher.fill([1], judged, missed, bedside.now, moment))
    else:
        watcher.remember(judged, bedside.now, moment)
        for each in missed:
            bedside.keep(watcher.take_again(np.array([each], missed.dtype), bedside.now))
        bedside.keep(watcher.judge_again(bedside.now))
    bedside.keep(watcher.order(Orders(), bedside.now))
    bedside.passes(600)
    assert [what for _, what in when(bedside, "oxygen_low")] == ["high"] * rings
    if rings:
        (change,) = [each for each in bedside.changes if each.key.condition == "oxygen_low"]
        assert change.measured == START + timedelta(seconds=9)


def test_what_was_measured_an_hour_before_anybody_watched_again_rings_for_nobody(bedside) -> None:
    bedside.now = START + timedelta(seconds=9 + 3601)
    bedside.watcher.remember(kept(bedside, *LOW), bedside.now, START + timedelta(seconds=12))
    bedside.passes(30)
    assert when(bedside, "oxygen_low") == []


def test_while_nobody_knows_what_came_time_judges_nothing(bedside) -> None:
    checks(bedside, OXYGEN, (0, 95), (9, 84))
    now = START + timedelta(seconds=60)
    bedside.keep(bedside.watcher.passes(now, None))
    bedside.keep(bedside.watcher.passes(now, START + timedelta(seconds=24)))
    assert when(bedside, "oxygen_low") == []
    bedside.keep(bedside.watcher.passes(now, START + timedelta(seconds=24, microseconds=1)))
    assert when(bedside, "oxygen_low") == [(60, "high")]


def test_our_clock_goes_back_and_it_rings_all_the_same(bedside) -> None:
    checks(bedside, OXYGEN, (0, 95), (9, 84))
    bedside.now -= timedelta(hours=5)
    bedside.passes(1)
    assert [what for _, what in when(bedside, "oxygen_low")] == ["high"]


def own(limit: float, delay: int) -> Orders:
    number = Limit(Side.BELOW, limit, limit + 1, delay, 15, 80)
    return Orders((Setting(1, "oxygen_low", Choice.LIMIT, number, 1, None),))


@pytest.mark.parametrize(
    ("seconds", "orders", "rings"),
    [
        (12, own(90, 30), 40),  # it waits as is ordered now
        (12, own(90, 0), 12),
        (12, own(84, 15), None),
        (30, own(90, 60), 25),  # it rang before
    ],
)
def test_what_waits_is_judged_by_what_is_ordered_then(bedside, seconds, orders, rings) -> None:
    bedside.keep(bedside.watcher.order(Orders(), bedside.now))
    checks(bedside, OXYGEN, (0, 95), (9, 84)).passes(seconds - 9)
    bedside.keep(bedside.watcher.order(orders, bedside.now))
    bedside.passes(100)
    assert [at for at, _ in when(bedside, "oxygen_low")] == ([] if rings is None else [rings])


def test_many_wait_and_each_for_their_own(bedside) -> None:
    for patient in range(1, 101):
        checks_of = [(OXYGEN, 95.0, 0.0)]
        bedside.hears(checks_of, patient, 1000 + patient, base=bedside.now)
    bedside.passes(5)
    for patient in range(1, 101, 2):
        bedside.hears([(OXYGEN, 84.0, 0.0)], patient, 1000 + patient, base=bedside.now)
    assert us(bedside.now) == us(START) + 5_000_000
    bedside.passes(30)
    rang = [each.key.patient_id for each in bedside.changes if each.key.condition == "oxygen_low"]
    assert rang == [*range(1, 101, 2)]


def test_a_rule_that_fails_when_time_asks_it_is_an_alarm() -> None:
    broken = [replace(each, words=1) if each.name == "oxygen_low" else each for each in RULES]
    bedside = checks(Bedside(Watcher(broken)), OXYGEN, (0, 95), (9, 84)).passes(30)
    assert when(bedside, "trouble_rule_oxygen_low") == [(25, "medium")]
    assert when(bedside, "oxygen_low") == []
