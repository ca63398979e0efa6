"""What is sealed opens by its key alone, in its place alone."""

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from homeward.guard.sealing import (
    Name,
    Wrapping,
    blind,
    name_of,
    new_key,
    of_patient,
    open_,
    seal,
    wrapping_name,
)
from homeward.model.errors import Misconfigured, Unreadable

KEY = AESGCM(new_key())
ANNA = Name(of_patient(17), 1)
SEALED = seal(KEY, ANNA, "patient.name", "Anna Ljungström")


def test_it_says_whose_it_is_and_nothing_else() -> None:
    assert name_of(SEALED) == ANNA
    assert open_(KEY, SEALED) == "Anna Ljungström"
    assert "Ljung" not in SEALED
    assert seal(KEY, ANNA, "patient.name", "Anna Ljungström") != SEALED


@pytest.mark.parametrize(
    ("was", "becomes"),
    [("patient/17", "patient/18"), ("patient.name", "person.name"), (":1:", ":2:")],
)
def test_moved_it_does_not_open(was: str, becomes: str) -> None:
    with pytest.raises(Unreadable):
        open_(KEY, SEALED.replace(was, becomes))


@pytest.mark.parametrize("change", ["cut", "changed"])
def test_changed_it_does_not_open(change: str) -> None:
    with pytest.raises(Unreadable):
        open_(KEY, SEALED[:-1] if change == "cut" else SEALED[:-8] + "AAAAAAA=")


def test_another_key_does_not_open_it() -> None:
    with pytest.raises(Unreadable):
        open_(AESGCM(new_key()), SEALED)


@pytest.mark.parametrize("text", ["Anna", "sealed:", "sealed:a:b:c:d", "sealed:a:1:b:c:d"])
def test_what_was_never_sealed_is_nobodys(text: str) -> None:
    assert name_of(text) is None


def test_a_record_number_is_found_by_what_says_nothing_of_it() -> None:
    site = new_key()
    assert blind(site, "patient.record_number", "W3-17") == blind(
        site, "patient.record_number", "W3-17"
    )
    others = {
        blind(site, "patient.record_number", "W3-18"),
        blind(site, "patient.name", "W3-17"),
        blind(new_key(), "patient.record_number", "W3-17"),
    }
    assert blind(site, "patient.record_number", "W3-17") not in others
    assert "W3-17" not in blind(site, "patient.record_number", "W3-17").removeprefix("blind:")


def test_a_wrapped_key_is_one_owners_and_needs_its_wrapping_key() -> None:
    old, new = new_key(), new_key()
    both = Wrapping([new, old])
    wrapped = both.wrap(wrapping_name(old), b"k" * 32, ANNA)
    assert both.unwrap(wrapping_name(old), wrapped, ANNA) == b"k" * 32
    with pytest.raises(Misconfigured):
        both.unwrap(wrapping_name(old), wrapped, Name(of_patient(18), 1))
    with pytest.raises(Misconfigured):
        both.unwrap(wrapping_name(new), wrapped, ANNA)
    with pytest.raises(Misconfigured, match="bring the key file"):
        Wrapping([new]).unwrap(wrapping_name(old), wrapped, ANNA)
