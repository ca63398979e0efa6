"""Imports the NATS client without the HTTP client it would bring along.

Where aiohttp is installed (the extra `recordings` brings it), nats-py imports it for a transport
over WebSockets that we never use: 9 MB and 0.2 s of CPU in each of five processes. nats-py does
without it where it is not installed; so it shall look as if it were not.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


@contextmanager
def _hidden(module: str) -> Iterator[None]:
    modules: dict[str, Any] = sys.modules
    if module in modules:
        yield
        return
    modules[module] = None  # makes its import raise ImportError
    try:
        yield
    finally:
        del modules[module]


with _hidden("aiohttp"):
    import nats as nats
