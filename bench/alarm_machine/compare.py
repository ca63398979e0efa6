"""A story lived through twice, where the two differ, and the least of it that still shows it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from bench.alarm_machine.house import House, lines
from bench.alarm_machine.second_life import Line
from bench.alarm_machine.second_opinion import moment, opinion
from bench.alarm_machine.stories import Story
from homeward.clinical.rule import Rule
from homeward.clinical.rules import RULES
from homeward.model.vital import BY_INDEX

TRIES_MAX = 80
LINES_MAX = 60


@dataclass(frozen=True)
class Difference:
    """Where house and reference part, for one patient."""

    patient: int
    tick: int
    house: Line | None
    reference: Line | None


@dataclass(frozen=True)
class Outcome:
    """What a story came to."""

    patient_hours: float
    judged: int
    lines: int
    raised: int
    differences: tuple[Difference, ...]
    disagreements: int  # of the watcher's memory with the ledger
    house: House


def lived(story: Story, rules: Sequence[Rule] = RULES) -> Outcome:
    """Live it through, and ask the reference."""
    house = House(story, rules)
    house.live()
    found = lines(house)
    differences = [
        each
        for person in story.people
        if (each := _difference(person.id, found.get(person.id, []), opinion(story, person)))
    ]
    return Outcome(
        story.patient_hours,
        house.judged,
        sum(map(len, found.values())),
        sum(line[2] == "raised" for each in found.values() for line in each),
        tuple(differences),
        len(house.disagreements),
        house,
    )


def _difference(patient: int, house: list[Line], reference: list[Line]) -> Difference | None:
    if house == reference:
        return None
    place = next(
        (place for place, pair in enumerate(zip(house, reference, strict=False))
         if pair[0] != pair[1]),
        min(len(house), len(reference)),
    )  # fmt: skip
    one = house[place] if place < len(house) else None
    other = reference[place] if place < len(reference) else None
    tick = min(line[0] for line in (one, other) if line is not None)
    return Difference(patient, tick, one, other)


def least(story: Story, difference: Difference, rules: Sequence[Rule] = RULES) -> Story:
    """The story of that patient alone, with as little in it as still shows a difference."""
    found = replace(story.only(difference.patient), ticks=difference.tick + 1)
    tries = 0

    def still(shorter: Story) -> bool:
        nonlocal tries
        tries += 1
        return tries <= TRIES_MAX and bool(lived(shorter, rules).differences)

    if not still(found):
        return story.only(difference.patient)
    for name in ("said", "down", "acts", "rows"):
        step = max(1, len(getattr(found, name)) // 2)
        while tries < TRIES_MAX:
            place = 0
            while place < len(getattr(found, name)) and tries < TRIES_MAX:
                all_of = getattr(found, name)
                keep = np.ones(len(all_of), bool)
                keep[place : place + step] = False
                fewer = all_of[keep] if name == "rows" else tuple(
                    each for each, kept in zip(all_of, keep, strict=True) if kept)  # fmt: skip
                shorter = replace(found, **{name: fewer})
                if still(shorter):
                    found = shorter
                else:
                    place += step
            if step == 1:
                break
            step //= 2
    return found


def told(story: Story, difference: Difference) -> str:
    """For whoever looks for the reason."""
    person = story.people[0]
    words = [
        f"seed {story.seed}, patient {person.id}: born {person.born}, scale {person.oxygen_scale}, "
        f"ward {person.ward}; a tick is {story.tick_us / 1e6:g} s, tick 0 is {story.at(0)}",
        f"  house:     {difference.house}",
        f"  reference: {difference.reference}",
    ]
    words += [f"  device {each.id} expects {each.expects}" for each in person.devices]
    words += [f"  {each}" for each in story.said]
    words += [f"  not watching from tick {down} to {up}" for down, up in story.down]
    words += [f"  tick {tick}: {act}" for tick, _, act in story.acts]
    rows = story.rows[-LINES_MAX:]
    words += [
        f"  tick {row['tick']}: {BY_INDEX[int(row['vital'])].name} {row['value']:g} of device "
        f"{row['device']}, measured {moment(int(row['at']))}, received "
        f"{moment(int(row['received']))}{', late' if row['late'] else ''}"
        for row in rows
    ]
    return "\n".join(words)
