"""What was watched otherwise of somebody who came home from a ward: offered, and set by nobody yet.

A personal limit ends with its stay: one of the ward when they go home, one of home when they are
admitted. Whoever looks after them at home is shown for two weeks what both were, who set them and
why, and sets anew what is right there now. What was off is not offered: that holds for a shift at
most.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from homeward.clinical.limit import shown_unit
from homeward.clinical.setting import Choice, Setting, must_be_said
from homeward.model.errors import Conflict, Unreadable
from homeward.model.person import Role
from homeward.services.watch import limits
from homeward.services.watch.ledger import Q
from homeward.services.watch.limits import BY_NAME, REASON_CHARACTERS, Order, Scope
from homeward.store import Door

OFFERED_FOR = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class CarriedShown:
    """A setting (its number) that ended when its patient left, as it would be set anew; `reason`
    says from where, by whom and why it was. `must_be_said`: what has to be confirmed with it;
    `refused`: why whoever asks cannot set it."""

    setting: int
    rule: str
    title: str
    unit: str
    side: str | None
    choice: str
    limit: float | None
    clear_limit: float | None
    delay_seconds: int
    clear_seconds: int
    extreme: float | None
    expires: int | None
    reason: str
    was_home: bool
    must_be_said: str | None
    refused: str | None


@dataclass(frozen=True, slots=True)
class CameHome:
    """From which ward a patient came home within a day before, when (ms since 1970 UTC), and what
    was watched otherwise there, and at home before."""

    ward: str
    at: int
    settings: list[CarriedShown]


@dataclass(frozen=True)
class LimitKept:
    """A setting, by its number, that somebody wants to hold at home too; `is_said`: they have
    confirmed what will not ring any more."""

    setting: int
    is_said: bool = False


async def came_home(door: Door, patient: int, now: datetime) -> CameHome | None:
    """From where somebody came home, and with which settings; None where they did not."""
    stay = await door.maybe(Q.came_home, dict, patient=patient, lately=now - OFFERED_FOR)
    if stay is None:
        return None
    rows = await _offered(door, patient, stay, now)
    person = await limits.person_of(door, Scope(patient_id=patient))
    settings = await limits.settings_now(door, now)
    mine = limits.concerning(Scope(patient_id=patient), person, settings)
    shown: list[CarriedShown] = []
    for row in rows:
        order, rule = _order(row, stay["ward"], is_said=False), BY_NAME[row["rule"]]
        said, refused = _asks(door, person, order, mine, now)
        shown.append(
            CarriedShown(
                row["setting"], rule.name, rule.about.split("\n")[0].rstrip("."),
                shown_unit(rule.vital), None if rule.limit is None else str(rule.limit.side),
                row["choice"], row["limit"], row["clear_limit"], order.delay_seconds,
                order.clear_seconds, row["extreme"], row["expires"], order.reason,
                row["was_home"], said, refused,
            )
        )  # fmt: skip
    return CameHome(stay["ward"], stay["at"], shown)


async def set_carried(
    inside: Door, patient: int, wanted: Sequence[LimitKept], now: datetime
) -> list[str]:
    """Set these anew at home, within a transaction of the caller's; which rules they are of.

    Raises Conflict where they are not at home from a ward, or one of these is not offered any
    more; and whatever setting it alone would raise.
    """
    await inside.run(Q.lock_rule, scope=patient)
    stay = await inside.maybe(Q.came_home, dict, patient=patient, lately=now - OFFERED_FOR)
    if stay is None:
        raise Conflict("They are not newly at home from a ward any more. Look again.")
    offered = {row["setting"]: row for row in await _offered(inside, patient, stay, now)}
    rules: list[str] = []
    for each in wanted:
        row = offered.pop(each.setting, None)
        if row is None:
            raise Conflict("Somebody changed one of these limits meanwhile. Look again.")
        order = _order(row, stay["ward"], is_said=each.is_said)
        await limits.set_within(inside, Scope(patient_id=patient), order, now)
        rules.append(order.rule)
    return rules


async def _offered(
    door: Door, patient: int, stay: dict[str, Any], now: datetime
) -> list[dict[str, Any]]:
    """Of a rule that is no more nothing is offered."""
    times = {"left": stay["left"], "since": stay["since"], "now": now}
    rows = await door.all(Q.left_settings, dict, patient=patient, **times)
    return [row for row in rows if row["rule"] in BY_NAME]


def _order(row: dict[str, Any], ward: str, *, is_said: bool) -> Order:
    place = row["place"] or ward
    where = f"before at {place}" if row["was_home"] else f"on {place}"
    return Order(
        row["rule"], Choice(row["choice"]), carried_reason(where, row), row["limit"],
        row["clear_limit"], row["delay_seconds"] or 0, row["clear_seconds"] or 0, row["extreme"],
        row["until"], is_said,
    )  # fmt: skip


def carried_reason(where: str, row: dict[str, Any]) -> str:
    """Why it is set at home: where it was, whose it was, and why. Pure."""
    words = f"As {where} by {row['by']}, {row['role']}: {row['reason']}"
    return words[: REASON_CHARACTERS[1]]


def _asks(
    door: Door,
    person: limits.Person,
    order: Order,
    settings: Sequence[Setting],
    now: datetime,
) -> tuple[str | None, str | None]:
    """What would have to be confirmed to set it, and why whoever asks cannot."""
    try:
        before = limits.one_rule(person, order.rule, settings, now)
        new = limits.proposed(before, order, is_unit=False)
    except Unreadable as error:
        return None, str(error)
    why = limits.needs_doctor(new, before, Scope(patient_id=0))
    is_doctor = door.actor is not None and door.actor.role is Role.DOCTOR
    refused = None if why is None or is_doctor else f"This needs a doctor: {why}."
    return must_be_said(new, before.default), refused
