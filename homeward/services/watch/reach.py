"""How far back the watcher remembers."""

from collections.abc import Sequence

from homeward.clinical.rule import Rule
from homeward.model.vital import BY_INDEX


def window_seconds(rules: Sequence[Rule], least: float) -> dict[int, float]:
    """How far back each vital (by index) must be remembered, at least `least`."""
    seconds = dict.fromkeys(BY_INDEX, least)
    for rule in rules:
        for vital in rule.vitals:
            seconds[vital.index] = max(seconds[vital.index], rule.window_seconds)
    return seconds
