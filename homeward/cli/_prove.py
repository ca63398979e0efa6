"""Proving a backup: restore it where nobody sees it, and hold it against what was noted."""

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path

from homeward.cli._progress import Bar
from homeward.engines.backup import Base, Content, Verified
from homeward.engines.restore import lay_out, page_damage, recovered, size, stream_damage
from homeward.model.errors import HomewardError
from homeward.store import proof

Say = Callable[[str], None]


def prove(base: Base, streams: list[Path], place: Path, bar: Bar, say: Say) -> list[str]:
    """Restore a base into an empty place and look at all of it; the doubts, in words."""
    doubts: list[str] = []
    try:
        for doubt in _doubts(base, streams, place, bar, say):
            doubts.append(doubt)
    except HomewardError as error:
        doubts.append(str(error))
    base.note(Verified(datetime.now(UTC), tuple(doubts)))
    return doubts


def _doubts(base: Base, streams: list[Path], place: Path, bar: Bar, say: Say) -> Iterator[str]:
    bar.begin("copying", size(base, streams))
    damaged = lay_out(base, streams, place, bar.step, durable=False)
    yield from damaged
    if damaged:
        return  # what would be found in a damaged copy says nothing more
    say("every file is as it was backed up")
    database = base.manifest.database
    if database is None:
        return
    bar.begin("recovering")
    with recovered(place, point=database.point, durable=False) as postgres:
        say(f"the database opens, as of {base.manifest.ended:%Y-%m-%d %H:%M:%S} UTC")
        bar.begin("comparing")
        found = proof.held(postgres.url)
        yield from _compared(database.tables, found, say)
        bar.begin("opening the record")
        unopened = list(proof.open_all(postgres.url, bar.step))
        yield from unopened
        if not unopened:
            say("every chunk of the record can be opened")
    bar.begin("checking pages")
    wrong = page_damage(place)
    if wrong is None:
        say("every page has the right checksum")
    else:
        yield wrong
    bar.begin("reading the changes since")
    broken = list(stream_damage(base, streams, place))
    yield from broken
    if not broken:
        say("the changes after it follow one another without a gap")


def _compared(
    noted: Mapping[str, Content] | None, found: Mapping[str, proof.Held], say: Say
) -> Iterator[str]:
    if noted is None:
        yield "what the tables held was not noted: the record was too busy then"
        return
    same = 0
    for name in sorted(noted.keys() | found.keys()):
        then, now = noted.get(name), found.get(name)
        if then is None or now is None:
            yield f"table {name} is {'new' if then is None else 'missing'}"
        elif then.rows != now.rows:
            yield f"table {name} holds {now.rows:,} rows, not {then.rows:,}"
        elif then.hash is not None and now.hash is not None and then.hash != now.hash:
            yield f"table {name} holds other values than when it was backed up"
        else:
            same += 1
    if same == len(noted):
        rows = sum(each.rows for each in noted.values())
        say(f"{same} tables hold what they held: {rows:,} rows")
