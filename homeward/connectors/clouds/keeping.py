"""What a cloud told of one account enters the record: readings, totals, and what cannot be read."""

from dataclasses import dataclass
from datetime import datetime

from homeward.connectors.contract import (
    CloudLink,
    Delivery,
    Link,
    Outcome,
    Spoiled,
    Totals,
    accept,
)
from homeward.model.errors import Forbidden, HomewardError, Unreachable
from homeward.model.reading import Reading
from homeward.standards.payload import BATCH_READINGS_MAX, UNCOUNTED_BOOT, encode, fingerprint
from homeward.standards.telling_readings import Told

NOT_THEIRS = "nobody wore the device for all of that time, or it is apart"
ANOTHERS = "somebody else wore the device then, and this account is not theirs"


@dataclass(frozen=True, slots=True)
class Kept:
    """How much of it was stored, and how much put aside."""

    stored: int
    put_aside: int


async def admit(link: Link, account: CloudLink) -> None:
    """See that what comes of this account is its patient's. Raises Forbidden, Unreachable."""
    if not account.is_worn:
        raise Forbidden("somebody else, or nobody, wears the device that stands for this account")
    try:
        found = await link.admit(account.device)
    except HomewardError:
        raise Unreachable("the registry is away") from None
    if found is None or not found.active:
        raise Forbidden("the device that stands for this account is revoked")


async def keep(
    link: Link, totals: Totals, account: CloudLink, told: Told, received: datetime, topic: str,
    stated: datetime | None = None,
) -> Kept:  # fmt: skip
    """Store what was told, and by its source `stated` then; back after the commits. Raises
    Unreachable where not all of it could be: it is told again, and what is stored already is known
    then."""
    if link.is_full:
        raise Unreachable("more waits for the disk than may wait")
    _set_others_apart(told, account.others_until)
    for first in range(0, len(told.readings), BATCH_READINGS_MAX):
        some = tuple(told.readings[first : first + BATCH_READINGS_MAX])
        number = fingerprint(";".join(map(_said, some)).encode())  # the same when told again
        delivery = Delivery(account.device_id, UNCOUNTED_BOOT, number, received, some)
        if await accept(link, delivery) is not Outcome.STORED:
            raise Unreachable("not stored: send it again")
    counted = await totals.keep(account.device_id, [each for each, _ in told.totals], stated)
    for is_kept, (_, thing) in zip(counted, told.totals, strict=True):
        if not is_kept:
            told.spoil(NOT_THEIRS, thing)
    for why, body in told.aside:
        spoiled = Spoiled(account.device_id, received, topic, why, body)
        if await accept(link, spoiled) is not Outcome.STORED:
            raise Unreachable("not stored: send it again")
    return Kept(len(told.readings) + sum(counted), len(told.aside))


def _set_others_apart(told: Told, until: datetime | None) -> None:
    """In the record a reading is whose the device was then. An account has years of its owner:
    what is of a time before they got the device would become somebody else's."""
    if until is None:
        return
    others = [each for each in told.readings if each.at < until]
    told.readings = [each for each in told.readings if each.at >= until]
    for first in range(0, len(others), BATCH_READINGS_MAX):
        some = others[first : first + BATCH_READINGS_MAX]
        told.aside.append((ANOTHERS, encode(some)))
    for total, thing in told.totals:
        if total.starts < until:
            told.spoil(ANOTHERS, thing)
    told.totals = [each for each in told.totals if each[0].starts >= until]


def _said(one: Reading) -> str:
    return f"{one.vital.index},{one.at.isoformat()},{one.value!r}"
