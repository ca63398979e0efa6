"""What answers come to: which questions stand, whether all is said, the sum, and what must be acted
on. Pure.

The page asks by these rules too (web/src/screens/questions/rules.ts); both are held to the cases of
web/src/screens/questions/cases.json. What is here decides. enableWhen as FHIR R5 words it: what was
not answered, or is not shown, equals nothing, and so differs from everything.
"""

import math
import operator
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from homeward.model.errors import Unreadable
from homeward.model.questions import Answers, Asks, Flag, Question, Questionnaire, Value, When

TEXT_MAX = 2000
_ORDERS: Mapping[str, Callable[[Any, Any], bool]] = {
    ">": operator.gt, "<": operator.lt, ">=": operator.ge, "<=": operator.le,
}  # fmt: skip


def shown(form: Questionnaire, answers: Answers) -> list[Question]:
    """The lines that stand by what was answered, in the order of reading."""
    found: list[Question] = []
    standing: dict[str, Value] = {}
    _walk(form.items, answers, standing, found)
    return found


def _walk(
    items: Sequence[Question],
    answers: Answers,
    standing: dict[str, Value],
    found: list[Question],
) -> None:
    for item in items:
        if not _stands(item, standing):
            continue
        found.append(item)
        if item.asks.is_asked and item.link_id in answers:
            standing[item.link_id] = answers[item.link_id]
        _walk(item.items, answers, standing, found)


def _stands(item: Question, standing: Answers) -> bool:
    if not item.when:
        return True
    holds = [_holds(each, standing) for each in item.when]
    return any(holds) if item.is_any else all(holds)


def _holds(when: When, standing: Answers) -> bool:
    value = standing.get(when.question)
    if when.operator == "exists":
        return (value is not None) == when.answer
    if when.operator == "=":
        return value is not None and value == when.answer
    if when.operator == "!=":
        return value is None or value != when.answer
    if value is None or isinstance(value, str) != isinstance(when.answer, str):
        return False
    return _ORDERS[when.operator](value, when.answer)


def check(form: Questionnaire, answers: Answers, is_whole: bool = True) -> None:
    """Raises Unreadable for what is no answer to its question, was not asked, or (of answers that
    say they are whole) is lacking."""
    standing = {item.link_id: item for item in shown(form, answers) if item.asks.is_asked}
    strange = [name for name in answers if name not in standing]
    if strange:
        raise Unreadable(
            f"Nobody asked {strange[0]!r} by what was answered before.", "answer_unfit"
        )
    for name, item in standing.items():
        if name not in answers:
            if item.is_required and is_whole:
                raise Unreadable(f"Question {name!r} wants an answer.", "answer_unfit")
        elif not _fits(item, answers[name]):
            raise Unreadable(f"That is no answer to question {name!r}.", "answer_unfit")


def _fits(item: Question, value: Value) -> bool:
    match item.asks:
        case Asks.BOOLEAN:
            return isinstance(value, bool)
        case Asks.CHOICE:
            return isinstance(value, str) and any(each.code == value for each in item.options)
        case Asks.INTEGER:
            return isinstance(value, int) and not isinstance(value, bool) and _within(item, value)
        case Asks.DECIMAL:
            if isinstance(value, bool | str):
                return False
            return math.isfinite(value) and _within(item, value)
        case Asks.DATE:
            return isinstance(value, str) and _is_date(value)
        case _:
            most = min(item.length_max or TEXT_MAX, TEXT_MAX)
            return isinstance(value, str) and len(value.strip()) > 0 and len(value) <= most


def _within(item: Question, value: Any) -> bool:
    return (item.low is None or value >= item.low) and (item.high is None or value <= item.high)


def _is_date(value: str) -> bool:
    try:
        return len(value) == 10 and bool(date.fromisoformat(value))
    except ValueError:
        return False


def points(form: Questionnaire, answers: Answers) -> float | None:
    """The sum of what was chosen; None where nothing is summed, or something that counts was not
    answered: half a sum would be read as a low one."""
    if not form.bands:
        return None
    total = 0.0
    for item in shown(form, answers):
        counted = {each.code: each.points for each in item.options if each.points is not None}
        if not counted:
            continue
        chosen = answers.get(item.link_id)
        if not isinstance(chosen, str) or chosen not in counted:
            return None
        total += counted[chosen]
    return total


def points_max(form: Questionnaire) -> float:
    """The highest sum there is."""
    most = (
        [each.points for each in item.options if each.points is not None] for item in form.every
    )
    return sum(max(each) for each in most if each)


def band(form: Questionnaire, total: float | None) -> str:
    """What a sum is called; empty where there is none."""
    names = [each.text for each in form.bands if total is not None and total >= each.points_min]
    return names[-1] if names else ""


def flags(form: Questionnaire, answers: Answers) -> list[tuple[str, Flag]]:
    """What must be acted on, by question, the worst first."""
    found: list[tuple[str, Flag]] = []
    for item in shown(form, answers):
        value = answers.get(item.link_id)
        if item.asks is Asks.BOOLEAN and value is True and item.flag is not None:
            found.append((item.link_id, item.flag))
        for each in item.options:
            if each.code == value and each.flag is not None:
                found.append((item.link_id, each.flag))
    order = list(Flag)
    return sorted(found, key=lambda each: order.index(each[1]))


def flags_new(form: Questionnaire, answers: Answers, before: Answers) -> int:
    """How many of the flags were not there before, by another answer or by none."""
    had = {(name, before.get(name)) for name, _ in flags(form, before)}
    return sum((name, answers.get(name)) not in had for name, _ in flags(form, answers))
