"""HL7 FHIR Questionnaires: read where they are understood, refused in words where not, and written
(R4 4.0.1).

Read are groups, words, questions of nine types, required ones, enableWhen on what was asked before,
options with ordinalValue, least and most, and translations. Not understood, so refused: answers
that repeat, value sets, open choices, first values, attachments, quantities, references, times,
contained resources, expressions, and every extension that is not named in `fhir_elements`.
Points and what must be acted on are extensions of our own.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

import msgspec

from homeward.model.errors import Unreadable
from homeward.model.questions import (
    Asks,
    Band,
    Flag,
    Option,
    Question,
    Questionnaire,
    Texts,
    Value,
    When,
)
from homeward.standards import fhir_elements as f

BYTES_MAX, DEPTH_MAX, TEXT_MAX = 200_000, 5, 4000
_DECODER = msgspec.json.Decoder(f.Resource)
_ASKS = {**{each.value: each for each in Asks}, "coding": Asks.CHOICE}
_ORDERED = {Asks.INTEGER, Asks.DECIMAL, Asks.DATE}


def read(text: bytes) -> Questionnaire:
    """Read one of JSON. Raises Unreadable, and says of what is not understood where it stands."""
    if len(text) > BYTES_MAX:
        raise Unreadable(f"A questionnaire has at most {BYTES_MAX} bytes.")
    try:
        return _questionnaire(_DECODER.decode(text))
    except (msgspec.MsgspecError, RecursionError, UnicodeError) as error:
        raise Unreadable(f"This questionnaire cannot be used: {error}") from None


def _questionnaire(said: f.Resource) -> Questionnaire:
    if not said.url.strip() or not said.version.strip() or len(said.url + said.version) > 280:
        raise Unreadable("A questionnaire has an address (url) and a version.")
    if "|" in said.url + said.version:
        raise Unreadable("An address and a version have no | in them.")
    own = _language(said.language)
    if not said.title.strip():
        raise Unreadable("A questionnaire has a title.")
    items = _Reader(own).items(said.item, 1)
    bands = _bands(said.extension)
    title = _texts(own, said.title, said.title_more)
    form = Questionnaire(said.url, said.version, title, items, bands, said.copyright)
    every = [*form.every]
    if not any(each.asks.is_asked for each in every):
        raise Unreadable("A questionnaire asks something.")
    options = [option for each in every for option in each.options]
    if bool(bands) != any(each.points is not None for each in options):
        raise Unreadable(f"Options that count points and the extension {f.BANDS} go together.")
    # One that is translated by half is asked in its own language.
    texts = [each.text for each in (*every, *options) if each.text]
    whole = tuple(tag for tag in title if all(tag in each for each in texts))
    return replace(form, languages=whole)


class _Reader:
    """Reads lines in their order: a rule may only name what was asked before it."""

    def __init__(self, own: str) -> None:
        self._own = own
        self._asked: dict[str, Question | None] = {}
        self._count = 0

    def items(self, said: Sequence[f.Item], depth: int) -> tuple[Question, ...]:
        if depth > DEPTH_MAX:
            raise Unreadable(f"Groups stand at most {DEPTH_MAX} deep.")
        return tuple(self._item(each, depth) for each in said)

    def _item(self, said: f.Item, depth: int) -> Question:
        name = said.linkId
        self._count += 1
        if self._count > f.ITEMS_MAX:
            raise Unreadable(f"A questionnaire has at most {f.ITEMS_MAX} lines.")
        if not name.strip() or len(name) > f.CODE or name in self._asked:
            raise Unreadable(f"Each line has a linkId of its own: {name[:40]!r} does not.")
        asks = _ASKS.get(said.type)
        if asks is None:
            raise Unreadable(f"{name}: questions of type {said.type!r} are not asked here.")
        when = self._whens(said)
        self._asked[name] = None  # not yet: what stands within it may not name it either
        inner = self.items(said.item, depth + 1)
        question = _checked(said, Question(
            name, asks, self._text(said), said.required, _options(said, self._own, asks), when,
            said.enableBehavior == "any", _number(said, f.LOW), _number(said, f.HIGH),
            said.maxLength, _flag(said.extension, name), inner,
        ))  # fmt: skip
        if asks.is_asked:
            self._asked[name] = question
        return question

    def _text(self, said: f.Item) -> Texts:
        if not said.text and said.type == Asks.GROUP:
            return {}
        texts = _texts(self._own, said.text, said.text_more)
        if not said.text.strip():
            raise Unreadable(f"{said.linkId}: a question has words.")
        mark = f"{said.prefix} " if said.prefix else ""
        return {tag: f"{mark}{text}" for tag, text in texts.items()}

    def _whens(self, said: f.Item) -> tuple[When, ...]:
        if len(said.enableWhen) > f.WHENS_MAX:
            raise Unreadable(f"{said.linkId}: at most {f.WHENS_MAX} conditions.")
        if len(said.enableWhen) > 1 and said.enableBehavior is None:
            raise Unreadable(f"{said.linkId}: say enableBehavior, all or any.")
        return tuple(self._when(each, said.linkId) for each in said.enableWhen)

    def _when(self, said: f.EnableWhen, name: str) -> When:
        asked = self._asked.get(said.question)
        if asked is None:
            raise Unreadable(f"{name}: {said.question[:40]!r} is not asked before it.")
        given: list[Value] = [
            each
            for each in (
                said.answerBoolean, said.answerDecimal, said.answerInteger, said.answerDate,
                said.answerString, said.answerCoding.code if said.answerCoding else None,
            )
            if each is not None
        ]  # fmt: skip
        if len(given) != 1:
            raise Unreadable(f"{name}: a condition compares with one value.")
        if not _compares(asked, said, given[0]):
            raise Unreadable(
                f"{name}: the answer to {said.question!r} is not compared like that"
                f" ({said.operator})."
            )
        return When(said.question, said.operator, given[0])


def _compares(asked: Question, said: f.EnableWhen, value: Value) -> bool:
    if said.operator == "exists":
        return isinstance(value, bool)
    if said.operator not in {"=", "!="} and asked.asks not in _ORDERED:
        return False
    match asked.asks:
        case Asks.BOOLEAN:
            return isinstance(value, bool)
        case Asks.INTEGER | Asks.DECIMAL:
            return isinstance(value, int | float) and not isinstance(value, bool)
        case Asks.DATE:
            return said.answerDate is not None and len(said.answerDate) == 10
        case Asks.CHOICE:
            return any(each.code == value for each in asked.options)
        case _:
            return said.answerString is not None


def _checked(said: f.Item, question: Question) -> Question:
    """Raises Unreadable for what a line of its kind does not have."""
    name, asks = question.link_id, question.asks
    wrong = {
        "a group, or words, cannot be required": question.is_required and not asks.is_asked,
        "only groups have lines within them": bool(question.items) and asks is not Asks.GROUP,
        "a group has lines within it": asks is Asks.GROUP and not question.items,
        "a choice has options": asks is Asks.CHOICE and not question.options,
        "only a choice has options": asks is not Asks.CHOICE and bool(question.options),
        "only texts have a length": said.maxLength is not None
        and asks not in {Asks.STRING, Asks.TEXT},
        "a length is at least 1": said.maxLength is not None and said.maxLength < 1,
        "only numbers have a least and a most": asks not in {Asks.INTEGER, Asks.DECIMAL}
        and (question.low is not None or question.high is not None),
        "only a yes or no, or an option, has a red flag": question.flag is not None
        and asks is not Asks.BOOLEAN,
    }
    for words, is_so in wrong.items():
        if is_so:
            raise Unreadable(f"{name}: {words}.")
    return question


def _options(said: f.Item, own: str, asks: Asks) -> tuple[Option, ...]:
    if len(said.answerOption) > f.OPTIONS_MAX:
        raise Unreadable(f"{said.linkId}: at most {f.OPTIONS_MAX} options.")
    found = tuple(_option(each, own, said.linkId) for each in said.answerOption)
    if len({each.code for each in found}) < len(found):
        raise Unreadable(f"{said.linkId}: two options have one code.")
    if asks is Asks.CHOICE and 0 < sum(each.points is not None for each in found) < len(found):
        raise Unreadable(f"{said.linkId}: either all options count points, or none.")
    return found


def _option(said: f.AnswerOption, own: str, name: str) -> Option:
    coding = said.valueCoding
    if (coding is None) == (said.valueString is None):
        raise Unreadable(f"{name}: an option is a valueCoding or a valueString.")
    code = coding.code if coding else (said.valueString or "")
    text = (coding.display or coding.code) if coding else (said.valueString or "")
    if not code.strip() or len(code) > f.CODE:
        raise Unreadable(f"{name}: an option has a code.")
    more = coding.display_more if coding else said.value_more
    extensions = [*said.extension, *(coding.extension if coding else ())]
    _only(extensions, (f.ORDINAL, f.WEIGHT, f.FLAG), name)
    counted = [each.valueDecimal for each in extensions if each.url in {f.ORDINAL, f.WEIGHT}]
    if len(counted) > 1 or None in counted:
        raise Unreadable(f"{name}: an option counts one number (valueDecimal).")
    return Option(
        code, _texts(own, text, more), counted[0] if counted else None,
        _flag(extensions, name), coding.system if coding else "",
    )  # fmt: skip


def _flag(extensions: Iterable[f.Extension], name: str) -> Flag | None:
    codes = [each.valueCode for each in extensions if each.url == f.FLAG]
    if not codes:
        return None
    if len(codes) > 1 or codes[0] not in {*Flag}:
        raise Unreadable(f"{name}: a red flag is one of {', '.join(Flag)}.")
    return Flag(codes[0])


def _number(said: f.Item, url: str) -> float | None:
    _only(said.extension, (f.LOW, f.HIGH, f.FLAG), said.linkId)
    found = [each for each in said.extension if each.url == url]
    if not found:
        return None
    whole, decimal = found[0].valueInteger, found[0].valueDecimal
    if len(found) > 1 or (whole is None) == (decimal is None):
        raise Unreadable(f"{said.linkId}: a least or a most is one number.")
    return float(whole if whole is not None else decimal or 0.0)


def _only(extensions: Iterable[f.Extension], known: Sequence[str], name: str) -> None:
    for each in extensions:
        if each.url not in known:
            raise Unreadable(f"{name}: the extension {each.url[:120]} is not understood here.")


def _bands(extensions: Sequence[f.Extension]) -> tuple[Band, ...]:
    _only(extensions, (f.BANDS,), "The questionnaire")
    found: list[Band] = []
    for band in (each for whole in extensions for each in whole.extension):
        values = {each.url: each for each in band.extension}
        if band.url != "band" or set(values) != {"from", "text"}:
            raise Unreadable(f"{f.BANDS} has bands, each with a from and a text.")
        start, text = values["from"].valueDecimal, values["text"].valueString
        if start is None or not text:
            raise Unreadable(f"{f.BANDS}: from is a valueDecimal, text a valueString.")
        found.append(Band(start, text))
    starts = [each.points_min for each in found]
    if starts != sorted(set(starts)):
        raise Unreadable(f"{f.BANDS}: bands stand in order, each once.")
    return tuple(found)


def _language(tag: str) -> str:
    return tag.split("-")[0].lower()[:8] or "en"


def _texts(own: str, text: str, more: f.Primitive | None) -> Texts:
    found = {own: text}
    for each in more.extension if more else ():
        parts = {part.url: part for part in each.extension}
        if each.url != f.TRANSLATION or set(parts) != {"lang", "content"}:
            raise Unreadable(f"A text has translations, and nothing else: {each.url[:120]}")
        lang = parts["lang"].valueCode or parts["lang"].valueString or ""
        content = parts["content"].valueString or parts["content"].valueMarkdown or ""
        if not lang or not content.strip():
            raise Unreadable("A translation has a language and words.")
        found.setdefault(_language(lang), content)
    if any(len(each) > TEXT_MAX for each in found.values()):
        raise Unreadable(f"A text has at most {TEXT_MAX} characters.")
    return found


def written(form: Questionnaire) -> dict[str, Any]:
    """As FHIR R4 says it. What `read` took comes back the same, apart from who made it."""
    own = next(iter(form.title))
    resource: dict[str, Any] = {
        "resourceType": "Questionnaire", "url": form.url, "version": form.version,
        "status": "active", "language": own, **_said(form.title, "title"),
    }  # fmt: skip
    if form.copyright:
        resource["copyright"] = form.copyright
    if form.bands:
        bands = [
            {"url": "band", "extension": [{"url": "from", "valueDecimal": each.points_min},
                                          {"url": "text", "valueString": each.text}]}
            for each in form.bands
        ]  # fmt: skip
        resource["extension"] = [{"url": f.BANDS, "extension": bands}]
    return resource | {"item": [_item(each, form) for each in form.items]}


def _item(item: Question, form: Questionnaire) -> dict[str, Any]:
    asks = {each.link_id: each.asks for each in form.every}
    found: dict[str, Any] = {"linkId": item.link_id, "type": item.asks.value, **_said(item.text)}
    extensions = [
        {"url": url, "valueInteger" if item.asks is Asks.INTEGER else "valueDecimal": value}
        for url, value in ((f.LOW, item.low), (f.HIGH, item.high))
        if value is not None
    ]
    extensions = [
        {**each, "valueInteger": int(each["valueInteger"])} if "valueInteger" in each else each
        for each in extensions
    ]
    if item.flag is not None:
        extensions.append({"url": f.FLAG, "valueCode": item.flag.value})
    if extensions:
        found["extension"] = extensions
    if item.when:
        found["enableWhen"] = [_written_when(each, asks[each.question]) for each in item.when]
        found["enableBehavior"] = "any" if item.is_any else "all"
    if item.is_required:
        found["required"] = True
    if item.length_max is not None:
        found["maxLength"] = item.length_max
    if item.options:
        found["answerOption"] = [_written_option(each) for each in item.options]
    if item.items:
        found["item"] = [_item(each, form) for each in item.items]
    return found


def _written_when(when: When, asks: Asks) -> dict[str, Any]:
    kinds = {Asks.INTEGER: "Integer", Asks.DECIMAL: "Decimal", Asks.DATE: "Date",
             Asks.CHOICE: "Coding"}  # fmt: skip
    kind = "Boolean" if isinstance(when.answer, bool) else kinds.get(asks, "String")
    if kind == "Integer" and isinstance(when.answer, float):
        kind = "Decimal"
    value = {"code": when.answer} if kind == "Coding" else when.answer
    return {"question": when.question, "operator": when.operator, f"answer{kind}": value}


def _written_option(option: Option) -> dict[str, Any]:
    coding = {"system": option.system} if option.system else {}
    found: dict[str, Any] = {"valueCoding": coding | {"code": option.code}
                             | _said(option.text, "display")}  # fmt: skip
    extensions: list[dict[str, Any]] = []
    if option.points is not None:
        extensions.append({"url": f.ORDINAL, "valueDecimal": option.points})
    if option.flag is not None:
        extensions.append({"url": f.FLAG, "valueCode": option.flag.value})
    return found | ({"extension": extensions} if extensions else {})


def _said(texts: Texts, name: str = "text") -> dict[str, Any]:
    if not texts:
        return {}
    (_, own), *others = texts.items()
    found: dict[str, Any] = {name: own}
    if others:
        found[f"_{name}"] = {"extension": [
            {"url": f.TRANSLATION, "extension": [{"url": "lang", "valueCode": tag},
                                                 {"url": "content", "valueString": text}]}
            for tag, text in others
        ]}  # fmt: skip
    return found
