"""The address of one NATS server or several, taken apart."""

import ssl

import pytest

from homeward.bus.address import Address, read_address
from homeward.engines.certificates import Authority
from homeward.model.errors import Misconfigured


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("nats://a", Address(("nats://a:4222",))),
        ("nats://me:p%40ss@a:1", Address(("nats://a:1",), "me", "p@ss")),
        (
            "nats://me:pass@a,b:5, [::1]:6",
            Address(("nats://a:4222", "nats://b:5", "nats://[::1]:6"), "me", "pass"),
        ),
        ("nats://a,nats://me:pass@b", Address(("nats://a:4222", "nats://b:4222"), "me", "pass")),
        ("tls://a,b?ca=/x.pem", Address(("tls://a:4222", "tls://b:4222"), files={"ca": "/x.pem"})),
    ],
)
def test_it_is_read(url: str, address: Address) -> None:
    assert read_address(url) == address


def test_a_token() -> None:
    assert read_address("nats://secret@a").options() == {"token": "secret"}


@pytest.mark.parametrize(
    "url",
    [
        "", "a:4222", "http://a", "nats://", "nats://a,,b", "nats://a:x", "nats://a,tls://b",
        "nats://me:secret@a?ca=x&what=y",
    ],
)  # fmt: skip
def test_it_cannot_be_one(url: str) -> None:
    with pytest.raises(Misconfigured, match="nats_url") as caught:
        read_address(url)
    assert "secret" not in str(caught.value)


def test_a_password_is_not_shown() -> None:
    assert "secret" not in repr(read_address("nats://me:secret@a"))


def test_certificates_of_ones_own(tmp_path) -> None:
    Authority.open(tmp_path).issue_server(["localhost"])
    url = f"tls://a?ca={tmp_path}/root.pem&cert={tmp_path}/server.pem&key={tmp_path}/server.key"
    context = read_address(url).options()["tls"]
    assert isinstance(context, ssl.SSLContext)
    assert context.verify_mode is ssl.CERT_REQUIRED
    with pytest.raises(Misconfigured, match="certificates"):
        read_address(f"tls://a?ca={tmp_path}/none.pem").options()
