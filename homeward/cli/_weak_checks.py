"""What `homeward verify` finds weak: settings, listeners in the clear, secrets others can read."""

import os
import socket
import ssl
from collections.abc import Iterable, Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import psutil

from homeward.cli._found import Found, Grade
from homeward.engines.folder import DataFolder
from homeward.settings import LOOPBACK, Settings, load

ANSWER_SECONDS = 2
OTHERS = 0o077
SESSION_SECONDS_MAX = 12 * 3600  # NIST SP 800-63B, 4.2.3: once in 12 hours
SECRETS = ("keys/**/*", "certificates/*.key", "run.json", "sentinel/**/*")
# What a TLS server says when it wants a certificate of ours: so it is one.
ALERT = "ALERT"


def weak_settings(settings: Settings) -> Iterator[Found]:
    """Settings that open a way, or close an eye."""
    weak = list(_weak(as_running(settings)))
    yield from weak
    if not weak:
        yield Found(Grade.WELL, "no setting weakens what protects patients")


def as_running(settings: Settings) -> Settings:
    """What the running pages were given, whatever this shell says; ours where none run here."""
    home = DataFolder(settings.data)
    run = home.last_run() if home.is_held else None
    web = next((each for each in run.processes if each.name == "web"), None) if run else None
    if web is None:
        return settings
    try:
        given = Path(f"/proc/{web.pid}/environ").read_bytes().decode().split("\0")
    except (OSError, UnicodeDecodeError):
        return settings
    return load({name: value for name, _, value in (each.partition("=") for each in given)})[0]


def _weak(settings: Settings) -> Iterator[Found]:
    for name, what in (
        ("mqtt_open_port", "a device is believed without a certificate"),
        ("mqtt_conformance_port", "any client may publish anything to any other"),
    ):
        if port := getattr(settings, name):
            yield Found(Grade.WRONG, f"{name} is {port}: {what}", f"set {name}=0")
    if settings.demo:
        yield Found(Grade.WRONG, "demo accounts and their passwords are shown", "set demo=false")
    if not settings.board_lock_seconds:
        what = "a board that nobody touches shows names to whoever passes"
        yield Found(Grade.WORRY, what, "set board_lock_seconds=900")
    for name in ("session_idle_seconds", "session_seconds_max"):
        if getattr(settings, name) > SESSION_SECONDS_MAX:
            what = f"{name} is longer than {SESSION_SECONDS_MAX // 3600} hours"
            yield Found(Grade.WORRY, what, f"set {name}={SESSION_SECONDS_MAX}")
    if settings.messages_may_name_health:
        what = "messages may say what an alarm is, to whoever sees the telephone"
        yield Found(Grade.WORRY, what, "set messages_may_name_health=false")
    if settings.smtp_host and settings.smtp_security == "none":
        grade = Grade.WELL if settings.smtp_host in LOOPBACK else Grade.WRONG
        yield Found(grade, "mail goes out unencrypted", "set smtp_security=starttls")
    if settings.log_level == "debug":
        yield Found(Grade.WORRY, "the logs say more than is needed", "set log_level=info")
    yield from _weak_addresses(settings)


def _weak_addresses(settings: Settings) -> Iterator[Found]:
    cold = urlsplit(settings.cold_url)
    endpoint = urlsplit(parse_qs(cold.query).get("endpoint", [""])[0])
    for name, parts in (
        ("oidc_issuer", urlsplit(settings.oidc_issuer)),
        ("public_url", urlsplit(settings.public_url)),
        ("sentinel_ping_url", urlsplit(settings.sentinel_ping_url)),
        ("cold_url", endpoint),
    ):
        if parts.scheme == "http" and parts.hostname not in LOOPBACK:
            what = f"{name} is spoken to in the clear"
            yield Found(Grade.WRONG, what, f"give {name} an https address")


def secrets(settings: Settings) -> Iterator[Found]:
    """Keys, passwords and private papers, file by file."""
    files = {file for pattern in SECRETS for file in settings.data.glob(pattern) if file.is_file()}
    open_ones = sorted(file for file in files if file.stat().st_mode & OTHERS)
    for file in open_ones:
        mode = f"{file.stat().st_mode & 0o777:04o}"
        what = f"{file} can be read by others ({mode})"
        yield Found(Grade.WRONG, what, f"chmod go= {file}; then replace it: others had it")
    if not open_ones:
        yield Found(Grade.WELL, f"{len(files)} files with secrets are their owner's alone")


def listeners(settings: Settings) -> Iterator[Found]:
    """Whatever our processes listen at, and whether it leaves this machine in the clear."""
    run = DataFolder(settings.data).last_run() if DataFolder(settings.data).is_held else None
    if run is None:
        what = "its processes run elsewhere: run this on each machine too"
        yield Found(Grade.DUTY, what, "no listener was looked at")
        return
    yield from of_processes([run.pid, *(each.pid for each in run.processes)])


def of_processes(pids: Iterable[int]) -> Iterator[Found]:
    """What these processes and their children listen at."""
    places = sorted(set(_places(pids)))
    outside = [place for place in places if not _is_loopback(place[0])]
    for host, port in outside:
        if speaks_tls(host, port):
            yield Found(Grade.WELL, f"port {port} on {host} speaks TLS")
        else:
            what = f"port {port} on {host} is open to the network and speaks no TLS"
            yield Found(Grade.WRONG, what, "bind it to 127.0.0.1, or end what listens there")
    inside = len(places) - len(outside)
    yield Found(Grade.WELL, f"{inside} listeners stay on this machine")


def _places(pids: Iterable[int]) -> Iterator[tuple[str, int]]:
    for pid in pids:
        try:
            first = psutil.Process(pid)
            every = [first, *first.children(recursive=True)]
        except psutil.NoSuchProcess:
            continue
        for process in every:
            try:
                found = process.net_connections("tcp")
            except (psutil.NoSuchProcess, psutil.AccessDenied):
                continue
            yield from (
                (each.laddr.ip, each.laddr.port)
                for each in found
                if each.status == psutil.CONN_LISTEN
            )


def _is_loopback(host: str) -> bool:
    return host == "::1" or host.removeprefix("::ffff:").startswith("127.")


def speaks_tls(host: str, port: int) -> bool:
    """Whether what listens there answers a handshake."""
    near = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104
    try:
        with socket.create_connection((near, port), ANSWER_SECONDS) as plain:
            ssl.create_default_context().wrap_socket(plain, server_hostname=near).close()
    except ssl.SSLCertVerificationError:  # ours, or anybody's: it is a certificate
        return True
    except ssl.SSLError as error:
        return ALERT in (error.reason or "")
    except OSError:
        return False
    return True


def disk(settings: Settings) -> Iterator[Found]:
    """Whether what lies on the disk is encrypted by the system below."""
    number = settings.data.stat().st_dev
    if _is_encrypted(Path(f"/sys/dev/block/{os.major(number)}:{os.minor(number)}")):
        yield Found(Grade.WELL, f"the disk of {settings.data} is encrypted (dm-crypt)")
    else:
        what = f"nothing here shows that the disk of {settings.data} is encrypted"
        yield Found(Grade.DUTY, what, "put it, and the backups, on encrypted volumes (LUKS)")


def _is_encrypted(device: Path, depth: int = 4) -> bool:
    try:
        if (device / "dm" / "uuid").read_text().startswith("CRYPT-"):
            return True
    except OSError:
        pass
    below = list((device / "slaves").glob("*")) if depth else []
    return any(_is_encrypted(each, depth - 1) for each in below)
