"""The installation's own certificates, judged by OpenSSL and by a real TLS handshake."""

import socket
import ssl
import subprocess
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from homeward.engines.certificates import Authority, days_left, names_of
from homeward.model.errors import Misconfigured, Unreadable

NOW = datetime(2026, 11, 24, 6, 0, tzinfo=UTC)


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority.open(tmp_path / "certificates")


def request(key=None, name: str = "somebody-else") -> tuple[object, str]:
    key = key or ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    made = x509.CertificateSigningRequestBuilder().subject_name(subject).sign(key, hashes.SHA256())
    return key, made.public_bytes(serialization.Encoding.PEM).decode()


def save_key(key, path: Path) -> Path:
    path.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return path


def openssl_says(*words: str | Path) -> str:
    done = subprocess.run(["openssl", *words], capture_output=True, text=True)
    return done.stdout + done.stderr


def test_the_name_comes_from_the_registry_not_from_the_request(authority: Authority):
    _, csr = request(name="admin")
    issued = authority.issue_device("bed-3-01", csr, 30)
    leaf = x509.load_pem_x509_certificates(issued.pem.encode())[0]
    names = leaf.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert [name.value for name in names] == ["urn:homeward:device:bed-3-01"]
    assert "admin" not in leaf.subject.rfc4514_string()
    assert int(issued.serial, 16) == leaf.serial_number


def test_a_certificate_lives_as_many_days_as_asked(authority: Authority):
    _, csr = request()
    assert authority.issue_device("a", csr, 30, NOW).expires == NOW + timedelta(days=30)


def test_openssl_accepts_a_device_as_a_client_and_as_nothing_else(
    authority: Authority, tmp_path: Path
):
    _, csr = request()
    leaf = tmp_path / "device.pem"
    leaf.write_text(authority.issue_device("a", csr, 30).pem)
    chain = ["-CAfile", authority.folder / "devices-ca.pem", "-x509_strict", leaf]
    assert "OK" in openssl_says("verify", "-purpose", "sslclient", *chain)
    assert "unsuitable certificate purpose" in openssl_says(
        "verify", "-purpose", "sslserver", *chain
    )


def test_a_request_not_signed_by_its_own_key_is_refused(authority: Authority):
    _, csr = request()
    lines = csr.splitlines()
    lines[-3] = lines[-3][:8] + ("A" if lines[-3][8] != "A" else "B") + lines[-3][9:]
    with pytest.raises(Unreadable):
        authority.issue_device("a", "\n".join(lines), 30)


def test_a_request_that_is_none_is_refused(authority: Authority):
    with pytest.raises(Unreadable, match="no certificate request"):
        authority.issue_device("a", "hello", 30)


@pytest.mark.parametrize(
    "key",
    [
        pytest.param(rsa.generate_private_key(65537, 2048), id="RSA"),
        pytest.param(ec.generate_private_key(ec.SECP521R1()), id="P-521"),
    ],
)
def test_other_keys_are_refused(authority: Authority, key):
    _, csr = request(key)
    with pytest.raises(Unreadable, match="P-256"):
        authority.issue_device("a", csr, 30)


def test_a_second_opening_finds_the_same_root(authority: Authority):
    again = Authority.open(authority.folder)
    assert again.root_fingerprint == authority.root_fingerprint
    assert len(again.root_fingerprint) == 64
    der = ssl.PEM_cert_to_DER_cert(again.root_pem)
    assert hashes_of(der) == again.root_fingerprint


def hashes_of(der: bytes) -> str:
    digest = hashes.Hash(hashes.SHA256())
    digest.update(der)
    return digest.finalize().hex()


def test_devices_are_enrolled_with_the_root_key_in_the_safe(authority: Authority):
    (authority.folder / "root.key").unlink()
    _, csr = request()
    assert Authority.open(authority.folder).issue_device("a", csr, 30).pem


def test_keys_are_for_their_owner_alone(authority: Authority):
    authority.issue_server(["localhost"])
    keys = sorted(authority.folder.glob("*.key"))
    assert [key.stem for key in keys] == ["devices-ca", "root", "server", "servers-ca"]
    assert {key.stat().st_mode & 0o777 for key in keys} == {0o600}
    assert authority.folder.stat().st_mode & 0o777 == 0o700


