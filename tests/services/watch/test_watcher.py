"""The watcher without a database: readings and moments in, changes out."""

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest

from homeward.clinical.rules import RULES, oxygen_low, systolic_low
from homeward.clinical.scores import mews, news2
from homeward.clinical.setting import Choice, Setting
from homeward.model.alarm import Kind, Priority, State
from homeward.model.vital import BY_NAME
from homeward.services.watch.ledger import Episode
from homeward.services.watch.plan import Orders
from homeward.services.watch.silences import Watched
from homeward.services.watch.troubles import Trouble
from homeward.services.watch.watcher import Watcher
from homeward.services.watch.work import PASS_SECONDS
from tests.services.watch.conftest import START

QUIET = {"heart_rate": 72, "oxygen_saturation": 97, "respiratory_rate": 14}


def worn(expects, *, connected=True, patient=1, device=9, starts, scale=1):
    return Watched(device, f"monitor-{device}", expects, connected, patient, starts, scale)


def test_a_quiet_patient_changes_nothing_but_the_score(bedside):
    bedside.reads(seconds=120, **QUIET)
    assert bedside.said == []
    assert len(bedside.scores) == 1
    assert (bedside.scores[0].score.low, bedside.scores[0].score.total) == (0, None)


def test_low_oxygen_begins_after_its_delay_and_ends_after_its_own(bedside):
    bedside.reads(seconds=30, **QUIET).reads(seconds=15, oxygen_saturation=86)
    assert bedside.of("oxygen_low") == []
    bedside.reads(seconds=1, oxygen_saturation=86)
    assert bedside.of("oxygen_low") == [("oxygen_low", "high")]
    bedside.reads(seconds=60, oxygen_saturation=86)
    assert bedside.of("oxygen_low") == [("oxygen_low", "high")]
    bedside.reads(seconds=16, oxygen_saturation=96)
    assert bedside.of("oxygen_low") == [("oxygen_low", "high"), ("oxygen_low", "over")]


def test_the_change_says_what_was_measured_and_when_it_was_received(bedside):
    bedside.reads(seconds=1, oxygen_saturation=75)
    change = next(each for each in bedside.changes if each.key.condition == "oxygen_low")
    assert change.measured == change.received == change.at
    assert (change.finding.value, change.detail["rule"]) == (75, "oxygen_low")


def test_worse_is_news_and_less_bad_is_not(bedside):
    bedside.reads(glucose=65).reads(glucose=50).reads(glucose=60).reads(glucose=100)
    assert bedside.of("glucose_low") == [
        ("glucose_low", "medium"),
        ("glucose_low", "high"),
        ("glucose_low", "over"),
    ]


def test_conditions_of_two_patients_are_apart(bedside):
    bedside.reads(1, oxygen_saturation=75).reads(2, oxygen_saturation=75)
    bedside.reads(1, seconds=20, oxygen_saturation=97)
    changes = [each for each in bedside.changes if each.key.condition == "oxygen_low"]
    assert [(each.key.patient_id, each.finding is None) for each in changes] == [
        (1, False),
        (2, False),
        (1, True),
    ]


def test_nobody_wears_it_so_nobody_is_alarmed(bedside):
    bedside.reads(patient=0, seconds=20, oxygen_saturation=60)
    assert bedside.changes == []


@pytest.mark.parametrize("scale", [1, 2])
def test_a_scale_2_patient_has_their_own_limit(bedside, scale):
    bedside.watcher.watch([worn({}, starts=bedside.now, scale=scale)])
    bedside.reads(seconds=30, oxygen_saturation=88)
    assert len(bedside.of("oxygen_low")) == (1 if scale == 1 else 0)


def off(bedside, *sensors, since=None, **more):
    """The device says that these sensors are off, from now on or since then."""
    ms = round((since or bedside.now).timestamp() * 1000)
    expects = {"oxygen_saturation": 1, "pulse": 1, "heart_rate": 1}
    watched = worn(expects, starts=START, **more)
    said = {name: (ms, round(bedside.now.timestamp() * 1000)) for name in sensors}
    bedside.watcher.watch([replace(watched, sensors_off=said)])
    return bedside


