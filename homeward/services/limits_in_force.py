"""What one patient is watched for now: rules with the limits that hold for them.

Whoever judges them, whoever lists their limits, and whoever says in plain words how they are reads
it here: none of these may know another limit than the others.
"""

import contextlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from homeward.clinical.limit import Limit
from homeward.clinical.rule import Rule
from homeward.clinical.rules import RULES
from homeward.clinical.setting import Choice, InForce, Setting, in_force
from homeward.clinical.subject import Subject
from homeward.model.errors import Misconfigured, Missing, Unreadable
from homeward.model.person import Role
from homeward.store import Door, queries

Q = queries("homeward.services")
BY_NAME = {rule.name: rule for rule in RULES}


async def of_patient(door: Door, patient: int, now: datetime) -> tuple[InForce, ...]:
    """Every rule for vital signs that is for this patient now, as it is in force. Raises Missing
    where who asks may not see them."""
    return (await watched(door, patient, now))[1]


async def watched(
    door: Door, patient: int, now: datetime
) -> tuple[Subject, tuple[InForce, ...]]:  # fmt: skip
    """The same beside what is known of them, such as the SpO2 scale a doctor ordered."""
    rows = await door.all(Q.limits_in_force, dict, patient=patient, now=now)
    if not rows:
        raise Missing("There is no such patient.")
    said = [setting_of(each, BY_NAME) for each in rows if each["rule"] in BY_NAME]
    subject = subject_of(rows[0])
    return subject, in_force(RULES, subject, now.date(), said)


def on_now(found: Sequence[InForce]) -> list[Rule]:
    """Those of them that are on."""
    return [each.rule for each in found if each.rule is not None]


def setting_of(row: dict[str, Any], by_name: Mapping[str, Rule]) -> Setting:
    """A row of the table as the judgement knows it."""
    limit = None
    if row["limit_value"] is not None:
        # One that its rule cannot have any more is in force without its limit, and said to be.
        with contextlib.suppress(Misconfigured, Unreadable):
            limit = limit_of(by_name[row["rule"]], row["limit_value"], row)
    return Setting(
        row["id"], row["rule"], Choice(row["choice"]), limit, row["patient_id"], row["ward_id"],
        Role(row["by_role"]),
    )  # fmt: skip


def limit_of(rule: Rule, limit: float, values: dict[str, Any]) -> Limit:
    """A limit on the side its rule looks. Raises Misconfigured where it contradicts itself."""
    if rule.limit is None:
        raise Unreadable(f"{rule.name} has no limit to set; it can be on or off.")
    return Limit(
        rule.limit.side, limit, values["clear_limit"], values["delay_seconds"],
        values["clear_seconds"], values["extreme"],
    )  # fmt: skip


def subject_of(row: dict[str, Any]) -> Subject:
    """A patient's row as the judgement knows them."""
    return Subject(row["birth_date"], row["oxygen_scale"])
