"""The words of a message. Pure.

By default they say how urgent and on which ward, and nothing that tells of a person or of health:
no name, no bed (on a ward of single rooms it names who lies there), no condition and no value.
A lock screen and a mail server are read by others. Where the site and the contact both allow it,
the alarm's own words and the bed come along; a name never does.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from homeward.clinical.words import Speech, said_again
from homeward.model.alarm import Priority
from homeward.model.choice import Language
from homeward.model.message import Message, Way

TITLE = "Homeward"
# Of what was written not a word, and not by whom: others read a lock screen, too.
LETTERS = {"letter": "message.letter", "late letter": "message.late_letter"}
PLACES_MAX = 2
TOLD_MAX = 3  # alarms in their own words, in one message
LETTERS_MAX = 400  # about three short messages


@dataclass(frozen=True, slots=True)
class Claimed:
    """One delivery on its way out, and what it is about."""

    id: int
    bundle: int
    priority: Priority
    token: str
    expires: datetime
    attempts: int
    way: Way
    address: str
    audience: str | None
    may_name_health: bool
    ward: str | None
    bed: str | None
    text: str | None
    patient_text: str | None
    person: int
    language: Language = Language.ENGLISH


def messages_of(
    claimed: Sequence[Claimed], link_base: str, *, site_names_health: bool
) -> list[Message]:
    """One message a bundle, worst first."""
    bundles: dict[int, list[Claimed]] = {}
    for each in claimed:
        bundles.setdefault(each.bundle, []).append(each)
    made = [_message(rows, link_base, site_names_health) for rows in bundles.values()]
    places = list(Priority)
    return sorted(made, key=lambda message: (places.index(message.priority), message.id))


def _message(rows: list[Claimed], link_base: str, site_names_health: bool) -> Message:
    leader = next(row for row in rows if row.id == row.bundle)
    return Message(
        id=leader.bundle,
        way=Way(leader.way),
        address=leader.address,
        title=TITLE,
        text=words(rows, site_names_health=site_names_health),
        priority=Priority(leader.priority),
        link=f"{link_base}/m/{leader.token}",
        expires=max(row.expires for row in rows),
        attempt=leader.attempts,
        open_word=_speech(rows)("message.open"),
    )


def words(rows: Sequence[Claimed], *, site_names_health: bool) -> str:
    """What one message says of these deliveries, in the language of whom it goes to."""
    say = _speech(rows)
    letters = [
        say(key)
        for key in dict.fromkeys(LETTERS[row.audience] for row in rows if row.audience in LETTERS)
    ]
    about = [row for row in rows if row.audience is not None and row.audience not in LETTERS]
    if not about:
        return " ".join(letters) or say("message.test")
    return " ".join([_of_alarms(about, say, site_names_health=site_names_health), *letters])


def _of_alarms(about: Sequence[Claimed], say: Speech, *, site_names_health: bool) -> str:
    may_name = site_names_health and all(row.may_name_health for row in about)
    if all(row.audience == "patient" for row in about):
        told = [said_again(row.patient_text, say.language) for row in about if row.patient_text]
        return _joined(told, say) if may_name and told else say("message.patient")
    if may_name:
        return _joined([_in_full(row, say) for row in about], say)
    return say("message.where", what=_counted(about, say), place=_places(about, say))


def _speech(rows: Sequence[Claimed]) -> Speech:
    return Speech(rows[0].language)


def _counted(rows: Sequence[Claimed], say: Speech) -> str:
    if len(rows) == 1:
        return say(f"message.{rows[0].priority}")
    high = sum(row.priority == Priority.HIGH for row in rows)
    key = "message.alarms_high" if high else "message.alarms"
    return say(key, alarms=len(rows), high=high)


def _places(rows: Sequence[Claimed], say: Speech) -> str:
    names = list(dict.fromkeys(row.ward or say("message.platform") for row in rows))
    if len(names) > PLACES_MAX:
        return say("message.wards", wards=len(names))
    return names[0] if len(names) == 1 else say("message.two", first=names[0], second=names[1])


def _in_full(row: Claimed, say: Speech) -> str:
    """A relative is told what the patient is, and not a monitor's words."""
    place = f"{row.ward}, {row.bed}" if row.ward else say("message.platform")
    text = row.text or ""
    if row.audience == "relative" and row.patient_text:
        text = said_again(row.patient_text, say.language)
    return say("message.full", what=say(f"message.{row.priority}"), place=place, text=text)


def _joined(told: Sequence[str], say: Speech) -> str:
    text = "; ".join(told[:TOLD_MAX])
    more = say("message.more", more=len(told) - TOLD_MAX) if len(told) > TOLD_MAX else ""
    room = LETTERS_MAX - len(more)
    return (text if len(text) <= room else text[: room - 1] + "…") + more
