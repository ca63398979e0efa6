"""Foreign devices get their certificates by EST (RFC 7030), and ours by the same paths."""

import asyncio
import base64
import json
import ssl
import subprocess
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import pkcs7

from homeward.connectors.mqtt.listen import opened
from homeward.device import AsyncDevice
from homeward.device.papers import Papers
from homeward.device.renewal import certificate_in, is_due, renew
from homeward.model.errors import Misconfigured, Refused, Unreachable
from homeward.services.fleet import fleet, issuing
from tests.connectors.http_ingest.conftest import House, now

EST = "/.well-known/est/"


def request(key=None, name: str = "somebody-else") -> tuple[object, bytes]:
    """A key, and a request for it as EST sends it."""
    key = key or ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    made = x509.CertificateSigningRequestBuilder().subject_name(subject).sign(key, hashes.SHA256())
    return key, base64.encodebytes(made.public_bytes(serialization.Encoding.DER))


def certificates(body: bytes) -> list[x509.Certificate]:
    return pkcs7.load_der_pkcs7_certificates(base64.b64decode(body))


def name_of(certificate: x509.Certificate) -> str:
    found = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    (name,) = found.get_values_for_type(x509.UniformResourceIdentifier)
    return name.rpartition(":")[2]


def stranger(house: House) -> httpx.AsyncClient:
    """Somebody without a certificate who trusts our root."""
    context = ssl.create_default_context(cadata=house.authority.root_pem)
    return httpx.AsyncClient(base_url=f"https://localhost:{house.port}", verify=context)


async def token(house: House, name: str) -> str:
    fingerprint = house.authority.root_fingerprint
    return (await fleet.new_token(house.tools.store.door(), name, fingerprint, now())).text


def folder_of(house: House, name: str, **issued: object) -> Papers:
    """A folder as enrolment writes it."""
    pem, key = house.keys(name, **issued)
    folder = house.folder / f"of-{name}"
    folder.mkdir(exist_ok=True)
    (folder / "cert.pem").write_bytes(pem.read_bytes())
    (folder / "key.pem").write_bytes(key.read_bytes())
    (folder / "ca.pem").write_text(house.authority.root_pem)
    told = {"name": name, "mqtt_host": "localhost", "mqtt_port": 1, "http_port": house.port}
    (folder / "device.json").write_text(json.dumps(told))
    return Papers.read(folder)


async def test_anybody_may_have_the_authorities(house: House):
    async with stranger(house) as client:
        answer = await client.get(EST + "cacerts")
    assert answer.headers["content-type"].startswith("application/pkcs7-mime")
    issuers = [each.subject.rfc4514_string() for each in certificates(answer.content)]
    assert [each.partition(",")[0] for each in issuers] == [
        "CN=Homeward Root",
        "CN=Homeward Devices CA",
    ]


async def test_a_token_enrols_the_device_it_was_made_for_once(house: House):
    key, body = request()
    secret = await token(house, "pump-2")
    async with stranger(house) as client:
        answer = await client.post(EST + "simpleenroll", content=body, auth=("pump-1", secret))
        again = await client.post(EST + "simpleenroll", content=body, auth=("", secret))
    (made,) = certificates(answer.content)
    assert (answer.status_code, name_of(made)) == (200, "pump-2")
    assert made.public_key() == key.public_key()
    assert (again.status_code, again.headers["www-authenticate"][:5]) == (401, "Basic")
    assert await house.rows(
        "select name from certificate join device on device_id = device.id"
    ) == [("pump-2",)]


async def test_curl_and_openssl_enrol_too(house: House):
    (house.folder / "root.pem").write_text(house.authority.root_pem)
    secret = await token(house, "pump-2")
    script = f"""
        openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-384 -nodes -keyout key.pem \\
            -subj /CN=any -out request.pem 2>/dev/null
        curl -sSf --cacert root.pem --data-binary @request.pem \\
            -H 'Content-Type: application/pkcs10' -u device:{secret} -o answer.p7 \\
            https://localhost:{house.port}{EST}simpleenroll
        openssl base64 -d -in answer.p7 | openssl pkcs7 -inform der -print_certs -out cert.pem
        curl -sS --cacert root.pem --cert cert.pem --key key.pem --data-binary '{{}}' \\
            https://localhost:{house.port}/devices/pump-2/readings"""
    done = await asyncio.to_thread(
        subprocess.run, ["sh", "-ec", script], cwd=house.folder, capture_output=True, text=True
    )
    assert "missing required field" in done.stdout, done.stderr


