"""Questionnaires: which there are, what was answered, and what that comes to."""

import logging
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

import msgspec

from homeward.clinical import questions as q
from homeward.clinical.questionnaires import BUILT_IN, VERSIONS
from homeward.guard.sealing import Secret, of_patient
from homeward.model.errors import Conflict, Missing, Unreadable
from homeward.model.questions import Answers, Questionnaire, said
from homeward.services.plan import answers_views as v
from homeward.services.plan.body import read as read_plan
from homeward.services.plan.plans import me
from homeward.services.plan.zone_routes import Q
from homeward.standards.fhir_questionnaire import read
from homeward.store import Door

SHOWN_MAX = 300
OWN_MAX = 500  # questionnaires of a hospital, of each the newest version counted
log = logging.getLogger(__name__)


class _Body(msgspec.Struct):
    answers: dict[str, bool | int | float | str]


def written(answers: Answers) -> str:
    """As they are kept, before they are sealed."""
    return msgspec.json.encode(_Body(dict(answers))).decode()


def answers_of(body: str) -> Answers | None:
    """As they were kept; None for what was erased, or whose key is not here."""
    try:
        return msgspec.json.decode(body, type=_Body).answers
    except msgspec.MsgspecError:
        return None


async def bring(door: Door, text: str, now: datetime) -> Questionnaire:
    """A hospital's own questionnaire is asked from now on where plans name it. Raises Unreadable
    for what is not understood, and Conflict for a version that is there and asks something else.
    """
    form = read(text.encode())
    async with door.transaction() as inside:
        own = await inside.all(Q.questionnaires, dict)
        if len(own) >= OWN_MAX:
            raise Conflict(f"There are {OWN_MAX} questionnaires. None can be added.")
        values = {"url": form.url, "version": form.version}
        added = await inside.run(Q.add_questionnaire, **values, body=text, now=now, person=me(door))
        if not added:
            kept = await inside.one(Q.questionnaire, dict, **values)
            if read(kept["body"].encode()) != form:
                raise Conflict(
                    "This version is there, and asks something else. Say a new version.",
                    "questions_gone",
                )
    return form


async def forms(door: Door) -> list[v.FormShown]:
    """What may be asked now: of an address the hospital's newest, or what came along."""
    own = {form.url: form for form in await _own(door)}
    every = {**BUILT_IN, **own}
    return [_form(form, form.url in own) for form in every.values()]


async def _own(door: Door) -> list[Questionnaire]:
    """The hospital's own, of each address the newest. One that is not understood any more is left
    out: it must not take the others with it."""
    rows = await door.all(Q.questionnaires, dict)
    found = [_read(row["url"], row["version"], row["body"]) for row in rows]
    return [each for each in found if each is not None]


def _read(url: str, version: str, body: str) -> Questionnaire | None:
    try:
        return read(body.encode())
    except Unreadable as error:  # brought to another version of Homeward
        log.error("questionnaire %s, version %s, is not understood: %s", url, version, error)
        return None


async def form_of(door: Door, url: str, version: str) -> Questionnaire:
    """A version of a questionnaire. Raises Missing."""
    row = await door.maybe(Q.questionnaire, dict, url=url, version=version)
    came_along = VERSIONS.get((url, version))
    found = _read(url, version, row["body"]) if row is not None else came_along
    if found is None or found.version != version:
        raise Missing("This version of the questionnaire is not here.", "questions_gone")
    return found


def _form(form: Questionnaire, is_own: bool) -> v.FormShown:
    return v.FormShown(
        form.url, form.version, dict(form.title), list(form.languages), is_own, bool(form.bands),
        form.copyright, list(form.items),
    )  # fmt: skip


async def answer(
    door: Door, patient: int, wish: v.NewAnswers, now: datetime
) -> tuple[Questionnaire, v.AnswersKept]:
    """Keep what was answered, once; what was due is done with it, unless it is only begun. Raises
    Missing for a version that is not here, Unreadable where these are no answers to it."""
    form, is_whole = await form_of(door, wish.url, wish.version), not wish.is_begun
    q.check(form, wish.answers, is_whole)
    if wish.is_begun and not wish.chain:
        raise Unreadable("What was begun says of which chain it is.", "answer_unfit")
    total = q.points(form, wish.answers) if is_whole else None  # half a sum reads as a low one
    found = q.flags(form, wish.answers)
    answered = min(datetime.fromtimestamp(wish.answered / 1000, UTC), now)
    async with door.transaction() as inside:
        await inside.one(Q.lock_patient, dict, patient=patient)
        if wish.replaces is not None:
            before = await inside.maybe(
                Q.answered_before, dict, id=wish.replaces, patient=patient, url=form.url
            )
            if before is None:
                raise Missing("What this should replace is not here.", "answer_gone")
        due = await _due(inside, patient, wish)
        row = await inside.maybe(
            Q.add_answers, dict, patient=patient, key=wish.key, url=form.url,
            version=form.version, language=wish.language,
            body=Secret(of_patient(patient), "question_answer.body", written(wish.answers)),
            points=total, band=q.band(form, total), flags=len(found), answered=answered, now=now,
            person=me(door), due=due, replaces=wish.replaces if is_whole else None,
            chain=wish.chain, is_begun=wish.is_begun,
            flags_new=await _new(inside, patient, form, wish),
        )  # fmt: skip
        if row is None:  # brought before; its answer was lost
            row = await inside.one(Q.answers_by_key, dict, patient=patient, key=wish.key)
        elif due is not None and is_whole:
            await inside.run(Q.answered, id=due, patient=patient, came=answered, person=me(door))
    kept = v.AnswersKept(
        row["id"], total, q.points_max(form) if total is not None else None, q.band(form, total),
        [each for _, each in found],
    )  # fmt: skip
    return form, kept


