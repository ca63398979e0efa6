"""The key that wraps patients' keys: from a file, a setting, or a program of the operator's."""

import base64
from dataclasses import replace
from pathlib import Path

import pytest

from homeward.engines.wrapping_key import (
    keep_wrapping_key,
    key_file,
    wrapping,
    write_keys,
)
from homeward.guard.sealing import new_key, wrapping_name
from homeward.model.errors import Conflict, Misconfigured
from homeward.settings import Settings, load

PROGRAM = """#!/bin/sh
# A key management service: what it wraps is reversed.
case $1 in wrap|unwrap) rev ;; *) exit 3 ;; esac
"""


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    plain, _ = load({})
    return replace(plain, data=tmp_path)


def test_the_first_start_makes_one_for_its_owner_alone_and_keeps_it(settings: Settings) -> None:
    keep_wrapping_key(settings)
    made = wrapping(settings).names
    assert key_file(settings).stat().st_mode & 0o077 == 0
    keep_wrapping_key(settings)
    assert wrapping(settings).names == made


def test_a_setting_goes_before_the_file_and_is_only_the_operators_to_change(
    settings: Settings,
) -> None:
    old, new = new_key(), new_key()
    words = ",".join(base64.b64encode(key).decode() for key in (new, old))
    by_hand = replace(settings, patients_key=words)
    assert wrapping(by_hand).names == [wrapping_name(new), wrapping_name(old)]
    keep_wrapping_key(by_hand)
    assert not key_file(by_hand).exists()
    with pytest.raises(Conflict):
        write_keys(by_hand, [new])


def test_a_program_wraps_what_is_in_the_file(settings: Settings, tmp_path: Path) -> None:
    program = tmp_path / "our-kms"
    program.write_text(PROGRAM)
    program.chmod(0o700)
    kms = replace(settings, patients_key_command=str(program))
    key = new_key()
    write_keys(kms, [key])
    assert base64.b64encode(key).decode() not in key_file(kms).read_text()
    assert wrapping(kms).first == wrapping_name(key)
    with pytest.raises(Misconfigured, match="patients_key_command"):
        wrapping(settings)
    with pytest.raises(Misconfigured, match="exit code 1"):
        wrapping(replace(kms, patients_key_command="false"))


@pytest.mark.parametrize(
    ("words", "why"),
    [("", "holds no key"), ("AAAA", "3 bytes"), ("not base64!", "base64")],
)
def test_what_is_no_key_is_said(settings: Settings, words: str, why: str) -> None:
    key_file(settings).parent.mkdir()
    key_file(settings).write_text(words)
    with pytest.raises(Misconfigured, match=why):
        wrapping(settings)


def test_a_file_that_is_gone_is_said_with_what_to_bring_back(settings: Settings) -> None:
    with pytest.raises(Misconfigured, match="bring it back"):
        wrapping(settings)
