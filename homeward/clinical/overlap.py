"""Readings of one vital from several sources: what two of them measured together counts once.

A cuff sends what it measured and its owner types the same into the app; a watch tells a pulse
beside the oximeter's. In a mean both would weigh twice. So within a minute only the better source
is counted: a medical device, then what is worn, then what came through a phone, then what was
entered by hand; of equals the one that said more. What no better source measured then is kept, and
no source is without a say in its own minutes. Reports count so; the record keeps all, and alarms
are judged by all.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from homeward.clinical.totals import CARRIED, WORN, place_of
from homeward.clinical.words import ENGLISH, Speech
from homeward.model.entered import BY_HAND, PATIENT_APP, TYPED

Array = npt.NDArray[Any]

RANKS = 4  # as the catalogues of words name them, `report.twice.0` being the best
ENTERED = RANKS - 1
WITHIN_US = 60_000_000


def rank_of(device: int, *words: str, name: str = "") -> int:
    """How good a source is, 0 the best, by what it is called and what kind it is; what comes first
    is asked first. `name` is the registry's, by which is known what a patient typed. A device that
    says nothing of itself was registered here: a medical one."""
    if device == BY_HAND or (PATIENT_APP in words and name.startswith(TYPED)):
        return ENTERED
    place = place_of(*words)
    return {WORN: 1, CARRIED: 2}.get(place, 0)


def counted_once(
    vitals: Sequence[Array], ranks: Mapping[int, int]
) -> tuple[list[Array], dict[int, int]]:
    """Of vitals that were measured together, the rows of each that count; and how many of each
    source do not.

    Rows have `at` (us since 1970) and `device`, oldest first; a device without a rank is a medical
    one.
    """
    every = np.concatenate([rows["device"] for rows in vitals]) if vitals else np.empty(0, int)
    devices, counts = np.unique(every, return_counts=True)
    said = dict(zip(devices.tolist(), counts.tolist(), strict=True))
    order = sorted(said, key=lambda device: (ranks.get(device, 0), -said[device], device))
    kept = [_kept(rows, order) for rows in vitals]
    left = {
        device: count - sum(int((rows["device"] == device).sum()) for rows in kept)
        for device, count in said.items()
    }
    return kept, {device: count for device, count in left.items() if count}


def in_words(left: Mapping[int, int], ranks: Mapping[int, int], say: Speech = ENGLISH) -> str:
    """What to say of readings that do not count, by device; empty where all do."""
    if not left:
        return ""
    by_rank = [0] * RANKS
    for device, count in left.items():
        by_rank[ranks.get(device, 0)] += count
    whose = ", ".join(
        f"{say(f'report.twice.{rank}')}: {say.number(count, in_groups=True)}"
        for rank, count in enumerate(by_rank)
        if count
    )
    return say("report.twice", values=say.number(sum(by_rank), in_groups=True), whose=whose)


def _kept(rows: Array, order: Sequence[int]) -> Array:
    counts = np.zeros(len(rows), bool)
    for device in order:
        mine = np.flatnonzero(rows["device"] == device)
        counts[mine[_is_alone(rows["at"][mine], rows["at"][counts])]] = True
    return rows[counts]


def _is_alone(at: Array, others: Array) -> npt.NDArray[np.bool_]:
    """Which of these moments are a minute at least from all others, which stand in order."""
    since = np.searchsorted(others, at - WITHIN_US, "right")
    until = np.searchsorted(others, at + WITHIN_US, "left")
    return since >= until