PROBE_OFF, SILENT = "sensor_off_probe", ("silent_oxygen_saturation", "silent_pulse")
HEART = {"heart_rate": 72}
BOTH = {"oxygen_saturation": 97, "pulse": 72}


def listens(bedside, seconds, **vitals):
    for _ in range(seconds):
        bedside.reads(**vitals)
        bedside.keep(bedside.watcher.listens(bedside.now))
    return bedside


def test_a_device_without_expects_falls_silent_by_its_habit_and_so_does_one_vital_of_it(bedside):
    """Ten minutes steady are a habit; what nobody stated is then missed like what was."""
    none = replace(worn({}, starts=START), association_id=5, is_stated=False)
    bedside.watcher.watch([none])
    listens(bedside, 590, **HEART, **BOTH)
    assert bedside.watcher.habits() == []
    listens(bedside, 20, **HEART, **BOTH, systolic=120)
    habits = bedside.watcher.habits()
    assert {each.association_id for each in habits} == {5}
    expects = {each.vital: each.seconds for each in habits}
    assert expects == {"heart_rate": 1, "oxygen_saturation": 1, "pulse": 1}  # a cuff has none
    bedside.watcher.watch([replace(none, expects=expects)])
    listens(bedside, 30, **BOTH)
    assert bedside.said == [("silent_heart_rate", "medium")]
    listens(bedside, 30)
    assert bedside.said[1:] == [("silent_heart_rate", "over"), ("device_silent", "medium")] or (
        bedside.said[1:] == [("device_silent", "medium"), ("silent_heart_rate", "over")]
    )


def test_a_sensor_that_is_off_by_the_devices_word_is_one_alarm_and_no_silence(bedside):
    listens(off(bedside), 20, **HEART, **BOTH)
    listens(off(bedside, "probe"), 4, **HEART)
    assert bedside.said == []
    listens(bedside, 60, **HEART)
    assert bedside.said == [(PROBE_OFF, "medium")]
    (change,) = bedside.changes
    assert (change.kind, change.key.device_id) == (Kind.TECHNICAL, 9)
    assert change.finding.text == "monitor-9: SpO₂ probe off for 5 s"
    listens(off(bedside), 3, **HEART, **BOTH)
    assert bedside.said == [(PROBE_OFF, "medium"), (PROBE_OFF, "over")]


def test_a_probe_that_is_moved_to_another_finger_rings_not(bedside):
    listens(off(bedside), 20, **HEART, **BOTH)
    listens(off(bedside, "probe"), 4, **HEART)
    listens(off(bedside), 20, **HEART, **BOTH)
    assert bedside.said == []


def test_a_device_that_says_it_again_and_again_rings_once_and_in_time(bedside):
    listens(off(bedside), 20, **HEART, **BOTH)
    began = bedside.now
    for _ in range(30):
        listens(off(bedside, "probe", since=began), 1, **HEART)
    assert bedside.said == [(PROBE_OFF, "medium")]
    assert (bedside.changes[0].at - began).total_seconds() == 5


def test_a_device_that_forgets_to_say_on_is_on_again_with_its_next_reading(bedside):
    listens(off(bedside), 20, **HEART, **BOTH)
    listens(off(bedside, "probe"), 10, **HEART)
    listens(bedside, 3, **HEART, **BOTH)
    assert bedside.said == [(PROBE_OFF, "medium"), (PROBE_OFF, "over")]
    listens(bedside, 10, **HEART)  # and off once more, without a word: silence says so
    assert bedside.said[2:] == [(silent, "medium") for silent in SILENT]


def test_another_sensor_of_the_device_that_falls_silent_is_said_besides(bedside):
    listens(off(bedside), 20, **HEART, **BOTH)
    listens(off(bedside, "probe"), 10, **HEART)
    listens(bedside, 10)
    assert bedside.said == [(PROBE_OFF, "medium"), ("device_silent", "medium")]
    listens(off(bedside, "probe", "leads", since=START), 2)
    assert bedside.said[2:] == [("device_silent", "over"), ("sensor_off_leads", "medium")] or (
        bedside.said[2:] == [("sensor_off_leads", "medium"), ("device_silent", "over")]
    )