@pytest.mark.parametrize(
    ("what", "body", "auth", "status", "why"),
    [
        ("simpleenroll", b"", None, 401, "one-time token"),
        ("simpleenroll", b"", ("x", "guess." + "0" * 32), 401, "unknown"),
        ("simplereenroll", b"", None, 403, "none was shown"),
        ("csrattrs", b"", None, 404, "simplereenroll"),
        ("simpleenroll", b" " * 9_000, ("x", "y"), 413, "larger"),
    ],
)
async def test_a_stranger_is_refused_in_words(house: House, what, body, auth, status, why):
    async with stranger(house) as client:
        answer = await client.post(EST + what, content=body or request()[1], auth=auth)
    assert answer.status_code == status
    assert why in answer.text


async def test_without_a_certificate_there_is_nothing_else(house: House):
    async with stranger(house) as client:
        for path in ("/devices/pump-1/readings", "/edge/registry", "/"):
            answer = await client.post(path, content=b"{}")
            assert (answer.status_code, "certificate" in answer.text) == (403, True)
    assert await house.messages() == []


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b"!", "not base64"),
        (base64.b64encode(b"no request"), "no certificate request"),
        (request(rsa.generate_private_key(65537, 2048))[1], "must be ECDSA"),
        (request(ec.generate_private_key(ec.SECP521R1()))[1], "must be ECDSA"),
    ],
)
async def test_a_request_that_cannot_be_used_is_refused_and_the_token_stays_good(house, body, why):
    secret = await token(house, "pump-2")
    async with stranger(house) as client:
        answer = await client.post(EST + "simpleenroll", content=body, auth=("", secret))
        assert (answer.status_code, why in answer.text) == (400, True)
        good = await client.post(EST + "simpleenroll", content=request()[1], auth=("", secret))
    assert good.status_code == 200


async def test_a_device_renews_its_own_name_whatever_its_request_says(house: House):
    async with house.client("pump-1") as client:
        answer = await client.post(EST + "simplereenroll", content=request(name="pump-2")[1])
    (made,) = certificates(answer.content)
    assert name_of(made) == "pump-1"
    assert b"pump-2" not in made.public_bytes(serialization.Encoding.DER)


async def test_the_old_certificate_is_good_until_the_new_one_was_used(house: House):
    earlier = folder_of(house, "pump-1", at=now() - timedelta(days=1), days=30)
    before = [(earlier.folder / name).read_bytes() for name in ("cert.pem", "key.pem")]
    old = earlier.tls()
    made = await asyncio.to_thread(renew, earlier)
    assert made == certificate_in(earlier.folder)
    async with asyncio.timeout(20):
        assert await says(house, old) == 422, "an answer that is lost costs nothing"
        assert await says(house, earlier.tls()) == 422
        assert await says(house, old) == 403
    for name, kept in zip(("cert.pem", "key.pem"), before, strict=True):
        (earlier.folder / name).write_bytes(kept)
    with pytest.raises(Refused, match="newer certificate"):
        await asyncio.to_thread(renew, earlier)


async def says(house: House, context: ssl.SSLContext) -> int:
    """What a device hears that sends nonsense: 422 where it is let in."""
    async with httpx.AsyncClient(verify=context) as client:
        url = f"https://localhost:{house.port}/devices/pump-1/readings"
        return (await client.post(url, content=b"{}")).status_code


