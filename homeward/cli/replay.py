"""`homeward replay`: play any recording as a device."""

import asyncio
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn

from homeward.device.connection import Connection
from homeward.device.papers import Papers
from homeward.model.errors import Misconfigured, Unreachable
from homeward.simulate.player import too_fast
from homeward.simulate.recording_files import read
from homeward.simulate.recordings import Meaning, Recording, meaning
from homeward.simulate.replay import Plan, Told, play

CONNECT_SECONDS_MAX = 15.0
UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86_400}
SPEED_MAX = 10_000.0


@click.command("replay")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--device", "folder", required=True, type=click.Path(path_type=Path),
              help="The folder that `homeward device enrol` wrote.")  # fmt: skip
@click.option("--speed", default=1.0, type=click.FloatRange(0.01, SPEED_MAX),
              help="So many times faster than life; its times are squeezed to match.")  # fmt: skip
@click.option("--since", help="Begin this long ago (such as 90s, 30m, 2h, 1d), then go live.")
@click.option("--start", help="Begin at this time (ISO 8601 with a zone), then go live.")
@click.option("--map", "maps", multiple=True, metavar="COLUMN=VITAL:UNIT",
              help="What a column is, such as cgm=glucose:mg/dL.")  # fmt: skip
@click.option("--only", "filters", multiple=True, metavar="COLUMN=TEXT",
              help="Only the rows of a table where a column has this text.")  # fmt: skip
@click.option("--loop", "loops", is_flag=True, help="Again and again.")
@click.option("--boot", type=int, help="Number this run, as a device numbers its starts.")
def command(
    file: Path, folder: Path, speed: float, since: str | None, start: str | None,
    maps: tuple[str, ...], filters: tuple[str, ...], loops: bool, boot: int | None,
) -> None:  # fmt: skip
    """Play FILE (WFDB, EDF+, CSV or Parquet) as the device in a folder.

    Numbers become readings, curves become waveforms. Ctrl-C stops it.
    """
    badge = Papers.read(folder)
    recording = read(file, _meanings(maps), _filters(filters))
    _describe(recording, speed)
    now = datetime.now(UTC)
    plan = _plan(now, speed, since, start, loops)
    device = Connection(badge, int(now.timestamp()) if boot is None else boot)
    told = Told()
    try:
        with _shown(recording, plan) as show:
            asyncio.run(_play(device, recording, plan, told, show))
    except KeyboardInterrupt:
        click.echo("Stopped.")
    click.echo(
        f"{told.readings} readings and {told.frames} waveform frames sent, "
        f"{device.outbox.acknowledged} messages acknowledged, {device.outbox.refused} refused."
    )
    if device.outbox.refused:
        sys.exit(1)


async def _play(
    device: Connection, recording: Recording, plan: Plan, told: Told, show: "Show"
) -> None:
    running = asyncio.create_task(device.run())
    try:
        await _connected(device)
        await play(device, recording, plan, lambda: datetime.now(UTC), told, show.told)
    finally:
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running


async def _connected(device: Connection) -> None:
    try:
        async with asyncio.timeout(CONNECT_SECONDS_MAX):
            await device.came()
    except TimeoutError:
        badge = device.papers
        raise Unreachable(f"no door lets {badge.name} in at {badge.host}:{badge.port}") from None


def _plan(now: datetime, speed: float, since: str | None, start: str | None, loops: bool) -> Plan:
    if since is None and start is None:
        return Plan(now, speed, loops=loops)
    if speed != 1.0 or (since and start):
        raise Misconfigured("one of --since, --start and --speed, not two")
    begins = _time(start) if start else now - _duration(since or "")
    return Plan(begins, is_past=True, loops=loops)


def _time(text: str) -> datetime:
    try:
        time = datetime.fromisoformat(text)
    except ValueError:
        raise Misconfigured(f"--start {text!r} is not a time such as 2026-03-01T08:00Z") from None
    if time.tzinfo is None:
        raise Misconfigured(f"--start {text} has no zone; write {text}Z for UTC")
    return time


def _duration(text: str) -> timedelta:
    found = re.fullmatch(r"(\d+(?:\.\d+)?)([smhd])", text)
    if found is None:
        raise Misconfigured(f"--since {text!r} is not a time such as 90s, 30m, 2h or 1d")
    return timedelta(seconds=float(found[1]) * UNITS[found[2]])


def _meanings(maps: tuple[str, ...]) -> dict[str, Meaning]:
    return dict(meaning(text) for text in maps)


def _filters(filters: tuple[str, ...]) -> dict[str, str]:
    if wrong := [text for text in filters if "=" not in text]:
        raise Misconfigured(f"--only {wrong[0]!r} is not COLUMN=TEXT")
    pairs = [text.partition("=") for text in filters]
    return {column: value for column, _, value in pairs}


def _describe(recording: Recording, speed: float) -> None:
    """Say what was understood, and above all what was not.

    Raises Misconfigured where nothing is left to play.
    """
    tracks = [f"{track.vital.name} ({len(track.values)})" for track in recording.tracks]
    strips = [f"{strip.wave.name} at {strip.rate:g} Hz" for strip in recording.strips]
    click.echo(f"{timedelta(seconds=round(recording.seconds))} of {', '.join(tracks + strips)}")
    if recording.skipped:
        click.echo(f"not understood, left out: {', '.join(recording.skipped)} (see --map)")
    fast = too_fast(recording, speed)
    for strip in fast:
        click.echo(f"{strip.wave.name} is too fast at {speed:g} times its speed, left out")
    if not recording.tracks and len(fast) == len(recording.strips):
        raise Misconfigured("nothing is left to play; choose a lower --speed")
    if recording.impossible:
        click.echo(f"{recording.impossible} values no sensor can give, left out")


class Show:
    """Progress at the terminal, in seconds of the recording."""

    def __init__(self, progress: Progress, plan: Plan, seconds: float) -> None:
        self._progress = progress
        self._start = plan.start
        self._task = progress.add_task("replay", total=None if plan.loops else seconds, told="")

    def told(self, told: Told) -> None:
        """It has come so far."""
        if told.at is not None:
            done = (told.at - self._start).total_seconds()
            words = f"{told.readings} readings, {told.frames} frames"
            self._progress.update(self._task, completed=done, told=words)


@contextmanager
def _shown(recording: Recording, plan: Plan) -> Iterator[Show]:
    console = Console(stderr=True)
    columns = (
        BarColumn(),
        TextColumn("{task.percentage:>3.0f} %"),
        TextColumn("{task.fields[told]}"),
    )
    with Progress(*columns, console=console, transient=True) as progress:
        yield Show(progress, plan, recording.seconds / plan.speed)
