"""Scores as readings come: whose they are, a birthday at midnight, what is switched on."""

import random
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from homeward.clinical.scores import SCORERS, bedside_pews
from homeward.clinical.scoring import settled_inputs
from homeward.model.alarm import Kind, Priority, State
from homeward.model.entered import BY_HAND
from homeward.model.vital import BY_NAME
from homeward.services.watch.ledger import ORDERED, Episode
from homeward.services.watch.silences import Watched
from homeward.services.watch.watcher import Watcher
from tests.services.watch.conftest import START, Bedside

WELL_ADULT = {
    "pulse": 72, "oxygen_saturation": 97, "respiratory_rate": 14, "systolic": 120,
    "temperature": 37.0, "consciousness": 0, "on_oxygen": 0,
}  # fmt: skip
# Of a child over four a very fast heart, of one under four a fast one.
CHILD = {
    "heart_rate": 155, "systolic": 100, "capillary_refill": 2, "respiratory_rate": 24,
    "respiratory_effort": 0, "oxygen_saturation": 97, "on_oxygen": 0,
}  # fmt: skip


def watched(born: date | None, **more) -> Watched:
    each = Watched(9, "monitor-9", {}, True, 1, START - timedelta(hours=1), 1, birth_date=born)
    return replace(each, **more)


def totals(bedside: Bedside, name: str) -> list[int | None]:
    return [each.score.total for each in bedside.scores if each.score.name == name]


def scored(bedside: Bedside) -> set[str]:
    return {each.score.name for each in bedside.scores}


@pytest.mark.parametrize(
    ("who", "name"),
    [
        (watched(date(1950, 1, 1)), "news2"),
        (watched(date(2020, 1, 1)), "bedside_pews"),
        (watched(date(1995, 1, 1), is_pregnant=True), "meows"),
        (watched(None), "news2"),
    ],
)
def test_each_has_the_score_meant_for_them(bedside, who, name):
    bedside.watcher.watch([who])
    bedside.reads(**WELL_ADULT)
    assert scored(bedside) == {name}
    score = bedside.scores[0].score
    assert score.is_leading
    assert (score.note is not None) == (who.birth_date is None)


def test_who_is_not_registered_yet_is_scored_as_an_adult(bedside):
    bedside.reads(**WELL_ADULT)
    assert scored(bedside) == {"news2"}


def test_a_child_is_scored_by_the_second_and_rings(bedside):
    bedside.watcher.watch([watched(date(2020, 1, 1))])
    bedside.reads(**CHILD | {"heart_rate": 100})
    assert totals(bedside, "bedside_pews") == [0]
    bedside.reads(capillary_refill=4, oxygen_flow=5)
    assert totals(bedside, "bedside_pews") == [0, 8]
    assert bedside.of("bedside_pews_high") == [("bedside_pews_high", "high")]
    assert bedside.scores[-1].score.chart == "4 to 11 years"


def test_a_child_turns_into_the_next_band_overnight(bedside):
    """At midnight of the fourth birthday the same heart rate becomes the worst there is."""
    midnight = datetime(2026, 3, 2, tzinfo=UTC)
    bedside.watcher.watch([watched(date(2022, 3, 2))])
    bedside.now = midnight - timedelta(seconds=8)
    bedside.reads(seconds=5, **CHILD)
    before = bedside.scores[-1].score
    bedside.passes(10)
    after = bedside.scores[-1].score
    assert (before.chart, after.chart) == ("1 to 3 years", "4 to 11 years")
    points = [
        next(part.points for part in score.parts if part.parameter == "heart_rate")
        for score in (before, after)
    ]
    assert points == [2, 4]


