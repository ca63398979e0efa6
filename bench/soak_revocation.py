"""Whoever is revoked is cut off, everywhere and for good: devices, sessions, rights.

    make soak NAME=revocation                        1,200 ends, 10,000 tries to come in again
    python -m bench.soak_revocation 0.1              a tenth of it
    python -m bench.soak_revocation 0.1 devices      of one kind alone

Each kind on an installation of its own, with sessions and streams open, and with doors, web
processes, the database and the bus killed around the moment: see the bench of each kind. One
second for 99 of 100, five at most, and nobody comes back.
"""

import math
import random
import sys
from collections.abc import Callable
from dataclasses import dataclass

from bench import revoked_devices, revoked_rights, revoked_sessions
from bench._cuts import Cuts


@dataclass(frozen=True)
class Kind:
    """What may be revoked: its bench, and how often it is in a whole soak."""

    measure: Callable[[int, int, int], Cuts]
    ends: int
    tries: int


KINDS = {
    "devices": Kind(revoked_devices.measure, 600, 4_000),
    "sessions": Kind(revoked_sessions.measure, 400, 4_000),
    "rights": Kind(revoked_rights.measure, 200, 2_000),
}
ENDS_STEP = 8  # as many rights end together


def main(share: float, kinds: list[str]) -> None:
    """Revoke that share of a whole soak, and print what came of all kinds."""
    found, seed = Cuts(), random.SystemRandom().randrange(10_000)
    print(f"seed {seed}", flush=True)
    for name in kinds:
        kind = KINDS[name]
        ends = math.ceil(kind.ends * share / ENDS_STEP) * ENDS_STEP
        tries = math.ceil(kind.tries * share / ends) * ends
        print(f"{name}: {ends:,} ends, {tries:,} tries", flush=True)
        found.add(kind.measure(ends, tries, seed))
    found.tell("revocation")


if __name__ == "__main__":
    main(float(sys.argv[1]) if len(sys.argv) > 1 else 1.0, sys.argv[2:] or [*KINDS])
