"""One drill from its first steady second to its report."""

import asyncio
import time
from collections.abc import Sequence

from homeward.drill.faults import Fault
from homeward.drill.load import held_against
from homeward.drill.report import Bar, Report, Said
from homeward.drill.scene import Scene
from homeward.drill.screen import Word

CONDITION = "oxygen_low"
STEADY_SECONDS = 2.0  # of undisturbed load before, and after
WELL_SHARE = 0.4  # of the fault, until the patient falls ill where that must not hold up an alarm
PATIENCE_SECONDS = 60.0
DRAIN_SECONDS_MAX = 120.0
TOLD_SECONDS_MAX = 10.0
BACK_SECONDS_MAX = 30.0
CLEAR_SECONDS = 17.0  # an episode ends after 15 s of good values (clinical/rules/oxygen_low.py)


async def drill(scene: Scene, fault: Fault, seconds: float, on: str) -> Report:
    """Break it for so long, mend it, and say what happened. Raises Unreachable where it does not
    come back at all."""
    await asyncio.sleep(STEADY_SECONDS)
    began = time.monotonic()
    async with fault.begin(scene):
        # Where alarms must come all the same: once whoever needs what is broken stands still, and
        # its first patience is over (store.inbox.COMMIT_SECONDS_MAX).
        well = seconds * WELL_SHARE if fault.spares_alarms else 0.0
        await asyncio.sleep(well)
        ill = time.monotonic()
        scene.is_ill = True
        await asyncio.sleep(seconds - well)
        ended = time.monotonic()
    patience = PATIENCE_SECONDS - (time.monotonic() - ended)
    heard = await scene.screens[0].hears(CONDITION, ill, patience)
    back = await _taken_again(scene, ended)
    await asyncio.sleep(STEADY_SECONDS)
    await _drained(scene)
    kept = await held_against(scene.url, scene.senders, scene.patients)
    words = [word for screen in scene.screens for word in screen.words if word.at >= began]
    report = Report(
        fault=fault.name,
        component=scene.component if fault.name == "kill" else "",
        on=on,
        seconds=round(ended - began, 3),
        acknowledged=kept.acknowledged,
        lost=kept.lost,
        doubled=kept.doubled,
        altered=kept.altered,
        alarm_seconds=_since(heard, ill),
        alarm_seconds_after=None if heard is None else round(max(0.0, heard - ended), 3),
        silent_seconds=round(max(each.receipts.gap_seconds for each in scene.senders), 3),
        back_seconds=back,
        told_seconds=_told(words, fault.tells, began),
        said=_said(words, began),
        notes=list(scene.notes),
    )
    report.bars = _bars(report, fault)
    return report


async def _taken_again(scene: Scene, ended: float) -> float | None:
    """Seconds from the fault's end until every device was acknowledged something again."""

    def is_back() -> bool:
        return all(each.receipts.last > ended for each in scene.senders) and scene.answers()

    is_there = await scene.until(is_back, PATIENCE_SECONDS)
    return round(time.monotonic() - ended, 3) if is_there else None


async def _drained(scene: Scene) -> None:
    for sender in scene.senders:
        sender.is_over = True
    await asyncio.sleep(0.5)  # the reading each is about to send
    async with asyncio.timeout(DRAIN_SECONDS_MAX):
        await asyncio.gather(*(sender.device.drained() for sender in scene.senders))


def _since(at: float | None, began: float) -> float | None:
    return None if at is None else round(at - began, 3)


def _told(words: Sequence[Word], tells: Sequence[str], began: float) -> float | None:
    """When a screen first showed one of these alarms."""
    times = [word.at for word in words if word.condition in tells]
    return _since(min(times, default=None), began)


def _said(words: Sequence[Word], began: float) -> list[Said]:
    """What any of the screens said, once each, in the order it came."""
    first: dict[str, float] = {}
    for word in sorted(words, key=lambda each: each.at):
        text = word.text if not word.condition else f"{word.condition}: {word.text}"
        first.setdefault(text, word.at)
    return [Said(round(at - began, 2), text) for text, at in first.items()]


def _bars(report: Report, fault: Fault) -> list[Bar]:
    bars = [
        Bar("acknowledged readings lost", 0, report.lost),
        Bar("readings doubled", 0, report.doubled),
        Bar("readings with another value than measured", 0, report.altered),
    ]
    what = "alarm on the screen, s from "
    if fault.spares_alarms:
        bars.append(Bar(what + "its cause", fault.alarm_seconds_max, report.alarm_seconds))
    else:
        after = report.alarm_seconds_after
        bars.append(Bar(what + "the fault's end", fault.alarm_seconds_max, after))
    if fault.tells:
        what = "technical alarm on the screen, s from the fault"
        bars.append(Bar(what, TOLD_SECONDS_MAX, report.told_seconds))
    bars.append(Bar("readings taken again, s from the fault's end", BACK_SECONDS_MAX,
                    report.back_seconds))  # fmt: skip
    return bars


async def well_again(scene: Scene) -> None:
    """On the running installation: the pretend patient gets well, so that no alarm stays open."""
    scene.is_ill = False
    ill = scene.senders[0]
    ill.is_over = False
    sending = asyncio.create_task(ill.run())
    try:
        await asyncio.sleep(CLEAR_SECONDS)
        await scene.screens[0].acknowledge_open()
    finally:
        sending.cancel()
        await asyncio.gather(sending, return_exceptions=True)
