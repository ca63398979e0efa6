"""The root's key leaves the machine, and everything goes on."""

import re
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from argon2.low_level import Type, hash_secret_raw
from click.testing import CliRunner
from cryptography.hazmat.primitives import serialization

from homeward.cli.authority import command
from homeward.engines import ceremony
from homeward.engines.ceremony import issue, move_root
from homeward.engines.certificates import DEVICES, SERVERS, Authority, load
from homeward.model.errors import Conflict, Misconfigured
from tests.engines.test_certificates import (
    client_context,
    request,
    save_key,
    server_context,
    shake_hands,
)

NOW = datetime(2026, 3, 1, tzinfo=UTC)
WORDS = "correct horse battery"
COSTS = ceremony._COSTS


@pytest.fixture(autouse=True)
def opened_in_no_time(monkeypatch):
    """What it costs to open the disk is one test's matter; the disk says what its key was made
    with, and all else is as it is."""
    monkeypatch.setattr(ceremony, "_COSTS", (8, 1, 1))


def held(folder: Path) -> set[str]:
    return {path.name for path in folder.glob("*.key")}


def test_made_there_it_never_was_here(tmp_path: Path):
    here, safe = tmp_path / "certificates", tmp_path / "usb"
    root = move_root(here, safe, WORDS, NOW)
    assert held(here) == {"devices-ca.key", "servers-ca.key"}
    assert b"ENCRYPTED" in (safe / "root.key").read_bytes()
    authority = Authority.open(here, NOW)
    assert authority.root_pem == (safe / "root.pem").read_text()
    assert authority.issue_device("pump", request()[1], 30, NOW).pem
    assert authority.keep_server(["localhost"], NOW)
    assert root.certificate == load(here, "root").certificate


def test_a_stolen_disk_is_guessed_at_slowly(tmp_path: Path, monkeypatch):
    """The passphrase opens nothing but through argon2id; what does is said on the disk, so that
    OpenSSL opens it as well."""
    monkeypatch.setattr(ceremony, "_COSTS", COSTS)
    safe = tmp_path / "usb"
    root = move_root(tmp_path / "certificates", safe, WORDS, NOW)
    kept = (safe / "root.key").read_bytes()
    said = re.match(rb"argon2id m=(\d+) t=(\d+) p=(\d+) salt=([0-9a-f]{32})\n-----BEGIN", kept)
    assert said
    memory, passes, lanes = (int(said[number]) for number in (1, 2, 3))
    assert (memory >= 64 * 1024, passes >= 3) == (True, True), "RFC 9106, section 4"
    with pytest.raises(ValueError, match=r"password|decrypt"):
        serialization.load_pem_private_key(kept, WORDS.encode())
    raw = hash_secret_raw(WORDS.encode(), said[4], passes, memory, lanes, 32, Type.ID)
    asks = ("openssl", "pkey", "-in", safe / "root.key", "-passin", f"pass:{raw.hex()}", "-pubout")
    done = subprocess.run(asks, capture_output=True, check=True)
    key = root.certificate.public_key()
    assert done.stdout == key.public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )


def test_what_a_version_before_put_on_a_disk_is_opened(tmp_path: Path):
    here, safe = tmp_path / "certificates", tmp_path / "usb"
    root = move_root(here, safe, WORDS, NOW)
    assert root.key is not None
    (safe / "root.key").write_bytes(
        root.key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.BestAvailableEncryption(WORDS.encode()),
        )
    )
    assert issue(here, safe, WORDS, DEVICES, NOW).key is not None


def test_an_installation_that_runs_keeps_its_root_and_its_devices(tmp_path: Path):
    here, safe = tmp_path / "certificates", tmp_path / "usb"
    before = Authority.open(here, NOW)
    move_root(here, safe, WORDS, NOW)
    assert held(here) == {"devices-ca.key", "servers-ca.key"}
    after = Authority.open(here, NOW)
    assert (after.root_pem, after.devices_pem) == (before.root_pem, before.devices_pem)
    with pytest.raises(Conflict, match="moved before"):
        move_root(here, tmp_path / "another", WORDS, NOW)


