"""Weave wave frames to stretches without a gap. Pure."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from homeward.store.packed import WaveStretch

STRETCH_SECONDS_MAX = 60


@dataclass(frozen=True, slots=True)
class Woven:
    """A stretch and whose it is (0: nobody's)."""

    patient: int
    stretch: WaveStretch


_Line = tuple[int, int]  # device, wave


def weave(
    arrived: Sequence[WaveStretch], patients: Sequence[int], stored: Iterable[dict[str, Any]]
) -> list[Woven]:
    """Join what follows on without a gap; drop what lies within what is stored or came before."""
    covered = _covered(stored)
    woven: list[Woven] = []
    parts: list[Woven] = []
    pairs = zip(patients, arrived, strict=True)
    ordered = sorted((Woven(*pair) for pair in pairs), key=_order)
    for each in ordered:
        line = covered.setdefault((each.stretch.device, each.stretch.wave), [])
        if _is_within(each.stretch, line):
            continue
        _cover(line, each.stretch)
        if parts and not _follows(parts, each):
            woven.append(_joined(parts))
            parts = []
        parts.append(each)
    return [*woven, _joined(parts)] if parts else woven


def _order(each: Woven) -> tuple[int, int, int, int]:
    return each.stretch.device, each.stretch.wave, each.stretch.start, -each.stretch.end


def tolerance_us(rate: float) -> int:
    """How far from its due time a stretch may start and still follow on: half a sample."""
    return max(1_000, round(0.5e6 / rate))


def _covered(stored: Iterable[dict[str, Any]]) -> dict[_Line, list[tuple[int, int]]]:
    covered: dict[_Line, list[tuple[int, int]]] = {}
    for row in stored:
        covered.setdefault((row["device"], row["wave"]), []).append((row["starts"], row["ends"]))
    return {line: sorted(spans) for line, spans in covered.items()}


def _is_within(stretch: WaveStretch, spans: list[tuple[int, int]]) -> bool:
    slack = tolerance_us(stretch.rate)
    place = bisect_right(spans, (stretch.start + slack, stretch.end + slack))
    # Spans are in order of their start; one that holds this stretch began before it, and is
    # rarely far back.
    near = spans[max(0, place - 8) : place]
    return any(stretch.start >= first - slack and stretch.end <= end + slack for first, end in near)


def _cover(spans: list[tuple[int, int]], stretch: WaveStretch) -> None:
    """Remember it, as part of the span it extends where there is one."""
    place = bisect_right(spans, (stretch.start, stretch.end))
    if place and stretch.start - spans[place - 1][0] >= 0:
        first, end = spans[place - 1]
        if abs(stretch.start - end) <= tolerance_us(stretch.rate):
            spans[place - 1] = (first, stretch.end)
            return
    spans.insert(place, (stretch.start, stretch.end))


def _follows(parts: list[Woven], each: Woven) -> bool:
    first, last = parts[0].stretch, parts[-1].stretch
    length = sum(len(part.stretch.samples) for part in parts)
    due = first.start + round(length / first.rate * 1e6)
    return (
        each.patient == parts[0].patient
        and (each.stretch.device, each.stretch.wave) == (last.device, last.wave)
        and (each.stretch.rate, each.stretch.scale) == (last.rate, last.scale)
        and abs(each.stretch.start - due) <= tolerance_us(last.rate)
        and length < STRETCH_SECONDS_MAX * last.rate
    )


def _joined(parts: list[Woven]) -> Woven:
    samples = np.concatenate([part.stretch.samples for part in parts])
    return Woven(parts[0].patient, replace(parts[0].stretch, samples=samples))
