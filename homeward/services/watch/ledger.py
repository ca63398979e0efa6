"""The ledger: every alarm a row, every transition a line, both in one commit, then told.

The row decides, never a memory: a nurse acknowledges in one process while the watcher judges
in another, so each change locks the open episode and asks the life cycle where it leads.
"""

import contextlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import msgspec

from homeward.bus import Bus
from homeward.clinical.episode import Key, is_worse, latches, next_state
from homeward.guard.sealing import Secret, of_patient
from homeward.model.alarm import Event, Finding, Kind, Priority, State
from homeward.model.errors import Conflict, Forbidden
from homeward.model.shown import AlarmShown
from homeward.services.watch.share import EVERYBODY, Q, Share
from homeward.store import Door, Store

GROUPED = "grouped"
ORDERED = "ordered"
REASON_CHARACTERS_MAX = 500
PRETEND_KEPT_FOR = timedelta(days=30)  # as long as the sentinel's rounds
FORGOTTEN_MOST = 500  # at once: in half a minute, and a round leaves one
NEWS = timedelta(minutes=10)  # whoever heard nothing for longer asks for the whole board


@dataclass(frozen=True, slots=True)
class Change:
    """What the watcher saw happen to one condition: a finding while it holds, None once over.

    `measured` and `received` are of the reading that decided. `detail` goes to the ledger; ORDERED
    in it marks what no reading decided, but an order of what is watched for.
    `cause` is the condition this one shares its cause with, `ward_id` the ward of what is about
    a ward rather than a patient. `is_again`: decided from the record, perhaps a second time.
    `is_corrected`: by what stands now of what was entered, so that a reading which decided before
    may decide once more, and otherwise.
    """

    key: Key
    kind: Kind
    at: datetime
    finding: Finding | None
    measured: datetime | None = None
    received: datetime | None = None
    detail: dict[str, Any] = field(default_factory=dict)
    cause: Key | None = None
    ward_id: int | None = None
    is_again: bool = False
    is_corrected: bool = False


@dataclass(frozen=True, slots=True)
class Episode:
    """An open episode as its row has it."""

    id: int
    patient_id: int | None
    device_id: int | None
    condition: str
    kind: Kind
    priority: Priority
    state: State
    since: datetime
    measured: datetime | None

    @property
    def key(self) -> Key:
        """Whose condition it is."""
        return Key(self.condition, self.patient_id, self.device_id)


@dataclass(frozen=True, slots=True)
class Seen:
    """How an alarm stood on the screen of whoever acknowledges it."""

    priority: Priority
    state: State


async def open_episodes(door: Door) -> list[Episode]:
    """Every open episode."""
    return [episode_of(row) for row in await door.all(Q.open_episodes, dict)]


async def left_behind(door: Door) -> list[Episode]:
    """Answered episodes of patients whom no device measures any more."""
    return [episode_of(row) for row in await door.all(Q.left_behind, dict)]


async def answered(door: Door) -> list[Episode]:
    """Answered episodes of patients."""
    return [episode_of(row) for row in await door.all(Q.answered, dict)]


async def forget_pretend(door: Door, now: datetime) -> None:
    """Let go of what the sentinel's pretend patient left behind, a little at a time."""
    values = {"before": now - PRETEND_KEPT_FOR, "most": FORGOTTEN_MOST}
    await door.run(Q.forget_pretend, **values)
    await door.run(Q.forget_pretend_scores, **values)


async def write(store: Store, bus: Bus, changes: Sequence[Change]) -> list[AlarmShown]:
    """Write changes in one transaction, then tell the alarms they touched."""
    return await tell(store.door(), bus, await commit(store, changes))


async def commit(store: Store, changes: Sequence[Change], share: Share = EVERYBODY) -> list[int]:
    """Write changes in one transaction; which alarms they touched.

    Changes that lead nowhere (raised already, cleared already) touch nothing, so the same
    changes may be written again after a commit whose answer was lost. Raises Overtaken, and writes
    nothing, where another watcher has the share by now.
    """
    touched: dict[int, None] = {}
    async with store.door().transaction() as door:
        await share.hold(door)
        for change in changes:
            alarm = await _write_one(door, change)
            if alarm is not None:
                touched[alarm] = None
    return list(touched)


