"""Makes a sentinel: its pretend patient, their device, and the folder it is started from."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from homeward.bus import Bus
from homeward.engines.certificates import Authority, names_of
from homeward.engines.folder import DataFolder
from homeward.engines.identity import make_folder
from homeward.engines.secret import write_private
from homeward.model.errors import Conflict
from homeward.sentinel.config import FILE
from homeward.services.fleet import fleet
from homeward.services.sentinel import pretend
from homeward.settings import LOOPBACK, Settings
from homeward.store import Store

NAME = "sentinel"
KIND = "sentinel"
CERTIFICATE_DAYS = 3 * 365  # it must not fall silent for want of a new one; revoking works at once


async def keep_sentinel(settings: Settings, folder: Path, name: str = NAME) -> None:
    """Make it, or give it new papers. Raises Conflict where the name is somebody else's."""
    async with (
        Store.open(settings.postgres_url, size_max=2) as store,
        Bus.open(settings.nats_url, "homeward sentinel") as bus,
    ):
        door, now = store.door(), datetime.now(UTC)
        made = await pretend.keep(door, name, now)
        try:
            await fleet.add(door, bus, name, KIND, now)
        except Conflict:
            if (await fleet.shown(door, name)).kind != KIND:
                raise Conflict(f"{name} is a device; give the sentinel another name") from None
        await fleet.bind(door, bus, name, made.patient_id, "sentinel", now)
        authority = Authority.open(DataFolder(settings.data).certificates)
        token = await fleet.new_token(door, name, authority.root_fingerprint, now)
        key, request = _key_and_request()
        _, issued = await fleet.enrol(
            door, bus, authority, token.text, request, CERTIFICATE_DAYS, now
        )
    _write(settings, folder, made, key, issued.pem, authority.root_pem)


def _key_and_request() -> tuple[bytes, str]:
    key = ec.generate_private_key(ec.SECP256R1())
    pem = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    made = x509.CertificateSigningRequestBuilder().subject_name(x509.Name([]))
    request = made.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)
    return pem, request.decode()


def _write(
    settings: Settings, folder: Path, made: pretend.Pretend, key: bytes, pem: str, root: str
) -> None:
    make_folder(folder, None)
    write_private(folder / "key.pem", key)
    (folder / "cert.pem").write_text(pem)
    (folder / "ca.pem").write_text(root)
    device = {
        "name": made.login,
        "mqtt_host": _door_host(settings),
        "mqtt_port": settings.mqtt_port,
    }
    (folder / "device.json").write_text(json.dumps(device, indent=2) + "\n")
    file = folder / FILE
    own = {
        "url": replace(settings, public_url="").pages_url,
        "login": made.login,
        "password": made.password,
    }
    lines = [f"{name} = {json.dumps(value)}" for name, value in own.items()]
    if file.exists():  # what a person wrote into it stays
        kept = file.read_text().splitlines()
        lines += [line for line in kept if line.partition("=")[0].strip() not in own]
    write_private(file, ("\n".join(lines) + "\n").encode())


def _door_host(settings: Settings) -> str:
    """A name of ours that the server's certificate has, and that leads to the door."""
    if settings.mqtt_host in LOOPBACK:
        return settings.mqtt_host
    return names_of(settings.public_names)[0]
