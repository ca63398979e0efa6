"""What a password must be that somebody chooses: long enough beside the words that are tried first.

No kind of character is asked for, and none forbidden (NIST SP 800-63B-4, 3.1.1.2; ASVS 5.0.0,
6.1.2, 6.2.1, 6.2.5, 6.2.11). Pure: what is known of stolen passwords is looked up elsewhere.
"""

import re
from collections.abc import Collection, Iterable

from homeward.model.errors import Unreadable

CHARACTERS_MIN = 12  # length, not composition, is what guessing meets
WORD_CHARACTERS_MIN = 3  # shorter ones are in every sentence
# Whoever guesses at any installation tries these; the site adds its own names, and each person
# theirs (docs/guides/signing-in.md).
WORDS = frozenset((
    "homeward", "password", "passphrase", "passcode", "login", "welcome", "secret", "hospital",
    "clinic", "ward", "nurse", "doctor", "patient", "relative", "engineer", "administrator",
    "admin", "health", "medical",
))  # fmt: skip
SIGNS = str.maketrans("013457@$!", "oieastasi")  # as they stand in for letters


class Guessable(Unreadable):
    """This password is too easily guessed."""


def words_of(texts: Iterable[str]) -> set[str]:
    """The words of names, addresses and titles: in small letters, without numbers."""
    parts = (part for text in texts for part in re.split(r"[\W_]+", text.lower()))
    return {part for part in parts if len(part) >= WORD_CHARACTERS_MIN and not part.isdigit()}


def beside(password: str, words: Collection[str]) -> tuple[str, list[str]]:
    """What is left of a password without these words, and which of them were in it.

    Capitals and signs in place of letters hide none: P@ssw0rd is a password.
    """
    plain = _plain(password)
    found: list[str] = []
    for word in sorted(words, key=lambda each: (-len(each), each)):
        hidden = _plain(word)
        while (at := plain.find(hidden)) >= 0:
            end = at + len(hidden)
            plain, password = plain[:at] + plain[end:], password[:at] + password[end:]
            if word not in found:
                found.append(word)
    return password, found


def refuse_guessable(password: str, words: Collection[str]) -> None:
    """Raise Guessable for a password that is too short, or is once its words are left out."""
    if len(password) < CHARACTERS_MIN:
        raise Guessable(f"A password needs {CHARACTERS_MIN} characters or more.", "password_short")
    left, found = beside(password, words)
    if len(left) < CHARACTERS_MIN:
        named = " and ".join(f"“{word}”" for word in found)
        raise Guessable(
            f"{named} would be tried first: a password needs {CHARACTERS_MIN} characters besides.",
            "password_named",
        )


def _plain(text: str) -> str:
    """In small letters, of the same length."""
    return "".join(low if len(low := each.lower()) == 1 else each for each in text).translate(SIGNS)
