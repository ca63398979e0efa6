"""A recording second by second, as frames of a second come from a device."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from bench._recordings import Bed
from homeward.clinical.signals.bedside import ARTEFACT, Bedside
from homeward.clinical.signals.rules import RULES

START = datetime(2026, 3, 1, tzinfo=UTC)
START_US = int(START.timestamp()) * 1_000_000
FIRST_LOOK = 16


@dataclass(slots=True)
class Look:
    """What one second brought, by condition: shown at all, raised, and the word about the ECG."""

    second: int
    shown: set[str]
    raised: set[str]
    is_told: bool


def replay(bed: Bed, first: int = FIRST_LOOK) -> list[Look]:
    """Second by second, as frames of a second come from a device."""
    bedside = Bedside()
    wave_of = _wave_names(bed)
    holding: dict[str, int] = {}
    looks: list[Look] = []
    for second in range(1, bed.seconds + 1):
        now = START + timedelta(seconds=second)
        begin, end = round((second - 1) * bed.rate), round(second * bed.rate)
        start_us = START_US + round(begin / bed.rate * 1_000_000)
        for name, (_, values) in bed.waves.items():
            bedside.take(*wave_of[name], start_us, bed.rate, values[begin:end], now)
        if second < first:
            continue
        sight = bedside.sight(now)
        if sight is None:
            continue
        shown = {rule.name for rule in RULES if rule.find(sight)}
        seen = bedside.judge(sight, now, holding)
        for each in seen:
            if each.finding is None:
                holding.pop(each.condition, None)
            else:
                holding[each.condition] = second
        raised = {each.condition for each in seen if each.finding is not None}
        looks.append(Look(second, shown, raised - {ARTEFACT}, ARTEFACT in raised))
    return looks


def _wave_names(bed: Bed) -> dict[str, tuple[int, str]]:
    """Each lead of a record is an ECG lead here, whatever it is called: as of its own device."""
    words = {"ecg": "ecg_ii", "pleth": "pleth", "pressure": "arterial_pressure"}
    return {
        name: (place, words[kind]) for place, (name, (kind, _)) in enumerate(bed.waves.items(), 1)
    }
