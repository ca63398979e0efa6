"""The edge's own watch, with time as an argument: what sounds, what does not, what is told."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from homeward.clinical.limit import Side
from homeward.edge.alarms import KEPT_MAX, Alarms, Episode
from homeward.edge.reach import AWAY_SECONDS, Reach
from homeward.edge.registry import Critical, Known, Registry, keep, kept
from homeward.edge.vigil import Vigil
from homeward.model.alarm import Finding, Priority
from homeward.model.errors import Misconfigured
from homeward.model.reading import Reading
from homeward.model.vital import HEART_RATE, OXYGEN_SATURATION, PULSE

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
OXYGEN = Critical("oxygen_low", "oxygen_saturation", Side.BELOW, 80, 92, 15, Priority.HIGH)
SLOW = Critical("pulse_low", "pulse", Side.BELOW, 30, 45, 0, Priority.HIGH, "heart_rate")


class Bedside:
    """One device with a critical limit, and an edge's watch over it."""

    def __init__(self, folder: Path, *limits: Critical) -> None:
        self.heard: list[tuple[str, bool]] = []
        self.troubles: list[str] = []
        self.now, self.moment, self.number = NOW, 0.0, 0
        self.reach = Reach()
        self.alarms = Alarms(folder, lambda: self.now, self._sound)
        self.vigil = Vigil(self.alarms, self.reach, self.troubles.append)
        self.vigil.know([Known(1, "pump-1", True, limits or (OXYGEN,))])

    def _sound(self, episode: Episode, is_on: bool) -> None:
        self.heard.append((episode.condition, is_on))

    def reads(self, value: float, vital=OXYGEN_SATURATION, late: float = 0) -> "Bedside":
        at = self.now - timedelta(seconds=late)
        self.vigil.hear(1, [Reading(vital, value, at)], self.now)
        self.number += 1
        self.reach.owes(self.number, self.moment)
        return self

    def passes(self, seconds: float) -> "Bedside":
        self.now += timedelta(seconds=seconds)
        self.moment += seconds
        self.vigil.look(self.moment)
        return self

    def answered(self) -> "Bedside":
        """The server has everything."""
        self.reach.heard(self.number)
        return self


@pytest.fixture
def bedside(tmp_path: Path) -> Bedside:
    return Bedside(tmp_path)


def test_what_the_server_answers_is_the_servers(bedside: Bedside):
    bedside.reads(71).answered().passes(60)
    assert bedside.heard == []
    assert bedside.alarms.untold == 0


def test_what_nobody_answers_sounds(bedside: Bedside):
    bedside.reads(71).passes(AWAY_SECONDS - 1)
    assert bedside.heard == []
    bedside.passes(2)
    assert bedside.heard == [("oxygen_low", True)]


def test_what_held_when_the_server_went_away_sounds_too(bedside: Bedside):
    bedside.reads(71).answered().passes(30)
    bedside.reads(72).passes(AWAY_SECONDS + 1)
    assert bedside.heard == [("oxygen_low", True)]


def test_it_ends_by_the_hysteresis_of_the_limit(bedside: Bedside):
    bedside.reads(71).passes(AWAY_SECONDS + 1)
    for value in (88, 93, 94):
        bedside.reads(value).passes(5)
    assert bedside.heard == [("oxygen_low", True)]
    for _ in range(3):
        bedside.reads(95).passes(5)
    assert bedside.heard == [("oxygen_low", True), ("oxygen_low", False)]
    (told,) = bedside.alarms.next_untold()
    assert (told.value, told.text) == (71, "SpO₂ 71 < 80 %")
    assert told.ended is not None


def test_it_sounds_on_until_the_server_has_kept_it_and_hears_us(bedside: Bedside):
    bedside.reads(71).passes(AWAY_SECONDS + 1)
    bedside.answered().passes(1)
    assert bedside.heard == [("oxygen_low", True)], "it has not kept the alarm"
    bedside.alarms.told(bedside.alarms.next_untold())
    bedside.passes(1)
    assert bedside.heard == [("oxygen_low", True), ("oxygen_low", False)]


def test_an_end_that_came_while_its_beginning_was_told_is_told_too(bedside: Bedside):
    bedside.reads(71).passes(AWAY_SECONDS + 1)
    telling = bedside.alarms.next_untold()
    bedside.vigil.know([])
    bedside.alarms.told(telling)
    (left,) = bedside.alarms.next_untold()
    assert left.ended is not None


