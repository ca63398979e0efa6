"""`homeward device`: register devices, hand out tokens, enrol, put on patients, end their lives."""

import shlex
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from homeward.cli._reach import on_tools
from homeward.model.errors import Missing, Unreadable

if TYPE_CHECKING:
    from homeward.services.contract import Tools
    from homeward.services.fleet.views import DeviceView

NOBODY = "nobody"
SOURCE = "command line"


@click.group("device")
def command() -> None:
    """Register devices, hand out one-time tokens, say who wears them, revoke them."""


@command.command("add")
@click.argument("name")
@click.option("--kind", required=True, help="monitor, oximeter, cgm, or your own word.")
@click.option("--patient", "record_number", help="Record number of who wears it from now on.")
@click.option(
    "--expects",
    multiple=True,
    metavar="VITAL=SECONDS",
    help="How often it measures a vital, so that its silence is noticed. May be repeated.",
)
@click.option("--through", metavar="GATEWAY", help="The gateway it speaks through, if any.")
@click.option("--door", "door_at", metavar="HOST:PORT", help="Of an edge: where devices reach it.")
def add(
    name: str,
    kind: str,
    record_number: str | None,
    expects: tuple[str, ...],
    through: str | None,
    door_at: str | None,
) -> None:
    """Register a device and print a one-time token for it."""
    expected = _expected(expects) if expects else None

    async def act(tools: "Tools") -> None:
        from homeward.cli._acted import Action, owed
        from homeward.services.fleet import fleet

        door, now = tools.store.door(), tools.now()
        patient = None if record_number is None else await _patient(tools, record_number)
        await fleet.add(door, tools.bus, name, kind, now, expected, through, door_at)
        if record_number is not None:
            owed(tools, door, Action.UPDATE, record_number, "device add")
            await fleet.bind(door, tools.bus, name, patient, SOURCE, now)
        click.echo(f"{name} is registered.")
        await _print_token(tools, name)

    _run(act)


@command.command("token")
@click.argument("name")
def token(name: str) -> None:
    """Print a new one-time token for a device; older unused ones end."""
    _run(lambda tools: _print_token(tools, name))


@command.command("list")
def list_devices() -> None:
    """List every device: connection, patient's bed, certificate, and what was put aside."""

    async def act(tools: "Tools") -> None:
        from homeward.services.fleet import fleet

        found = await fleet.devices(tools.store.door())
        width = max([len(each.name) for each in found], default=0)
        for each in found:
            click.echo(f"{each.name:<{width}}  {_line(each)}")
        if not found:
            click.echo("No devices yet. Register one: homeward device add NAME --kind monitor")

    _run(act)


@command.command("revoke")
@click.argument("name")
@click.option("--reason", required=True, help="Why, in a sentence: it is kept with the device.")
def revoke(name: str, reason: str) -> None:
    """Take away a device's right to speak, for good; its connection is cut at once."""

    async def act(tools: "Tools") -> None:
        from homeward.services.fleet import fleet

        await fleet.revoke(tools.store.door(), tools.bus, name, reason, tools.now())
        click.echo(f"{name} is revoked.")

    _run(act)


@command.command("quarantine")
@click.argument("name")
@click.option("--reason", required=True, help="Why, in a sentence: it is kept with the device.")
def quarantine(name: str, reason: str) -> None:
    """Keep what a device says apart: it stays connected, and nobody is judged by it."""
    _change(name, "quarantined", reason, "in quarantine: what it says is kept apart")


@command.command("release")
@click.argument("name")
@click.option("--reason", required=True, help="Why, in a sentence.")
def release(name: str, reason: str) -> None:
    """Believe a device again that was in quarantine."""
    _change(name, "active", reason, "believed again")


@command.command("retire")
@click.argument("name")
@click.option("--reason", required=True, help="Why, in a sentence: it is kept with the device.")
def retire(name: str, reason: str) -> None:
    """End the life of a device that served its time; its connection is cut at once."""
    _change(name, "retired", reason, "retired")


