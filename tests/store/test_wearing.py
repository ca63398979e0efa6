"""Whose a reading is, and which is the newest: the quick way says what the plain one says."""

from itertools import product

import numpy as np
import pytest

from homeward.store.newest import OWNED, newest_of
from homeward.store.wearing import FOREVER, NOBODY, WORN, wearers_of, worn_of


def _plainly(device: int, at: int, worn: list[tuple[int, int, int, int]]) -> int:
    """Whoever put it on last before then, unless they took it off."""
    begun = [each for each in worn if each[0] == device and each[2] <= at]
    if not begun:
        return NOBODY
    last = max(begun, key=lambda each: each[2])
    return last[1] if at < last[3] else NOBODY


def test_nobody_wears_what_is_not_worn() -> None:
    asked = np.array([1, 2]), np.array([5, 5])
    assert wearers_of(*asked, np.empty(0, WORN)).tolist() == [NOBODY, NOBODY]
    assert wearers_of(np.empty(0, int), np.empty(0, int), np.ones(1, WORN)).tolist() == []


@pytest.mark.parametrize("is_once", [True, False])
def test_who_wore_it_as_looked_up_one_by_one(is_once: bool) -> None:
    rng = np.random.default_rng(7)
    for count in (1, 2, 5, 40):
        rows = rng.permutation([*product(range(2, 12, 2), range(0, 100, 3))])[:count].tolist()
        if is_once:
            rows = [*{device: [device, start] for device, start in rows}.values()]
        worn = [
            (device, patient, start, FOREVER if patient % 3 == 0 else start + int(rng.integers(30)))
            for patient, (device, start) in enumerate(rows, 1)
        ]
        devices, at = rng.integers(0, 14, 500), rng.integers(-5, 120, 500)
        wanted = [_plainly(*each, worn) for each in zip(devices.tolist(), at.tolist(), strict=True)]
        assert wearers_of(devices, at, np.array(worn, WORN)).tolist() == wanted


def test_who_still_wears_it_wears_it_forever() -> None:
    lists = {"devices": [3, 3], "patients": [1, 2], "starts": [5, 50], "ends": [40, None]}
    assert worn_of(lists).tolist() == [(3, 1, 5, 40), (3, 2, 50, FOREVER)]


def test_the_newest_of_each_and_of_one_moment_the_last_that_came() -> None:
    rng = np.random.default_rng(11)
    for count in (0, 1, 300):
        rows = np.zeros(count, OWNED)
        for name, most in (("patient", 9), ("vital", 4), ("at", 6), ("received", 1_000_000)):
            rows[name] = rng.integers(1, most, count)
        newest: dict[tuple[int, int], tuple[int, int]] = {}
        for patient, vital, _, at, _, received in rows.tolist():
            line = patient, vital
            newest[line] = max(newest.get(line, (0, 0)), (at, received))
        found = newest_of(rows)[["patient", "vital", "at", "received"]].tolist()
        assert found == [(*line, *newest[line]) for line in sorted(newest)]
