"""Why somebody is called, and not the one before: in words, as it was known then. Pure.

Who is woken asks that first. It is written with the call, since what it rests on changes: a
message that had failed may arrive after all.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from homeward.services.call.chain import Next, Pursued

WAYS = {
    "web_push": "push",
    "email": "mail",
    "sms": "text message",
    "voice": "voice call",
    "other": "message",
}


@dataclass(frozen=True, slots=True)
class Before:
    """A call of the step before, and what came of it.

    `messages` is how many have not failed, of those away from the pages; `failed` names the ways
    of those that have.
    """

    alarm_id: int
    person: str
    round: int
    step: int
    created: datetime
    due: datetime
    ended: datetime | None
    outcome: str | None
    is_disabled: bool
    is_there: bool
    messages: int
    failed: Sequence[str]


def because(case: Pursued, found: Next, before: Sequence[Before], unconfirmed_seconds: int) -> str:
    """Why the calls of `found` are made; empty where nobody was called before."""
    if case.round == 0:
        return ""
    if case.called_ward_id != case.ward_id:
        return "the patient came to this ward"
    if case.is_over:
        return "the alarm came back after it was answered"
    if (found.round, found.step) == (case.round, case.step):
        return "they came on call meanwhile"
    reasons: dict[str, list[str]] = {}
    for each in before:
        reasons.setdefault(_of(each, unconfirmed_seconds), []).append(each.person)
    words = "; ".join(f"{_list(people)} {reason}" for reason, people in reasons.items())
    if found.round > case.round:
        return f"{words}; the chain begins again" if words else "the chain begins again"
    return words


def _of(before: Before, unconfirmed_seconds: int) -> str:
    if before.ended is not None:
        if before.is_disabled:
            return "may no longer sign in"
        return f"did not answer within {_wait((before.due - before.created).total_seconds())}"
    if before.is_there or before.messages:
        return f"gave no sign of it within {_wait(unconfirmed_seconds)}"
    if before.failed:
        ways = _list(WAYS[way] for way in before.failed)
        return f"could not be reached: {ways} failed"
    return "could not be reached: no screen open, and no other way"


def _wait(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min" if minutes and not rest else f"{round(seconds)} s"


def _list(words: Iterable[str]) -> str:
    *first, last = words
    return f"{', '.join(first)} and {last}" if first else last
