"""The one profile of every listener, as OpenSSL understands it."""

import ssl
from pathlib import Path

import pytest

from homeward.connectors.device_tls import tls_of
from homeward.connectors.tls import CIPHERS, hardened, server_tls
from homeward.engines.certificates import Authority


@pytest.fixture
def certificates(tmp_path: Path) -> Path:
    Authority.open(tmp_path).issue_server(["localhost"])
    return tmp_path


def test_every_context_of_ours_is_within_the_profile(certificates: Path) -> None:
    contexts = [
        server_tls(certificates / "server.pem", certificates / "server.key"),
        tls_of(certificates, lambda why: None),
        hardened(ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)),
    ]
    for context in contexts:
        assert context.minimum_version is ssl.TLSVersion.TLSv1_2
        old = [each["name"] for each in context.get_ciphers() if each["protocol"] != "TLSv1.3"]
        assert set(old) == set(CIPHERS.split(":"))
        assert all("GCM" in name or "POLY1305" in name for name in old)
        assert all(name.startswith("ECDHE-") for name in old)
        assert context.options & ssl.OP_NO_COMPRESSION
        assert context.options & ssl.OP_NO_RENEGOTIATION
