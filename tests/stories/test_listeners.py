"""Whatever listens off loopback speaks TLS of Mozilla's intermediate profile, and nothing else."""

import contextlib
import socket
import ssl
from collections.abc import Iterator

import pytest

from bench._outside import ANSWER_SECONDS, Outside, known, listeners, open_ports, spoken, talked
from homeward.connectors.tls import CIPHERS, CURVE
from homeward.drill.house import House, temporary_folder
from homeward.engines.nats import free_port
from homeward.settings import LOOPBACK

# What a plaintext service would answer to: HTTP, MQTT, NATS (which speaks first), PostgreSQL.
OPENINGS = (
    b"GET / HTTP/1.1\r\nhost: x\r\n\r\n",
    b"\x10\x0f\x00\x04MQTT\x04\x02\x00\x3c\x00\x03abc",
    b"",
    b"\x00\x00\x00\x08\x04\xd2\x16\x2f",
)


@pytest.fixture(scope="module")
def outside() -> Iterator[Outside]:
    ingest = free_port()
    with temporary_folder("listeners") as folder:
        house = Outside(folder, {
            "HOMEWARD_WEB_HOST": "0.0.0.0", "HOMEWARD_MQTT_HOST": "0.0.0.0",
            "HOMEWARD_HTTP_INGEST_PORT": str(ingest), "HOMEWARD_MQTT_OPEN_PORT": str(free_port()),
        })  # fmt: skip
        try:
            house.start()
            yield house
        finally:
            house.stop()


def test_only_pages_and_doors_leave_this_machine(outside: Outside) -> None:
    ingest = int(outside.extra["HOMEWARD_HTTP_INGEST_PORT"])
    assert set(open_ports(outside)) == {outside.web_port, outside.mqtt_port, ingest}
    others = {port for host, port in listeners(outside) if host in LOOPBACK}
    assert int(outside.extra["HOMEWARD_MQTT_OPEN_PORT"]) in others, "plaintext stays on loopback"


def test_nothing_is_said_in_plaintext(outside: Outside) -> None:
    for port in open_ports(outside):
        for opening in OPENINGS:
            with socket.create_connection(("127.0.0.1", port), ANSWER_SECONDS) as raw:
                raw.sendall(opening)
                raw.settimeout(0.3 if not opening else ANSWER_SECONDS)
                answer = b""
                with contextlib.suppress(TimeoutError, ConnectionError):
                    answer = raw.recv(100)
            assert answer[:1] in (b"", b"\x15"), f"{port}: {answer!r}"  # nothing, or a TLS alert


def test_no_listener_speaks_an_old_tls(outside: Outside) -> None:
    for port in open_ports(outside):
        old = spoken(minimum_version=ssl.TLSVersion.TLSv1, maximum_version=ssl.TLSVersion.TLSv1_1)
        old.set_ciphers("ALL:@SECLEVEL=0")
        with pytest.raises((ssl.SSLError, ConnectionError)):
            talked(port, b"x", old)


def test_no_listener_takes_a_suite_outside_the_profile(outside: Outside) -> None:
    """Each TLS 1.2 suite that OpenSSL has, offered alone."""
    every = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    every.set_ciphers("ALL:COMPLEMENTOFALL:@SECLEVEL=0")
    suites = [each["name"] for each in every.get_ciphers() if each["protocol"] != "TLSv1.3"]
    others = [name for name in suites if name not in CIPHERS.split(":")]
    assert len(others) > 20
    for port in open_ports(outside):
        taken = [name for name in others if _takes(outside, port, f"{name}:@SECLEVEL=0")]
        assert not taken
        assert _takes(outside, port, "ECDHE-ECDSA-AES128-GCM-SHA256")


def test_no_listener_takes_a_curve_outside_the_profile(outside: Outside) -> None:
    for port in open_ports(outside):
        for curve in ("secp521r1", "secp224r1", CURVE):
            context = known(outside, maximum_version=ssl.TLSVersion.TLSv1_2)
            context.set_ciphers("ECDHE-ECDSA-AES128-GCM-SHA256:@SECLEVEL=0")
            context.set_ecdh_curve(curve)
            assert _shakes(port, context) == (curve == CURVE), f"{port} {curve}"


def _takes(house: House, port: int, suite: str) -> bool:
    context = known(house, maximum_version=ssl.TLSVersion.TLSv1_2)
    context.set_ciphers(suite)
    return _shakes(port, context)


def _shakes(port: int, context: ssl.SSLContext) -> bool:
    """Whether a handshake comes about."""
    try:
        with (
            socket.create_connection(("127.0.0.1", port), ANSWER_SECONDS) as raw,
            context.wrap_socket(raw),
        ):
            return True
    except (ssl.SSLError, ConnectionError):
        return False
