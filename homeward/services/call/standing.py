"""A ward's chain: who is called first, and who next."""

from collections.abc import Sequence

from homeward.model.errors import Unreadable
from homeward.store import Door, queries

Q = queries("homeward.services.call")
STEPS_MAX = 20


async def set_chain(door: Door, ward: int, steps: Sequence[tuple[int, int]]) -> None:
    """Replace the chain of a ward by these (person, seconds until the next is called).

    Raises Unreadable for an empty chain: somebody must be called.
    """
    if not 1 <= len(steps) <= STEPS_MAX:
        raise Unreadable(f"A chain has 1 to {STEPS_MAX} people.")
    async with door.transaction() as inside:
        await inside.run(Q.clear_chain, ward=ward)
        await inside.run_many(
            Q.add_step,
            [
                {"ward": ward, "step": place, "person": person, "wait": wait}
                for place, (person, wait) in enumerate(steps, 1)
            ],
        )
