"""`homeward restore`: a whole installation from its backup, or the proof that it could be."""

import asyncio
import shutil
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

import click

from homeward.cli._progress import Bar
from homeward.cli._prove import prove
from homeward.engines.backup import Base, changes, gap
from homeward.engines.identity import closed_door, expected_identity
from homeward.engines.restore import beside, choose, lay_out, opened, recovered, size
from homeward.model.errors import Misconfigured, Unreadable


@click.command("restore")
@click.argument("backup", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option("--to", "target", type=click.Path(path_type=Path), help="The new data folder.")
@click.option("--at", "moment", help="A moment (ISO 8601 with a zone); else: all there is.")
@click.option("--verify", is_flag=True, help="Prove the backup, and leave nothing behind.")
@click.option("--scratch", type=click.Path(path_type=Path, exists=True, file_okay=False),
              help="Where to prove it; else: the folder for temporary files.")  # fmt: skip
def command(
    backup: Path, target: Path | None, moment: str | None, verify: bool, scratch: Path | None
) -> None:
    """Restore the backup in BACKUP to an empty folder, or prove that it can be.

    A restore goes to the end of what was backed up, or to the second that --at names. A proof
    restores the newest base where nobody sees it and compares it with what was noted then; it
    ends with exit code 1 on any doubt.
    """
    if verify == (target is not None):
        raise Misconfigured("say either --to NEW_FOLDER or --verify")
    folder, bases = opened(backup.absolute())
    at = _moment(moment)
    base = choose(bases, at)
    if verify:
        sys.exit(_verified(base, folder.streams(), scratch))
    assert target is not None
    _restore(base, folder.streams(), target.absolute(), at)


def _moment(text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise Misconfigured(f"--at {text}: write it as 2026-03-01T02:00:00+01:00") from None
    if at.tzinfo is None:
        raise Misconfigured(f"--at {text}: say the zone too, such as {text}Z")
    return at


def _verified(base: Base, streams: list[Path], scratch: Path | None) -> int:
    place = Path(tempfile.mkdtemp(prefix="homeward-verify-", dir=scratch))
    try:
        place.chmod(0o711)
        closed = closed_door(place.parent.resolve(), expected_identity())
        if closed is not None:
            raise Misconfigured(f"PostgreSQL's account may not enter {closed}; give --scratch")
        click.echo(f"Proving {base.path}")
        with Bar() as bar:
            doubts = prove(base, streams, place / "data", bar, _well)
    finally:
        shutil.rmtree(place, ignore_errors=True)
    for doubt in doubts:
        click.echo(click.style("doubt  ", fg="red") + doubt)
    click.echo(f"{len(doubts)} doubts." if doubts else "This backup is whole and can be restored.")
    return 1 if doubts else 0


def _well(words: str) -> None:
    click.echo(click.style("ok     ", fg="green") + words)


async def _end_sessions(url: str) -> None:
    """Whoever was signed in then may have been shut out since: nobody comes back in by that."""
    from homeward.services.people.sessions import Q
    from homeward.store import Store

    async with Store.open(url) as store:
        await store.door().run(Q.end_every_session, now=datetime.now(UTC))


def _restore(base: Base, streams: list[Path], target: Path, at: datetime | None) -> None:
    with Bar() as bar, beside(target) as part:
        bar.begin("copying", size(base, streams))
        doubts = lay_out(base, streams, part, bar.step)
        if doubts:
            raise Unreadable(f"the backup is damaged, nothing was restored: {'; '.join(doubts)}")
        if base.manifest.database is not None:
            bar.begin("recovering")
            with recovered(part, at=at) as postgres:
                asyncio.run(_end_sessions(postgres.url))
    until = f"{at}" if at else "the end of what was backed up"
    click.echo(f"Restored to {target}, up to {until}. Everybody signs in again.")
    missing = gap(list(changes(base, streams)))
    if missing is not None:
        click.secho(f"The backup has a gap: {missing} is missing. It ends there.", fg="yellow")
    for outside in base.manifest.outside:
        click.secho(f"Not in it: {outside}.", fg="yellow")
    click.echo(f"Bring its keys: homeward keys load FILE --to {target}")
    click.echo(f"Its settings are in {target / 'settings'}: put homeward.toml where you start it,")
    click.echo(f"then: HOMEWARD_DATA={target} homeward up. It needs a new, empty backup folder.")
