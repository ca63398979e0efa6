"""What to do: every alarm a patient is told of has steps in each language, and none has a dose."""

import re

import pytest

from homeward.clinical.flagged import FLAGGED
from homeward.clinical.rules import RULES
from homeward.clinical.silence import DEVICE_SILENT, PATIENT_TEXTS
from homeward.clinical.what_to_do import ADVICE, CALL_TEAM, TONGUES, advice_of, what_to_do

TOLD = [rule.name for rule in RULES if rule.words is not None and rule.words.patient_text]
CONDITIONS = [*TOLD, DEVICE_SILENT, *(f"silent_{name}" for name in PATIENT_TEXTS)]
# A unit of what is taken; grams of sugar and millilitres of juice are food.
DOSE = re.compile(r"\d\s*(?:mg\b(?!/dL)|µg|units?\b|IE\b|I\.E\.|UI\b|Einheit|unidad|وحدة)", re.I)


@pytest.mark.parametrize("condition", CONDITIONS)
def test_each_alarm_has_as_many_steps_in_every_language_and_no_dose(condition: str) -> None:
    steps = what_to_do(condition, "112")
    assert set(steps) == {*TONGUES}
    assert len({len(each) for each in steps.values()}) == 1
    for tongue, said in steps.items():
        assert 2 <= len(said) <= 5
        assert "112" in said[-1], tongue
        for each in said:
            assert not DOSE.search(each), each
            assert "{" not in each


def test_numbers_are_the_same_in_every_language() -> None:
    for condition in ADVICE:
        numbers = {
            tuple(sorted(re.findall(r"\d+", " ".join(said).replace("3,9", "3.9"))))
            for said in what_to_do(condition, "").values()
        }
        assert len(numbers) <= 1, condition


def test_without_a_number_of_the_house_it_is_said_in_words() -> None:
    assert what_to_do("glucose_low", "")["en"][-1] == (
        "If you feel very ill, call your emergency number now."
    )
    assert "15 minutes" in what_to_do("glucose_low", "")["en"][1]


def test_what_no_source_speaks_of_is_for_the_team_and_what_was_missed_says_it_itself() -> None:
    assert advice_of("heart_rate_low") is advice_of("of a later version") is CALL_TEAM
    assert what_to_do("missed_at_home", "112") == {}


def test_of_an_answer_nothing_is_measured_again() -> None:
    """Whoever said that their chest hurts, or that they would be better off dead."""
    said = what_to_do(FLAGGED, "112")
    assert said["en"] == ["If you feel very ill, call 112 now."]
    assert [len(said[tongue]) for tongue in TONGUES] == [1, 1, 1, 1]


def test_arabic_is_written_in_its_own_letters() -> None:
    for condition in CONDITIONS:
        for each in what_to_do(condition, "")["ar"]:
            assert re.search(r"[\u0600-\u06ff]", each)
