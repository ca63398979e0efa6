"""Tokens that nobody was given, and some that are good no more: each forged in a way of its own."""

import base64
import hashlib
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from random import Random

import psycopg

TOKEN_BYTES = 32  # of a session's
# Tokens that PostgreSQL itself takes for somebody: asked just as a page's question asks.
_BELIEVED = """
select token from unnest(%s::text[]) token
where case when set_config('homeward.session', token, true) is not null then
    (guard_who()).person_id is not null or cardinality(guard_patients()) > 0
    or cardinality(guard_known()) > 0 or cardinality(guard_wards()) > 0 end"""


@dataclass(frozen=True)
class Known:
    """What a forger may know: tokens of sessions that stand (of which every forgery differs), and
    tokens that were good once."""

    standing: Sequence[str]
    over: Sequence[str]

    @cached_property
    def real(self) -> frozenset[str]:
        """All that stand."""
        return frozenset(self.standing)


Forgery = Callable[[Random, Known], str]


def made_up(chance: Random, _: Known) -> str:
    """As a real one looks."""
    return base64.urlsafe_b64encode(chance.randbytes(TOKEN_BYTES)).decode().rstrip("=")


def one_bit_off(chance: Random, known: Known) -> str:
    """A real one, of which one bit is another."""
    letters = bytearray(chance.choice(known.standing).encode())
    while True:
        place, bit = chance.randrange(len(letters)), 1 << chance.randrange(7)
        if 32 < letters[place] ^ bit < 127:
            letters[place] ^= bit
            return letters.decode()


def cut_short(chance: Random, known: Known) -> str:
    """The beginning of a real one, or its end."""
    token = chance.choice(known.standing)
    kept = chance.randrange(len(token))
    return token[:kept] if chance.random() < 0.5 else token[-kept:] if kept else ""


def more_than_one(chance: Random, known: Known) -> str:
    """A real one with something before or after it."""
    token, other = chance.choice(known.standing), chance.choice(known.standing)
    more = chance.choice((" ", "\t", "=", "'", '"', "%", "\\", ";", "\u00a0", other, token))
    return token + more if chance.random() < 0.5 else more + token


def in_other_letters(chance: Random, known: Known) -> str:
    """A real one in capitals, backwards, or in letters that look the same."""
    token = chance.choice(known.standing)
    ways = (token.upper(), token.lower(), token[::-1], token.replace("a", "\u0430"), token.title())
    return next((way for way in chance.sample(ways, len(ways)) if way != token), token + "x")


def as_it_is_kept(chance: Random, known: Known) -> str:
    """The hash of a real one, as somebody would read it in the table."""
    digest = hashlib.sha256(chance.choice(known.standing).encode()).digest()
    coded = base64.b64encode(digest).decode()
    return chance.choice((digest.hex(), "\\x" + digest.hex(), coded, digest.hex()[:16]))


def good_no_more(chance: Random, known: Known) -> str:
    """Of a session that ended, or of somebody who is disabled."""
    return chance.choice(known.over)


def a_number(chance: Random, _: Known) -> str:
    """Of a person, a patient, or of a row of anything."""
    return str(chance.choice((0, -1, chance.randrange(10_000), chance.randrange(2**63))))


def words_of_sql(chance: Random, known: Known) -> str:
    """For whoever pastes it."""
    token = chance.choice(known.standing)
    return chance.choice(("' or true --", "x' or 'x'='x", "null", "", "%", "_" * 43, "*")) + (
        chance.choice(("", "||'" + token[: chance.randrange(len(token))]))
    )


FORGERIES: tuple[Forgery, ...] = (
    made_up, one_bit_off, cut_short, more_than_one, in_other_letters, as_it_is_kept, good_no_more,
    a_number, words_of_sql,
)  # fmt: skip


def forged(number: int, chance: Random, known: Known) -> tuple[str, str]:
    """One forgery: how, and the token."""
    how = FORGERIES[number % len(FORGERIES)]
    token = how(chance, known)
    while token in known.real:  # by chance
        token = how(chance, known)
    return how.__name__.replace("_", " "), token


def believed(sql: psycopg.Connection, tokens: Sequence[str]) -> list[str]:
    """Those of these tokens by which a session of people sees anything, on its own account."""
    with sql.transaction():
        return [row[0] for row in sql.execute(_BELIEVED, (list(tokens),)).fetchall()]


def real_one() -> str:
    """A token as sessions have them."""
    return secrets.token_urlsafe(TOKEN_BYTES)
