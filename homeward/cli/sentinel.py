"""`homeward sentinel`: watches the watcher, from this machine or, better, from another."""

import asyncio
import os
import signal
from collections.abc import Coroutine
from pathlib import Path

import click

from homeward.cli._logs import write_logs
from homeward.cli.settings import effective

NAME = "sentinel"


@click.group("sentinel")
def command() -> None:
    """Watch the monitoring itself: a pretend patient's alarm, through the whole path, always."""


@command.command("set-up")
@click.option(
    "--out", required=True, type=click.Path(file_okay=False, path_type=Path),
    help="Folder for the sentinel's papers; take it to the machine it shall run on.",
)  # fmt: skip
@click.option("--name", default=NAME, show_default=True, help="One sentinel's own name.")
def set_up(out: Path, name: str) -> None:
    """On the platform: make the pretend patient and the folder a sentinel runs from."""
    from homeward.cli._pretend import keep_sentinel
    from homeward.cli._reach import reach
    from homeward.sentinel.config import FILE

    asyncio.run(keep_sentinel(reach(), out, name))
    click.echo(f"{out} is a sentinel's folder. Write into {out / FILE} whom it calls:")
    click.echo('  calls = ["email:ops@hospital.org", "sms:+44..."]')
    click.echo("with smtp_host, mail_from and sms_gateway of its own, take it to another machine,")
    click.echo(f"and start it there: homeward sentinel run {out.name}")


@command.command("run")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--ready", type=click.Path(path_type=Path), hidden=True, help="File for our pid.")
def run(folder: Path, ready: Path | None) -> None:
    """Watch from this folder, until stopped. Needs no database and no bus."""
    from homeward.sentinel.config import Config
    from homeward.sentinel.watch import watch

    settings, _ = effective()
    config = Config.read(folder, settings)
    write_logs(settings.log_level)
    if not config.calls:
        click.echo("It has nobody to call: write `calls` into its sentinel.toml.", err=True)
    if ready is not None:
        ready.write_text(str(os.getpid()))
    click.echo(f"Watching {config.url}, each {config.every_seconds:.0f} s. Ctrl-C stops it.")
    asyncio.run(_until_stopped(watch(config)))


async def _until_stopped(watching: Coroutine[None, None, None]) -> None:
    task = asyncio.create_task(watching)
    for each in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(each, task.cancel)
    await asyncio.wait([task])
    if not task.cancelled() and (error := task.exception()) is not None:
        raise error
