"""What gateways and edges say: frames, delivery reports, an edge's words, certificate requests."""

import base64
import contextlib
import hashlib
import hmac
import json
from collections.abc import Callable, Mapping
from typing import Any

import msgspec
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding

from bench.fuzz.parsers.devices import NAME, START_US, bodies, readings, sensors, waves
from bench.fuzz.targets import RECEIVED, Target
from homeward.connectors.http_ingest.est import request_in, token_in
from homeward.connectors.https import Answer
from homeward.connectors.https_gateway.parse import gateway, is_taken, reference_in, told
from homeward.device.records import packed, records_in
from homeward.edge.registry import Registry, understood
from homeward.engines.certificates import requested_key
from homeward.engines.enrolment import request_of
from homeward.model.errors import Misconfigured, Refused, Unreadable
from homeward.model.reading import Reading
from homeward.model.vital import BY_NAME
from homeward.services.fleet import edges
from homeward.services.fleet.meter_keeping import HubSaid, record_of
from homeward.standards.gateway import (
    Kind,
    Part,
    frame,
    pack,
    pack_readings,
    pack_spoiled,
    parts_of,
    understand,
)

SECRET = "a secret of the gateway"
GATEWAY = f"""
url = "https://gateway.test/send?to={{address}}"
method = "POST"
reference = "messages.0.id"
json = {{ to = "{{address}}", text = "{{sentence}}" }}
headers = {{ authorization = "Bearer abc" }}
[success]
path = "messages.0.status"
equals = ["queued", "sent"]
[report]
secret = "{SECRET}"
header = "x-signature"
reference = "id"
status = "status"
delivered = ["delivered"]
failed = ["failed"]
"""


def frames() -> list[bytes]:
    """Sound frames of every kind of part."""
    pulse = BY_NAME["pulse"]
    rows = pack_readings([Reading(pulse, 60.0 + n, RECEIVED) for n in range(3)])
    parts = [
        Part(NAME, Kind.READINGS, 1, 2, START_US, rows),
        Part("pump-2", Kind.WAVES, 1, 3, START_US, waves()[0]),
        Part("pump-2", Kind.SENSORS, 1, 4, START_US, sensors()[1]),
        Part(NAME, Kind.JSON, 1, 5, START_US, readings()[2]),
        Part(NAME, Kind.SPOILED, 1, 6, START_US, pack_spoiled("why", "a topic", b"\xff\x00")),
    ]
    return [frame(pack(each) for each in parts), *(frame([pack(each)]) for each in parts)]


def _reports() -> list[bytes]:
    return [
        json.dumps({"id": "abc", "status": "delivered"}).encode(),
        b"id=abc&status=failed",
        json.dumps({"id": 5, "status": None, "more": [{"a": 1}]}).encode(),
    ]


def _reported(body: bytes) -> object:
    """A report signed by the gateway itself: what is unsigned gets no further."""
    report = gateway(GATEWAY).report
    assert report is not None
    signed = hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
    return told(report, {"x-signature": signed}, body)


def _answered(body: bytes) -> object:
    made = gateway(GATEWAY)
    return is_taken(made, body), reference_in(made, body)


def _retry(body: bytes) -> object:
    return Answer(429, {"retry-after": body.decode("latin-1")}, b"").retry_at(RECEIVED)


def _text(read: Callable[[str], object]) -> Callable[[bytes], object]:
    return lambda body: read(body.decode("utf-8", "surrogateescape"))


def _limits() -> Mapping[str, Any]:
    return {
        "condition": "oxygen_low", "vital": "oxygen_saturation", "side": "below", "extreme": 80.0,
        "clear_limit": 85.0, "clear_seconds": 10, "priority": "high", "yields_to": None,
    }  # fmt: skip


def _registries() -> list[bytes]:
    devices = [{"id": 1, "name": NAME, "active": True, "limits": [_limits()]}]
    said = {"edge": "edge-1", "devices_ca": "-----", "devices": devices, "door": "a.test:8883"}
    return [msgspec.json.encode(said)]


def _registry(body: bytes) -> object:
    """The registry, and the rules made of it."""
    said: Registry = understood(body)
    return [limit.rule() for device in said.devices for limit in device.limits]


def _alarms() -> list[bytes]:
    alarm = {"device": NAME, "condition": "oxygen_low", "priority": "high", "text": "SpO2 79",
             "value": 79.0, "began": START_US, "ended": None}  # fmt: skip
    return [msgspec.json.encode({"alarms": [alarm, {**alarm, "ended": START_US + 1}]})]


