"""The installation's own certificates: a root, one authority for devices, one for servers.

ECDSA P-256 throughout (RFC 5280 profile). A device's name is what the registry says, never what
its request says; of the request only the key is taken, once its owner has proven to hold it.
"""

import fcntl
import ipaddress
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Self

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from homeward.engines.identity import make_folder
from homeward.engines.secret import write_private
from homeward.model.errors import Misconfigured, Unreadable

DEVICE_NAME = "urn:homeward:device:{}"
ROOT_DAYS = 20 * 365
AUTHORITY_DAYS = 10 * 365
SERVER_DAYS = 365  # Mozilla, Server Side TLS 5.7, intermediate: 366 at most
RENEW_PART = 1 / 3  # renewed when less than this part of its life is left
CLOCK_SLACK = timedelta(hours=1)  # a device's clock may be behind ours
DEVICES, SERVERS = "devices-ca", "servers-ca"
AUTHORITIES = {
    DEVICES: ("Homeward Devices CA", ExtendedKeyUsageOID.CLIENT_AUTH),
    SERVERS: ("Homeward Servers CA", ExtendedKeyUsageOID.SERVER_AUTH),
}
CURVES = ("secp256r1", "secp384r1")
_NO_REQUEST = (ValueError, TypeError, x509.InvalidVersion)


@dataclass(frozen=True, slots=True)
class Issued:
    """A certificate as a device gets it: `pem` holds its own, then the Devices CA's."""

    pem: str
    serial: str
    expires: datetime

    @property
    def own(self) -> str:
        """Its own certificate alone."""
        mark = "-----END CERTIFICATE-----\n"
        return self.pem.partition(mark)[0] + mark


@dataclass(frozen=True, slots=True)
class Signer:
    """A certificate and, unless it was moved off this machine, its key."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey | None


class Authority:
    """The folder of certificates."""

    def __init__(self, folder: Path, root: Signer, devices: Signer, servers: Signer) -> None:
        self.folder = folder
        self._root, self._devices, self._servers = root, devices, servers

    @classmethod
    def open(cls, folder: Path, now: datetime | None = None) -> Self:
        """Load the root and both authorities, made where there are none yet.

        `root.key` may be moved to a safe once they exist. Raises Misconfigured for a file that
        cannot be read.
        """
        make_folder(folder, None)
        at = now or datetime.now(UTC)
        with alone(folder):
            root = load(folder, "root")
            if root is None:
                root = new_root(at)
                _keep(folder, "root", root, _pem(root.certificate))
            devices = load(folder, DEVICES) or make_authority(folder, DEVICES, root, at)
            servers = load(folder, SERVERS) or make_authority(folder, SERVERS, root, at)
        return cls(folder, root, devices, servers)

    @property
    def root_pem(self) -> str:
        """The root certificate: what a device trusts."""
        return _pem(self._root.certificate)

    @property
    def devices_pem(self) -> str:
        """The certificate of the authority that issues devices theirs."""
        return _pem(self._devices.certificate)

    @property
    def root_fingerprint(self) -> str:
        """SHA-256 of the root certificate's DER, in hex."""
        return self._root.certificate.fingerprint(hashes.SHA256()).hex()

    def issue_device(
        self, name: str, csr: str | bytes, days: int, now: datetime | None = None
    ) -> Issued:
        """A client certificate for the device called `name`, on the key of the request (PEM as
        text, or DER).

        Raises Unreadable for a request that is malformed, not signed by its own key, or on a
        key other than ECDSA P-256 or P-384.
        """
        at = now or datetime.now(UTC)
        key = requested_key(csr)
        names = [x509.UniformResourceIdentifier(DEVICE_NAME.format(name))]
        client = ExtendedKeyUsageOID.CLIENT_AUTH
        made = _leaf(self._devices, key, name, names, client, at, timedelta(days=days))
        pem = _pem(made) + _pem(self._devices.certificate)
        return Issued(pem, f"{made.serial_number:x}", made.not_valid_after_utc)

    def issue_edge(self, host: str, csr_pem: str, now: datetime) -> Issued:
        """A server's certificate for an edge that is reached as `host`, on the request's key.

        Raises Unreadable as `issue_device`.
        """
        key = requested_key(csr_pem)
        server = ExtendedKeyUsageOID.SERVER_AUTH
        names, days = [_general_name(host)], timedelta(days=SERVER_DAYS)
        made = _leaf(self._servers, key, host, names, server, now, days)
        pem = _pem(made) + _pem(self._servers.certificate)
        return Issued(pem, f"{made.serial_number:x}", made.not_valid_after_utc)

    def issue_server(self, names: Sequence[str], now: datetime | None = None) -> None:
        """Write `server.pem` (with the Servers CA's after it) and `server.key` for these names."""
        at = now or datetime.now(UTC)
        key = ec.generate_private_key(ec.SECP256R1())
        server = ExtendedKeyUsageOID.SERVER_AUTH
        spoken = [_general_name(name) for name in names]
        days = timedelta(days=SERVER_DAYS)
        made = _leaf(self._servers, key.public_key(), names[0], spoken, server, at, days)
        write_private(self.folder / "server.key", _key_pem(key))
        chain = _pem(made) + _pem(self._servers.certificate)
        write_private(self.folder / "server.pem", chain.encode())

    def keep_server(self, names: Sequence[str], now: datetime | None = None) -> bool:
        """Issue the server's certificate where it is missing, ageing or for other names.

        Whether it was issued.
        """
        at = now or datetime.now(UTC)
        found = load(self.folder, "server")
        if found is not None and _is_fit(found, names, at):
            return False
        self.issue_server(names, at)
        return True