def test_a_device_that_is_gone_is_said_besides_what_it_said_of_its_sensor(bedside):
    listens(off(bedside), 20, **HEART, **BOTH)
    listens(off(bedside, "probe"), 10, **HEART)
    listens(off(bedside, "probe", connected=False, since=START), 10)
    assert bedside.said == [(PROBE_OFF, "medium"), ("device_silent", "medium")]


def test_a_sensor_that_was_off_before_we_took_over_rings_on(bedside):
    held = Episode(
        1, 1, 9, PROBE_OFF, Kind.TECHNICAL, Priority.MEDIUM, State.ACTIVE, START, None
    )  # fmt: skip
    bedside.watcher.restore([held], [])
    bedside.watcher.begin(bedside.now)
    listens(off(bedside, "probe", since=START - timedelta(minutes=5)), 30, **HEART)
    assert bedside.said == []
    listens(off(bedside), 1, **HEART, **BOTH)
    assert bedside.said == [(PROBE_OFF, "over")]


def test_a_clock_that_went_back_hides_no_sensor(bedside):
    """Ours: what was said an hour from now was said before."""
    listens(off(bedside, "probe", since=bedside.now + timedelta(hours=1)), 2, **HEART)
    assert bedside.said == [(PROBE_OFF, "medium")]


def test_pulse_yields_to_the_heart_rate_while_that_is_fresh(bedside):
    bedside.reads(seconds=30, heart_rate=160, pulse=160)
    assert bedside.of("pulse_high") == []
    assert bedside.of("heart_rate_high") == [("heart_rate_high", "high")]
    bedside.reads(seconds=15, pulse=160)
    assert bedside.of("pulse_high") == [("pulse_high", "high")]


def test_d9_late_readings_neither_begin_nor_end_anything(bedside):
    bedside.reads(seconds=30, late=1, oxygen_saturation=60)
    assert bedside.changes == []
    bedside.reads(oxygen_saturation=75).reads(seconds=60, late=1, oxygen_saturation=98)
    assert bedside.of("oxygen_low") == [("oxygen_low", "high")]


def test_d9_old_and_double_readings_neither_begin_nor_end_anything(bedside):
    rows = [("oxygen_saturation", 97.0, float(second)) for second in range(60)]
    bedside.hears(rows)
    said = list(bedside.said)
    bedside.hears([("oxygen_saturation", 60.0, float(second)) for second in range(60)])
    bedside.hears([("oxygen_saturation", 60.0, second + 0.5) for second in range(58)])
    assert bedside.said == said


def test_a_batch_is_judged_reading_by_reading(bedside):
    """An extreme in the middle of a batch rings, though the batch ends well."""
    rows = [("oxygen_saturation", 97.0, 0.0), ("oxygen_saturation", 70.0, 1.0)]
    rows += [("oxygen_saturation", 97.0, float(second)) for second in range(2, 10)]
    bedside.hears(rows)
    assert bedside.of("oxygen_low") == [("oxygen_low", "high")]


def test_d22_a_rule_that_raises_is_an_alarm_and_the_others_go_on(bedside):
    def judge(window, is_open):
        raise ZeroDivisionError("value 75 of Rosa")

    broken = replace(oxygen_low.RULE, name="broken", judge=judge)
    bedside.watcher = Watcher((broken, *RULES))
    bedside.reads(oxygen_saturation=75)
    assert bedside.said[:2] == [("trouble_rule_broken", "medium"), ("oxygen_low", "high")]
    assert "75" not in bedside.changes[0].finding.text
    bedside.reads(seconds=5, oxygen_saturation=75)
    assert len(bedside.of("trouble_rule_broken")) == 1


def test_d22_a_rule_that_works_again_ends_its_trouble(bedside):
    fails = [True]

    def judge(window, is_open):
        if fails[0]:
            raise KeyError
        return

    broken = replace(oxygen_low.RULE, name="broken", judge=judge)
    bedside.watcher = Watcher((broken,))
    bedside.reads(oxygen_saturation=75)
    fails[0] = False
    bedside.reads(oxygen_saturation=98)
    assert bedside.of("trouble_rule_broken") == [
        ("trouble_rule_broken", "medium"),
        ("trouble_rule_broken", "over"),
    ]