async def test_a_connection_that_lasts_ends_once_a_newer_certificate_is_used(
    house: House, monkeypatch
):
    monkeypatch.setattr("homeward.connectors.http_ingest.connection.ASK_AGAIN_SECONDS", 0.0)
    papers = folder_of(house, "pump-1", at=now() - timedelta(days=1), days=30)
    async with httpx.AsyncClient(verify=papers.tls()) as client:
        url = f"https://localhost:{house.port}/devices/pump-1/readings"
        assert "connection" not in (await client.post(url, content=b"{}")).headers
        await asyncio.to_thread(renew, papers)
        assert await says(house, papers.tls()) == 422
        last = await client.post(url, content=b"{}")
        assert (last.status_code, last.headers["connection"]) == (422, "close")
        assert (await client.post(url, content=b"{}")).status_code == 403


async def test_one_that_expired_lately_may_renew_and_nothing_else(house: House):
    late = folder_of(house, "pump-1", at=now() - timedelta(days=40), days=30)
    assert await says(house, late.tls()) == 403
    assert is_due(late.folder, now())
    await asyncio.to_thread(renew, late)
    assert await says(house, late.tls()) == 422
    too_late = folder_of(house, "pump-2", at=now() - timedelta(days=61), days=30)
    with pytest.raises(Refused, match="more than 30 days ago"):
        await asyncio.to_thread(renew, too_late)


@pytest.mark.parametrize("status", ["quarantined", "revoked", "retired"])
async def test_only_an_active_device_renews(house: House, status: str):
    papers = folder_of(house, "pump-1")
    tools = house.tools
    await fleet.change(tools.store.door(), tools.bus, "pump-1", status, "test", tools.now())

    async def asks() -> None:
        while True:
            with suppress(Unreachable):  # the door was told amid the question, and cut it
                await asyncio.to_thread(renew, papers)

    with pytest.raises(Refused, match=f"pump-1 is {status}"):
        await asyncio.wait_for(asks(), 10)


async def test_one_that_asks_for_ever_is_refused(house: House, monkeypatch):
    monkeypatch.setattr(issuing, "A_DAY_MAX", 2)
    async with house.client("pump-1") as client:
        for status in (200, 200, 403):
            answer = await client.post(EST + "simplereenroll", content=request()[1])
            assert answer.status_code == status


async def test_where_there_is_no_https_door_it_is_said(house: House):
    papers = folder_of(house, "pump-1")
    (papers.folder / "device.json").write_text(
        json.dumps({"name": "pump-1", "mqtt_host": "localhost", "mqtt_port": 1})
    )
    with pytest.raises(Misconfigured, match="no HTTPS door"):
        renew(Papers.read(papers.folder))


def test_two_thirds_of_a_life_are_waited_for(tmp_path: Path):
    from homeward.engines.certificates import Authority

    began = datetime(2026, 3, 1, tzinfo=UTC)
    authority = Authority.open(tmp_path / "certificates", began)
    key = ec.generate_private_key(ec.SECP256R1())
    empty = x509.CertificateSigningRequestBuilder().subject_name(x509.Name([]))
    pem = empty.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM).decode()
    (tmp_path / "cert.pem").write_text(authority.issue_device("a", pem, 30, began).pem)
    assert not is_due(tmp_path, began + timedelta(days=19))
    assert is_due(tmp_path, began + timedelta(days=21))


async def test_a_device_renews_by_itself_and_makes_its_line_anew(house: House):
    papers = folder_of(house, "pump-1", at=now() - timedelta(days=25), days=30)
    before = certificate_in(papers.folder)
    async with opened(house.intake, house.authority.folder) as addresses:
        told = json.loads((papers.folder / "device.json").read_text())
        told["mqtt_port"] = addresses[0][1]
        (papers.folder / "device.json").write_text(json.dumps(told))
        async with AsyncDevice(papers.folder) as device, asyncio.timeout(20):
            while (made := certificate_in(papers.folder)) == before:
                await asyncio.sleep(0.02)
            shown = [(made.not_valid_before_utc,)]
            while await house.rows("select certified from device_state") != shown:
                await asyncio.sleep(0.02)
            device.send(pulse=71)
            await device.flushed(10)
    assert {each[2] for each in await house.messages()} == {0}
