"""A token enrols the device it was made for, once, soon, and at the installation that made it."""

import asyncio
import json
import ssl
from datetime import datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID

from homeward.engines.certificates import Authority
from homeward.engines.enrolment import enrol
from homeward.model.delivery import DevicePass
from homeward.model.errors import Conflict, Refused, Unreachable, Unreadable
from homeward.services.fleet import fleet
from homeward.services.fleet.issuing import renewed
from homeward.store import queries

OTHER_ROOT = "0" * 32


def request(key=None, name="device") -> str:
    key = key or ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    made = x509.CertificateSigningRequestBuilder().subject_name(subject).sign(key, hashes.SHA256())
    return made.public_bytes(serialization.Encoding.PEM).decode()


def names_in(pem: str) -> list[str]:
    certificate = x509.load_pem_x509_certificate(pem.encode())
    names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    return names.get_values_for_type(x509.UniformResourceIdentifier)


async def test_a_device_enrols_over_a_verified_connection(house, tmp_path):
    """The client side, over TLS with the installation's own certificate."""
    await house.adds("monitor")
    house.authority.issue_server(["localhost", "127.0.0.1"])
    keys = house.authority.folder
    async with house.served((keys / "server.pem", keys / "server.key")) as url:
        token = await house.token("monitor")
        name = await asyncio.to_thread(enrol, url, token, tmp_path / "papers")
    assert name == "monitor"
    papers = tmp_path / "papers"
    assert names_in((papers / "cert.pem").read_text()) == ["urn:homeward:device:monitor"]
    assert (papers / "ca.pem").read_text() == house.authority.root_pem
    assert (papers / "key.pem").stat().st_mode & 0o077 == 0
    told = json.loads((papers / "device.json").read_text())
    mqtt = house.tools.settings.mqtt_port
    doors = {"mqtt_host": "127.0.0.1", "mqtt_port": mqtt, "http_port": 0}
    assert told == {"name": "monitor", **doors}
    # the key belongs to the certificate, or this raises
    ssl.create_default_context().load_cert_chain(papers / "cert.pem", papers / "key.pem")


async def test_a_clock_that_was_ahead_keeps_no_device_out_for_good(house):
    """It was set right: what is made now is older than what the device came with before."""
    device = await house.adds("monitor")
    admit, now = queries("homeward.services.record").device_by_name, house.clock[0]

    async def is_turned_away(issued: datetime) -> bool:
        values = {"name": "monitor", "issued": issued, "now": house.clock[0]}
        return (await house.door.one(admit, DevicePass, **values)).outdated

    assert not await is_turned_away(now + timedelta(days=300))
    assert await is_turned_away(now)
    await house.enrols(await house.token("monitor"), request())
    assert not await is_turned_away(now)
    assert not await is_turned_away(now + timedelta(days=300))
    asked = renewed(house.tools, house.authority, device.name, None, request())
    assert names_in((await asked).own) == ["urn:homeward:device:monitor"]
    assert not await is_turned_away(now)
    assert await is_turned_away(now - timedelta(days=1)), "and an older one still is"


async def test_a_token_works_once(house):
    await house.adds("monitor")
    token = await house.token("monitor")
    await house.enrols(token, request())
    with pytest.raises(Refused, match="used"):
        await house.enrols(token, request())
    assert len(await house.sql("select serial from certificate")) == 1


async def test_two_at_once_with_one_token_get_one_certificate(house):
    await house.adds("monitor")
    token = await house.token("monitor")
    both = [house.enrols(token, request()) for _ in range(2)]
    ends = await asyncio.gather(*both, return_exceptions=True)
    assert sorted(isinstance(end, Refused) for end in ends) == [False, True]


async def test_a_token_is_good_until_its_fifteenth_minute(house):
    await house.adds("monitor")
    token = await house.token("monitor")
    house.passes(minutes=15)
    with pytest.raises(Refused, match="older than 15 minutes"):
        await house.enrols(token, request())
    house.passes(seconds=-1)
    await house.enrols(token, request())