def test_d22_a_score_that_raises_is_an_alarm_and_the_others_go_on(bedside):
    fails = [True]

    def score(inputs, now, chart):
        if fails[0]:
            raise ValueError
        return news2.SCORER.score(inputs, now, chart)

    broken = replace(news2.SCORER, score=score)
    bedside.watcher = Watcher(scorers=(broken, replace(mews.SCORER, is_on=True)))
    bedside.reads(**QUIET)
    assert bedside.said == [("trouble_rule_news2", "medium")]
    assert {each.score.name for each in bedside.scores} == {"mews"}
    assert "75" not in bedside.changes[0].finding.text
    fails[0] = False
    bedside.reads(**QUIET | {"heart_rate": 131}, seconds=61)
    assert bedside.of("trouble_rule_news2")[-1] == ("trouble_rule_news2", "over")


def test_what_one_reading_begins_at_once_may_ring_until_it_does(bedside):
    one = lambda vital, value: bedside.frame([(vital, value, 1.0)])  # noqa: E731
    low, well = one("oxygen_saturation", 70), one("oxygen_saturation", 96)
    assert not bedside.watcher.may_ring(low)  # nothing is known of them yet
    bedside.reads(**QUIET, systolic=124, glucose=100)
    assert bedside.watcher.may_ring(low)
    assert bedside.watcher.may_ring(np.concatenate([well, low]))
    assert not bedside.watcher.may_ring(well)
    assert bedside.watcher.may_ring(low)  # it took in nothing
    assert bedside.watcher.may_ring(one("glucose", 53))  # it has no delay
    bedside.reads(oxygen_saturation=70)
    assert not bedside.watcher.may_ring(low)  # it rings


@pytest.mark.parametrize(
    ("vital", "value"),
    [
        ("oxygen_saturation", 86),  # waits for its delay
        ("oxygen_saturation", 93),  # might be a fall, for a rule that looks back
        ("systolic", 124),  # and a combination at these
        ("heart_rate", 95),
        ("pulse", 155),  # yields to the heart rate
    ],
)
def test_what_cannot_begin_at_once_by_one_reading_hurries_nobody(bedside, vital, value):
    bedside.reads(**QUIET, systolic=124, pulse=72)
    assert not bedside.watcher.may_ring(bedside.frame([(vital, value, 1.0)]))


FULL = QUIET | {"systolic": 120, "temperature": 37.0, "consciousness": 0, "on_oxygen": 0}


def test_the_score_follows_each_input_within_a_second(bedside):
    bedside.reads(**FULL)
    bedside.reads(systolic=90)
    totals = [each.score.total for each in bedside.scores]
    assert totals == [0, 3]
    assert ("news2_red", "medium") in bedside.said


def test_many_inputs_in_a_second_are_scored_once(bedside):
    bedside.reads(**FULL)
    start = bedside.now
    for tenth in range(8):
        bedside.now = start + timedelta(seconds=tenth / 10)
        bedside.hears([("systolic", 85.0 + 5 * tenth, tenth / 10)], base=start)
    assert len(bedside.scores) == 2  # the first, and one second's
    bedside.passes(1)
    assert [each.score.total for each in bedside.scores] == [0, 3, 0]


def test_a_score_is_never_a_second_behind_its_input(bedside):
    bedside.hears([(name, value, 0.0) for name, value in FULL.items()])
    bedside.now += timedelta(milliseconds=1)
    came = bedside.now
    bedside.hears([("systolic", 88.0, 0.001)])
    while len(bedside.scores) < 2:
        bedside.now += timedelta(seconds=PASS_SECONDS)
        bedside.keep(bedside.watcher.passes(bedside.now, bedside.now))
    assert bedside.now - came < timedelta(seconds=1)
    assert bedside.scores[-1].score.total == 3


def test_a_score_that_stays_is_noted_each_quarter_of_an_hour(bedside):
    for _ in range(31):
        bedside.reads(**FULL).passes(59)
    assert len(bedside.scores) == 3
    assert {each.score.total for each in bedside.scores} == {0}


