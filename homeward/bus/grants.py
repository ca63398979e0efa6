"""What a server lets us say and hear, held against what we must. Pure.

Servers answer whoever asks who they are (docs.nats.io, `$SYS.REQ.USER.INFO`), and say so when they
refuse a message or a subscription; they never say which message.
"""

import re
from collections.abc import Iterator

import msgspec

from homeward.guard.subjects import SUBJECTS, May
from homeward.model.errors import Unreadable

REFUSED = re.compile(r'permissions violation for (publish|subscription) to "([^"]*)"', re.I)


class Rules(msgspec.Struct, frozen=True):
    """Subjects by pattern. Nothing allowed by name: everything that is not denied is."""

    allow: tuple[str, ...] = ()
    deny: tuple[str, ...] = ()


class Grants(msgspec.Struct, frozen=True):
    """What an account may do."""

    publish: Rules = Rules()
    subscribe: Rules = Rules()


class _Data(msgspec.Struct, frozen=True):
    permissions: Grants | None = None


class _Server(msgspec.Struct, frozen=True):
    id: str = ""


class Answer(msgspec.Struct, frozen=True):
    """A server's answer to who we are."""

    data: _Data = _Data()
    server: _Server = _Server()

    @property
    def grants(self) -> Grants | None:
        """What we may do; None is everything."""
        return self.data.permissions

    def is_known(self, server: str) -> bool:
        """Whether it is said by somebody who knows: our own server, or another that names rules.

        Another node of a cluster may answer first, and knows of none (nats-server issue 7088).
        """
        return self.grants is not None or self.server.id == server


def read_answer(body: bytes) -> Answer:
    """A server's answer. Raises Unreadable."""
    try:
        return msgspec.json.decode(body, type=Answer)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Unreadable(f"NATS: {error}") from None


def covers(pattern: str, subject: str) -> bool:
    """Whether all that is meant is of the pattern: `*` is one word, `>` all the rest."""
    wide, narrow = pattern.split("."), subject.split(".")
    for place, word in enumerate(wide):
        if word == ">":
            return len(narrow) > place
        if place >= len(narrow) or narrow[place] == ">" or word not in ("*", narrow[place]):
            return False
    return len(wide) == len(narrow)


def lacking(needed: May, granted: Grants | None) -> Iterator[tuple[str, str]]:
    """What of it we would be refused: tell or hear, and which subject."""
    if granted is None:
        return
    for verb, subjects, rules in (
        ("tell", needed.tell, granted.publish),
        ("hear", needed.hear, granted.subscribe),
    ):
        yield from ((verb, each) for each in subjects if not _allows(rules, each))


def _allows(rules: Rules, subject: str) -> bool:
    if any(covers(each, subject) or covers(subject, each) for each in rules.deny):
        return False
    return not rules.allow or any(covers(each, subject) for each in rules.allow)


def refused(said: str) -> tuple[str, str] | None:
    """What a server's complaint says we may not: tell or hear, and the subject as in the table."""
    found = REFUSED.search(said)
    if found is None:
        return None
    verb = "tell" if found[1].lower() == "publish" else "hear"
    names = (each.name for each in SUBJECTS)
    return verb, next((each for each in names if covers(each, found[2])), found[2])
