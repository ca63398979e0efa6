"""The life of an episode: every state against every event, and the picture of it."""

from itertools import product

import pytest

from homeward.clinical.episode import (
    TRANSITIONS,
    Key,
    draw,
    is_worse,
    latches,
    may_pause,
    next_state,
)
from homeward.model.alarm import Event, Kind, Priority, State
from homeward.model.errors import Conflict

# state, event, latches -> state; whatever is not here is a conflict.
EXPECTED = {
    (State.NORMAL, Event.BREACHED, False): State.PENDING,
    (State.NORMAL, Event.BREACHED, True): State.PENDING,
    (State.NORMAL, Event.RAISED, False): State.ACTIVE,
    (State.NORMAL, Event.RAISED, True): State.ACTIVE,
    (State.PENDING, Event.RECOVERED, False): State.NORMAL,
    (State.PENDING, Event.RECOVERED, True): State.NORMAL,
    (State.PENDING, Event.RAISED, False): State.ACTIVE,
    (State.PENDING, Event.RAISED, True): State.ACTIVE,
    (State.ACTIVE, Event.PAUSED, False): State.AUDIO_PAUSED,
    (State.ACTIVE, Event.PAUSED, True): State.AUDIO_PAUSED,
    (State.AUDIO_PAUSED, Event.RESUMED, False): State.ACTIVE,
    (State.AUDIO_PAUSED, Event.RESUMED, True): State.ACTIVE,
    (State.AUDIO_PAUSED, Event.WORSENED, False): State.ACTIVE,
    (State.AUDIO_PAUSED, Event.WORSENED, True): State.ACTIVE,
    (State.AUDIO_PAUSED, Event.ACKNOWLEDGED, False): State.ACKNOWLEDGED,
    (State.AUDIO_PAUSED, Event.ACKNOWLEDGED, True): State.ACKNOWLEDGED,
    (State.AUDIO_PAUSED, Event.CLEARED, False): State.RESOLVED,
    (State.AUDIO_PAUSED, Event.CLEARED, True): State.LATCHED,
    (State.ACTIVE, Event.WORSENED, False): State.ACTIVE,
    (State.ACTIVE, Event.WORSENED, True): State.ACTIVE,
    (State.ACTIVE, Event.ACKNOWLEDGED, False): State.ACKNOWLEDGED,
    (State.ACTIVE, Event.ACKNOWLEDGED, True): State.ACKNOWLEDGED,
    (State.ACTIVE, Event.CLEARED, False): State.RESOLVED,
    (State.ACTIVE, Event.CLEARED, True): State.LATCHED,
    (State.ACKNOWLEDGED, Event.WORSENED, False): State.ACTIVE,
    (State.ACKNOWLEDGED, Event.WORSENED, True): State.ACTIVE,
    (State.ACKNOWLEDGED, Event.CLEARED, False): State.RESOLVED,
    (State.ACKNOWLEDGED, Event.CLEARED, True): State.RESOLVED,
    (State.LATCHED, Event.RETURNED, False): State.ACTIVE,
    (State.LATCHED, Event.RETURNED, True): State.ACTIVE,
    (State.LATCHED, Event.ACKNOWLEDGED, False): State.RESOLVED,
    (State.LATCHED, Event.ACKNOWLEDGED, True): State.RESOLVED,
}


@pytest.mark.parametrize(("state", "event", "latching"), list(product(State, Event, (False, True))))
def test_every_state_and_event(state: State, event: Event, latching: bool) -> None:
    expected = EXPECTED.get((state, event, latching))
    if expected is None:
        with pytest.raises(Conflict, match=f"this alarm is {state}"):
            next_state(state, event, latching)
    else:
        assert next_state(state, event, latching) is expected


def test_two_nurses_cannot_both_be_first() -> None:
    seen = next_state(State.ACTIVE, Event.ACKNOWLEDGED, True)
    with pytest.raises(Conflict):
        next_state(seen, Event.ACKNOWLEDGED, True)


def test_only_the_patients_own_high_alarms_latch() -> None:
    wanted = {(Kind.PHYSIOLOGICAL, Priority.HIGH)}
    assert {pair for pair in product(Kind, Priority) if latches(*pair)} == wanted


def test_high_breaks_through_a_pause_and_cannot_be_paused() -> None:
    assert next_state(State.AUDIO_PAUSED, Event.WORSENED, latches=True) is State.ACTIVE
    assert [may_pause(priority) for priority in Priority] == [False, True, True]


def test_worse_is_strictly_worse() -> None:
    worse = {pair for pair in product(Priority, Priority) if is_worse(*pair)}
    assert worse == {
        (Priority.HIGH, Priority.MEDIUM),
        (Priority.HIGH, Priority.LOW),
        (Priority.MEDIUM, Priority.LOW),
    }


def test_d1_acknowledging_one_condition_touches_no_other() -> None:
    """D1: alarms keyed by level let an acknowledged high glucose silence a low one."""
    keys = [
        Key("glucose_high", patient_id=1),
        Key("glucose_low", patient_id=1),
        Key("glucose_high", patient_id=2),
        Key("glucose_high", device_id=1),
    ]
    ward = dict.fromkeys(keys, State.ACTIVE)
    assert len(ward) == 4
    first = Key("glucose_high", patient_id=1)
    ward[first] = next_state(ward[first], Event.ACKNOWLEDGED, latches=False)
    assert [ward[key] for key in keys] == [State.ACKNOWLEDGED, *[State.ACTIVE] * 3]


def test_every_state_is_left_or_final_and_the_picture_shows_each_way() -> None:
    assert set(TRANSITIONS) == set(State)
    picture = draw()

    def name(state: State) -> str:
        return state.replace("-", "_")

    lines = picture.splitlines()
    assert lines[0] == "stateDiagram-v2"
    assert [each for each in lines if "[*]" in each] == [
        "    [*] --> normal",
        "    resolved --> [*]",
    ]
    named = [each for each in lines if each.strip().startswith("state ")]
    assert named == ['    state "audio-paused" as audio_paused']
    for (state, event, latching), target in EXPECTED.items():
        del latching
        assert any(
            line.strip().startswith(f"{name(state)} --> {name(target)}: {event}")
            for line in picture.splitlines()
        )
