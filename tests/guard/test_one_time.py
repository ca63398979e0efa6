"""Codes of authenticator apps by the vectors of their standards, and challenges of our own."""

from datetime import UTC, datetime, timedelta

import pytest

from homeward.guard import challenge, one_time
from homeward.model.errors import Refused

SECRET = b"12345678901234567890"
NOW = datetime(2027, 1, 1, tzinfo=UTC)
KEY, NONCE = b"k" * 32, b"n" * challenge.NONCE_BYTES


@pytest.mark.parametrize(
    ("seconds", "code"),
    [
        (59, "94287082"),
        (1111111109, "07081804"),
        (1111111111, "14050471"),
        (1234567890, "89005924"),
        (2000000000, "69279037"),
        (20000000000, "65353130"),
    ],
)
def test_the_vectors_of_rfc_6238_appendix_b(seconds: int, code: str) -> None:
    step = one_time.step_at(datetime.fromtimestamp(seconds, UTC))
    assert one_time.code_at(SECRET, step, digits=8) == code


@pytest.mark.parametrize(("step", "code"), [(0, "755224"), (1, "287082"), (9, "520489")])
def test_the_vectors_of_rfc_4226_appendix_d(step: int, code: str) -> None:
    assert one_time.code_at(SECRET, step) == code


@pytest.mark.parametrize(
    ("off", "is_good"), [(0, True), (-30, True), (30, True), (-61, False), (61, False)]
)
def test_a_clock_may_be_one_step_off(off: int, is_good: bool) -> None:
    step = one_time.step_at(NOW + timedelta(seconds=off))
    found = one_time.matching_step(SECRET, one_time.code_at(SECRET, step), NOW)
    assert found == (step if is_good else None)


@pytest.mark.parametrize("code", ["", "0", "1234567", "١٢٣٤٥٦", "abcdef"])
def test_what_is_no_code_matches_nothing(code: str) -> None:
    assert one_time.matching_step(SECRET, code, NOW) is None


def test_an_app_reads_its_secret_from_the_address() -> None:
    said = one_time.address(SECRET, "Homeward", "nora@ward 3")
    assert said == (
        "otpauth://totp/Homeward:nora%40ward%203?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
        "&issuer=Homeward"
    )


def test_a_recovery_code_may_be_typed_as_it_comes() -> None:
    code = one_time.recovery_code(bytes(range(one_time.RECOVERY_BYTES)))
    assert code == "AAAQ-EAYE-AUDA-OCAJ-BIFQ-YDIO-B4"
    assert one_time.plain(" aaaq eaye-audaocajbifqydiob4") == one_time.plain(code)


def test_a_recovery_code_has_128_bits_by_chance() -> None:
    assert one_time.RECOVERY_BYTES * 8 >= 128
    assert len(one_time.plain(one_time.recovery_code(bytes(one_time.RECOVERY_BYTES)))) == 26


def test_a_challenge_is_ours_about_one_thing_for_five_minutes() -> None:
    made = challenge.make(KEY, "sign in", NOW, NONCE)
    assert challenge.expires(KEY, "sign in", made, NOW) == NOW + challenge.LIFE
    with pytest.raises(Refused, match="too long"):
        challenge.expires(KEY, "sign in", made, NOW + challenge.LIFE)
    for key, about in ((b"o" * 32, "sign in"), (KEY, "passkey of 1")):
        with pytest.raises(Refused, match="not asked"):
            challenge.expires(key, about, made, NOW)
    for place in range(len(made)):
        other = bytearray(made)
        other[place] ^= 1
        with pytest.raises(Refused, match="not asked"):
            challenge.expires(KEY, "sign in", bytes(other), NOW)
    for cut in (b"", made[:-1], made + b"\0"):
        with pytest.raises(Refused, match="not asked"):
            challenge.expires(KEY, "sign in", cut, NOW)