async def tell_news(door: Door, bus: Bus, now: datetime) -> None:
    """Tell every alarm that is open or ended lately, as it is now."""
    rows = await door.all(Q.news, dict, since=now - NEWS)
    await tell(door, bus, [row["id"] for row in rows])


async def tell(door: Door, bus: Bus, alarms: Sequence[int]) -> list[AlarmShown]:
    """Tell these alarms as they are now."""
    if not alarms:
        return []
    shown = await door.all(Q.shown, AlarmShown, ids=list(alarms))
    if bus.connected:  # else the row stands, and everything open is told once it is back
        for alarm in shown:
            await bus.tell("told.alarm", alarm)
    return shown


async def acknowledge(
    store: Store,
    bus: Bus,
    door: Door,
    alarm: int,
    reason: str,
    now: datetime,
    seen: Seen | None = None,
) -> AlarmShown:
    """One person takes one condition of one patient; every other keeps ringing.

    Raises Missing for no such alarm, Conflict where somebody was first, it is over, or it is
    worse than what was seen: an acknowledgement covers that and no more.
    """
    if door.actor is None:
        raise Forbidden
    async with door.transaction() as inside:
        episode = episode_of(await inside.one(Q.episode, dict, id=alarm))
        _must_be_as_seen(episode, seen)
        state = next_state(
            episode.state, Event.ACKNOWLEDGED, latches(episode.kind, episode.priority)
        )
        person = door.actor.person_id
        reason = reason.strip()[:REASON_CHARACTERS_MAX]
        values = {"id": alarm, "state": state, "now": now, "person": person}
        kept = words_of(episode, "alarm.acknowledged_reason", reason)
        await inside.run(Q.acknowledge_alarm, reason=kept, **values)
        said = words_of(episode, "alarm_event.detail", reason)
        await note(inside, alarm, now, Event.ACKNOWLEDGED, state, {}, person, said)
    return await after_act(store, bus, alarm)


async def after_act(store: Store, bus: Bus, alarm: int) -> AlarmShown:
    """The alarm as a person's act has left it; it is told to everybody else."""
    shown = await store.door().one(Q.one_shown, AlarmShown, id=alarm)
    with contextlib.suppress(Exception):  # the act is written, told or not; screens ask again
        await tell(store.door(), bus, [alarm])
    return shown


def _must_be_as_seen(episode: Episode, seen: Seen | None) -> None:
    if seen is None:
        return
    if is_worse(episode.priority, seen.priority):
        raise Conflict("This alarm has become worse since you looked. Look again.")
    if seen.state is State.LATCHED and episode.state is State.ACTIVE:
        raise Conflict("This alarm was over and has come back since you looked. Look again.")


async def _write_one(door: Door, change: Change) -> int | None:
    key = change.key
    where = {"patient": key.patient_id, "device": key.device_id, "condition": key.condition}
    row = await door.maybe(Q.open_episode, dict, **where)
    episode = None if row is None else episode_of(row)
    if change.finding is None:
        return None if episode is None else await _clear(door, episode, change)
    if episode is None:
        return await _raise(door, change, change.finding, where)
    rung = await _ring_anew(door, episode, change, change.finding)
    grouped = await _group(door, episode, change)
    return rung or grouped


async def _raise(door: Door, change: Change, finding: Finding, where: dict[str, Any]) -> int | None:
    values = _finding_values(change, finding) | where
    is_known = change.measured is not None and not change.is_corrected
    if is_known and await door.maybe(Q.raised_by, dict, **values):
        return None
    is_pending = finding.since < change.at
    before = State.PENDING if is_pending else State.NORMAL
    state = next_state(before, Event.RAISED, latches(change.kind, finding.priority))
    row = await door.maybe(
        Q.raise_alarm, dict, kind=change.kind, state=state, since=finding.since, now=change.at,
        cause=await _cause(door, change), ward=change.ward_id, **values,
    )  # fmt: skip
    if row is None:
        raise Conflict(f"{change.key.condition} was raised by somebody else just now")
    await note(door, row["id"], change.at, Event.RAISED, state, _detail(change))
    return row["id"]


