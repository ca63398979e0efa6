"""Reports of implanted devices: kept as they came, read anew each time they are shown."""

import base64
import binascii
import hashlib
from datetime import datetime
from typing import Any

from homeward.guard.sealing import Blind, Secret, of_patient
from homeward.model.errors import Unreadable
from homeward.services.contract import Tools
from homeward.services.phones import views as v
from homeward.standards.idco import ImplantReport, Item, alerts, parse
from homeward.store import Door, queries

REPORTS_MAX = 50
NUMBERS_MAX = 20  # of one patient, in one report

sql = queries("homeward.services.phones")


async def keep(
    door: Door, patient_id: int, message: bytes, now: datetime
) -> tuple[ImplantReport, bool]:
    """Keep a report of this patient; whether it was new. Raises Unreadable for what is none."""
    report = parse(message)
    body = Secret(of_patient(patient_id), "implant_report.body", base64.b64encode(message).decode())
    async with door.transaction() as inside:
        await inside.one(sql.one_report_at_a_time, dict, patient=patient_id)
        added = await inside.run(
            sql.add_report, patient=patient_id, now=now, body=body,
            known_by=hashlib.sha256(message).digest(), named_by=_named_by(report),
            person=door.actor.person_id if door.actor else None,
        )  # fmt: skip
    return report, bool(added)


class Implants:
    """The platform's side of a door to which devices bring reports."""

    def __init__(self, tools: Tools) -> None:
        self._tools = tools

    async def keep(self, device_id: int, message: bytes) -> bool:
        """Keep a report that this device brings of who wears it; False: it was there already.

        Raises Unreadable for what is none, where nobody wears it, and where the report has the
        record number of another patient. Raises Unreachable.
        """
        door = self._tools.store.door()
        wearer = await door.maybe(sql.worn_now, dict, device=device_id)
        if wearer is None:
            raise Unreadable("nobody wears this device: whose report it is, nobody said")
        for named in parse(message).numbers[:NUMBERS_MAX]:
            other = await door.maybe(
                sql.patient_of_number, dict, number=Blind("patient.record_number", named)
            )
            if other is not None and other["id"] != wearer["patient_id"]:
                raise Unreadable("it has the record number of another patient")
        _, is_new = await keep(door, wearer["patient_id"], message, self._tools.now())
        return is_new


def _named_by(report: ImplantReport) -> bytes | None:
    """By its sender, number and time: some senders count from 1 each day."""
    if not report.message_id:
        return None
    names = "\0".join((report.sender, report.message_id, report.sent))
    return hashlib.sha256(names.encode()).digest()


async def reports(door: Door, patient_id: int) -> list[v.ImplantReportView]:
    """The reports of a patient, the newest first. One whose key is not to be had is left out."""
    rows = await door.all(sql.reports, dict, patient=patient_id, rows_max=REPORTS_MAX)
    found = [_view(row) for row in rows]
    return [each for each in found if each is not None]


def _view(row: dict[str, Any]) -> v.ImplantReportView | None:
    try:
        report = parse(base64.b64decode(row["body"], validate=True))
    except (binascii.Error, ValueError, Unreadable):
        return None
    return v.ImplantReportView(
        row["id"], row["received"], report.sender, report.model, report.serial, report.at,
        [_item(each) for each in alerts(report)], [_item(each) for each in report.items],
    )  # fmt: skip


def _item(one: Item) -> v.ImplantItemView:
    return v.ImplantItemView(
        one.section, one.group, one.code, one.text, one.said, one.unit, one.range, one.is_alert,
        one.counts, one.at,
    )  # fmt: skip
