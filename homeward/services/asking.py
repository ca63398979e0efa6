"""Who asks: given to every handler. Apart from the contract, since it brings FastAPI along."""

from typing import Annotated

from fastapi import Depends, Request
from pydantic import Field

from homeward.store import Door


async def asking(request: Request) -> Door:
    """The door of the person behind a request; the API sets it once it knows who asks.

    Asynchronous though it waits for nothing: what is not FastAPI sends to a thread, each time.
    """
    return request.state.door


Asking = Annotated[Door, Depends(asking)]
# Milliseconds since 1970 UTC; a year of 2248 and more is none.
Moment = Annotated[int, Field(ge=0, lt=2**43)]
