"""Stories at a bedside: what is raised, what is an artefact, and that nothing is ever silent."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from homeward.clinical.signals.bedside import ARTEFACT, ARTEFACT_TEXT, POOR_TEXT, Bedside, Seen
from homeward.clinical.signals.rules import RULES
from homeward.model.alarm import Priority
from tests.clinical.hearts import RATE, ecg, pulse, steady

START = datetime(2026, 3, 1, tzinfo=UTC)
START_US = int(START.timestamp()) * 1_000_000


class Bed:
    """A bedside told waves second by second; holds what the ledger would hold."""

    def __init__(self) -> None:
        self.bedside = Bedside()
        self.holding: dict[str, Seen] = {}
        self.begun: dict[str, int] = {}
        self.ended: dict[str, int] = {}
        self.worst: dict[str, Priority] = {}

    def lives(self, waves: dict[str, np.ndarray], first: int = 0, device: int = 1) -> "Bed":
        """`waves` begin at second `first`."""
        length = max(len(values) for values in waves.values()) // RATE
        for second in range(first, first + length):
            now = START + timedelta(seconds=second + 1)
            for wave, values in waves.items():
                piece = values[(second - first) * RATE : (second - first + 1) * RATE]
                if len(piece):
                    at = START_US + second * 1_000_000
                    self.bedside.take(device, wave, at, RATE, piece, now)
            self.looks(second + 1)
        return self

    def looks(self, second: int) -> None:
        for seen in self.bedside.look(START + timedelta(seconds=second), self.holding):
            name = seen.condition
            if seen.finding is None:
                self.holding.pop(name, None)
                self.ended[name] = second
                continue
            if name not in self.holding:
                self.begun[name] = second
            self.holding[name] = seen
            self.worst[name] = min(
                seen.finding.priority, self.worst.get(name, Priority.LOW), key=list(Priority).index
            )


def flat(seconds: int, noise: float = 0.005) -> np.ndarray:
    return noise * np.random.default_rng(5).standard_normal(seconds * RATE)


def test_a_heart_that_beats_rings_for_nobody() -> None:
    beats = steady(0.3, 90, 75, spread=0.03)
    bed = Bed().lives({"ecg_ii": ecg(90, beats), "pleth": pulse(90, beats)})
    assert bed.begun == {}


def test_a_heart_that_stops_rings_within_five_seconds() -> None:
    beats = steady(0.3, 30, 75)
    bed = Bed().lives({"ecg_ii": ecg(45, beats), "pleth": pulse(45, beats)})
    assert bed.begun.keys() == {"asystole"}
    assert 33 <= bed.begun["asystole"] <= 35
    seen = bed.holding["asystole"]
    assert seen.finding is not None
    assert seen.finding.priority is Priority.HIGH
    assert seen.finding.text.startswith("Asystole ")
    assert seen.finding.since >= START + timedelta(seconds=29)
    assert seen.detail["leads"] == ["ecg_ii"]
    assert seen.detail["against"] == []
    assert seen.detail["quality"]["ecg_ii"]


def test_atria_that_go_on_alone_do_not_keep_a_standstill_secret() -> None:
    beats = steady(0.3, 30, 75)
    alone = ecg(45, beats, p_waves=steady(30.4, 45, 85))
    assert 33 <= Bed().lives({"ecg_ii": alone}).begun["asystole"] <= 36


def test_without_any_pulse_wave_a_standstill_rings_as_well() -> None:
    assert "asystole" in Bed().lives({"ecg_ii": ecg(45, steady(0.3, 30, 75))}).begun


def test_an_electrode_that_comes_off_is_a_word_about_the_electrode_at_once() -> None:
    before = ecg(30, steady(0.3, 29.8, 75))
    goes_on = pulse(60, steady(0.3, 59.8, 75))
    lead = np.concatenate([before, flat(30)])
    bed = Bed().lives({"ecg_ii": lead, "pleth": goes_on})
    assert "asystole" not in bed.begun
    assert 33 <= bed.begun[ARTEFACT] <= 35  # as soon as the alarm would have come
    seen = bed.holding[ARTEFACT]
    assert seen.finding is not None
    assert seen.finding.text == ARTEFACT_TEXT
    assert seen.finding.priority is Priority.LOW
    assert seen.finding.patient_text
    assert seen.detail["contradicted"]["asystole"] == ["pleth"]


def test_an_electrode_that_stays_off_calls_somebody_after_a_minute() -> None:
    lead = np.concatenate([ecg(30, steady(0.3, 29.8, 75)), flat(80)])
    bed = Bed().lives({"ecg_ii": lead, "pleth": pulse(110, steady(0.3, 109.8, 75))})
    assert bed.worst[ARTEFACT] is Priority.MEDIUM
    assert "asystole" not in bed.begun


def test_when_the_pulse_stops_too_the_alarm_comes_though_it_was_an_artefact_before() -> None:
    lead = np.concatenate([ecg(30, steady(0.3, 29.8, 75)), flat(50)])
    bed = Bed().lives({"ecg_ii": lead, "pleth": pulse(80, steady(0.3, 55, 75))})
    assert bed.begun[ARTEFACT] < 40
    assert 56 <= bed.begun["asystole"] <= 60


def test_the_word_ends_half_a_minute_after_the_electrode_is_back() -> None:
    beats = steady(0.3, 119.8, 75)
    lead = ecg(120, beats)
    lead[30 * RATE : 40 * RATE] = flat(10)
    bed = Bed().lives({"ecg_ii": lead, "pleth": pulse(120, beats)})
    assert bed.holding == {}
    assert 70 <= bed.ended[ARTEFACT] <= 85


def test_a_flat_line_with_nothing_against_it_is_both_the_alarm_and_the_word() -> None:
    """Bad quality alone silences nothing."""
    lead = np.concatenate([ecg(30, steady(0.3, 29.8, 75)), np.zeros(20 * RATE)])
    bed = Bed().lives({"ecg_ii": lead})
    assert "asystole" in bed.begun
    finding = bed.holding[ARTEFACT].finding
    assert finding is not None
    assert finding.text == POOR_TEXT


def test_a_plug_that_flickers_like_a_heart_does_not_hide_a_standstill() -> None:
    time = np.arange(45 * RATE) / RATE
    flicker = 2.537 + 0.0012 * np.sign(np.sin(2 * np.pi * 1.25 * time))
    bed = Bed().lives({"ecg_ii": ecg(45, steady(0.3, 30, 75)), "pleth": flicker})
    assert "asystole" in bed.begun


def test_compressions_neither_end_nor_hide_a_standstill_that_rings() -> None:
    beats = steady(0.3, 30, 75)
    pressed = pulse(90, beats) + pulse(90, steady(36, 89, 110), height=0.6, rest=0)
    bed = Bed().lives({"ecg_ii": ecg(90, beats), "pleth": pressed})
    assert "asystole" in bed.holding
    assert "asystole" not in bed.ended


def test_a_standstill_is_over_ten_seconds_after_the_heart_beats_again() -> None:
    beats = steady(0.3, 30, 75) + steady(45, 89.8, 70)
    bed = Bed().lives({"ecg_ii": ecg(90, beats), "pleth": pulse(90, beats)})
    assert 54 <= bed.ended["asystole"] <= 62
    assert bed.holding == {}


def test_a_wave_that_stops_ends_nothing() -> None:
    bed = Bed().lives({"ecg_ii": ecg(45, steady(0.3, 30, 75))})
    for second in range(46, 120):
        bed.looks(second)
    assert "asystole" in bed.holding


def test_a_slow_heart_rings_and_a_slow_looking_lead_beside_a_faster_pulse_does_not() -> None:
    slow = steady(0.3, 59, 35)
    bed = Bed().lives({"ecg_ii": ecg(60, slow), "pleth": pulse(60, slow)})
    assert bed.begun.keys() == {"extreme_bradycardia"}
    beats = steady(0.3, 59, 70, spread=0)
    seen = beats[:20] + beats[20::2]  # in the lead, after 17 s
    bed = Bed().lives({"ecg_ii": ecg(60, seen), "pleth": pulse(60, beats)})
    assert bed.begun.keys() == {ARTEFACT}


def test_a_racing_heart_rings_also_where_only_each_other_beat_makes_a_pulse() -> None:
    beats = steady(0.3, 39.8, 165, spread=0)
    for pulses in (beats, beats[::2]):
        bed = Bed().lives({"ecg_ii": ecg(40, beats), "pleth": pulse(40, pulses)})
        assert bed.begun.keys() == {"extreme_tachycardia"}


def run_of_ventricular_beats() -> tuple[list[float], list[float]]:
    usual = steady(0.3, 24.5, 70) + steady(29, 39.8, 70)
    return usual, steady(25.0, 28.4, 150)


def test_ventricular_beats_in_a_row_ring_within_three_seconds() -> None:
    usual, wide = run_of_ventricular_beats()
    leads = {"ecg_ii": ecg(40, usual, wide), "ecg_v": ecg(40, usual, wide, height=-0.8, seed=9)}
    bed = Bed().lives(leads | {"pleth": pulse(40, usual)})
    assert bed.begun.keys() == {"ventricular_tachycardia"}
    assert 26 <= bed.begun["ventricular_tachycardia"] <= 29


def test_a_lead_that_shakes_beside_one_that_does_not_is_an_artefact() -> None:
    usual, wide = run_of_ventricular_beats()
    beats = steady(0.3, 39.8, 70)
    leads = {"ecg_ii": ecg(40, usual, wide), "ecg_v": ecg(40, beats, height=-0.8, seed=9)}
    assert Bed().lives(leads).begun.keys() == {ARTEFACT}


def waving(seconds: int) -> np.ndarray:
    time = np.arange(seconds * RATE) / RATE
    turn = 2 * np.pi * (5 * time + 0.4 * np.sin(2 * np.pi * 0.3 * time))
    return 0.5 * np.sin(turn) * (1 + 0.2 * np.sin(2 * np.pi * 0.7 * time))


def test_a_heart_that_flutters_rings_once_by_its_worst_name() -> None:
    lead = np.concatenate([ecg(30, steady(0.3, 29.8, 75)), waving(15)])
    bed = Bed().lives({"ecg_ii": lead, "pleth": pulse(45, steady(0.3, 30, 75))})
    assert bed.begun.keys() - {ARTEFACT} == {"ventricular_fibrillation"}
    assert bed.begun["ventricular_fibrillation"] <= 36


def test_brushing_teeth_is_no_flutter() -> None:
    lead = np.concatenate([ecg(30, steady(0.3, 29.8, 75)), waving(15)])
    bed = Bed().lives({"ecg_ii": lead, "pleth": pulse(45, steady(0.3, 44.8, 75))})
    assert bed.begun.keys() == {ARTEFACT}


def test_what_comes_late_judges_nothing_and_two_devices_are_two_leads() -> None:
    stopped = ecg(45, steady(0.3, 30, 75))
    bed = Bed().lives({"ecg_ii": stopped}, first=0, device=1)
    late = Bed()
    for second in range(45):
        piece = stopped[second * RATE : (second + 1) * RATE]
        now = START + timedelta(hours=1, seconds=second)
        late.bedside.take(1, "ecg_ii", START_US + second * 1_000_000, RATE, piece, now)
        assert late.bedside.look(now) == []
    assert "asystole" in bed.begun
    two = Bed().bedside
    now = START + timedelta(seconds=10)
    for device in (1, 2):
        two.take(device, "ecg_ii", START_US, RATE, ecg(10, steady(0.3, 9.8, 75)), now)
    sight = two.sight(now)
    assert sight is not None
    assert [lead.name for lead in sight.leads] == ["ecg_ii", "ecg_ii of 2"]


def test_no_more_waves_are_kept_than_a_patient_can_have() -> None:
    bedside = Bedside()
    now = START + timedelta(seconds=1)
    for device in range(100):
        bedside.take(device, "ecg_ii", START_US, RATE, np.zeros(RATE), now)
    assert len(bedside._rings) == len(bedside._heard) <= 12
    bedside.take(1, "respiration", START_US, RATE, np.zeros(RATE), now)
    assert all(wave == "ecg_ii" for _, wave in bedside._rings)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_every_rule_says_what_it_follows(rule) -> None:
    assert "Clifford 2015" in rule.about
    assert rule.priority is Priority.HIGH
    assert set(rule.covers) < {other.name for other in RULES}


def names(found: Sequence[Seen]) -> set[str]:
    return {each.condition for each in found}


def test_one_that_takes_over_says_the_same_once_its_window_is_filled() -> None:
    """After a restart the window is read back; a standstill that rings goes on, and ends."""
    beats = steady(0.3, 30, 75) + steady(45, 89.8, 70)
    lead = ecg(90, beats)
    anew = Bedside()
    for second in range(22, 38):
        piece = lead[second * RATE : (second + 1) * RATE]
        now = START + timedelta(seconds=38)
        anew.take(1, "ecg_ii", START_US + second * 1_000_000, RATE, piece, now)
    assert "asystole" in names(anew.look(START + timedelta(seconds=38)))


def test_a_device_whose_clock_goes_back_is_not_seen_as_it_was_and_soon_as_it_is() -> None:
    """What it sends bears times that were heard before; what was heard then is not now."""
    bed = Bed().lives({"ecg_ii": ecg(20, steady(0.3, 20, 75))})
    stopped = flat(12)
    for second in range(12):
        now = START + timedelta(seconds=20 + second + 1)
        at = START_US + (20 + second - 25) * 1_000_000
        piece = stopped[second * RATE : (second + 1) * RATE]
        bed.bedside.take(1, "ecg_ii", at, RATE, piece, now)
        if second == 3:
            assert bed.bedside.sight(now) is None
        bed.looks(20 + second + 1)
    assert "asystole" in bed.begun