async def test_a_newer_token_ends_the_older(house):
    await house.adds("monitor")
    older, newer = await house.token("monitor"), await house.token("monitor")
    with pytest.raises(Refused):
        await house.enrols(older, request())
    await house.enrols(newer, request())


async def test_a_guessed_token_is_refused(house):
    await house.adds("monitor")
    await house.token("monitor")
    for guess in ("", ".", "guess." + OTHER_ROOT):
        with pytest.raises(Refused):
            await house.enrols(guess, request())


@pytest.mark.parametrize(
    ("key", "why"),
    [
        (rsa.generate_private_key(65537, 2048), "must be ECDSA"),
        (ec.generate_private_key(ec.SECP521R1()), "must be ECDSA"),
        (None, "no certificate request"),
    ],
)
async def test_a_wrong_key_is_refused_and_the_token_stays_good(house, key, why):
    await house.adds("monitor")
    token = await house.token("monitor")
    with pytest.raises(Unreadable, match=why):
        await house.enrols(token, request(key) if key else "-----BEGIN NONSENSE-----")
    await house.enrols(token, request())


async def test_the_name_is_the_tokens_not_the_requests(house):
    await house.adds("monitor")
    await house.adds("victim")
    token = await house.token("monitor")
    device, issued = await house.enrols(token, request(name="victim"))
    assert device.name == "monitor"
    assert names_in(issued.pem) == ["urn:homeward:device:monitor"]
    assert b"victim" not in x509.load_pem_x509_certificate(issued.pem.encode()).public_bytes(
        serialization.Encoding.DER
    )


async def test_a_revoked_device_gets_no_token_and_its_token_ends(house):
    await house.adds("monitor")
    token = await house.token("monitor")
    await fleet.revoke(house.door, house.tools.bus, "monitor", "lost", house.clock[0])
    with pytest.raises(Refused):
        await house.enrols(token, request())
    with pytest.raises(Conflict, match="was revoked"):
        await house.token("monitor")


async def test_the_token_is_kept_as_a_hash_only(house):
    await house.adds("monitor")
    token = await house.token("monitor")
    (row,) = await house.sql("select enrolment::text as whole from enrolment")
    secret = token.partition(".")[0]
    assert secret not in row["whole"]
    assert secret.encode().hex() not in row["whole"]


async def test_a_device_sends_its_token_to_nobody_else(house, tmp_path):
    """Another installation answers: its root is not the token's, so the token never leaves."""
    await house.adds("monitor")
    token = await house.token("monitor")
    elsewhere = Authority.open(tmp_path / "elsewhere")
    wrong = f"{token.partition('.')[0]}.{elsewhere.root_fingerprint[:32]}"
    async with house.served() as url:
        with pytest.raises(Refused, match="not the installation"):
            await asyncio.to_thread(enrol, url, wrong, tmp_path / "papers")
    assert not (tmp_path / "papers").exists()
    assert await house.sql("select used from enrolment") == [{"used": None}]


async def test_a_server_with_the_right_root_but_a_foreign_certificate_is_refused(house, tmp_path):
    """Anybody can copy our root certificate; only we hold a key it vouches for."""
    await house.adds("monitor")
    token = await house.token("monitor")
    impostor = Authority.open(tmp_path / "impostor")
    impostor.issue_server(["127.0.0.1"])
    keys = impostor.folder
    async with house.served((keys / "server.pem", keys / "server.key")) as url:
        with pytest.raises(Unreachable, match="CERTIFICATE_VERIFY_FAILED"):
            await asyncio.to_thread(enrol, url, token, tmp_path / "papers")
    assert await house.sql("select used from enrolment") == [{"used": None}]


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("http://ward.example:8080", "plain http is for this machine only"),
        ("ftp://localhost", "no web address"),
        ("ward", "no web address"),
    ],
)
def test_a_token_never_goes_in_clear_over_a_network(url, why, tmp_path):
    with pytest.raises(Unreadable, match=why):
        enrol(url, "secret." + OTHER_ROOT, tmp_path)
