"""What people do about an alarm besides taking it: pause its sound, say what they did.

And what time does: a pause ends by itself. Its end is a row's, so no restart forgets it.
"""

from datetime import datetime, timedelta

from homeward.bus import Bus
from homeward.clinical.episode import latches, may_pause, next_state
from homeward.model.alarm import Event
from homeward.model.errors import Conflict, Forbidden, Unreadable
from homeward.model.shown import AlarmShown
from homeward.services.watch.ledger import (
    REASON_CHARACTERS_MAX,
    Q,
    after_act,
    episode_of,
    note,
    tell,
    words_of,
)
from homeward.store import Door, Store

ACTED = "acted"


async def pause(
    store: Store, bus: Bus, door: Door, alarm: int, seconds: int, now: datetime
) -> AlarmShown:
    """No sound of one alarm for `seconds`; its calls go on, for nobody has answered.

    Raises Missing for no such alarm, Conflict for one that is high or cannot be paused now.
    """
    if door.actor is None:
        raise Forbidden
    person = door.actor.person_id
    async with door.transaction() as inside:
        episode = episode_of(await inside.one(Q.episode, dict, id=alarm))
        if not may_pause(episode.priority):
            raise Conflict("A high alarm cannot be paused. Acknowledge it.")
        is_latching = latches(episode.kind, episode.priority)
        state = next_state(episode.state, Event.PAUSED, is_latching)
        until = now + timedelta(seconds=seconds)
        await inside.run(Q.pause_alarm, id=alarm, state=state, until=until, person=person)
        detail = {"seconds": seconds}
        await note(inside, alarm, now, Event.PAUSED, state, detail, person)
    return await after_act(store, bus, alarm)


async def resume(store: Store, bus: Bus, now: datetime, seconds: int) -> list[int]:
    """End pauses that lasted `seconds`; which alarms sound again."""
    async with store.door().transaction() as door:
        over = await door.all(Q.paused_too_long, dict, now=now, seconds=seconds)
        for episode in map(episode_of, over):
            is_latching = latches(episode.kind, episode.priority)
            state = next_state(episode.state, Event.RESUMED, is_latching)
            await door.run(Q.resume_alarm, id=episode.id, state=state)
            await note(door, episode.id, now, Event.RESUMED, state, {})
    again = [row["id"] for row in over]
    await tell(store.door(), bus, again)
    return again


async def say_acted(
    store: Store, bus: Bus, door: Door, alarm: int, what: str, now: datetime
) -> AlarmShown:
    """Note what was done about an alarm, in the carer's own words; also long after it.

    Raises Missing for no such alarm, Unreadable for no words.
    """
    if door.actor is None:
        raise Forbidden
    what = what.strip()[:REASON_CHARACTERS_MAX]
    if not what:
        raise Unreadable("Say what was done.")
    async with door.transaction() as inside:
        episode = episode_of(await inside.one(Q.episode, dict, id=alarm))
        said = words_of(episode, "alarm_event.detail", what)
        await note(inside, alarm, now, ACTED, episode.state, {}, door.actor.person_id, said)
    return await after_act(store, bus, alarm)