def test_what_is_late_or_only_low_rings_nothing(bedside: Bedside):
    bedside.reads(60, late=120).reads(85).passes(60)
    assert bedside.heard == []


def test_a_pulse_yields_to_a_fresh_heart_rate(tmp_path: Path):
    heart = Critical("heart_rate_low", "heart_rate", Side.BELOW, 30, 45, 0, Priority.HIGH)
    bedside = Bedside(tmp_path, heart, SLOW)
    bedside.reads(25, HEART_RATE).reads(25, PULSE).passes(60)
    assert [condition for condition, _ in bedside.heard] == ["heart_rate_low"]


def test_what_cannot_be_kept_counts_as_a_server_that_is_away(bedside: Bedside):
    bedside.reads(71).answered()
    bedside.reach.refused(bedside.moment)
    bedside.passes(1)
    assert bedside.heard == [("oxygen_low", True)]


def test_a_rule_that_fails_is_a_trouble_and_the_others_go_on(bedside: Bedside, monkeypatch):
    def broken(window, is_open):
        raise ZeroDivisionError

    watched = bedside.vigil._watched[1][0]
    monkeypatch.setattr(watched, "rule", type(watched.rule)(
        "oxygen_low", OXYGEN_SATURATION, 1, broken, watched.rule.bounds,
    ))  # fmt: skip
    bedside.reads(71)
    assert bedside.troubles == ["oxygen_low cannot be judged for pump-1 (ZeroDivisionError)"]


def test_a_limit_that_cannot_be_is_said(tmp_path: Path):
    bad = Critical("oxygen_low", "oxygen_saturation", Side.BELOW, 80, 70, 0, Priority.HIGH)
    bedside = Bedside(tmp_path, bad, OXYGEN)
    assert "oxygen_low cannot be judged" in bedside.troubles[0]
    bedside.reads(71).passes(60)
    assert bedside.heard == [("oxygen_low", True)]


def test_what_sounded_survives_a_power_cut(tmp_path: Path):
    before = Bedside(tmp_path)
    before.reads(71).passes(AWAY_SECONDS + 1)
    with (tmp_path / "alarms.jsonl").open("ab") as file:
        file.write(b'{"device":"pump-1","cond')  # torn
    after = Alarms(tmp_path, lambda: NOW + timedelta(minutes=5), lambda *_: None)
    (told,) = after.next_untold()
    assert (told.condition, told.value) == ("oxygen_low", 71)
    finding = Finding(Priority.HIGH, "SpO₂ 71 < 80 %", NOW, 71.0)
    after.begins("pump-2", "oxygen_low", finding)
    after.sound(is_away=True)  # its line is no part of the torn one
    again = Alarms(tmp_path, lambda: NOW, lambda *_: None)
    assert [each.device for each in again.next_untold()] == ["pump-1", "pump-2"]
    again.told(again.next_untold())
    assert Alarms(tmp_path, lambda: NOW, lambda *_: None).untold == 0


def test_the_journal_is_bounded(tmp_path: Path, monkeypatch):
    monkeypatch.setattr("homeward.edge.alarms.KEPT_MAX", 5)
    assert KEPT_MAX > 5
    bedside = Bedside(tmp_path)
    finding = Finding(Priority.HIGH, "SpO₂ 71 < 80 %", NOW, 71.0)
    for number in range(8):
        bedside.alarms.begins(f"pump-{number}", "oxygen_low", finding)
        bedside.alarms.sound(is_away=True)
        bedside.alarms.ends(f"pump-{number}", "oxygen_low")
    assert (bedside.alarms.untold, bedside.alarms.lost) == (5, 3)
    assert [each.device for each in bedside.alarms.next_untold()][-1] == "pump-7"


def test_the_registry_is_kept_over_a_restart(tmp_path: Path):
    registry = Registry("edge-1", "PEM", (Known(1, "pump-1", True, (OXYGEN, SLOW)),))
    assert kept(tmp_path) is None
    keep(tmp_path, registry)
    assert kept(tmp_path) == registry
    (tmp_path / "registry.json").write_text("{")
    with pytest.raises(Misconfigured):
        kept(tmp_path)
