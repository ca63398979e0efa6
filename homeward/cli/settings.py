"""`homeward settings`: each effective value and where it came from."""

import json
import os
from dataclasses import replace
from pathlib import Path

import click

from homeward.model.errors import Misconfigured
from homeward.settings import Origin, Settings, load

FILE = Path("homeward.toml")  # in the working folder
ROOT_DATA = Path("/var/lib/homeward")  # /root is closed to the account the database runs as
MASK = "********"


def effective() -> tuple[Settings, tuple[Origin, ...]]:
    """The settings of this shell and this folder. Raises Misconfigured."""
    try:
        text = FILE.read_text() if FILE.is_file() else ""
    except (OSError, UnicodeDecodeError) as error:
        raise Misconfigured(f"{FILE} cannot be read: {error}") from None
    settings, origins = load(os.environ, text)
    found = {origin.name: origin for origin in origins}
    data = Path(os.path.abspath(settings.data))  # noqa: PTH100  (resolve() would follow links)
    if os.geteuid() == 0 and found["data"].source == "default":
        data = ROOT_DATA
        found["data"] = replace(found["data"], source="default (as root)")
    found["data"] = replace(found["data"], value=data)
    return replace(settings, data=data), tuple(found.values())


def environment(settings: Settings) -> dict[str, str]:
    """The environment that gives a child exactly these settings."""
    values = {name: getattr(settings, name) for name in settings.__dataclass_fields__}
    return {
        f"HOMEWARD_{name.upper()}": str(value).lower() if isinstance(value, bool) else str(value)
        for name, value in values.items()
    }


def shown(origin: Origin) -> str:
    """A value as it may be printed."""
    if isinstance(origin.value, bool):
        return str(origin.value).lower()
    return MASK if origin.secret and origin.value else str(origin.value)


@click.command("settings")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def command(as_json: bool) -> None:
    """Show each effective setting and where it came from; secrets are masked."""
    _, origins = effective()
    if as_json:
        rows = [
            {
                "name": origin.name,
                "value": MASK if origin.secret and origin.value else _plain(origin.value),
                "source": origin.source,
                "meaning": origin.meaning,
            }
            for origin in origins
        ]
        click.echo(json.dumps(rows, indent=1))
        return
    width = max(len(origin.name) for origin in origins)
    for origin in origins:
        click.echo(f"{origin.name:<{width}}  {shown(origin) or '(empty)'}  [{origin.source}]")
        click.secho(f"{'':<{width}}  {origin.meaning}", dim=True)


def _plain(value: object) -> object:
    return str(value) if isinstance(value, Path) else value
