"""A house whose pages and doors are open to the network, and how one knocks at them."""

import contextlib
import socket
import ssl
from dataclasses import dataclass
from pathlib import Path

import psutil
from cryptography.hazmat.primitives.asymmetric import ec

from homeward.drill.house import House
from homeward.engines.certificates import Authority
from homeward.engines.enrolment import pem_of, request_of
from homeward.settings import LOOPBACK

ANSWER_SECONDS = 5
HEALTH = b"GET /api/health HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n"


@dataclass
class Outside(House):
    """A house whose pages and doors are open to the network."""

    def answers(self) -> bool:
        """Whether the pages answer, over TLS."""
        with contextlib.suppress(OSError):
            return b'"ok":true' in talked(self.web_port, HEALTH)
        return False


def spoken(**bounds: object) -> ssl.SSLContext:
    """A client that trusts anybody: it only asks what is spoken."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    for name, value in bounds.items():
        setattr(context, name, value)
    return context


def papers(house: House) -> Path:
    """Key and certificate of a device that nobody registered: enough for a handshake."""
    both = house.folder / "probe.pem"
    if not both.exists():
        key = ec.generate_private_key(ec.SECP256R1())
        authority = Authority.open(house.data.certificates)
        issued = authority.issue_device("probe", request_of(key), 1)
        both.write_bytes(pem_of(key) + issued.pem.encode())
    return both


def known(house: House, **bounds: object) -> ssl.SSLContext:
    """With a certificate of our Devices CA: a door shakes hands with nobody else."""
    context = spoken(**bounds)
    context.load_cert_chain(papers(house))
    return context


def talked(port: int, said: bytes, context: ssl.SSLContext | None = None) -> bytes:
    """What comes back over TLS."""
    with (
        socket.create_connection(("127.0.0.1", port), ANSWER_SECONDS) as raw,
        (context or spoken()).wrap_socket(raw) as tls,
    ):
        tls.sendall(said)
        found = b""
        while piece := tls.recv(65_536):
            found += piece
        return found


def listeners(house: House) -> set[tuple[str, int]]:
    """Every TCP port that any process of it listens on, and on which address; no UDP at all."""
    found: set[tuple[str, int]] = set()
    for process in house.processes().values():
        with contextlib.suppress(psutil.NoSuchProcess):
            for each in process.net_connections("inet"):
                assert each.type == socket.SOCK_STREAM, f"{process.name()} has a UDP socket"
                if each.status == psutil.CONN_LISTEN:
                    found.add((each.laddr.ip, each.laddr.port))
    return found


def open_ports(house: House) -> list[int]:
    """The ports that can be reached from other machines."""
    return sorted(port for host, port in listeners(house) if host not in LOOPBACK)