def test_an_alarm_of_a_score_that_is_theirs_no_more_ends_and_the_new_one_judges(bedside):
    """On the sixteenth birthday: nobody would ever judge the child's score again."""
    midnight = datetime(2026, 3, 2, tzinfo=UTC)
    bedside.watcher.watch([watched(date(2010, 3, 2))])
    bedside.now = midnight - timedelta(seconds=8)
    sick = CHILD | {"heart_rate": 150, "systolic": 70, "consciousness": 1, "temperature": 39.5}
    bedside.reads(seconds=5, **sick)
    assert bedside.of("bedside_pews_high") == [("bedside_pews_high", "high")]
    bedside.passes(10)
    assert bedside.of("bedside_pews_high")[-1] == ("bedside_pews_high", "over")
    ended = [each for each in bedside.changes if each.key.condition == "bedside_pews_high"][-1]
    because = "this score is not used for this patient any more"
    assert ended.detail == {"because": because, ORDERED: True}
    assert bedside.of("news2_emergency") == [("news2_emergency", "high")]
    order = [name for name, what in bedside.said if name in ("news2_emergency",
             "bedside_pews_high")]  # fmt: skip
    assert order[-2:] == ["news2_emergency", "bedside_pews_high"]  # no moment without an alarm


def test_scores_are_switched_on_and_off_for_one_patient(bedside):
    adult = watched(date(1950, 1, 1))
    bedside.watcher.watch([replace(adult, scores={"mews": True, "qsofa": True})])
    bedside.reads(**WELL_ADULT | {"respiratory_rate": 22, "systolic": 95})
    assert scored(bedside) == {"news2", "mews", "qsofa"}
    assert [e.score.name for e in bedside.scores if e.score.is_leading] == ["news2"]
    assert bedside.of("qsofa_positive") == [("qsofa_positive", "medium")]
    bedside.watcher.watch([replace(adult, scores={"qsofa": False, "news2": False, "mews": True})])
    bedside.scores.clear()
    bedside.passes(2)
    assert scored(bedside) == {"mews"}
    assert all(each.score.is_leading for each in bedside.scores)
    assert bedside.of("qsofa_positive")[-1] == ("qsofa_positive", "over")


def test_what_another_oxygen_scale_begins_and_ends_was_ordered_and_measured_by_nothing(bedside):
    adult = watched(date(1950, 1, 1))
    bedside.watcher.watch([adult])
    bedside.reads(**WELL_ADULT | {"oxygen_saturation": 91}, seconds=6)
    assert bedside.of("news2_red") == [("news2_red", "medium")]
    for scale in (2, 1):
        bedside.watcher.watch([replace(adult, oxygen_scale=scale)])
        bedside.passes(2)
    assert [what for _, what in bedside.of("news2_red")] == ["medium", "over", "medium"]
    marks = [ORDERED in e.detail for e in bedside.changes if e.key.condition == "news2_red"]
    assert marks == [False, True, True]


def test_with_every_score_off_nothing_is_scored_and_nothing_breaks(bedside):
    off = dict.fromkeys((scorer.name for scorer in SCORERS), False)
    bedside.watcher.watch([watched(date(1950, 1, 1), scores=off)])
    bedside.reads(**WELL_ADULT | {"pulse": 140}, seconds=3)
    bedside.passes(12)
    assert bedside.scores == []
    assert not [name for name, _ in bedside.said if "trouble" in name]


def test_of_oxygen_what_was_said_last_counts_though_each_value_stays_the_same(bedside):
    """The flow is said again, as high as before, after somebody said air: it is on again."""
    bedside.watcher.watch([watched(date(2020, 1, 1))])
    bedside.reads(**CHILD | {"heart_rate": 100, "on_oxygen": 1, "oxygen_flow": 5})
    bedside.reads(on_oxygen=0)
    bedside.reads(oxygen_flow=5)
    bedside.passes(1)
    assert totals(bedside, "bedside_pews") == [4, 0, 4]


def test_inputs_of_no_score_make_none(bedside):
    bedside.reads(glucose=110, seconds=3)
    bedside.passes(20)
    assert bedside.scores == []


def test_a_new_watcher_goes_on_with_each_score(bedside):
    adult = watched(date(1950, 1, 1), scores={"mews": True})
    bedside.watcher.watch([adult])
    bedside.reads(**WELL_ADULT)
    last = [(each.patient_id, each.score) for each in bedside.scores]
    assert len(last) == 2
    fresh = Bedside(Watcher())
    fresh.watcher.restore([], last)
    fresh.watcher.watch([adult])
    fresh.now = bedside.now
    fresh.reads(**WELL_ADULT)
    assert fresh.scores == []  # nothing has changed


