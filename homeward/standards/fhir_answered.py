"""Answers as FHIR R4 (4.0.1) has them: a QuestionnaireResponse, and its sum as an Observation."""

from collections.abc import Mapping, Sequence
from typing import Any

from homeward.model.questions import Answers, Asks, Question, Questionnaire, Value
from homeward.model.questions import said as text_of
from homeward.standards.fhir_questionnaire import written
from homeward.standards.fhir_record import TERMS, Resource, Row, instant, reference, said

_KEYS = "urn:homeward:answers"


def questionnaire(form: Questionnaire, number: int) -> Resource:
    """A questionnaire that was answered, as a resource of the same record."""
    return {**written(form), "id": f"questionnaire-{number}"}


def answered(
    row: Row, patient: int, form: Questionnaire | None, answers: Answers | None
) -> list[Resource]:
    """What was answered, and what it came to. What was corrected stays, and says so; and so does
    what was begun, by the identifier of the whole. `answers` None: they were erased, or their key
    is not here."""
    response: Resource = {
        "resourceType": "QuestionnaireResponse",
        "id": f"answers-{row['id']}",
        "language": row["language"],
        "identifier": {"system": _KEYS, "value": row["chain"] or row["key"]},
        "questionnaire": f"{row['url']}|{row['version']}",
        "status": _status(row),
        "subject": reference("Patient", patient),
        "authored": instant(row["answered"]),
        "author": {"display": row["person"]},
    }
    items = _items(form, answers or {}, row["language"])
    if items:
        response["item"] = items
    return [response, *_sum(row, patient, form)]


def _status(row: Row) -> str:
    if row["is_begun"]:
        return "stopped" if row["replaced_by"] else "in-progress"
    if row["replaced_by"]:
        return "entered-in-error"
    return "amended" if row["replaces"] else "completed"


def _items(form: Questionnaire | None, answers: Answers, language: str) -> list[dict[str, Any]]:
    if form is None:
        return [
            {"linkId": name, "answer": [_value(None, value, language)]}
            for name, value in answers.items()
        ]
    return _within(form.items, answers, language)


def _within(items: Sequence[Question], answers: Answers, language: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for item in items:
        one: dict[str, Any] = {"linkId": item.link_id}
        if item.text:
            one["text"] = text_of(item.text, language)
        if item.link_id in answers:
            one["answer"] = [_value(item, answers[item.link_id], language)]
        inner = _within(item.items, answers, language)
        if inner:
            one["item"] = inner
        if "answer" in one or "item" in one:
            found.append(one)
    return found


def _value(item: Question | None, value: Value, language: str) -> Mapping[str, Any]:
    if isinstance(value, bool):
        return {"valueBoolean": value}
    asks = item.asks if item else Asks.STRING
    if not isinstance(value, str):
        is_whole = asks is Asks.INTEGER and isinstance(value, int)
        return {"valueInteger": value} if is_whole else {"valueDecimal": value}
    if asks is Asks.DATE:
        return {"valueDate": value}
    option = next((each for each in item.options if each.code == value), None) if item else None
    if option is None:
        return {"valueString": value}
    system = {"system": option.system} if option.system else {}
    return {"valueCoding": system | {"code": value, "display": text_of(option.text, language)}}


def _sum(row: Row, patient: int, form: Questionnaire | None) -> list[Resource]:
    if row["points"] is None:
        return []
    title = text_of(form.title, "en") if form else row["url"]
    status = "entered-in-error" if row["replaced_by"] else "final"
    one: Resource = {
        "resourceType": "Observation",
        "id": f"points-{row['id']}",
        "status": status,
        "category": [{"coding": [{"system": f"{TERMS}observation-category", "code": "survey"}]}],
        "code": said(title),
        "subject": reference("Patient", patient),
        "effectiveDateTime": instant(row["answered"]),
        "valueQuantity": {"value": row["points"]},
        "derivedFrom": [reference("QuestionnaireResponse", f"answers-{row['id']}")],
    }
    return [one | ({"interpretation": [said(row["band"])]} if row["band"] else {})]
