"""The record as files: a FHIR R4 Bundle of what is told once, NDJSON of what is told a million
times, and a summary to read.

`bundle.json` is whole by itself; the lines of the other files are resources of the same record.
"""

import asyncio
import json
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterable
from datetime import datetime
from typing import Any

import numpy as np

from homeward.model.vital import BY_INDEX
from homeward.model.wave import BY_INDEX as WAVES
from homeward.services.release.gather import LOOK_BACK, Q, Whose, days, hours, paged, still
from homeward.services.release.meters import meter_records
from homeward.services.release.questions import answered
from homeward.services.release.summary import summary
from homeward.standards import fhir_apps
from homeward.standards import fhir_record as fhir
from homeward.standards.balp import Audited, audit_events
from homeward.standards.fhir_samples import moment, readings, stretch
from homeward.store.packed import Array, WaveStretch

Piece = tuple[str, bytes]  # a file, and what comes next in it
Told = Callable[[int], None]  # up to when it has come, us since 1970
# References in the bundle are relative to it. No such host is or ever will be (RFC 2606).
BASE = "https://homeward.invalid/fhir/"
READ_ME = """\
This is the health record that Homeward keeps, as it was on {at}.

summary.pdf     for reading
bundle.json     FHIR R4: who it is, stays, devices, plans, what was entered at the bedside,
                questions that were answered, alarms and what was done about them, relatives who
                are told, corrections, messages with the care team
scores.ndjson   FHIR R4, a line each: early-warning scores whenever they changed
apps.ndjson     FHIR R4, a line each: what your apps kept here, as they sent it
implants.ndjson FHIR R4, a line each: reports of your implanted devices, as they came
totals.ndjson   FHIR R4, a line each: what was counted from when to when (steps), by each source
meters.ndjson   FHIR R4, a line each: what your meters said beside their numbers (meals, medicines,
                their own clock), with the packets as they came. The values are readings, too
audit.ndjson    FHIR R4, a line each: who looked at this record or changed it, in six years
readings-*      FHIR R4, a line each: every reading of every device, a file a month. Where there
                were many in an hour a line holds them all: the n-th number of `data` was measured
                so many milliseconds after the start of effectivePeriod as the n-th of `offsets`
waves-*         FHIR R4, a line each: every sample of every waveform, in stretches without a gap
"""


async def files(of: Whose, told: Told = lambda _: None) -> AsyncGenerator[Piece]:
    """Every file, piece by piece. Raises Missing where the right to see ends on the way,
    Unreachable where old parts lie in a cold store that is away."""
    yield "README.txt", READ_ME.format(at=fhir.instant(of.now)).encode()
    yield "summary.pdf", await summary(of)
    async for piece in _bundle(of):
        yield "bundle.json", piece
    async for rows in paged(of.door, Q.scores, patient=of.patient):
        yield "scores.ndjson", lines(fhir.score(row, of.patient) for row in rows)
    async for piece in _apps(of):
        yield piece
    since = of.now - LOOK_BACK
    async for rows in paged(of.audit, Q.acts, patient=of.patient, since=since):
        yield "audit.ndjson", lines(each for row in rows for each in _acts(row, of.patient))
    async for start, found in days(of):
        await still(of.door, of.patient)
        if found:
            text = await asyncio.to_thread(_readings, of.patient, found)
            yield f"readings-{moment(start)[:7]}.ndjson", text
        told(start)
    async for start, stretches in hours(of):
        if stretches:
            text = await asyncio.to_thread(_waves, of.patient, stretches)
            yield f"waves-{moment(start)[:7]}.ndjson", text
    await still(of.door, of.patient)


async def _apps(of: Whose) -> AsyncIterator[Piece]:
    number = of.patient
    async for rows in paged(of.door, Q.app_documents, patient=number):
        yield "apps.ndjson", lines(fhir_apps.app_document(row, number) for row in rows)
    async for rows in paged(of.door, Q.implant_reports, patient=number):
        yield "implants.ndjson", lines(fhir_apps.implant_report(row, number) for row in rows)
    async for rows in paged(of.door, Q.totals, patient=number):
        yield "totals.ndjson", lines(fhir_apps.total(row, number) for row in rows)
    async for found in meter_records(of):
        yield "meters.ndjson", lines(found)


def lines(resources: Iterable[fhir.Resource]) -> bytes:
    """NDJSON."""
    return b"".join(json_of(each) + b"\n" for each in resources)


def json_of(resource: fhir.Resource) -> bytes:
    """As few bytes as say it."""
    return json.dumps(resource, ensure_ascii=False, separators=(",", ":")).encode()


async def _bundle(of: Whose) -> AsyncIterator[bytes]:
    """A Bundle of type collection, an entry at a time."""
    head = {"resourceType": "Bundle", "type": "collection", "timestamp": fhir.instant(of.now)}
    yield json_of(head)[:-1] + b',"entry":['
    between = b"\n"
    async for resources in _once(of):
        for resource in resources:
            whole = {"fullUrl": f"{BASE}{resource['resourceType']}/{resource['id']}"}
            yield between + json_of(whole | {"resource": resource})
            between = b",\n"
    yield b"\n]}"


async def _once(of: Whose) -> AsyncIterator[Iterable[fhir.Resource]]:
    number, door = of.patient, of.door
    yield [fhir.patient(await still(door, number))]
    yield [fhir.stay(row, number) for row in await door.all(Q.stays, dict, patient=number)]
    yield [fhir.device(row, number) for row in await door.all(Q.devices, dict, patient=number)]
    yield [fhir.relative(row, number) for row in await door.all(Q.relatives, dict, patient=number)]
    rows = await door.all(Q.plans, dict, patient=number, now=of.now)
    yield fhir.plans(rows, number)
    rows = await door.all(Q.amendments, dict, patient=number)
    yield [fhir.amendment(row, number) for row in rows]
    async for rows in paged(door, Q.entered, patient=number):
        yield [each for row in rows for each in fhir.entered(row, number)]
    async for found in answered(of):
        yield found
    async for rows in paged(door, Q.letters, patient=number):
        yield [fhir.letter(row, number) for row in rows]
    async for rows in paged(door, Q.alarms, patient=number):
        yield [fhir.alarm(row, number) for row in rows]


def _acts(row: dict[str, Any], patient: int) -> list[fhir.Resource]:
    told = Audited(
        row["id"], row["at"], row["action"], row["subtype"], row["person"], row["name"],
        row["role"], "", [patient], row["kind"], row["object"], row["purpose"], row["outcome"],
        row["route"],
    )  # fmt: skip
    return audit_events(told)


def _readings(patient: int, found: dict[int, Array]) -> bytes:
    parts: list[bytes] = []
    for vital, rows in found.items():
        for device in np.unique(rows["device"]).tolist():
            mine = rows[rows["device"] == device]
            parts.append(
                lines(readings(BY_INDEX[vital], patient, device, mine["at"], mine["value"]))
            )
    return b"".join(parts)


def _waves(patient: int, stretches: list[WaveStretch]) -> bytes:
    return lines(
        stretch(
            WAVES[each.wave], patient, each.device, each.start, each.rate, each.scale, each.samples
        )
        for each in stretches
    )


def name_of(now: datetime) -> str:
    """What the archive is called: no name and no number of anybody."""
    return f"my-health-record-{now:%Y-%m-%d}"
