"""Who asks: given to every handler. Apart from the contract, since it brings FastAPI along."""

from typing import Annotated

from fastapi import Depends, Request

from homeward.store import Door


async def asking(request: Request) -> Door:
    """The door of the person behind a request; the API sets it once it knows who asks.

    Asynchronous though it waits for nothing: what is not FastAPI sends to a thread, each time.
    """
    return request.state.door


Asking = Annotated[Door, Depends(asking)]
