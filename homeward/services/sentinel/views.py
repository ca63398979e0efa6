"""What the sentinel's routes take and give. Times are ms since 1970 UTC."""

from dataclasses import dataclass
from typing import Annotated, Literal

from annotated_types import MaxLen
from pydantic import Field

Seconds = Annotated[float, Field(ge=0, le=3600)]
Hop = Literal["stored", "heard", "acknowledged", "told", "over"]


@dataclass(frozen=True)
class RoundTold:
    """One round, as the sentinel tells it: seconds from the reading to each hop."""

    at: int
    outcome: Literal["well", "late", "lost"]
    hops: dict[Hop, Seconds]
    detail: Annotated[str, MaxLen(300)] = ""


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

    at: int
    outcome: str
    hops: dict[str, float]
    detail: str


@dataclass(frozen=True, slots=True)
class SentinelView:
    """What the sentinel saw: its newest round, and the last day. `last` is None where there is
    no sentinel."""

    last: RoundView | None
    rounds: int
    lost: int
    late: int
    hops: list[HopView]