async def _ring_anew(door: Door, episode: Episode, change: Change, finding: Finding) -> int | None:
    if episode.state is State.LATCHED:
        if await _is_judged_again(door, episode, change):
            return None
        event = Event.RETURNED
    elif is_worse(finding.priority, episode.priority):
        event = Event.WORSENED
    else:
        return None
    state = next_state(episode.state, event, latches(episode.kind, episode.priority))
    # Only of what nobody has seen: by a milder end it would leave the board unseen.
    is_milder = is_worse(episode.priority, finding.priority)
    query = Q.ring_as_before if is_milder else Q.ring_anew
    values = _finding_values(change, finding)
    await door.run(query, id=episode.id, state=state, now=change.at, **values)
    await note(door, episode.id, change.at, event, state, _detail(change))
    return episode.id


async def _is_judged_again(door: Door, episode: Episode, change: Change) -> bool:
    """Whether this is the reading that raised it, judged again by one who takes over, or one from
    before it that only the record heard; not where an order ended the episode, and it is ordered
    otherwise now."""
    is_older = change.is_again and _is_older(change, episode)
    if (
        change.is_corrected
        or change.measured is None
        or not (is_older or change.measured == episode.measured)
    ):
        return False
    return not (await door.one(Q.ended_by_order, dict, id=episode.id))["is_so"]


async def _cause(door: Door, change: Change) -> int | None:
    """The open episode of what this one shares its cause with."""
    key = change.cause
    if key is None:
        return None
    where = {"patient": key.patient_id, "device": key.device_id, "condition": key.condition}
    row = await door.maybe(Q.open_episode, dict, **where)
    return None if row is None else row["id"]


async def _group(door: Door, episode: Episode, change: Change) -> int | None:
    """An open episode turns out to share its cause with others: no row changes but its own."""
    cause = await _cause(door, change)
    if cause is None or not await door.run(Q.group_alarm, id=episode.id, cause=cause):
        return None
    await note(door, episode.id, change.at, GROUPED, episode.state, {"cause": cause})
    return episode.id


async def _clear(door: Door, episode: Episode, change: Change) -> int | None:
    if change.is_again and _is_older(change, episode):
        return None  # it ended what was before, and was judged then
    try:
        state = next_state(episode.state, Event.CLEARED, latches(episode.kind, episode.priority))
    except Conflict:  # latched: cleared before
        return None
    await door.run(Q.clear_alarm, id=episode.id, state=state, now=change.at)
    await note(door, episode.id, change.at, Event.CLEARED, state, _detail(change))
    return episode.id


def _is_older(change: Change, episode: Episode) -> bool:
    """Whether the reading that decided is older than the one the episode stands for."""
    if change.measured is None or episode.measured is None:
        return False
    return change.measured < episode.measured


async def note(
    door: Door,
    alarm: int,
    now: datetime,
    event: str,
    state: State,
    detail: dict[str, Any],
    person: int | None = None,
    reason: Secret | str | None = None,
) -> None:
    """Write one line of an episode's story; `reason` in somebody's own words."""
    words = msgspec.json.encode(detail).decode()
    values = {"alarm": alarm, "now": now, "event": event, "state": state}
    await door.run(Q.note_event, person=person, detail=words, reason=reason, **values)


def words_of(episode: Episode, place: str, words: str) -> Secret | str | None:
    """What somebody said of an alarm, as it is kept: sealed where it is of a patient."""
    if not words or episode.patient_id is None:
        return words or None
    return Secret(of_patient(episode.patient_id), place, words)


def _finding_values(change: Change, finding: Finding) -> dict[str, Any]:
    return {
        "priority": finding.priority,
        "text": finding.text,
        "patient_text": finding.patient_text,
        "value": finding.value,
        "limit": finding.limit,
        "measured": change.measured,
        "received": change.received,
    }


def _detail(change: Change) -> dict[str, Any]:
    """What the ledger keeps of how it was decided: how long judging took, and from what."""
    detail = dict(change.detail)
    if change.received is not None:
        detail["judged_seconds"] = round((change.at - change.received).total_seconds(), 6)
    if change.measured is not None:
        detail["measured"] = change.measured.isoformat()
    if change.finding is not None:
        detail |= {"text": change.finding.text, "priority": change.finding.priority}
    return detail


def episode_of(row: dict[str, Any]) -> Episode:
    """An episode from its row."""
    words = {
        "kind": Kind(row["kind"]),
        "priority": Priority(row["priority"]),
        "state": State(row["state"]),
    }
    return Episode(**(row | words))