def test_d10_an_input_too_old_is_missing_and_the_score_a_range(bedside):
    bedside.reads(**FULL)
    bedside.passes(BY_NAME["heart_rate"].score_seconds + 12)
    score = bedside.scores[-1].score
    assert score.total is None
    missing = {part.parameter for part in score.parts if part.is_missing}
    assert missing == {"pulse", "oxygen_saturation", "respiratory_rate"}
    ages = {part.parameter: part.age_seconds for part in score.parts}
    assert ages["systolic"] >= 600


def test_a_score_does_not_recover_because_a_sensor_fell_off(bedside):
    sick = FULL | {"respiratory_rate": 30, "systolic": 85, "heart_rate": 120}
    bedside.reads(seconds=3, **sick)
    assert ("news2_emergency", "high") in bedside.said
    bedside.passes(700)
    assert ("news2_emergency", "over") not in bedside.said
    assert bedside.scores[-1].score.low < 7
    bedside.reads(seconds=70, **FULL)
    assert ("news2_emergency", "over") in bedside.said


def test_a_probe_that_falls_off_is_technical_and_only_that_vital(bedside):
    expects = {"heart_rate": 1, "oxygen_saturation": 1}
    bedside.watcher.watch([worn(expects, starts=bedside.now)])
    bedside.reads(seconds=10, heart_rate=72, oxygen_saturation=97)
    for _ in range(12):
        bedside.reads(heart_rate=72)
        bedside.keep(bedside.watcher.listens(bedside.now))
    assert bedside.said == [("silent_oxygen_saturation", "medium")]
    bedside.reads(heart_rate=72, oxygen_saturation=97)
    bedside.keep(bedside.watcher.listens(bedside.now))
    assert bedside.said[-1] == ("silent_oxygen_saturation", "over")


def test_a_device_gone_is_one_alarm_that_names_it(bedside):
    expects = {"heart_rate": 1, "oxygen_saturation": 1, "respiratory_rate": 1}
    bedside.watcher.watch([worn(expects, starts=bedside.now)])
    bedside.reads(seconds=5, **QUIET).passes(60)
    assert bedside.of("device_silent") == [("device_silent", "medium")]
    assert [each for each in bedside.said if each[0].startswith("silent_")] == []
    change = next(each for each in bedside.changes if each.key.condition == "device_silent")
    assert (change.key.patient_id, change.key.device_id) == (1, 9)
    assert "monitor-9" in change.finding.text


def test_a_slow_sensor_of_a_disconnected_device_does_not_make_two_alarms(bedside):
    expects = {"heart_rate": 1, "systolic": 900}
    bedside.watcher.watch([worn(expects, connected=False, starts=bedside.now)])
    bedside.reads(seconds=5, heart_rate=72, systolic=120).passes(60)
    assert bedside.said == [("device_silent", "medium")]


def test_a_glucose_sensor_is_given_its_own_time(bedside):
    bedside.watcher.watch([worn({"glucose": 300}, starts=bedside.now)])
    bedside.reads(glucose=110).passes(600)
    assert bedside.said == []
    bedside.passes(10)
    assert bedside.said == [("device_silent", "medium")]


def test_a_device_taken_off_the_patient_is_not_missed(bedside):
    bedside.watcher.watch([worn({"heart_rate": 1}, starts=bedside.now)])
    bedside.passes(20)
    bedside.watcher.watch([])
    bedside.passes(1)
    assert bedside.said == [("device_silent", "medium"), ("device_silent", "over")]


def test_a_clock_that_is_off_is_said_not_ignored(bedside):
    bedside.watcher.watch([worn({"heart_rate": 1}, starts=bedside.now)])
    for _ in range(20):
        rows = [("heart_rate", 72.0, -7200.0)]
        bedside.hears(rows, late=1, base=bedside.now)
        bedside.passes(1)
    assert bedside.said == [("device_silent", "medium")]
    assert "2 h 0 min old" in bedside.changes[0].finding.text
    assert "clock is off" in bedside.changes[0].finding.text


