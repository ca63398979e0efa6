"""Totals of several sources: what overlaps counts once, what does not overlap counts from each.

A phone in the bag counts the steps of the morning, a watch those of the evening, and both those of
the afternoon. Taking one source for the day loses what only the other saw; adding both counts the
afternoon twice. So of each moment one source counts: the one nearest to the body, and of one
source the shortest count that covers it. A count of which a part is covered by another gives the
rest of its time's share.
"""

import heapq
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

# Where a source is on the body, and what it then says of itself; the first that fits holds.
PLACES: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("medical device", re.compile("pedometer|actigraph|monitor")),
    (
        "worn",
        re.compile(r"watch|tracker|fitbit|garmin|whoop|(?<![a-z])(?:band|strap|ring)(?![a-z])"),
    ),
    ("carried", re.compile("phone|apple health|mobile")),
    ("other", re.compile("")),
)
MEDICAL, WORN, CARRIED, OTHER = range(len(PLACES))


@dataclass(frozen=True, slots=True)
class Told:
    """What a source told: from when to when (ms since 1970 UTC), and how much."""

    source: int
    starts: int
    ends: int
    value: float


@dataclass(frozen=True, slots=True)
class Part:
    """What a source gave to a sum: what it told of that time, and what of that counts."""

    told: float
    counted: float


def place_of(*words: str) -> int:
    """How far from the body a source is, by what it is called and what kind it is: 0 is nearest.
    What comes first is asked first."""
    for said in (word.lower() for word in words):
        for place, (_, known) in enumerate(PLACES[:OTHER]):
            if known.search(said):
                return place
    return OTHER


def counted(
    told: Iterable[Told], places: Mapping[int, int], since: int, until: int
) -> dict[int, Part]:
    """What each source gives to the sum between two moments (ms), nothing twice and nothing lost.

    `places`: how far from the body each source is. Between two of one place the one with the lower
    number counts. What reaches over an end gives the share of its time within.
    """
    if since >= until:
        return {}
    inside = [each for each in told if each.starts < until and _ends(each) > since]
    inside.sort(key=lambda each: each.starts)
    shares = _shares(inside, places, since, until)
    told_of: dict[int, float] = {}
    counted_of: dict[int, float] = {}
    for each, share in zip(inside, shares, strict=True):
        length = _ends(each) - each.starts
        within = min(_ends(each), until) - max(each.starts, since)
        source = each.source
        told_of[source] = told_of.get(source, 0.0) + each.value * (within / length)
        counted_of[source] = counted_of.get(source, 0.0) + each.value * (share / length)
    return {source: Part(value, counted_of[source]) for source, value in told_of.items()}


def _ends(told: Told) -> int:
    """What was counted at one moment took at least a millisecond."""
    return max(told.ends, told.starts + 1)


def _shares(told: Sequence[Told], places: Mapping[int, int], since: int, until: int) -> list[int]:
    """For how long each counts, in ms: one walk along the time, with what covers it in a heap."""
    cuts = {since, until}
    for each in told:
        cuts |= {max(since, each.starts), min(until, _ends(each))}
    moments = sorted(cuts)
    shares = [0] * len(told)
    covers: list[tuple[int, int, int, int, int]] = []  # place, source, length, starts, which
    coming = 0
    for at, after in pairwise(moments):
        while coming < len(told) and told[coming].starts <= at:
            each = told[coming]
            length = _ends(each) - each.starts
            rank = (places[each.source], each.source, length, each.starts, coming)
            heapq.heappush(covers, rank)
            coming += 1
        while covers and _ends(told[covers[0][-1]]) <= at:
            heapq.heappop(covers)
        if covers:
            shares[covers[0][-1]] += after - at
    return shares
