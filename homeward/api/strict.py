"""JSON as RFC 8259 has it: Python's own reader takes NaN and Infinity, which are no numbers.

Nothing is above NaN or below it: whatever compares it with a limit finds nothing wrong.
"""

import json
from collections.abc import Callable, Coroutine
from typing import Any, NoReturn

from fastapi import Request, Response
from fastapi.routing import APIRoute


class _Said(Request):
    """A request whose body is JSON and nothing like it."""

    async def json(self) -> Any:
        """What the body says. Raises json.JSONDecodeError."""
        body = await self.body()
        try:
            return json.loads(body, parse_constant=_no_number)
        except json.JSONDecodeError:
            raise
        except (ValueError, RecursionError):  # no UTF-8; a number of thousands of digits; a pit
            raise json.JSONDecodeError("Not JSON", "", 0) from None


def _no_number(word: str) -> NoReturn:
    raise json.JSONDecodeError(f"{word} is no number", "", 0)


class Strict(APIRoute):
    """A route that reads its body so."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """FastAPI's own, before strict JSON."""
        handle = super().get_route_handler()

        async def handled(request: Request) -> Response:
            return await handle(_Said(request.scope, request.receive))

        return handled