def test_a_clock_that_went_back_is_said_not_ignored(bedside):
    bedside.watcher.watch([worn({"heart_rate": 1}, starts=bedside.now)])
    bedside.hears([("heart_rate", 72.0, 200.0)])
    for _ in range(20):
        bedside.hears([("heart_rate", 72.0, 0.0)], base=bedside.now)
        bedside.passes(1)
    assert bedside.said == [("device_silent", "medium")]
    assert "its clock went back" in bedside.changes[0].finding.text


def test_nobody_is_silent_just_after_a_start(bedside):
    bedside.watcher.watch([worn({"heart_rate": 1}, starts=bedside.now - timedelta(days=1))])
    bedside.watcher.begin(bedside.now)
    bedside.passes(14)
    assert bedside.said == []
    bedside.passes(2)
    assert bedside.said == [("device_silent", "medium")]


def test_trouble_of_the_platform_is_an_alarm_until_it_is_over_or_quiet(bedside):
    bedside.keep(bedside.watcher.hears(Trouble("Disk full!", "the disk is full"), bedside.now))
    bedside.keep(bedside.watcher.hears(Trouble("Disk full!", "still full"), bedside.now))
    bedside.keep(bedside.watcher.hears(Trouble("lane", "slow"), bedside.now))
    bedside.keep(bedside.watcher.hears(Trouble("lane", over=True), bedside.now))
    assert bedside.said == [
        ("trouble_disk_full", "medium"),
        ("trouble_lane", "medium"),
        ("trouble_lane", "over"),
    ]
    bedside.passes(601)
    assert bedside.said[-1] == ("trouble_disk_full", "over")


def test_a_server_clock_that_goes_back_hides_no_silence(bedside):
    bedside.watcher.watch([worn({"heart_rate": 1}, starts=bedside.now)])
    bedside.reads(seconds=5, heart_rate=72)
    bedside.now -= timedelta(hours=1)
    bedside.passes(9)
    assert bedside.of("device_silent") == [("device_silent", "medium")]


def test_a_server_clock_that_goes_back_just_after_a_start_hides_no_silence(bedside):
    bedside.watcher.watch([worn({"heart_rate": 1}, starts=bedside.now - timedelta(days=1))])
    bedside.watcher.begin(bedside.now)
    bedside.now -= timedelta(hours=1)
    bedside.passes(17)
    assert bedside.of("device_silent") == [("device_silent", "medium")]


def test_a_server_clock_that_goes_back_stops_no_score(bedside):
    bedside.reads(seconds=3, **FULL)
    device_clock = bedside.now
    bedside.now -= timedelta(hours=1)  # the devices' clocks go on
    for second in range(3):
        bedside.hears([("systolic", 80.0, float(second))], base=device_clock)
        bedside.now += timedelta(seconds=1)
    assert bedside.scores[-1].score.total == 3


def alternating(bedside, seconds, first, second, *, behind=0.0):
    """Two devices of one patient measure the same, each second, a tenth apart."""
    for _ in range(seconds):
        bedside.hears([("oxygen_saturation", first, 0.0)], device=9, base=bedside.now)
        bedside.hears([("oxygen_saturation", second, 0.1 - behind)], device=10, base=bedside.now)
        bedside.now += timedelta(seconds=1)


def test_d17_a_quiet_device_does_not_hide_what_another_of_the_same_patient_measures(bedside):
    """Two probes, one of them on the table: the low one must ring after its delay."""
    alternating(bedside, 16, 97, 85)
    assert bedside.of("oxygen_low") == [("oxygen_low", "high")]
    alternating(bedside, 60, 97, 85)  # and the quiet one does not end it
    assert bedside.of("oxygen_low") == [("oxygen_low", "high")]
    alternating(bedside, 20, 97, 97)
    assert bedside.of("oxygen_low") == [("oxygen_low", "high"), ("oxygen_low", "over")]


def test_whichever_device_came_first(bedside):
    alternating(bedside, 16, 85, 97)
    assert bedside.of("oxygen_low") == [("oxygen_low", "high")]


def test_a_device_whose_clock_is_behind_anothers_is_judged_all_the_same(bedside):
    alternating(bedside, 16, 97, 70, behind=30.0)
    assert bedside.of("oxygen_low") == [("oxygen_low", "high")]


