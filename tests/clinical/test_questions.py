"""What answers come to; by the same cases as on the page."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from homeward.clinical import questions as q
from homeward.clinical.flagged import Flagged, to_tell
from homeward.clinical.plan_templates import TEMPLATES
from homeward.clinical.questionnaires import BUILT_IN, VERSIONS
from homeward.clinical.questionnaires.making import LANGUAGES, reworded
from homeward.clinical.questionnaires.phq9 import PHQ9
from homeward.model.alarm import Priority
from homeward.model.errors import Unreadable
from homeward.model.questions import Asks, Flag, Option, Question, Questionnaire, When

CASES = json.loads((Path(__file__).parents[2] / "web/src/screens/questions/cases.json").read_text())
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
CALM = {str(number): "0" for number in range(1, 10)}


def question(row: dict[str, Any]) -> Question:
    more = {
        "options": tuple(
            Option(each["code"], {"en": ""}, flag=Flag(each["flag"]) if "flag" in each else None)
            for each in row.get("options", ())
        ),
        "when": tuple(When(**each) for each in row.get("when", ())),
        "items": tuple(question(each) for each in row.get("items", ())),
        "flag": Flag(row["flag"]) if "flag" in row else None,
    }
    return Question(**{"text": {}, **row, "asks": Asks(row["asks"]), **more})


FORM = Questionnaire("x", "1", {"en": ""}, tuple(question(each) for each in CASES["form"]))


@pytest.mark.parametrize("case", CASES["cases"], ids=lambda case: case["name"])
def test_the_cases_of_the_page(case: dict[str, Any]) -> None:
    answers = case["answers"]
    assert [each.link_id for each in q.shown(FORM, answers)] == case["shown"]
    assert [flag.value for _, flag in q.flags(FORM, answers)] == case["flags"]
    if not case["wrong"]:
        q.check(FORM, answers)
        return
    with pytest.raises(Unreadable) as refused:
        q.check(FORM, answers)
    assert any(repr(name) in str(refused.value) for name in case["wrong"])


@pytest.mark.parametrize(
    ("points", "name"),
    [(0, "minimal"), (4, "minimal"), (5, "mild"), (9, "mild"), (10, "moderate"), (14, "moderate"),
     (15, "moderately severe"), (19, "moderately severe"), (20, "severe"), (27, "severe")],
)  # fmt: skip
def test_phq_9_is_the_sum_of_nine_in_the_bands_of_its_paper(points: int, name: str) -> None:
    """Kroenke 2001: 5, 10, 15 and 20 points."""
    left, answers = points, {}
    for number in range(1, 10):
        answers[str(number)] = str(min(3, left))
        left -= min(3, left)
    assert q.points(PHQ9, answers) == points
    assert q.band(PHQ9, q.points(PHQ9, answers)) == name
    assert q.points_max(PHQ9) == 27


def test_item_9_of_phq_9_is_acted_on_whatever_the_sum() -> None:
    assert q.flags(PHQ9, CALM) == []
    for code in ("1", "2", "3"):
        assert q.flags(PHQ9, CALM | {"9": code}) == [("9", Flag.SELF_HARM)]
    others = {str(number): "3" for number in range(1, 9)} | {"9": "0"}
    assert q.flags(PHQ9, others) == []


def test_half_a_sum_is_none() -> None:
    assert q.points(PHQ9, {"1": "3"}) is None
    with pytest.raises(Unreadable, match="'2' wants an answer"):
        q.check(PHQ9, {"1": "3"})


def test_how_difficult_it_was_is_asked_of_who_has_a_problem() -> None:
    assert "10" not in [each.link_id for each in q.shown(PHQ9, CALM)]
    assert "10" in [each.link_id for each in q.shown(PHQ9, CALM | {"4": "1"})]
    assert q.points(PHQ9, CALM | {"4": "1", "10": "3"}) == 1


def test_every_check_is_whole_in_every_language_and_each_plan_names_one_that_is_there() -> None:
    checks = [form for form in VERSIONS.values() if form is not PHQ9]
    assert len(checks) == 4 + 3
    for form in checks:
        texts = [form.title, *(each.text for each in form.every)]
        texts += [option.text for each in form.every for option in each.options]
        assert {tuple(each) for each in texts} == {LANGUAGES}
        assert all(words.strip() for each in texts for words in each.values())
        assert any(each.flag for each in form.every)
    assert PHQ9.languages == ("en",), "never in a translation of our own"
    named = {item.reference for plan in TEMPLATES.values() for item in plan.items}
    assert named - {""} == set(BUILT_IN)


# What was published is never changed: somebody answered it. A change is a new version, and a new
# line here: the first digits of the SHA-256 of all it says.
PUBLISHED = {
    ("after-discharge", "1"): "f6b28447ecc8fb38",
    ("after-discharge", "2"): "6b2171bc14c42769",
    ("copd", "1"): "3ec4052e00f2de1f",
    ("copd", "2"): "41bd89b5f8915445",
    ("heart-failure", "1"): "ac27986960be4a7f",
    ("heart-failure", "2"): "067c334b1546a30a",
    ("pregnancy", "1"): "7985a1599022804b",
    (PHQ9.url, "1"): "f408e13cd6366cfa",
}


def test_what_was_published_is_never_changed_and_never_gone() -> None:
    every = {
        (url.removeprefix("urn:homeward:questionnaire:"), version): sha256(
            msgspec.json.encode(form)
        ).hexdigest()[:16]
        for (url, version), form in VERSIONS.items()
    }
    assert every == PUBLISHED
    assert all(VERSIONS[form.url, form.version] is form for form in BUILT_IN.values())


def test_a_check_that_is_reworded_asks_for_the_same_signs() -> None:
    for (url, version), before in VERSIONS.items():
        after = BUILT_IN[url]
        if version == after.version:
            continue
        for was, now in zip(before.every, after.every, strict=True):
            assert replace(now, text={}, options=()) == replace(was, text={}, options=())
            for old, new in zip(was.options, now.options, strict=True):
                assert replace(new, text={}) == replace(old, text={})
                assert new.text["en"] == old.text["en"]
            assert (now.text["en"], now.text["de"]) == (was.text["en"], was.text["de"])
    drowsy = next(e for e in BUILT_IN["urn:homeward:questionnaire:copd"].every if e.flag)
    with pytest.raises(ValueError, match="does not say"):
        reworded(BUILT_IN[PHQ9.url], "2", {drowsy.text["en"]: "x"})


ANSWERS = st.dictionaries(
    st.sampled_from([each.link_id for each in FORM.every] + ["strange"]),
    st.one_of(
        st.booleans(), st.integers(-200, 200), st.floats(allow_nan=True), st.text(max_size=30),
        st.sampled_from(["good", "low", "harm", "2019-05-06"]),
    ),
)  # fmt: skip


@given(ANSWERS)
def test_answers_are_taken_or_refused_and_what_is_taken_is_shown(answers: dict[str, Any]) -> None:
    shown = {each.link_id for each in q.shown(FORM, answers)}
    try:
        q.check(FORM, answers)
    except Unreadable:
        return
    assert answers.keys() <= shown
    flagged = [name for name, _ in q.flags(FORM, answers)]
    assert ("mood" in flagged) == (answers["mood"] in {"low", "harm"})
    assert ("chest" in flagged) == (answers.get("chest") is True)


A_FLAG = Flagged(1, NOON, NOON + timedelta(seconds=1), "de", False)


def test_a_flag_is_told_without_what_was_answered() -> None:
    told = to_tell([A_FLAG])
    assert told is not None
    assert told.priority is Priority.MEDIUM
    assert told.text == "Warning sign in answered questions"
    assert told.since == A_FLAG.received
    assert "Notruf" in (told.patient_text or "")
    assert to_tell([]) is None


@pytest.mark.parametrize(
    ("late", "words"),
    [({"minutes": 29}, ""), ({"minutes": 45}, "45 min"), ({"hours": 5}, "5 h"),
     ({"days": 3}, "3 days")],
)  # fmt: skip
def test_one_that_comes_late_is_told_and_says_so(late: dict[str, int], words: str) -> None:
    told = to_tell([replace(A_FLAG, received=NOON + timedelta(**late))])
    assert told is not None
    came = f", answered {words} before it came" if words else ""
    assert told.text == f"Warning sign in answered questions{came}"


def test_what_comes_while_somebody_has_the_first_rings_once_that_is_over() -> None:
    assert to_tell([replace(A_FLAG, is_heard=True)]) is None
