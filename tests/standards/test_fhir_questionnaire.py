"""FHIR Questionnaires: what is understood, and how the rest is refused."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from homeward.clinical.questionnaires import BUILT_IN
from homeward.model.errors import Unreadable
from homeward.model.questions import Asks, Band, Flag, Option, Question, Questionnaire, When
from homeward.standards.fhir_elements import FLAG, HIGH, LOW, ORDINAL, TRANSLATION
from homeward.standards.fhir_questionnaire import read, written


def form(*items: dict[str, Any], **more: Any) -> bytes:
    whole = {
        "resourceType": "Questionnaire", "url": "https://hospital.test/q", "version": "2",
        "status": "active", "title": "Sleep", "item": list(items),
    }  # fmt: skip
    return json.dumps(whole | more).encode()


def item(name: str = "a", kind: str = "boolean", **more: Any) -> dict[str, Any]:
    return {"linkId": name, "type": kind, "text": f"Question {name}?", **more}


def test_what_came_along_is_read_as_it_is_written() -> None:
    for each in BUILT_IN.values():
        assert read(json.dumps(written(each)).encode()) == each


def test_r5_says_coding_where_r4_says_choice_and_the_rest_is_one() -> None:
    options = [{"valueCoding": {"code": "y", "display": "Yes"}}]
    for kind in ("choice", "coding"):
        (asked,) = read(form(item(kind=kind, answerOption=options))).items
        assert asked.asks is Asks.CHOICE
        assert asked.options == (Option("y", {"en": "Yes"}),)


def test_who_made_it_is_kept_and_changes_nothing() -> None:
    more = {"publisher": "A ward", "date": "2026-01-01", "contact": [{"name": "x"}]}
    assert read(form(item(), **more)) == read(form(item()))


def test_translations_bounds_and_flags_are_read() -> None:
    german = {
        "extension": [
            {
                "url": TRANSLATION,
                "extension": [
                    {"url": "lang", "valueCode": "de-AT"},
                    {"url": "content", "valueString": "Wie lange?"},
                ],
            }
        ]
    }
    number = item(
        "hours",
        "integer",
        _text=german,
        extension=[{"url": LOW, "valueInteger": 0}, {"url": HIGH, "valueInteger": 24}],
    )
    flagged = item("bad", extension=[{"url": FLAG, "valueCode": "call"}])
    found = read(form(number, flagged, language="en-GB"))
    assert found.items[0].text == {"en": "Question hours?", "de": "Wie lange?"}
    assert (found.items[0].low, found.items[0].high) == (0, 24)
    assert found.items[1].flag is Flag.CALL
    assert found.languages == ("en",), "half a translation is none"


WHEN = {"question": "a", "operator": "=", "answerBoolean": True}
REFUSED: list[tuple[str, bytes, str]] = [
    ("is no JSON", b"{", "cannot be used"),
    ("is another resource", form(resourceType="Patient"), "resourceType|Patient"),
    ("asks nothing", form(item(kind="display")), "asks something"),
    ("is retired", form(item(), status="retired"), "retired"),
    ("has no version", form(item(), version=" "), "version"),
    ("has a value set", form(item(kind="choice", answerValueSet="x")), "answerValueSet"),
    ("is an open choice", form(item(kind="open-choice")), "a: questions of type 'open-choice'"),
    ("asks for a file", form(item(kind="attachment")), "'attachment'"),
    ("asks for a quantity", form(item(kind="quantity")), "'quantity'"),
    ("repeats", form(item(repeats=True)), "repeats|expected|Expected|Invalid"),
    ("begins with a value", form(item(initial=[{"valueBoolean": True}])), "initial"),
    ("is contained", form(item(), contained=[{}]), "contained"),
    ("changes its meaning", form(item(modifierExtension=[{"url": "x"}])), "modifierExtension"),
    ("has an extension of others", form(item(extension=[{"url": "http://x/calculated"}])),
     "a: the extension http://x/calculated"),
    ("has one name twice", form(item(), item()), "linkId of its own: 'a'"),
    ("has no words", form({"linkId": "a", "type": "boolean"}), "a: a question has words"),
    ("names what comes later", form(item("b", enableWhen=[WHEN]), item()), "'a' is not asked"),
    ("names itself", form(item(enableWhen=[WHEN])), "'a' is not asked before"),
    ("says not whether all or any", form(item(), item("b", enableWhen=[WHEN, WHEN])),
     "b: say enableBehavior"),
    ("compares a yes by size", form(item(), item("b", enableWhen=[{**WHEN, "operator": ">"}])),
     "not compared like that"),
    ("compares with nothing", form(
        item(), item("b", enableWhen=[{"question": "a", "operator": "="}])), "one value"),
    ("compares with what is no option", form(
        item(kind="choice", answerOption=[{"valueString": "x"}]),
        item("b", enableWhen=[{"question": "a", "operator": "=", "answerString": "y"}])),
     "not compared"),
    ("has a choice of nothing", form(item(kind="choice")), "a: a choice has options"),
    ("has one code twice", form(item(kind="choice", answerOption=[
        {"valueString": "x"}, {"valueString": "x"}])), "two options"),
    ("has options of dates", form(item(kind="choice", answerOption=[{"valueDate": "2020-01-01"}])),
     "valueDate"),
    ("has an empty group", form(item(), item("g", "group")), "g: a group has lines"),
    ("has lines within a question", form(item(item=[item("b")])), "a: only groups"),
    ("requires words", form(item(), item("d", "display", required=True)), "d: a group, or words"),
    ("counts points without bands", form(item(kind="choice", answerOption=[
        {"valueString": "x", "extension": [{"url": ORDINAL, "valueDecimal": 1}]}])), "go together"),
    ("has a flag of its own", form(item(extension=[{"url": FLAG, "valueCode": "soon"}])),
     "a: a red flag is one of now, self-harm, call"),
    ("is too long", form(item(), *(item(str(n)) for n in range(201))), "at most 200 lines"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "words"), [each[1:] for each in REFUSED], ids=[r[0] for r in REFUSED]
)
def test_what_is_not_understood_is_refused_in_words(text: bytes, words: str) -> None:
    with pytest.raises(Unreadable, match=words):
        read(text)


def test_groups_stand_only_so_deep_and_a_text_only_so_long() -> None:
    deep = item("x")
    for place in range(6):
        deep = item(f"g{place}", "group", item=[deep])
    with pytest.raises(Unreadable, match="deep"):
        read(form(deep))
    with pytest.raises(Unreadable, match="bytes"):
        read(b" " * 200_001)
    nested = b'{"item":' * 50_000
    with pytest.raises(Unreadable):
        read(nested)


TEXTS = st.text(min_size=1, max_size=12).filter(str.strip)


@st.composite
def forms(draw: st.DrawFn) -> Questionnaire:
    """Sound ones: of every kind, nested, with rules on what was asked before."""
    asked: list[Question] = []

    def line(name: str, depth: int) -> Question:
        kinds = [each for each in Asks if each is not Asks.GROUP or depth < 3]
        asks = draw(st.sampled_from(kinds))
        when = ()
        if asked and draw(st.booleans()):
            before = draw(st.sampled_from(asked))
            when = (When(before.link_id, "exists", draw(st.booleans())),)
            if before.asks is Asks.CHOICE:
                when += (When(before.link_id, "!=", before.options[0].code),)
        inner = ()
        if asks is Asks.GROUP:
            count = draw(st.integers(1, 2))
            inner = tuple(line(f"{name}.{place}", depth + 1) for place in range(count))
        options = ()
        if asks is Asks.CHOICE:
            flag = draw(st.sampled_from([None, *Flag]))
            options = tuple(Option(str(n), {"en": draw(TEXTS)}, float(n), flag) for n in range(2))
        made = Question(
            name, asks, {"en": draw(TEXTS), "ar": draw(TEXTS)},
            is_required=asks.is_asked and draw(st.booleans()), options=options, when=when,
            is_any=bool(when) and draw(st.booleans()), items=inner,
            low=1.0 if asks is Asks.INTEGER else None,
        )  # fmt: skip
        if asks.is_asked:
            asked.append(made)
        return made

    items = tuple(line(str(place), 1) for place in range(draw(st.integers(1, 4))))
    asks_first = Question("first", Asks.BOOLEAN, {"en": "A?", "ar": "B?"})
    made = Questionnaire("urn:x", "1", {"en": "T", "ar": "T"}, (asks_first, *items))
    has_points = any(each.options for each in made.every)
    languages = ("en",) if has_points else ("en", "ar")
    bands = (Band(0.0, "all"),) if has_points else ()
    return Questionnaire(made.url, "1", made.title, made.items, bands, "", languages)


@given(forms())
def test_what_is_written_is_read_the_same(made: Questionnaire) -> None:
    assert read(json.dumps(written(made)).encode()) == made