def test_a_second_device_that_is_gone_holds_no_alarm(bedside):
    alternating(bedside, 16, 97, 85)
    bedside.reads(seconds=40, device=9, oxygen_saturation=97)
    assert bedside.of("oxygen_low") == [("oxygen_low", "high"), ("oxygen_low", "over")]


def test_a_device_that_replaces_another_goes_on_in_its_window(bedside):
    bedside.reads(seconds=30, device=9, oxygen_saturation=97)
    bedside.passes(20)
    bedside.reads(seconds=16, device=10, oxygen_saturation=85)
    assert bedside.of("oxygen_low") == [("oxygen_low", "high")]
    bedside.reads(seconds=61, device=10, oxygen_saturation=85)
    assert bedside.scores[-1].score.low == 3


def acknowledged(condition, bedside):
    return Episode(
        1, 1, None, condition, Kind.PHYSIOLOGICAL, Priority.HIGH, State.ACKNOWLEDGED,
        bedside.now, bedside.now,
    )  # fmt: skip


def test_what_was_answered_and_is_not_measured_any_more_ends_and_may_ring_again(bedside):
    """A sensor that comes back days later must not be covered by an old acknowledgement."""
    bedside.reads(glucose=50)
    episode = acknowledged("glucose_low", bedside)
    bedside.passes(50 * 60)
    bedside.keep(bedside.watcher.unheard([episode], bedside.now))
    assert bedside.of("glucose_low") == [("glucose_low", "high")]
    bedside.passes(11 * 60)
    bedside.keep(bedside.watcher.unheard([episode], bedside.now))
    assert bedside.of("glucose_low")[-1] == ("glucose_low", "over")
    bedside.reads(glucose=45)
    assert bedside.of("glucose_low")[-1] == ("glucose_low", "high")


@pytest.mark.parametrize("a_second", [1, 4])
def test_an_arterial_lines_fall_of_40_is_found_at_the_first_reading_that_shows_it(
    bedside, a_second
):
    """Nearly two hours at 150, so that the ring was thinned many times, then a slow fall."""
    rows = [("systolic", 150.0, place / a_second) for place in range(7000 * a_second)]
    for start in range(0, len(rows), 500):
        bedside.now = START + timedelta(seconds=rows[start][2])
        bedside.hears(rows[start : start + 500])
    falling = [("systolic", 150.0 - place / 10, 7000 + place / 2) for place in range(700)]
    for row in falling:
        bedside.now = START + timedelta(seconds=row[2])
        bedside.hears([row])
    (first, *_) = [each for each in bedside.changes if each.key.condition == "systolic_falling"]
    assert (first.measured - START).total_seconds() == 7000 + 400 / 2
    assert first.finding.text == "Systolic 110 mmHg, was 150 in the last hour"
    (low, *_) = [each for each in bedside.changes if each.key.condition == "systolic_low"]
    assert (low.measured - START).total_seconds() == 7000 + 601 / 2


@pytest.mark.parametrize("phase", range(0, 15, 2))
def test_a_delay_on_an_arterial_line_is_as_long_as_it_was_set(bedside, phase):
    """The window is an hour long; its newest minutes are no coarser for that."""
    limit = replace(systolic_low.LIMIT, delay_seconds=20, extreme=None)
    setting = Setting(1, "systolic_low", Choice.LIMIT, limit, patient_id=1)
    bedside.keep(bedside.watcher.order(Orders((setting,)), bedside.now))
    bedside.reads(seconds=400 + phase, systolic=120)
    began = bedside.now
    bedside.reads(seconds=30, systolic=85)
    (low,) = [each for each in bedside.changes if each.key.condition == "systolic_low"]
    assert (low.measured - began).total_seconds() == 20


def test_a_heart_heard_before_our_clock_went_back_hides_no_slow_pulse(bedside):
    bedside.reads(seconds=30, heart_rate=72, pulse=72)
    measured, bedside.now = bedside.now, bedside.now - timedelta(hours=1)
    bedside.hears([("pulse", 20, 0.0)], base=measured)
    assert bedside.of("pulse_low") == [("pulse_low", "high")]
