"""What people enter at the bedside, read from its rows: each second, and at once when told.

The hot lane tells it faster, and may lose it; the rows cannot. A correction is never judged from
the hot lane: what was entered for that patient is taken anew as it stands now. What was entered
late gives a score of its own time, and changes nothing that is live.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

import msgspec

from homeward.clinical.source import worst_of
from homeward.clinical.subject import ANYBODY
from homeward.model.entered import COUNTS_SECONDS, LIVE
from homeward.model.errors import Unreachable, place_of
from homeward.model.shown import ScoreShown
from homeward.model.vital import BY_INDEX
from homeward.services.watch.ledger import Q
from homeward.services.watch.score_shown import shown
from homeward.services.watch.share import EVERYBODY, Share
from homeward.services.watch.troubles import Trouble, record_unreadable
from homeward.services.watch.watcher import Verdict, Watcher
from homeward.services.watch.windows import as_microseconds, as_time
from homeward.services.watch.writer import Writer
from homeward.store import Door
from homeward.store.entered import as_hot, entered
from homeward.store.known import known_at

# An entry is stamped before its commit, which takes seconds at worst (store.inbox has a bound).
LOOK_BACK = timedelta(seconds=30)
OUTAGE_MAX = timedelta(hours=1)  # of a bus that is away, or of us: what was entered is judged after
COUNTS = timedelta(seconds=COUNTS_SECONDS)
log = logging.getLogger(__name__)

Say = Callable[[Trouble, datetime], Awaitable[None]]


class _Row(msgspec.Struct):
    """One value of an entry as it stands; `vital` is None for one that takes something back."""

    id: int
    patient: int
    is_correction: bool
    at: int
    entered: int
    is_here: bool
    vital: str | None
    value: float | None


class ByHand:
    """Brings what was entered to the watcher, each entry once."""

    def __init__(
        self, watcher: Watcher, writer: Writer, say: Say, share: Share = EVERYBODY
    ) -> None:
        self._say = say
        self._watcher = watcher
        self._writer = writer
        self._share = share
        self._seen: dict[int, int] = {}  # entries of the last seconds, and when they came (us)
        self._looked: datetime | None = None  # when we last did
        self._turn = asyncio.Lock()

    def begin(self, mark: datetime) -> None:
        """Up to here everything was judged by the watcher before us."""
        self._looked = mark

    async def look(self, door: Door, now: datetime) -> None:
        """Judge what was entered since the last look. Raises Unreachable; it is read again then."""
        async with self._turn:
            since = min(max(self._looked or now, now - OUTAGE_MAX), now) - LOOK_BACK
            rows = await door.all(Q.entered_since, _Row, since=since)
            ours = [each for each in rows if self._share.has(each.patient)]
            news = [each for each in ours if each.id not in self._seen]
            if news:
                await self._take(news, door, now)
            past = as_microseconds(since)
            kept = {each: came for each, came in self._seen.items() if came > past}
            self._looked = now
            self._seen = kept | {each.id: each.entered for each in news}

    async def _take(self, news: list[_Row], door: Door, now: datetime) -> None:
        plain = [each for each in news if not each.is_correction and each.vital]
        if plain:
            frame = as_hot([msgspec.structs.asdict(each) for each in plain])
            await self._writer.put(self._watcher.take(frame, now))
        for patient in {each.patient for each in news if each.is_correction}:
            await self._writer.put(await self._corrected(patient, door, now))
        live = LIVE // timedelta(microseconds=1)
        late = {(r.patient, r.at) for r in news if r.is_correction or r.entered - r.at > live}
        for patient, at in sorted(late):
            await self._score_then(door, patient, as_time(at), now)

    async def _score_then(self, door: Door, patient: int, at: datetime, now: datetime) -> None:
        """What cannot be read of one patient must not keep all from being watched."""
        try:
            await score_then(door, patient, at, self._watcher)
        except Unreachable:
            raise
        except Exception as error:  # whatever the library that packs raises
            log.error("a score of the past cannot be made: %s", place_of(error))
            await self._say(record_unreadable([patient]), now)

    async def _corrected(self, patient: int, door: Door, now: datetime) -> Verdict:
        found = await entered(door, [patient], now - COUNTS, now + LIVE)
        rows = [
            {"patient": patient, "vital": BY_INDEX[vital].name, "at": at, "entered": received,
             "value": value, "is_here": True}
            for vital, _, at, value, received in (
                found[patient].tolist() if patient in found else ())
        ]  # fmt: skip
        return self._watcher.enter_anew(patient, as_hot(rows), now)


async def score_then(door: Door, patient: int, at: datetime, watcher: Watcher) -> None:
    """Note the scores of a past moment, from what the record holds of it now."""
    subject = watcher.subjects.get(patient, ANYBODY)
    charts = watcher.charts_of(patient, at.date())
    devices, by_hand = await known_at(door, patient, at, [chart for _, chart in charts])
    if not devices and not by_hand:
        return
    for place, (scorer, chart) in enumerate(charts):
        worst = worst_of(scorer, chart, devices, by_hand, at)
        score = shown(worst, subject, is_leading=place == 0)
        await _note(door, patient, score)


async def _note(door: Door, patient: int, score: ScoreShown) -> None:
    values = {"patient": patient, "name": score.name, "at_ms": score.at}
    detail = msgspec.json.encode(score).decode()
    last = await door.maybe(Q.score_at, dict, **values)
    if last is not None and msgspec.convert(last["detail"], ScoreShown) == score:
        return
    await door.run(
        Q.note_score, **values, total=score.total, low=score.low, high=score.high,
        risk=score.risk, leading=score.is_leading, detail=detail,
    )  # fmt: skip