def names_of(public_names: str) -> list[str]:
    """The names in the setting `public_names`. Raises Misconfigured where there is none."""
    names = [name.strip() for name in public_names.split(",") if name.strip()]
    if not names:
        raise Misconfigured("public_names is empty; devices could not verify this server")
    return names


def days_left(folder: Path, now: datetime) -> dict[str, float]:
    """How many days each of our certificates is still valid."""
    found = {name: load(folder, name) for name in ("root", *AUTHORITIES, "server")}
    return {
        name: (signer.certificate.not_valid_after_utc - now) / timedelta(days=1)
        for name, signer in found.items()
        if signer is not None
    }


def new_root(now: datetime) -> Signer:
    """A root; it is kept nowhere yet."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = _subject("Homeward Root")
    certificate = (
        _started(subject, subject, key.public_key(), now, timedelta(days=ROOT_DAYS))
        .add_extension(x509.BasicConstraints(ca=True, path_length=1), critical=True)
        .add_extension(_usage(signs_certificates=True), critical=True)
        .sign(key, hashes.SHA256())
    )
    return Signer(certificate, key)


def make_authority(folder: Path, file: str, root: Signer, now: datetime) -> Signer:
    """An authority for one purpose: what it signs is good for nothing else.

    One that was there before is believed on until it ends, and signs no more.
    """
    title, purpose = AUTHORITIES[file]
    key = ec.generate_private_key(ec.SECP256R1())
    issuer = root.certificate.subject
    days = timedelta(days=AUTHORITY_DAYS)
    certificate = (
        _started(_subject(title), issuer, key.public_key(), now, days)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(signs_certificates=True), critical=True)
        .add_extension(x509.ExtendedKeyUsage([purpose]), critical=False)
        .add_extension(_issued_by(root.certificate), critical=False)
        .sign(_key_of(root, "root"), hashes.SHA256())
    )
    made = Signer(certificate, key)
    # The root comes along, so that a verifier given this file alone has a whole chain.
    believed = [certificate, *_earlier(folder / f"{file}.pem", root, now), root.certificate]
    _keep(folder, file, made, "".join(map(_pem, believed)))
    return made


def _earlier(file: Path, root: Signer, now: datetime) -> list[x509.Certificate]:
    """The authorities in this file that are good still."""
    found = x509.load_pem_x509_certificates(file.read_bytes()) if file.exists() else []
    return [each for each in found if each != root.certificate and each.not_valid_after_utc > now]


def _leaf(
    issuer: Signer,
    key: ec.EllipticCurvePublicKey,
    title: str,
    names: Sequence[x509.GeneralName],
    purpose: x509.ObjectIdentifier,
    now: datetime,
    life: timedelta,
) -> x509.Certificate:
    # Never longer than whoever vouches for it.
    life = min(life, issuer.certificate.not_valid_after_utc - now)
    made = (
        _started(_subject(title), issuer.certificate.subject, key, now, life)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs_certificates=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([purpose]), critical=False)
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(_issued_by(issuer.certificate), critical=False)
        .sign(_key_of(issuer, title), hashes.SHA256())
    )
    try:  # a crash may have left a key beside another's certificate: nobody would be let in by it
        made.verify_directly_issued_by(issuer.certificate)
    except InvalidSignature:
        raise Misconfigured(
            "an issuer's key is not its certificate's; make a new one: homeward authority issuer"
        ) from None
    return made


def _started(
    subject: x509.Name,
    issuer: x509.Name,
    key: ec.EllipticCurvePublicKey,
    now: datetime,
    life: timedelta,
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - CLOCK_SLACK)
        .not_valid_after(now + life)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
    )


def _subject(title: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Homeward"),
            x509.NameAttribute(NameOID.COMMON_NAME, title[:64]),  # RFC 5280, ub-common-name
        ]
    )


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _issued_by(certificate: x509.Certificate) -> x509.AuthorityKeyIdentifier:
    identifier = certificate.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
    return x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(identifier)


def _general_name(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)


def requested_key(csr: str | bytes) -> ec.EllipticCurvePublicKey:
    """The key a request is for, which its owner holds. Raises Unreadable as `issue_device`."""
    try:
        is_pem = isinstance(csr, str)
        request = x509.load_pem_x509_csr(csr.encode()) if is_pem else x509.load_der_x509_csr(csr)
        key = request.public_key()
        is_held = request.is_signature_valid
    except (*_NO_REQUEST, InvalidSignature, UnsupportedAlgorithm) as error:
        raise Unreadable(f"this is no certificate request: {error}") from None
    if not isinstance(key, ec.EllipticCurvePublicKey) or key.curve.name not in CURVES:
        raise Unreadable("the request's key must be ECDSA P-256 or P-384")
    if not is_held:
        raise Unreadable("the request is not signed by its own key")
    return key


def _is_fit(found: Signer, names: Sequence[str], now: datetime) -> bool:
    certificate, key = found.certificate, found.key
    life = certificate.not_valid_after_utc - certificate.not_valid_before_utc
    spoken = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    return (
        key is not None
        and key.public_key() == certificate.public_key()  # a crash may leave one file of two
        and certificate.not_valid_after_utc - now > life * RENEW_PART
        and set(spoken) == {_general_name(name) for name in names}
    )


def _keep(folder: Path, name: str, signer: Signer, pem: str) -> None:
    write_private(folder / f"{name}.key", _key_pem(_key_of(signer, name)))
    write_private(folder / f"{name}.pem", pem.encode())


def load(folder: Path, name: str, passphrase: bytes | None = None) -> Signer | None:
    """The certificate and key kept under this name; a key alone is half a write, so none.

    Raises Misconfigured for files that cannot be read, or not with this passphrase.
    """
    file, key_file = folder / f"{name}.pem", folder / f"{name}.key"
    if not file.exists():
        return None
    try:
        certificate = x509.load_pem_x509_certificates(file.read_bytes())[0]
        if not key_file.exists():
            return Signer(certificate, None)
        key = serialization.load_pem_private_key(key_file.read_bytes(), passphrase)
    except (ValueError, TypeError) as error:
        raise Misconfigured(f"{file} cannot be read: {error}") from None
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise Misconfigured(f"{key_file} is not an ECDSA key")
    return Signer(certificate, key)


def _key_of(signer: Signer, wanted_for: str) -> ec.EllipticCurvePrivateKey:
    if signer.key is None:
        raise Misconfigured(f"the key that should sign for {wanted_for} is not on this machine")
    return signer.key


def _pem(certificate: x509.Certificate) -> str:
    return certificate.public_bytes(serialization.Encoding.PEM).decode()


def _key_pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """One process at a time makes authorities."""
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