async def _new(door: Door, patient: int, form: Questionnaire, wish: v.NewAnswers) -> int:
    """How many signs rang for nobody yet. One that was taken back and is chosen again is new; and
    so are all where what was said before cannot be read."""
    row = None
    if wish.chain:
        row = await door.maybe(Q.answers_before, dict, patient=patient, chain=wish.chain)
    is_same = row is not None and (row["url"], row["version"]) == (form.url, form.version)
    before = answers_of(row["body"]) if row is not None and is_same else None
    return q.flags_new(form, wish.answers, before or {})


async def _due(door: Door, patient: int, wish: v.NewAnswers) -> int | None:
    """What was due, where it asked for this questionnaire. Nothing is refused for it: the answers
    count, whatever became of the plan meanwhile."""
    if wish.due is None:
        return None
    row = await door.maybe(Q.due_asked, dict, id=wish.due, patient=patient)
    if row is None:
        return None
    try:
        items = read_plan(row["body"]).items
    except Unreadable:
        return None
    asked = {item.reference.split("|")[0] for item in items if item.key == row["item"]}
    return row["id"] if wish.url in asked else None


async def shown(door: Door, patient: int, rows_max: int = SHOWN_MAX) -> list[v.AnsweredShown]:
    """What a patient answered, the newest first; of what was corrected both."""
    rows = await door.all(Q.answers, dict, patient=patient, rows_max=rows_max)
    known = await _known(door, {(row["url"], row["version"]) for row in rows})
    by_id = {row["id"]: row for row in rows}
    return [
        _answered(
            row, known.get((row["url"], row["version"])),
            row["is_begun"] and _is_taken_back(row, by_id.get(row["replaced_by"]), known),
        )
        for row in rows
    ]  # fmt: skip


def _is_taken_back(
    row: dict[str, Any],
    later: dict[str, Any] | None,
    known: dict[tuple[str, str], Questionnaire],
) -> bool:
    """Whether a sign that was chosen is not among what was said after it."""
    form = known.get((row["url"], row["version"]))
    if form is None or later is None:
        return False
    chosen, then = answers_of(row["body"]), answers_of(later["body"])
    return chosen is not None and then is not None and q.flags_new(form, chosen, then) > 0


async def _known(
    door: Door, wanted: Iterable[tuple[str, str]]
) -> dict[tuple[str, str], Questionnaire]:
    found: dict[tuple[str, str], Questionnaire] = {}
    for url, version in sorted(wanted):
        try:
            found[url, version] = await form_of(door, url, version)
        except Missing:  # one that came along with an older Homeward
            continue
    return found


def _answered(
    row: dict[str, Any], form: Questionnaire | None, is_taken_back: bool
) -> v.AnsweredShown:
    given = answers_of(row["body"])
    lines: list[v.AnswerShown] = []
    if given is not None:
        flagged = dict(q.flags(form, given)) if form else {}
        texts = {each.link_id: each for each in form.every} if form else {}
        for name, value in given.items():
            item = texts.get(name)
            question = said(item.text, "en") if item else name
            options = {each.code: said(each.text, "en") for each in item.options} if item else {}
            words = options.get(value, value) if isinstance(value, str) else value
            lines.append(v.AnswerShown(name, question, _in_words(words), flagged.get(name)))
    return v.AnsweredShown(
        row["id"], row["url"], row["version"],
        said(form.title, "en") if form else row["url"], row["answered"], row["received"],
        row["person"], row["role"], row["language"], row["points"],
        q.points_max(form) if form and row["points"] is not None else None, row["band"],
        row["flags"], row["replaces"], row["replaced_by"], row["is_begun"], is_taken_back,
        given is not None, lines, dict(given) if given is not None else {},
    )  # fmt: skip


def _in_words(value: bool | float | str) -> str:
    if isinstance(value, bool):
        return "Yes" if value else "No"
    return value if isinstance(value, str) else f"{value:g}"
