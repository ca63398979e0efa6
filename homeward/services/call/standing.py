"""A ward's chain: who is called first, and who next. Each change is a new row, with who and why."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from homeward.model.errors import Unreadable
from homeward.services.call.chain import Target
from homeward.store import Door, queries

Q = queries("homeward.services.call")
STEPS_MAX = 20
TARGETS_MAX = 10
WAIT_SECONDS_MAX = 3600  # longer than an hour and the next person is not called in time
WHY_CHARACTERS_MAX = 300


@dataclass(frozen=True, slots=True)
class Aim:
    """One target of a step: a person, a rota, the patient's nurse, or everybody on call.

    Raises Unreadable where a person or a rota is not named, or is where none belongs.
    """

    target: Target
    person_id: int | None = None
    rota_id: int | None = None

    def __post_init__(self) -> None:
        wants = (self.target is Target.PERSON, self.target is Target.ROTA)
        if wants != (self.person_id is not None, self.rota_id is not None):
            raise Unreadable("A step names a person, or a rota, or neither.")


@dataclass(frozen=True, slots=True)
class Step:
    """Whom to call at once, and how long to wait for an answer."""

    targets: Sequence[Aim]
    wait_seconds: int


@dataclass(frozen=True, slots=True)
class _Id:
    id: int


async def set_chain(
    door: Door, ward: int, steps: Sequence[Step], now: datetime, why: str = ""
) -> None:
    """A new chain of a ward, in force at once; the one before stays on record.

    Raises Unreadable for an empty chain or step: somebody must be called.
    """
    if not 1 <= len(steps) <= STEPS_MAX:
        raise Unreadable(f"A chain has 1 to {STEPS_MAX} steps.")
    for step in steps:
        if not 1 <= len(step.targets) <= TARGETS_MAX:
            raise Unreadable(f"A step calls 1 to {TARGETS_MAX} people or rotas.")
        if not 1 <= step.wait_seconds <= WAIT_SECONDS_MAX:
            raise Unreadable(f"A step waits 1 to {WAIT_SECONDS_MAX} s.")
    by = door.actor.person_id if door.actor else None
    async with door.transaction() as inside:
        values = {"ward": ward, "now": now, "by": by, "why": why[:WHY_CHARACTERS_MAX]}
        chain = await inside.one(Q.add_chain, _Id, **values)
        await inside.run_many(
            Q.add_target,
            [
                {
                    "chain": chain.id, "step": place, "place": number, "target": aim.target,
                    "person": aim.person_id, "rota": aim.rota_id, "wait": step.wait_seconds,
                }
                for place, step in enumerate(steps, 1)
                for number, aim in enumerate(step.targets, 1)
            ],
        )  # fmt: skip