def _change(name: str, status: str, reason: str, words: str) -> None:
    async def act(tools: "Tools") -> None:
        from homeward.services.fleet import fleet

        await fleet.change(tools.store.door(), tools.bus, name, status, reason, tools.now())
        click.echo(f"{name} is {words}.")

    _run(act)


@command.command("mapping")
@click.argument(
    "files",
    nargs=-1,
    required=True,
    metavar="FILE...",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
)
@click.option("--assign", metavar="NAME", help="Read this device's own JSON by both, from now on.")
def mapping(files: tuple[Path, ...], assign: str | None) -> None:
    """Read mapping templates of the IoMT FHIR connector, and say what is wrong with them.

    A device mapping, a FHIR mapping, or both; to assign them, in this order. Ends with 1 where
    something is wrong: values would be lost, or be taken for others.
    """
    from homeward.standards.mapping_templates import check

    checked = check(*(each.read_bytes() for each in files))
    for each in checked.mapped:
        click.echo(each.words)
    for finding in checked.findings:
        click.echo(f"{finding.level}: {finding.where}: {finding.text}")
    if not checked.is_sound:
        raise SystemExit(1)
    if assign is not None:
        _assign(assign, files)


def _assign(name: str, files: tuple[Path, ...]) -> None:
    if len(files) != 2:
        raise click.UsageError("to assign them, give a device mapping and a FHIR mapping")
    content, codes = (each.read_text() for each in files)

    async def act(tools: "Tools") -> None:
        from homeward.services.fleet import mappings

        await mappings.give(tools.store.door(), name, content, codes, tools.now())
        click.echo(f"{name}: what it posts to /devices/{name}/mapped is read by these.")

    _run(act)


@command.command("app")
@click.argument("name")
@click.option("--end", is_flag=True, help="No app speaks for it any more.")
def app(name: str, end: bool) -> None:
    """Print a new secret for the app of a device (a Nightscout uploader); the one before ends."""

    async def act(tools: "Tools") -> None:
        from homeward.services.phones import secrets
        from homeward.services.phones.routes import app_url

        door = tools.store.door()
        if end:
            await secrets.end(door, name, tools.now())
            click.echo(f"{name}: no app speaks for it any more.")
            return
        text = await secrets.make(door, name, tools.now())
        click.echo(f"API secret, and token, of {name} (shown this once): {text}")
        if not tools.settings.nightscout_port:
            click.echo("The Nightscout interface is off: set HOMEWARD_NIGHTSCOUT_PORT.")
            return
        click.echo(f"It is reached at {app_url(tools.settings)}")

    _run(act)


@command.command("cloud")
@click.argument("name")
@click.option("--service", type=click.Choice(["open-wearables", "withings"]))
@click.option("--account", default="", help="What Open Wearables calls them: its user's id.")
@click.option("--end", is_flag=True, help="Nothing comes in from a cloud for it any more.")
def cloud(name: str, service: str | None, account: str, end: bool) -> None:
    """Link a device (of the kind `cloud`) with its wearer's account at a cloud of wearables."""

    async def act(tools: "Tools") -> None:
        from homeward.services.phones import clouds
        from homeward.services.phones.cloud_routes import service_of, sign_in_url

        door = tools.store.door()
        if end:
            await clouds.unlink(door, name, tools.now())
            click.echo(f"{name}: nothing comes in from a cloud for it any more.")
            return
        if service is None:
            raise click.UsageError("say --service, or --end")
        if service == "withings":
            sign_in_url(tools.settings, "-")
        shown = await clouds.link(door, name, service_of(service), account, tools.now())
        click.echo(f"{name} is linked with an account of {service}.")
        if shown:
            click.echo(
                f"Its owner signs in here, within a day: {sign_in_url(tools.settings, shown)}"
            )

    _run(act)


