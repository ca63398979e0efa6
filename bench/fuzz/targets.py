"""What a parser under fire is: its samples, how it is called, and how it may refuse."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache
from importlib import import_module
from typing import Any

from homeward.model.errors import HomewardError

RECEIVED = datetime(2026, 3, 1, 10, tzinfo=UTC)


@dataclass(frozen=True)
class Target:
    """One parser. `covers` are the functions it goes through, as "module:name".

    Whatever it raises besides `refusals` is a finding: whoever calls it expects no other.
    """

    name: str
    covers: tuple[str, ...]
    samples: Callable[[], Sequence[bytes]]
    parse: Callable[[bytes], object]
    refusals: tuple[type[Exception], ...] = field(default=(HomewardError,))


FAMILIES = (
    "devices", "gateways", "meters", "apps", "record", "words", "messages", "people",
)  # fmt: skip


@lru_cache(maxsize=1)
def every_target() -> dict[str, Target]:
    """All of them by name, those of every module beside this one."""
    found: dict[str, Target] = {}
    for family in FAMILIES:
        module: Any = import_module(f"bench.fuzz.parsers.{family}")
        for target in module.TARGETS:
            assert target.name not in found, target.name
            found[target.name] = target
    return found