def _states() -> list[bytes]:
    return [msgspec.json.encode({"version": "1", "spool_bytes": 1, "spool_bytes_max": 2,
                                 "waiting": 3, "oldest": START_US, "trouble": "x"})]  # fmt: skip


def _words(kind: str) -> Target:
    samples = {
        "alarms": _alarms, "state": _states, "request": _requests, "renewal": _renewals,
    }[kind]  # fmt: skip
    return Target(
        f"edge {kind}", ("homeward.services.fleet.edges:understood",), samples,
        lambda body: edges.understood(kind, body), (Unreadable,),
    )  # fmt: skip


def _request() -> str:
    return request_of(ec.derive_private_key(7, ec.SECP256R1()))


def _requests() -> list[bytes]:
    return [msgspec.json.encode({"csr": _request()})]


def _renewals() -> list[bytes]:
    asked = {"device": NAME, "issued": 1_700_000_000.0, "csr": _der()}
    return [msgspec.json.encode(asked)]


def _der() -> bytes:
    return x509.load_pem_x509_csr(_request().encode()).public_bytes(Encoding.DER)


def _est() -> list[bytes]:
    return [base64.encodebytes(_der()), _request().encode()]


def _meters() -> list[bytes]:
    glucose = {"of": 0x2A18, "octets": "020300ea07030108000078b011", "at": START_US, "zone": "UTC",
               "epoch": 0, "number": 3, "ahead": -120.5}  # fmt: skip
    beside = {"of": 0x2A34, "octets": "ff0300b3036dd004123c0032040fa059f1", "at": START_US,
              "zone": "Europe/Berlin"}  # fmt: skip
    return [msgspec.json.encode({"device": NAME, "packets": [glucose, beside]})]


def _told_of_meters(body: bytes) -> int:
    """A hub's words, and each packet in them; one that is none is left out, as the server does."""
    said: HubSaid = edges.understood("meters", body)
    kept = 0
    for packet in said.packets:
        with contextlib.suppress(Unreadable):
            kept += bool(record_of(packet, RECEIVED))
    return kept


def edge_words() -> list[bytes]:
    """Whatever an edge says besides frames."""
    return [*_alarms(), *_states(), *_requests(), *_renewals(), *_meters()]


def _spool() -> list[bytes]:
    return [b"".join(packed(n, START_US, each, 5) for n, each in enumerate(bodies()))]


TARGETS = (
    Target("gateway frames", ("homeward.standards.gateway:parts_of",
                              "homeward.standards.gateway:part_at",
                              "homeward.standards.gateway:understand"), frames,
           lambda body: understand(parts_of(body), RECEIVED), (Unreadable,)),
    Target("delivery reports", ("homeward.connectors.https_gateway.parse:told",), _reports,
           _reported, (Unreadable, Refused)),
    Target("gateways' answers", ("homeward.connectors.https_gateway.parse:is_taken",
                                 "homeward.connectors.https_gateway.parse:reference_in"),
           lambda: [b'{"messages":[{"id":"a","status":"queued"}]}'], _answered, (Unreadable,)),
    Target("gateway files", ("homeward.connectors.https_gateway.parse:gateway",),
           lambda: [GATEWAY.encode()], _text(gateway), (Misconfigured,)),
    Target("retry-after", ("homeward.connectors.https:Answer",),
           lambda: [b"120", b"Fri, 27 Nov 2026 10:00:00 GMT"], _retry),
    Target("edge registries", ("homeward.edge.registry:understood",), _registries, _registry,
           (Unreadable, Misconfigured)),
    _words("alarms"),
    _words("state"),
    _words("request"),
    Target("edge meters", ("homeward.services.fleet.edges:understood",
                           "homeward.services.fleet.meter_keeping:record_of",
                           "homeward.services.fleet.meter_keeping:context_of"),
           _meters, _told_of_meters, (Unreadable,)),
    _words("renewal"),
    Target("certificate requests", ("homeward.engines.certificates:requested_key",),
           lambda: [_request().encode()], _text(requested_key), (Unreadable,)),
    Target("EST requests", ("homeward.connectors.http_ingest.est:request_in",
                            "homeward.engines.certificates:requested_key"), _est,
           lambda body: requested_key(request_in(body)), (Unreadable,)),
    Target("EST tokens", ("homeward.connectors.http_ingest.est:token_in",),
           lambda: [b"Basic " + base64.b64encode(b"monitor-1:abcdef")],
           lambda body: token_in(body.decode("latin-1")), (Refused,)),
    Target("spool records", ("homeward.device.records:records_in",), _spool,
           lambda data: list(records_in(data, 0, 5))),
)  # fmt: skip