def test_a_root_that_is_there_is_never_written_over(tmp_path: Path):
    safe = tmp_path / "usb"
    move_root(tmp_path / "one", safe, WORDS, NOW)
    kept = (safe / "root.key").read_bytes()
    with pytest.raises(Conflict, match="has a root"):
        move_root(tmp_path / "other", safe, WORDS, NOW)
    assert (safe / "root.key").read_bytes() == kept


@pytest.mark.parametrize("words", ["", "short"])
def test_a_passphrase_is_long(tmp_path: Path, words: str):
    with pytest.raises(Misconfigured, match="12 characters"):
        move_root(tmp_path / "certificates", tmp_path / "usb", words, NOW)


def test_a_new_issuer_and_the_one_before_are_believed_side_by_side(tmp_path: Path):
    here, safe = tmp_path / "certificates", tmp_path / "usb"
    now = datetime.now(UTC)
    move_root(here, safe, WORDS, now)
    authority = Authority.open(here)
    authority.issue_server(["localhost"])
    stale = server_context(authority)  # a door that was started before
    devices = []
    for name in ("old", "new"):
        key, csr = request()
        pem = Authority.open(here).issue_device(name, csr, 30).pem
        devices.append(client_context(authority, pem, save_key(key, tmp_path / f"{name}.key")))
        issue(here, safe, WORDS, DEVICES, now)
    old, new = devices
    assert shake_hands(server_context(authority), old) == "urn:homeward:device:old"
    assert shake_hands(server_context(authority), new) == "urn:homeward:device:new"
    assert shake_hands(stale, new) == "urn:homeward:device:new"
    assert held(here) == {"devices-ca.key", "servers-ca.key", "server.key"}


def test_an_issuer_that_ended_is_believed_no_more(tmp_path: Path):
    here, safe = tmp_path / "certificates", tmp_path / "usb"
    move_root(here, safe, WORDS, NOW)
    count = "-----BEGIN CERTIFICATE-----"
    issue(here, safe, WORDS, SERVERS, NOW + timedelta(days=9 * 365))
    assert (here / "servers-ca.pem").read_text().count(count) == 3
    issue(here, safe, WORDS, SERVERS, NOW + timedelta(days=11 * 365))
    assert (here / "servers-ca.pem").read_text().count(count) == 3


@pytest.mark.parametrize(
    ("words", "whose", "why"),
    [("another passphrase", "one", "cannot be read"), (WORDS, "other", "another installation")],
)
def test_no_issuer_without_the_right_root(tmp_path: Path, words: str, whose: str, why: str):
    for name in ("one", "other"):
        move_root(tmp_path / name, tmp_path / f"usb-{name}", WORDS, NOW)
    with pytest.raises(Misconfigured, match=why):
        issue(tmp_path / "one", tmp_path / f"usb-{whose}", words, DEVICES, NOW)


def test_a_key_beside_anothers_certificate_signs_nothing(tmp_path: Path):
    authority = Authority.open(tmp_path / "one")
    other = Authority.open(tmp_path / "other")
    key = (other.folder / "devices-ca.key").read_bytes()
    (authority.folder / "devices-ca.key").write_bytes(key)
    with pytest.raises(Misconfigured, match="homeward authority issuer"):
        Authority.open(authority.folder).issue_device("pump", request()[1], 30)


def test_typed_as_in_the_guide(tmp_path: Path, monkeypatch):
    monkeypatch.setenv("HOMEWARD_DATA", str(tmp_path / "data"))
    monkeypatch.chdir(tmp_path)
    usb = str(tmp_path / "usb")

    def typed(*words: str, answers: str = "") -> str:
        done = CliRunner().invoke(command, words, input=answers, catch_exceptions=False)
        assert done.exit_code == 0, done.output
        return done.output

    assert "no longer on this machine" in typed("root", usb, answers=f"{WORDS}\n{WORDS}\n")
    assert "A new issuer for devices" in typed("issuer", "devices", usb, answers=f"{WORDS}\n")
    lines = typed("show").splitlines()
    assert [line.split()[0] for line in lines] == ["root", "devices-ca", "servers-ca"]
    assert "key not on this machine" in lines[0]
    assert WORDS not in "".join(lines)
