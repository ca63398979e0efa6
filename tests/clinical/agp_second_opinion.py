"""The glucose profile once more, on purpose in another way: by tables of pandas, on plain lists.

It shares nothing with the product but the papers: shares are counted reading by reading,
percentiles by the rank of a sorted list, the time of day by the zone's own clock.
"""

from statistics import fmean, stdev
from zoneinfo import ZoneInfo

import pandas as pd


def percentile(sorted_values: list[float], percent: float) -> float:
    """Linear between the two ranks around it (Hyndman and Fan 1996, type 7)."""
    rank = (len(sorted_values) - 1) * percent / 100
    below = int(rank)
    above = min(below + 1, len(sorted_values) - 1)
    return sorted_values[below] + (rank - below) * (sorted_values[above] - sorted_values[below])


def numbers(values: list[float], low: float = 70, high: float = 180) -> dict[str, float]:
    """Mean, GMI, CV and the five shares in percent."""
    count = {"very_low": 0, "low": 0, "in_range": 0, "high": 0, "very_high": 0}
    for value in values:
        if value < 54:
            count["very_low"] += 1
        elif value < low:
            count["low"] += 1
        elif value <= high:
            count["in_range"] += 1
        elif value <= 250:
            count["high"] += 1
        else:
            count["very_high"] += 1
    mean = fmean(values)
    return {
        "mean": mean,
        "gmi": 3.31 + 0.02392 * mean,
        "cv": 100 * stdev(values) / mean,
        **{name: 100 * each / len(values) for name, each in count.items()},
    }


def profile(moments: pd.Series, values: pd.Series, zone: str) -> dict[int, list[float]]:
    """Of each half-hour with five readings or more: percentiles 5, 25, 50, 75 and 95."""
    wall = moments.dt.tz_localize("UTC").dt.tz_convert(ZoneInfo(zone))
    slot = wall.dt.hour * 2 + wall.dt.minute // 30
    found: dict[int, list[float]] = {}
    for place, mine in values.groupby(slot):
        if len(mine) >= 5:
            ranked = sorted(float(each) for each in mine)
            found[int(str(place))] = [percentile(ranked, each) for each in (5, 25, 50, 75, 95)]
    return found
