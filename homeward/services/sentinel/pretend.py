"""The pretend patient, their hidden ward, and the virtual nurse who alone sees them."""

import secrets
from dataclasses import dataclass
from datetime import datetime

from argon2 import PasswordHasher

from homeward.model.errors import Conflict
from homeward.store import Door, queries

Q = queries("homeward.services.sentinel")
WARD = "Sentinel (nobody lies here)"
PASSWORD_BYTES = 24


@dataclass(frozen=True, slots=True)
class Pretend:
    """Who was made: the sentinel's login, its password as of now, and its patient."""

    login: str
    password: str
    patient_id: int


async def keep(door: Door, name: str, now: datetime) -> Pretend:
    """Make them, or give the virtual nurse of this name a new password.

    Raises Conflict where the name belongs to somebody real.
    """
    password = secrets.token_urlsafe(PASSWORD_BYTES)
    async with door.transaction() as inside:
        ward = await inside.one(Q.hidden_ward, dict, name=WARD)
        nurse = await inside.maybe(
            Q.virtual_nurse, dict, name=f"Sentinel {name}", login=name,
            hash=PasswordHasher().hash(password),
        )  # fmt: skip
        if nurse is None:
            raise Conflict(f"{name} is somebody's login; give the sentinel another name.")
        patient = await inside.maybe(
            Q.pretend_patient, dict, person=nurse["id"], number=f"SENTINEL {name}",
            name="Nobody (sentinel)",
        )  # fmt: skip
        if patient is None:
            raise Conflict(f"SENTINEL {name} is somebody's record number.")
        await inside.run(Q.pretend_stay, patient=patient["id"], ward=ward["id"], bed=name, now=now)
    return Pretend(name, password, patient["id"])