def test_the_servers_certificate_is_kept_fresh(authority: Authority):
    names = ["localhost", "127.0.0.1"]
    assert authority.keep_server(names, NOW)
    assert not authority.keep_server(names, NOW + timedelta(days=200))
    assert authority.keep_server(names, NOW + timedelta(days=300)), "less than a third is left"
    assert authority.keep_server(["ward.example"], NOW + timedelta(days=300)), "another name"


def test_half_a_written_pair_is_replaced(authority: Authority):
    names = ["localhost"]
    authority.keep_server(names)
    save_key(ec.generate_private_key(ec.SECP256R1()), authority.folder / "server.key")
    assert authority.keep_server(names)
    assert not authority.keep_server(names)


def test_how_many_days_are_left(authority: Authority):
    authority.issue_server(["localhost"], NOW)
    left = days_left(authority.folder, NOW)
    assert set(left) == {"root", "devices-ca", "servers-ca", "server"}
    assert left["server"] == 365


def test_a_spoiled_file_is_named(authority: Authority):
    (authority.folder / "devices-ca.pem").write_text("rubbish")
    with pytest.raises(Misconfigured, match=r"devices-ca\.pem"):
        Authority.open(authority.folder)


def test_public_names_must_not_be_empty():
    assert names_of(" localhost, 10.0.0.1 ,") == ["localhost", "10.0.0.1"]
    with pytest.raises(Misconfigured, match="public_names"):
        names_of(" , ")


def shake_hands(server: ssl.SSLContext, client: ssl.SSLContext) -> str:
    """The first URI of the client's certificate, as the server sees it, or how it failed."""
    ours, theirs = socket.socketpair()
    seen: list[str] = []

    def serve() -> None:
        try:
            with server.wrap_socket(ours, server_side=True) as stream:
                certificate = stream.getpeercert() or {}
                seen.append(str(certificate["subjectAltName"][0][1]))
                stream.sendall(b"!")
        except ssl.SSLError as error:
            seen.append(error.reason or "")
            ours.close()

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        with client.wrap_socket(theirs, server_hostname="localhost") as stream:
            stream.recv(1)
    except OSError:
        theirs.close()
    thread.join(5)
    return seen[0]


def server_context(authority: Authority) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(authority.folder / "server.pem", authority.folder / "server.key")
    context.load_verify_locations(authority.folder / "devices-ca.pem")
    context.verify_mode = ssl.CERT_REQUIRED
    return context


def client_context(authority: Authority, pem: str = "", key: Path | None = None):
    context = ssl.create_default_context(cadata=authority.root_pem)
    if key is not None:
        certificate = key.with_suffix(".pem")
        certificate.write_text(pem)
        context.load_cert_chain(certificate, key)
    return context


def test_a_device_and_the_server_know_each_other(authority: Authority, tmp_path: Path):
    authority.issue_server(["localhost", "127.0.0.1"])
    key, csr = request()
    mine = client_context(
        authority,
        authority.issue_device("bed-3-01", csr, 30).pem,
        save_key(key, tmp_path / "device.key"),
    )
    assert shake_hands(server_context(authority), mine) == "urn:homeward:device:bed-3-01"


def test_no_certificate_no_entry(authority: Authority):
    authority.issue_server(["localhost"])
    refused = shake_hands(server_context(authority), client_context(authority))
    assert refused == "PEER_DID_NOT_RETURN_A_CERTIFICATE"


def test_a_foreign_authority_no_entry(authority: Authority, tmp_path: Path):
    authority.issue_server(["localhost"])
    foreign = Authority.open(tmp_path / "foreign")
    key, csr = request()
    theirs = client_context(
        authority, foreign.issue_device("a", csr, 30).pem, save_key(key, tmp_path / "d.key")
    )
    assert shake_hands(server_context(authority), theirs) == "CERTIFICATE_VERIFY_FAILED"


def test_the_servers_own_certificate_is_no_device(authority: Authority):
    authority.issue_server(["localhost"])
    server = authority.folder / "server.pem"
    posing = client_context(authority)
    posing.load_cert_chain(server, authority.folder / "server.key")
    assert shake_hands(server_context(authority), posing) == "CERTIFICATE_VERIFY_FAILED"
