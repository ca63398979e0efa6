"""Who is called next: the chain of a ward, round after round, until somebody answers.

Pure: rows in, the next call out.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Link:
    """One step of a ward's chain. The next person is called after `wait_seconds`."""

    ward_id: int
    step: int
    person_id: int
    wait_seconds: int


@dataclass(frozen=True, slots=True)
class Wanting:
    """An active alarm for which nobody is being called, and how the last call for it ended."""

    alarm_id: int
    ward_id: int | None
    ward: str | None
    round: int | None
    step: int | None
    outcome: str | None


@dataclass(frozen=True, slots=True)
class NextCall:
    """Whom to call, at which place of the chain."""

    link: Link
    round: int


def next_call(chain: Sequence[Link], wanting: Wanting) -> NextCall | None:
    """The next person, or None where the chain is empty.

    After the last person the chain begins again: an unanswered alarm never falls silent. One
    that was answered and came back begins again as well, with the first person.
    """
    if not chain:
        return None
    if wanting.round is None or wanting.step is None:
        return NextCall(chain[0], 1)
    later = [link for link in chain if link.step > wanting.step]
    if wanting.outcome == "unanswered" and later:
        return NextCall(later[0], wanting.round)
    return NextCall(chain[0], wanting.round + 1)


def chain_for(links: Iterable[Link], ward_id: int | None) -> list[Link]:
    """The chain of a ward; of every ward, first steps first, for an alarm that has none.

    The platform's own troubles belong to no ward, and somebody must still come.
    """
    if ward_id is not None:
        return sorted((link for link in links if link.ward_id == ward_id), key=lambda e: e.step)
    first_of: dict[int, Link] = {}
    for link in sorted(links, key=lambda each: (each.step, each.ward_id)):
        first_of.setdefault(link.person_id, link)
    return [
        Link(link.ward_id, place, link.person_id, link.wait_seconds)
        for place, link in enumerate(first_of.values(), 1)
    ]