@command.command("bind")
@click.argument("name")
@click.argument("record_number")
@click.option(
    "--since",
    type=click.DateTime(["%Y-%m-%d"]),
    help="They wear it since that day (UTC) already: what it measured since then is theirs.",
)
def bind(name: str, record_number: str, since: datetime | None) -> None:
    """Say who wears a device from now on: a record number, or `nobody`."""

    async def act(tools: "Tools") -> None:
        from homeward.cli._acted import Action, owed
        from homeward.services.fleet import fleet

        patient = None if record_number == NOBODY else await _patient(tools, record_number)
        door = tools.store.door()
        is_nobodys = patient is None
        owed(
            tools, door, Action.UPDATE, name if is_nobodys else record_number, "device bind",
            "wearer" if is_nobodys else "record number",
        )  # fmt: skip
        starts = None if since is None else since.replace(tzinfo=UTC)
        await fleet.bind(door, tools.bus, name, patient, SOURCE, tools.now(), starts)
        worn = "nobody wears it" if patient is None else f"{record_number} wears it"
        click.echo(f"{name}: from now on {worn}.")

    _run(act)


@command.command("through")
@click.argument("name")
@click.argument("gateway")
def through(name: str, gateway: str) -> None:
    """Say which gateway or edge speaks for a device from now on, or `nobody`."""

    async def act(tools: "Tools") -> None:
        from homeward.services.fleet.edges import speaks_through

        other = None if gateway == NOBODY else gateway
        await speaks_through(tools.store.door(), name, other)
        click.echo(f"{name} speaks {'for itself' if other is None else f'through {other}'}.")

    _run(act)


@command.command("enrol")
@click.argument("url")
@click.argument("token")
@click.option(
    "--out",
    required=True,
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder for key.pem, cert.pem, ca.pem and device.json.",
)
def enrol(url: str, token: str, out: Path) -> None:
    """On the device: make a key, and exchange a one-time token for a certificate."""
    from homeward.engines.enrolment import enrol as exchange

    name = exchange(url, token, out)
    click.echo(f"{name} is enrolled. Its key and certificate are in {out}.")


@command.command("renew")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
def renew(folder: Path) -> None:
    """On the device: get the next certificate now. `homeward.device` does it by itself."""
    from homeward.device.papers import Papers
    from homeward.device.renewal import renew as exchange

    made = exchange(Papers.read(folder))
    click.echo(f"The certificate in {folder} is good until {made.not_valid_after_utc:%Y-%m-%d}.")


def _run(act: Callable[["Tools"], Awaitable[None]]) -> None:
    on_tools("device", act)


async def _print_token(tools: "Tools", name: str) -> None:
    from homeward.engines.certificates import Authority
    from homeward.engines.folder import DataFolder
    from homeward.services.fleet import fleet
    from homeward.services.fleet.routes import enrol_command, public_url

    authority = Authority.open(DataFolder(tools.settings.data).certificates)
    made = await fleet.new_token(tools.store.door(), name, authority.root_fingerprint, tools.now())
    until = made.expires.astimezone().strftime("%H:%M")
    click.echo(f"Token (works once, until {until}): {made.text}")
    click.echo("On the device:")
    click.echo(f"  {enrol_command(public_url(tools.settings), made, shlex.quote(name))}")


async def _patient(tools: "Tools", record_number: str) -> int:
    from homeward.guard.sealing import Blind
    from homeward.services.fleet import fleet

    number = Blind("patient.record_number", record_number)
    found = await tools.store.door().maybe(fleet.sql.patient_by_number, dict, number=number)
    if found is None:
        raise Missing("There is no patient with that record number.")
    return found["id"]


def _expected(pairs: tuple[str, ...]) -> dict[str, float]:
    expected: dict[str, float] = {}
    for pair in pairs:
        vital, _, seconds = pair.partition("=")
        try:
            expected[vital] = float(seconds)
        except ValueError:
            raise Unreadable(f"--expects {pair}: write it as heart_rate=1") from None
    return expected


def _line(device: "DeviceView") -> str:
    """Without names: a terminal is no place for them."""
    state = "connected" if device.connected else "not connected"
    place = " ".join(filter(None, (device.ward, device.bed))) or (
        "a patient without a bed" if device.patient_id else NOBODY
    )
    parts = [device.kind, state if device.status == "active" else device.status, f"on {place}"]
    if device.certificate_expires is None:
        parts.append("no certificate")
    if device.quarantined:
        parts.append(f"put aside: {device.quarantined}")
    return ", ".join(parts)
