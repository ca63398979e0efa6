"""A patient's decision as an FHIR R4 Consent (hl7.org/fhir/R4/consent.html).

`provision.class` names what it is about by a code system of our own: FHIR has none for parts of a
record. Whoever it is about stands as `actor` with the role IRCP, information recipient.
"""

from datetime import UTC, datetime
from typing import Any

from homeward.model.consent import Consent

TERMS = "http://terminology.hl7.org/CodeSystem/"
PARTS = "urn:homeward:record-part"
POLICY = "urn:homeward:consent:1"  # what the page said when it was agreed to
# v3-ActReason, by purpose.
_PURPOSE = {
    "care": ("TREAT", "treatment"),
    "research": ("HRESCH", "healthcare research"),
}
_SCOPE = {"care": "patient-privacy", "research": "research"}


def fhir_consent(consent: Consent, now: int) -> dict[str, Any]:
    """It as a resource, as it stands at `now` (ms since 1970 UTC)."""
    code, display = _PURPOSE[consent.purpose]
    opted = "OPTIN" if consent.decision == "permit" else "OPTOUT"
    return {
        "resourceType": "Consent",
        **({"id": str(consent.id)} if consent.id else {}),
        "status": "active" if consent.stands(now) else "inactive",
        "scope": _coded(f"{TERMS}consentscope", _SCOPE[consent.purpose]),
        "category": [_coded("http://loinc.org", "59284-0", "Consent Document")],
        "patient": {"reference": f"Patient/{consent.patient_id}"},
        "dateTime": _at(consent.starts),
        "performer": [{"reference": f"Patient/{consent.patient_id}"}],
        "policy": [{"uri": POLICY}],
        "policyRule": _coded(f"{TERMS}v3-ActCode", opted),
        "provision": {
            "type": consent.decision,
            "period": {
                "start": _at(consent.starts),
                **({"end": _at(end)} if (end := _end(consent)) is not None else {}),
            },
            **({"actor": [actor]} if (actor := _actor(consent)) else {}),
            "purpose": [{"system": f"{TERMS}v3-ActReason", "code": code, "display": display}],
            "class": [{"system": PARTS, "code": part} for part in consent.parts],
        },
    }


def _end(consent: Consent) -> int | None:
    known = [each for each in (consent.ends, consent.withdrawn) if each is not None]
    return min(known, default=None)


def _actor(consent: Consent) -> dict[str, Any] | None:
    if consent.person_id is not None:
        whom = f"Practitioner/{consent.person_id}"
    elif consent.ward_id is not None:
        whom = f"Organization/ward-{consent.ward_id}"
    else:
        return None
    role = _coded(f"{TERMS}v3-ParticipationType", "IRCP", "information recipient")
    return {"role": role, "reference": {"reference": whom}}


def _coded(system: str, code: str, display: str = "") -> dict[str, Any]:
    coding = {"system": system, "code": code, **({"display": display} if display else {})}
    return {"coding": [coding]}


def _at(milliseconds: int) -> str:
    return datetime.fromtimestamp(milliseconds / 1000, UTC).isoformat(timespec="milliseconds")
