"""From a score to alarm conditions: thresholds, hysteresis, and silence that ends nothing."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from homeward.clinical.score import Score
from homeward.clinical.scores import news2
from homeward.model.alarm import Priority
from homeward.model.reading import Reading
from homeward.model.vital import BY_NAME

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
WELL: Mapping[str, float] = {
    "respiratory_rate": 16,
    "oxygen_saturation": 97,
    "on_oxygen": 0,
    "systolic": 120,
    "pulse": 70,
    "consciousness": 0,
    "temperature": 37,
}


def score(seconds_later: float = 0, **changed: float | None) -> Score:
    inputs = {
        name: Reading(BY_NAME[name], value, NOW)
        for name, value in {**WELL, **changed}.items()
        if value is not None
    }
    return news2.score(inputs, NOW + timedelta(seconds=seconds_later), 1)


FOUR = {"pulse": 111.0, "temperature": 39.1}
FIVE = {**FOUR, "systolic": 110.0}
SIX = {**FOUR, "systolic": 100.0}
SEVEN = {**FOUR, "systolic": 90.0}


def names(score: Score, *open: str) -> list[str]:
    return list(news2.findings(score, open))


def test_below_five_and_without_a_red_parameter_all_is_quiet() -> None:
    assert names(score()) == []
    assert names(score(**FOUR)) == []


def test_five_is_urgent_and_seven_an_emergency() -> None:
    assert names(score(**FIVE)) == names(score(**SIX)) == ["news2_urgent"]
    assert names(score(**SEVEN)) == ["news2_emergency"]
    assert news2.findings(score(**FIVE))["news2_urgent"].priority is Priority.MEDIUM
    emergency = news2.findings(score(**SEVEN))["news2_emergency"]
    assert emergency.priority is Priority.HIGH
    assert emergency.text == "NEWS2 7: emergency"
    assert (emergency.value, emergency.limit) == (7, 7)


def test_three_in_one_parameter_is_a_warning_of_its_own() -> None:
    found = news2.findings(score(consciousness=1))
    assert list(found) == ["news2_red"]
    assert found["news2_red"].text == "NEWS2 3: Consciousness C scores 3"


def test_a_score_stepping_to_and_fro_is_one_episode() -> None:
    assert names(score(**SIX), "news2_emergency") == ["news2_emergency"]
    assert names(score(**FIVE), "news2_emergency") == ["news2_urgent"]
    assert names(score(**FOUR), "news2_urgent") == ["news2_urgent"]
    assert names(score(pulse=111), "news2_urgent") == []


def test_a_partial_score_rings_by_what_is_certain() -> None:
    found = news2.findings(score(**{**SEVEN, "consciousness": None}))
    assert found["news2_emergency"].text == "NEWS2 ≥ 7: emergency (Consciousness missing)"
    assert names(score(**{**FIVE, "temperature": None})) == []


def test_inputs_that_grow_too_old_end_no_alarm() -> None:
    later = BY_NAME["pulse"].score_seconds + 1
    gone_old = score(later, **SEVEN)
    assert gone_old.low == 5  # systolic and temperature; pulse and others are missing
    assert names(gone_old) == ["news2_urgent"]
    assert names(gone_old, "news2_emergency") == ["news2_emergency"]
    found = news2.findings(gone_old, ("news2_emergency",))["news2_emergency"]
    assert found.text.startswith("NEWS2 ≥ 5: was emergency (Respirations, SpO₂, Pulse missing)")


def test_a_red_value_that_grew_too_old_is_still_red_while_its_alarm_is_open() -> None:
    old = score(BY_NAME["pulse"].score_seconds + 1, pulse=131)
    assert names(old) == []
    assert names(old, "news2_red") == ["news2_red"]
    assert "measure again" in news2.findings(old, ("news2_red",))["news2_red"].text


def test_a_slipped_probe_moves_no_score_but_a_spot_check_does() -> None:
    saturation = BY_NAME["oxygen_saturation"]
    stream = [Reading(saturation, 97, NOW + timedelta(seconds=each)) for each in range(60)]
    slipped = [*stream[:40], *(Reading(saturation, 80, each.at) for each in stream[40:])]
    settled = news2.settled_inputs({"oxygen_saturation": slipped})["oxygen_saturation"]
    assert (settled.value, settled.at) == (97, slipped[-1].at)
    fallen = [*stream[:20], *(Reading(saturation, 86, each.at) for each in stream[20:])]
    assert news2.settled_inputs({"oxygen_saturation": fallen})["oxygen_saturation"].value == 86
    spot = [*stream[:1], Reading(saturation, 86, NOW + timedelta(seconds=30))]
    assert news2.settled_inputs({"oxygen_saturation": spot})["oxygen_saturation"].value == 86


def test_what_a_person_judged_is_never_averaged() -> None:
    consciousness = BY_NAME["consciousness"]
    values = [0, 0, 0, 0, 0, 0, 1]
    window = [
        Reading(consciousness, value, NOW + timedelta(seconds=place))
        for place, value in enumerate(values)
    ]
    assert news2.settled_inputs({"consciousness": window})["consciousness"].value == 1
    assert news2.settled_inputs({"consciousness": []}) == {}
