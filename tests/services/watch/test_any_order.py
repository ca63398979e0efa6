"""H-16: late, duplicate and reordered data chart, never raise a live alarm, never clear one."""

from datetime import timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from homeward.model.alarm import Kind, Priority, State
from homeward.model.frame import HOT
from homeward.model.vital import BY_NAME
from homeward.services.watch.ledger import Episode
from homeward.services.watch.recalled import as_told
from homeward.services.watch.watcher import Watcher
from tests.services.watch.conftest import START, Bedside, us

VITALS = {
    "oxygen_saturation": (97, 93, 89, 84, 70),
    "heart_rate": (72, 110, 135, 160, 35),
    "systolic": (120, 100, 85, 70, 190),
    "respiratory_rate": (14, 26, 45, 7),
    "glucose": (110, 65, 50, 300),
}


@st.composite
def rows(draw):
    """A live stream, second by second: (seconds, vital, value)."""
    found = []
    for second in range(draw(st.integers(5, 60))):
        vital = draw(st.sampled_from(sorted(VITALS)))
        found.append((second, vital, float(draw(st.sampled_from(VITALS[vital])))))
    return found


@st.composite
def told_badly(draw):
    """The same stream as it may be told: doubles, old ones again, and what comes too late."""
    live = draw(rows())
    told = []
    for place, row in enumerate(live):
        told.append((row, 0))
        for _ in range(draw(st.integers(0, 2))):
            kind = draw(st.sampled_from(["double", "reordered", "late"]))
            if kind == "double":
                told.append((live[draw(st.integers(0, place))], 0))
            elif kind == "reordered":  # older than what is known of this vital
                vital, second = row[1], row[0] - draw(st.integers(1, 50)) / 10
                told.append(((second, vital, float(draw(st.sampled_from(VITALS[vital])))), 0))
            else:  # whatever it says, however new it pretends to be
                vital = draw(st.sampled_from(sorted(VITALS)))
                second = row[0] - draw(st.integers(-20, 7200))
                told.append(((second, vital, float(draw(st.sampled_from(VITALS[vital])))), 1))
    return live, told


def says(told) -> list[tuple[str, str, object]]:
    """The physiological changes of a watcher that is told so."""
    bedside = Bedside(Watcher())
    now = START
    for (second, vital, value), late in told:
        at = START + timedelta(seconds=second)
        now = max(now, at) if not late else now
        row = (1, 9, BY_NAME[vital].index, late, us(at), us(now), value)
        bedside.keep(bedside.watcher.take(np.array([row], HOT), now))
    return [
        (change.key.condition, what, change.at)
        for change, (_, what) in zip(bedside.changes, bedside.said, strict=True)
        if not change.key.condition.startswith("news2")
    ]


@settings(max_examples=150)
@given(told_badly())
def test_h16_late_double_and_reordered_data_never_raise_nor_clear_a_live_alarm(both) -> None:
    live, told = both
    assert says(told) == says([(row, 0) for row in live])


@settings(max_examples=60)
@given(told_badly(), st.randoms(use_true_random=False))
def test_h16_a_record_read_again_in_any_order_changes_nothing(both, random) -> None:
    """After all of it, all of it again, shuffled: not one word."""
    live, _ = both
    whole = [(row, 0) for row in live]
    again = list(whole)
    random.shuffle(again)
    assert says(whole + again) == says(whole)


def test_h16_what_was_overtaken_is_in_no_window_after_a_restart_either() -> None:
    """A low reading that came after newer good ones ended nothing then, and delays nothing now."""
    vital = BY_NAME["oxygen_saturation"].index
    told = [(second, 85.0, second) for second in range(30)]
    told += [(second, 96.0, second) for second in range(30, 44)]
    told += [(43.5, 85.0, 44.2), (43.7, 85.0, 44.2)]  # measured before, received after 44
    told += [(44, 96.0, 44)]
    record = np.zeros(len(told), HOT)
    for place, (second, value, received) in enumerate(told):
        moments = (us(START + timedelta(seconds=each)) for each in (second, received))
        record[place] = (1, 9, vital, 0, *moments, value)
    episode = Episode(
        1, 1, None, "oxygen_low", Kind.PHYSIOLOGICAL, Priority.HIGH, State.ACTIVE, START, START
    )
    bedside = Bedside(Watcher())
    bedside.now = START + timedelta(seconds=45)
    bedside.watcher.restore([episode], {})
    rows = as_told(record)
    assert rows["late"].sum() == 2
    bedside.watcher.remember(rows, bedside.now)
    bedside.reads(oxygen_saturation=96.0)
    assert bedside.of("oxygen_low") == [("oxygen_low", "over")]


@pytest.mark.parametrize(("ago_seconds", "ends"), [(5, True), (720, False)])
def test_what_was_last_measured_long_ago_ends_nothing_after_a_restart(ago_seconds, ends) -> None:
    """The record gives streams back for ten minutes: of what is older one value, and no window
    that says for how long it was well."""
    vital = BY_NAME["respiratory_rate"].index
    bedside = Bedside(Watcher())
    bedside.now = START + timedelta(seconds=ago_seconds)
    held = Episode(
        1, 1, None, "respiration_low", Kind.PHYSIOLOGICAL, Priority.HIGH, State.ACTIVE, START, START
    )  # fmt: skip
    bedside.watcher.restore([held], {})
    last = np.array([(1, 9, vital, 0, us(START), us(START), 15.0)], HOT)
    bedside.watcher.remember(last, bedside.now)
    changes = bedside.watcher.judge_again(bedside.now).changes
    assert [change.key.condition for change in changes] == ["respiration_low"] * ends
    bedside.reads(seconds=60, respiratory_rate=15)
    assert bedside.of("respiration_low") == [("respiration_low", "over")] * (not ends)


@pytest.mark.parametrize(("measured_seconds", "ends"), [(-2, False), (2, True)])
def test_what_was_measured_before_it_was_raised_ends_nothing_judged_again(measured_seconds, ends):
    """The ledger would not believe it: it would keep what the watcher had forgotten."""
    held = Episode(
        1, 1, None, "systolic_low", Kind.PHYSIOLOGICAL, Priority.MEDIUM, State.ACTIVE, START, START
    )  # fmt: skip
    watcher = Watcher()
    watcher.restore([held], {})
    at = us(START + timedelta(seconds=measured_seconds))
    row = np.array([(1, 9, BY_NAME["systolic"].index, 0, at, at, 120.0)], HOT)
    changes = watcher.take_again(row, START + timedelta(seconds=10)).changes
    over = [change.is_again for change in changes if change.key.condition == "systolic_low"]
    assert over == [True] * ends
