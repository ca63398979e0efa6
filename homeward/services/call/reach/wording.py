"""The words of a message. Pure.

By default they say how urgent and on which ward, and nothing that tells of a person or of health:
no name, no bed (on a ward of single rooms it names who lies there), no condition and no value.
A lock screen and a mail server are read by others. Where the site and the contact both allow it,
the alarm's own words and the bed come along; a name never does.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from homeward.model.alarm import Priority
from homeward.model.message import Message, Way

TITLE = "Homeward"
TEST = "this is a test. Nothing is wrong."
TO_PATIENT = "please open your page."
# Of what was written not a word, and not by whom: others read a lock screen, too.
LETTERS = {
    "letter": "there is a message for you. Open Homeward.",
    "late letter": "a message waits for an answer. Open Homeward.",
}
PLATFORM = "the platform itself"
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
    )


def words(rows: Sequence[Claimed], *, site_names_health: bool) -> str:
    """What one message says of these deliveries."""
    letters = dict.fromkeys(LETTERS[row.audience] for row in rows if row.audience in LETTERS)
    about = [row for row in rows if row.audience is not None and row.audience not in LETTERS]
    if not about:
        return " ".join(letters) or TEST
    return " ".join([_of_alarms(about, site_names_health=site_names_health), *letters])


def _of_alarms(about: Sequence[Claimed], *, site_names_health: bool) -> str:
    may_name = site_names_health and all(row.may_name_health for row in about)
    if all(row.audience == "patient" for row in about):
        told = [row.patient_text for row in about if row.patient_text]
        return _joined(told) if may_name and told else TO_PATIENT
    if may_name:
        return _joined([_in_full(row) for row in about])
    return f"{_counted(about)}, {_places(about)}."


def _counted(rows: Sequence[Claimed]) -> str:
    if len(rows) == 1:
        return f"{rows[0].priority} alarm"
    high = sum(row.priority == Priority.HIGH for row in rows)
    return f"{len(rows)} alarms, {high} high" if high else f"{len(rows)} alarms"


def _places(rows: Sequence[Claimed]) -> str:
    names = list(dict.fromkeys(row.ward or PLATFORM for row in rows))
    if len(names) > PLACES_MAX:
        return f"{len(names)} wards"
    return " and ".join(names)


def _in_full(row: Claimed) -> str:
    place = f"{row.ward}, {row.bed}" if row.ward else PLATFORM
    return f"{row.priority} alarm, {place}: {row.text}"


def _joined(told: Sequence[str]) -> str:
    text = "; ".join(told[:TOLD_MAX])
    more = f"; and {len(told) - TOLD_MAX} more" if len(told) > TOLD_MAX else ""
    room = LETTERS_MAX - len(more)
    return (text if len(text) <= room else text[: room - 1] + "…") + more
