"""Drills on a twin: what was acknowledged is kept, and the alarm comes, whatever fails.

A few of the faults, for moments; `make soak NAME=drill` lets every one last.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from homeward.cli._pretend import keep_sentinel
from homeward.cli.settings import environment
from homeward.drill import drilled
from homeward.drill.disk import Disk, why_not
from homeward.drill.faults import FAULTS
from homeward.drill.house import House
from homeward.drill.scene import staged
from homeward.drill.twin import papers_of, reaching, twin
from homeward.settings import load

SECONDS = 1.0
PROBES = 2


@dataclass
class Twin:
    house: House
    disk: Disk | None


@pytest.fixture(scope="module")
def one() -> Iterator[Twin]:
    settings, _ = load({})
    with twin(settings, environment(settings), has_disk=not why_not()) as (house, disk, _):
        yield Twin(house, disk)


@pytest.mark.parametrize("name", ["cut", "loss", "disk-full", "kill"])
async def test_nothing_acknowledged_is_lost_and_the_alarm_comes(one, monkeypatch, name) -> None:
    fault = FAULTS[name]
    if fault.needs_disk and one.disk is None:
        pytest.skip(why_not())
    monkeypatch.setattr(drilled, "STEADY_SECONDS", 0.2)
    settings, _ = load({})
    papers = papers_of(one.house)
    reached = reaching(settings, one.house)
    async with staged(reached, papers, keep_sentinel, name=name, probes=PROBES) as scene:
        scene.house, scene.disk, scene.component = one.house, one.disk, "watch"
        seconds = min(SECONDS, fault.seconds)
        told = await drilled.drill(scene, fault, seconds, "a twin")
    assert told.acknowledged > 10
    assert (told.lost, told.doubled, told.altered) == (0, 0, 0), told.text()
    assert told.alarm_seconds is not None, told.text()
    assert told.back_seconds is not None, told.text()
    if fault.tells:
        assert told.told_seconds is not None, told.text()
    if name == "cut":
        assert told.silent_seconds >= SECONDS  # it was cut indeed
