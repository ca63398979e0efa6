"""`homeward edge`: a box near the devices that keeps what they say while the server is away."""

import asyncio
import signal
from collections.abc import Coroutine
from dataclasses import replace
from pathlib import Path

import click

from homeward.cli._logs import write_logs
from homeward.cli.settings import effective
from homeward.model.errors import Misconfigured


@click.command("edge")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.option("--server", metavar="URL", help="Enrol first: where the server's pages are.")
@click.option("--token", help="Enrol first: the one-time token that `homeward device add` printed.")
@click.option("--host", help="Address the doors listen on.  [default: HOMEWARD_MQTT_HOST]")
@click.option("--port", type=int, help="Port of the MQTT door.  [default: HOMEWARD_MQTT_PORT]")
@click.option(
    "--meter",
    multiple=True,
    metavar="NAME=ADDRESS",
    help="Remember a Bluetooth meter: its device's name, its address. May be repeated.",
)
def command(
    folder: Path,
    server: str | None,
    token: str | None,
    host: str | None,
    port: int | None,
    meter: tuple[str, ...],
) -> None:
    """Run an edge from FOLDER, its papers and its disk, until stopped.

    \b
    At the server, once:  homeward device add cupboard --kind edge --door cupboard.local:8883
                          homeward device through my-oximeter cupboard
    At the edge, once:    homeward edge cupboard --server https://ward.local:8080 --token TOKEN
    Then always:          homeward edge cupboard
    With a meter:         homeward edge cupboard --meter my-meter=C4:7C:8D:6A:3E:11
    """
    import uvloop

    from homeward.edge.edge import run

    settings, _ = effective()
    changes = {"mqtt_host": host or settings.mqtt_host, "mqtt_port": port or settings.mqtt_port}
    settings = replace(settings, **changes)
    write_logs(settings.log_level)
    _enrol(folder, server, token)
    if meter:
        from homeward.edge.meters.hub import keep_meters

        keep_meters(folder, meter)
    click.echo(f"The edge in {folder} keeps what its devices say. Ctrl-C stops it.")
    if not settings.edge_sound_command:
        click.echo("It has no sound: HOMEWARD_EDGE_SOUND_COMMAND names a program that makes one.")
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(_until_stopped(run(folder, settings, click.echo)))


def _enrol(folder: Path, server: str | None, token: str | None) -> None:
    """Trade the token for papers, unless they are there. Raises what enrolment does."""
    if (folder / "device.json").exists():
        return
    if server is None or token is None:
        raise Misconfigured(
            f"{folder} is not enrolled: give --server and --token, as "
            "`homeward device add NAME --kind edge --door HOST:PORT` printed them at the server"
        )
    from homeward.engines.enrolment import enrol

    click.echo(f"{enrol(server, token, folder)} is enrolled.")


async def _until_stopped(running: Coroutine[None, None, None]) -> None:
    task = asyncio.create_task(running)
    for each in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(each, task.cancel)
    await asyncio.wait([task])
    if not task.cancelled() and (error := task.exception()) is not None:
        raise error
