"""What somebody answered, for their own copy of the record."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import msgspec

from homeward.clinical.questionnaires import VERSIONS
from homeward.model.choice import Language
from homeward.model.errors import Unreadable
from homeward.model.questions import Answers, Questionnaire
from homeward.services.release.gather import Q, Whose, paged
from homeward.standards import fhir_answered as fhir
from homeward.standards.fhir_questionnaire import read
from homeward.standards.fhir_record import Resource


class _Body(msgspec.Struct):
    answers: dict[str, bool | int | float | str]


def answers_of(body: str) -> Answers | None:
    """None for what was erased, or whose key is not here."""
    try:
        return msgspec.json.decode(body, type=_Body).answers
    except msgspec.MsgspecError:
        return None


def _read(body: str) -> Questionnaire | None:
    try:
        return read(body.encode())
    except Unreadable:  # brought to another version of Homeward
        return None


@dataclass
class Forms:
    """Questionnaires, each version read once."""

    of: Whose
    known: dict[tuple[str, str], Questionnaire | None]

    async def get(self, url: str, version: str) -> Questionnaire | None:
        """None: it came along with, or was brought to, another version of Homeward."""
        if (url, version) not in self.known:
            row = await self.of.door.maybe(Q.questionnaire, dict, url=url, version=version)
            came_along = VERSIONS.get((url, version))
            self.known[url, version] = came_along if row is None else _read(row["body"])
        return self.known[url, version]


async def answered(of: Whose) -> AsyncIterator[list[Resource]]:
    """Every questionnaire with its answers, the oldest first; each version once before them."""
    forms = Forms(of, {})
    async for rows in paged(of.door, Q.answered, patient=of.patient):
        found: list[Resource] = []
        for row in rows:
            is_new = (row["url"], row["version"]) not in forms.known
            form = await forms.get(row["url"], row["version"])
            if is_new and form is not None:
                found.append(fhir.questionnaire(form, len(forms.known)))
            found += fhir.answered(row, of.patient, form, answers_of(row["body"]))
        yield found


async def rows_of(of: Whose, rows_max: int) -> list[dict[str, Any]]:
    """The newest answers, with what they are called, for the page to read."""
    forms = Forms(of, {})
    rows = await of.door.all(Q.newest_answered, dict, patient=of.patient, rows_max=rows_max)
    for row in rows:
        form = await forms.get(row["url"], row["version"])
        row["title"] = _title(form, of.say.language) if form else row["url"]
    return rows


def _title(form: Questionnaire, language: Language) -> str:
    return form.title.get(language) or next(iter(form.title.values()))
