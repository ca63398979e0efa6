"""What apps, counters and implants told, as FHIR R4 (4.0.1) resources.

Documents of apps and reports of implants go as they came: a reading of them would lose what no code
is known for.
"""

import base64
from types import MappingProxyType

from homeward.model.total import METRIC
from homeward.standards.fhir_record import (
    LOINC,
    TERMS,
    Resource,
    Row,
    instant,
    quantity,
    reference,
    said,
)

# LOINC's own names: number of steps in unspecified time, calories burned, walking distance in
# unspecified time. It has none for flights of stairs that is known here.
_CODES = MappingProxyType({"steps": "55423-8", "active_energy": "41981-2", "distance": "41953-1"})


def app_document(row: Row, patient: int) -> Resource:
    """A document of an app: insulin, carbohydrates, the state of a pump, as it was sent."""
    body = base64.b64encode(row["body"].encode()).decode()
    return _document(
        f"app-{row['id']}", patient, row, f"{row['collection']} of an app", "application/json", body
    )


def implant_report(row: Row, patient: int) -> Resource:
    """A report of an implanted device, as it came (its body is in base64)."""
    kind = "x-application/hl7-v2+er7"
    return _document(
        f"implant-{row['id']}", patient, row, "Report of an implanted device", kind, row["body"]
    )


def _document(identity: str, patient: int, row: Row, words: str, kind: str, body: str) -> Resource:
    author = {"author": [reference("Device", row["device"])]} if row.get("device") else {}
    attached = {"contentType": kind, "data": body, "creation": instant(row["at"])}
    return {
        "resourceType": "DocumentReference",
        "id": identity,
        "status": "entered-in-error" if row.get("deleted") else "current",
        "type": said(words),
        "subject": reference("Patient", patient),
        "date": instant(row["at"]),
        **author,
        "content": [{"attachment": attached}],
    }


def total(row: Row, patient: int) -> Resource:
    """What a source counted from when to when: as it told it, whatever others told of that time."""
    metric = METRIC[row["metric"]]
    code = _CODES.get(metric.name)
    codings = {"coding": [{"system": LOINC, "code": code}]} if code else {}
    activity = {"system": f"{TERMS}observation-category", "code": "activity"}
    return {
        "resourceType": "Observation",
        "id": f"total-{row['id']}",
        "status": "final",
        "category": [{"coding": [activity]}],
        "code": codings | said(metric.label),
        "subject": reference("Patient", patient),
        "effectivePeriod": {"start": instant(row["starts"]), "end": instant(row["ends"])},
        "device": reference("Device", row["device"]),
        "valueQuantity": quantity(row["value"], metric.unit),
    }
