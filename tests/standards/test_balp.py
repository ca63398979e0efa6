"""Rows of the audit as AuditEvents, by the slices BALP 1.1 fixes."""

from base64 import b64decode
from dataclasses import replace

import pytest

from homeward.standards.balp import PROFILE, Audited, audit_events

DICOM = "http://dicom.nema.org/resources/ontology/DCM"
READ = Audited(
    id=7, at=1_772_442_000_000_001, action="R", subtype="read", person=3, name="", role="nurse",
    address="10.0.0.7", patients=[4], kind="patient", object="4", purpose="TREAT", outcome=0,
    route="GET /api/patients/{patient_id}",
)  # fmt: skip


def codes(event: dict) -> list[str]:
    return [agent["type"]["coding"][0]["code"] for agent in event["agent"]]


def test_a_read_of_one_patient() -> None:
    (event,) = audit_events(READ)
    assert event["meta"] == {"profile": [f"{PROFILE}PatientRead"]}
    assert (event["type"]["code"], event["action"], event["outcome"]) == ("rest", "R", "0")
    assert event["subtype"][0]["code"] == "read"
    assert event["recorded"] == "2026-03-02T09:00:00.000001+00:00"
    assert codes(event) == ["110152", "110153", "IRCP"]  # data flow from the server to the client
    client, server, user = event["agent"]
    assert client["network"] == {"address": "10.0.0.7", "type": "2"}
    assert [client["requestor"], server["requestor"], user["requestor"]] == [False, False, True]
    assert user["purposeOfUse"][0]["coding"][0]["code"] == "TREAT"
    patient, data = event["entity"]
    assert patient["what"] == {"reference": "Patient/4"}
    assert (patient["type"]["code"], patient["role"]["code"]) == ("1", "1")
    assert (data["type"]["code"], data["role"]["code"]) == ("2", "4")
    assert data["what"]["identifier"]["value"] == "4"


def test_a_query_flows_the_other_way_and_there_is_one_for_each_patient() -> None:
    row = replace(READ, action="E", subtype="search", patients=[4, 5], route="GET /api/alarms")
    events = audit_events(row)
    assert [event["id"] for event in events] == ["7-4", "7-5"]
    assert codes(events[0]) == ["110153", "110152", "IRCP"]
    assert [event["meta"]["profile"] for event in events] == [[f"{PROFILE}PatientQuery"]] * 2
    query = events[0]["entity"][1]
    assert (query["role"]["code"], "what" in query) == ("24", False)
    assert b64decode(query["query"]) == b"GET /api/alarms"


@pytest.mark.parametrize(
    ("action", "subtype", "profile", "agents"),
    [
        ("C", "create", "Create", ["110153", "110152", "AUT"]),
        ("U", "update", "Update", ["110153", "110152", "AUT"]),
        ("D", "delete", "Delete", ["110150", "custodian", "AUT"]),
    ],
)
def test_what_changes_something(action: str, subtype: str, profile: str, agents: list[str]) -> None:
    (event,) = audit_events(replace(READ, action=action, subtype=subtype, patients=[]))
    assert event["meta"] == {"profile": [PROFILE + profile]}
    assert codes(event) == agents
    assert [entity["type"]["code"] for entity in event["entity"]] == ["2"]


def test_what_was_refused_claims_no_profile_of_a_success() -> None:
    login = replace(
        READ, action="E", subtype="login", person=None, role="nobody", patients=[], outcome=4
    )
    (event,) = audit_events(login)
    assert "meta" not in event
    assert event["outcome"] == "4"
    assert event["type"] == {"system": DICOM, "code": "110114"}
    assert event["subtype"] == [{"system": DICOM, "code": "110122"}]
