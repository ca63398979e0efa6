"""What is sealed of a row is a promise for ever."""

from homeward.guard.audit import Entry, content, purpose_of
from homeward.model.person import Role


def test_a_row_is_sealed_as_ever() -> None:
    """These bytes must never change: rows were sealed as them."""
    entry = Entry(
        id=7, at=1_772_442_000_000_001, role="nurse", action="R", subtype="read", kind="patient",
        purpose="TREAT", route="GET /api/patients/{patient_id}", person=3, session="00ff",
        address="10.0.0.7", patients=[4, 5], object="4", outcome=4, times=2,
    )  # fmt: skip
    assert content(entry) == (
        b'{"id":7,"at":1772442000000001,"role":"nurse","action":"R","subtype":"read",'
        b'"kind":"patient","purpose":"TREAT","route":"GET /api/patients/{patient_id}","person":3,'
        b'"session":"00ff","address":"10.0.0.7","patients":[4,5],"object":"4","outcome":4,'
        b'"times":2}'
    )


def test_what_has_its_default_is_not_written() -> None:
    entry = Entry(7, 1, "operator", "E", "search", "device", "HSYSADMIN", "homeward export")
    plain = (
        b'{"id":7,"at":1,"role":"operator","action":"E","subtype":"search","kind":"device",'
        b'"purpose":"HSYSADMIN","route":"homeward export"}'
    )
    assert content(entry) == plain
    empty = "-"[1:]  # made, not the same object
    said = Entry(7, 1, "operator", "E", "search", "device", "HSYSADMIN", "homeward export", None,
                 empty, str(b"", "ascii"), [], empty, int("0"), int("1"))  # fmt: skip
    assert content(said) == plain


def test_every_role_has_a_purpose() -> None:
    assert all(purpose_of(role) for role in (None, *Role))
