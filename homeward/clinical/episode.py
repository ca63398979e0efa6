"""The life of an alarm episode, as one table; the picture in the documentation is drawn from it.

An episode is one condition of one patient (or one device): acknowledging it touches no other.
Before it is raised there is no row: a condition inside its delay is pending in the rule's own
window. Vocabulary: IEC 60601-1-8:2006+A2:2020.

A high alarm that nobody saw and that comes back milder is shown at its worst until somebody has.

An audio pause stops the sound of one episode for a while, never its calls: nobody has answered.
A high alarm cannot be paused, and what worsens breaks through a pause.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from homeward.model.alarm import Event, Kind, Priority, State
from homeward.model.errors import Conflict


@dataclass(frozen=True, slots=True)
class Key:
    """What makes two findings the same episode."""

    condition: str
    patient_id: int | None = None
    device_id: int | None = None


@dataclass(frozen=True, slots=True)
class Fork:
    """Where an event leads an episode that latches, and one that does not."""

    latching: State
    otherwise: State


_Next = State | Fork

TRANSITIONS: Mapping[State, Mapping[Event, _Next]] = MappingProxyType(
    {
        State.NORMAL: {
            Event.BREACHED: State.PENDING,  # beyond the limit, inside its delay
            Event.RAISED: State.ACTIVE,  # beyond the extreme limit, or a rule without a delay
        },
        State.PENDING: {
            Event.RECOVERED: State.NORMAL,
            Event.RAISED: State.ACTIVE,
        },
        State.ACTIVE: {
            Event.WORSENED: State.ACTIVE,  # it rings anew
            Event.PAUSED: State.AUDIO_PAUSED,
            Event.ACKNOWLEDGED: State.ACKNOWLEDGED,
            # A high alarm that came and went unseen stays on the board until somebody saw it.
            Event.CLEARED: Fork(latching=State.LATCHED, otherwise=State.RESOLVED),
        },
        State.AUDIO_PAUSED: {
            Event.RESUMED: State.ACTIVE,  # the pause is over and nobody has answered
            Event.WORSENED: State.ACTIVE,  # it breaks through
            Event.ACKNOWLEDGED: State.ACKNOWLEDGED,
            Event.CLEARED: Fork(latching=State.LATCHED, otherwise=State.RESOLVED),
        },
        State.ACKNOWLEDGED: {
            Event.WORSENED: State.ACTIVE,  # an acknowledgement covers what was seen, no worse
            Event.CLEARED: State.RESOLVED,
        },
        State.LATCHED: {
            Event.RETURNED: State.ACTIVE,
            Event.ACKNOWLEDGED: State.RESOLVED,
        },
        State.RESOLVED: {},
    }
)


def latches(kind: Kind, priority: Priority) -> bool:
    """Must a person see this before it may leave the board? Only the patient's high alarms."""
    return kind is Kind.PHYSIOLOGICAL and priority is Priority.HIGH


def may_pause(priority: Priority) -> bool:
    """May its sound be paused? High breaks through every pause, so it cannot be paused at all."""
    return priority is not Priority.HIGH


def is_worse(new: Priority, old: Priority) -> bool:
    """Does this priority rank above that one?"""
    ranks = tuple(Priority)  # worst first
    return ranks.index(new) < ranks.index(old)


def next_state(state: State, event: Event, latches: bool) -> State:
    """Where this event leads.

    Raises Conflict for what cannot happen: somebody else was there first.
    """
    target = TRANSITIONS[state].get(event)
    if target is None:
        raise Conflict(f"this alarm is {state}: it cannot be {event} now")
    if isinstance(target, Fork):
        return target.latching if latches else target.otherwise
    return target


def draw() -> str:
    """The table as a Mermaid state diagram."""
    lines = ["stateDiagram-v2"]
    lines += [f'    state "{state}" as {_id(state)}' for state in State if _id(state) != state]
    lines.append("    [*] --> normal")
    for state, events in TRANSITIONS.items():
        for event, target in events.items():
            if isinstance(target, Fork):
                lines.append(f"    {_id(state)} --> {_id(target.latching)}: {event}, if it latches")
                lines.append(
                    f"    {_id(state)} --> {_id(target.otherwise)}: {event}, if it does not"
                )
            else:
                lines.append(f"    {_id(state)} --> {_id(target)}: {event}")
    lines.append("    resolved --> [*]")
    return "\n".join(lines) + "\n"


def _id(state: State) -> str:
    """A name Mermaid can take."""
    return state.replace("-", "_")
