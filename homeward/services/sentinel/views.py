"""What the sentinel's routes take and give. Times are ms since 1970 UTC."""

from dataclasses import dataclass
from typing import Annotated, Literal

from annotated_types import MaxLen
from pydantic import Field

from homeward.model.message import Way
from homeward.services.asking import Moment

Seconds = Annotated[float, Field(ge=0, le=3600)]
Hop = Literal["stored", "heard", "acknowledged", "told", "over"]
State = Literal["none", "silent", "well", "late", "lost"]
Calls = Annotated[list[Way], MaxLen(20)]


@dataclass(frozen=True)
class RoundTold:
    """One round, as the sentinel tells it: seconds from the reading to each hop.

    `calls` are the ways by which it reaches people itself; None where it does not say.
    """

    at: Moment
    outcome: Literal["well", "late", "lost"]
    hops: dict[Hop, Seconds]
    detail: Annotated[str, MaxLen(300)] = ""
    calls: Calls | None = None


@dataclass(frozen=True, slots=True)
class HopView:
    """One hop over a span, in seconds."""

    name: str
    rounds: int
    median: float
    p99: float
    worst: float


@dataclass(frozen=True, slots=True)
class RoundView:
    """One round."""

    at: Moment
    outcome: Literal["well", "late", "lost"]
    hops: dict[str, float]
    detail: str


@dataclass(frozen=True, slots=True)
class SentinelView:
    """What the sentinel saw: its newest rounds, and the last day.

    `state` is none where no sentinel has told anything for a day, silent where one that did tells
    no more, else the outcome of its newest round. `heard` is when it told us last, by our clock;
    `calls` the ways by which it calls people itself, None where it does not say.
    """

    state: State
    heard: int | None
    calls: list[str] | None
    recent: list[RoundView]
    rounds: int
    lost: int
    late: int
    hops: list[HopView]
