"""A chunk that rotted, or was never one: whatever its decoder trips over, its reader is told so."""

from collections.abc import Callable
from functools import wraps
from struct import error as StructError
from typing import ParamSpec, TypeVar

import msgspec

from homeward.model.errors import Unreadable

Given = ParamSpec("Given")
Found = TypeVar("Found")
# pcodec says RuntimeError; numpy ValueError, also of sizes that contradict each other.
_TRIPS = (
    StructError, msgspec.MsgspecError, ValueError, RuntimeError, OverflowError, MemoryError,
    TypeError, IndexError,
)  # fmt: skip


def reads_chunks(read: Callable[Given, Found]) -> Callable[Given, Found]:
    """The same decoder, which raises Unreadable and nothing else."""

    @wraps(read)
    def careful(*given: Given.args, **named: Given.kwargs) -> Found:
        try:
            return read(*given, **named)
        except _TRIPS as error:
            raise Unreadable(f"a chunk cannot be read ({type(error).__name__})") from error

    return careful