def test_a_table_that_cannot_be_loaded_ends_no_alarm_of_its_own(bedside):
    """It is open in the ledger; nobody can judge it now, and nobody may take it away."""
    open_now = (Priority.HIGH, State.ACTIVE, START, None)
    own = Episode(1, 1, None, "own_pews_5", Kind.PHYSIOLOGICAL, *open_now)
    bedside.watcher.restore([own], [])
    bedside.watcher.watch([watched(date(2020, 1, 1))])
    bedside.watcher.use(SCORERS, broken=["own_pews"])
    bedside.reads(**CHILD)
    assert bedside.of("own_pews_5") == []
    bedside.watcher.use(SCORERS)
    bedside.passes(2)
    assert bedside.of("own_pews_5") == [("own_pews_5", "over")]


def test_columns_find_every_change_the_plain_score_has(bedside):
    """Values wander over every band; told is exactly what the plain functions say changed."""
    rng = random.Random(3)
    bedside.watcher.watch([watched(date(2020, 1, 1))])
    chart = bedside_pews.CHARTS[48]
    values = dict(CHILD)
    for _ in range(400):
        name = rng.choice([*CHILD, "oxygen_flow", "inspired_oxygen"])
        limits = {"heart_rate": (40, 170), "systolic": (60, 180), "capillary_refill": (1, 5),
                  "respiratory_rate": (8, 55), "respiratory_effort": (0, 3), "on_oxygen": (0, 1),
                  "oxygen_saturation": (88, 97), "oxygen_flow": (0, 6),
                  "inspired_oxygen": (21, 60)}[name]  # fmt: skip
        values[name] = rng.randint(*limits)
        bedside.reads(**{name: values[name]})
        windows = bedside.watcher._windows
        settled = settled_inputs({vital: _window(windows, vital) for vital in values})
        plain = bedside_pews.SCORER.score(settled, bedside.now, chart)
        last = bedside.scores[-1].score
        assert (last.low, last.high) == (plain.low, plain.high)
        assert [p.points for p in last.parts] == [p.points for p in plain.parts]


def _window(windows, vital: str):
    slot = windows.slot(1, BY_NAME[vital].index)
    return windows.window(slot) if slot >= 0 and windows.count[slot] else []


def test_what_a_nurse_entered_and_what_streams_are_one_score_of_a_child(bedside):
    """The monitor has three of the seven; the round brings the rest, and counts for hours."""
    bedside.watcher.watch([watched(date(2020, 1, 1))])
    streams = {"heart_rate": 100, "oxygen_saturation": 97, "respiratory_rate": 24}
    bedside.reads(seconds=5, **streams)
    assert totals(bedside, "bedside_pews") == [None]
    entered = {"systolic": 100, "capillary_refill": 4, "respiratory_effort": 2, "on_oxygen": 0}
    bedside.reads(device=BY_HAND, **entered)
    bedside.reads(seconds=3, **streams)
    score = bedside.scores[-1].score
    assert (score.total, score.label) == (6, "Bedside PEWS")
    bedside.now += timedelta(hours=5)
    bedside.reads(seconds=3, **streams)
    assert bedside.scores[-1].score.total == 6
    bedside.now += timedelta(hours=8)  # longer than an entered value counts
    bedside.reads(seconds=3, **streams)
    missing = {part.label for part in bedside.scores[-1].score.parts if part.is_missing}
    assert missing == {"Systolic", "Capillary refill", "Respiratory effort", "Oxygen therapy"}


def test_beside_a_stream_the_worse_of_both_holds_for_a_child_too(bedside):
    bedside.watcher.watch([watched(date(2020, 1, 1))])
    bedside.reads(**CHILD | {"heart_rate": 100}, seconds=2)
    bedside.reads(device=BY_HAND, respiratory_rate=55)
    bedside.passes(1)
    assert totals(bedside, "bedside_pews") == [0, 4]
