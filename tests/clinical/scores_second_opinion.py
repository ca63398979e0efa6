"""Bedside PEWS, MEWS, MEOWS and qSOFA once more, on purpose in another way.

It shares nothing with the product but the papers: rules as the papers print them, from the worst
down, on exact fractions rounded by integer arithmetic.
"""

from collections.abc import Callable, Mapping
from fractions import Fraction

Values = Mapping[str, float]


def nearest(value: float, parts: int = 1) -> Fraction:
    """The value to the nearest whole, tenth or hundredth; halves up."""
    return Fraction((Fraction(str(value)) * parts + Fraction(1, 2)) // 1, parts)


# Bedside PEWS: "1", "2", "4" as printed in table 1, by age in months (first that is below).
PEWS_HEART = [
    (3, "≥190≤80 ≥180≤90 ≥150≤110"), (12, "≥180≤70 ≥170≤80 ≥150≤100"),
    (48, "≥170≤60 ≥150≤70 ≥120≤90"), (144, "≥150≤50 ≥130≤60 ≥110≤70"),
    (999, "≥140≤40 ≥120≤50 ≥100≤60"),
]  # fmt: skip
PEWS_PRESSURE = [
    (3, "≥130≤45 ≥100≤50 ≥80≤60"), (12, "≥150≤60 ≥120≤70 ≥100≤80"),
    (48, "≥160≤65 ≥125≤75 ≥110≤90"), (144, "≥170≤70 ≥140≤80 ≥120≤90"),
    (999, "≥190≤75 ≥150≤85 ≥130≤100"),
]  # fmt: skip
PEWS_BREATHS = [
    (3, "≥91≤15 ≥81≤19 ≥61≤29"), (12, "≥81≤15 ≥71≤19 ≥51≤24"),
    (48, "≥71≤12 ≥61≤15 ≥41≤19"), (144, "≥51≤10 ≥41≤14 ≥31≤19"),
    (999, "≥30≤9 ≥23≤10 ≥17≤11"),
]  # fmt: skip


def _printed(table: list[tuple[int, str]], months: int, value: float) -> int:
    cells = next(cells for below, cells in table if months < below)
    for points, cell in zip((4, 2, 1), cells.split(), strict=True):
        high, low = (int(each) for each in cell.removeprefix("≥").split("≤"))
        if nearest(value) >= high or nearest(value) <= low:
            return points
    return 0


def _oxygen(values: Values) -> int:
    """All of one moment: the worst that anybody said."""
    litres, percent = nearest(values["oxygen_flow"], 100), nearest(values["inspired_oxygen"])
    if litres >= 4 or percent >= 50:
        return 4
    return 2 if litres > 0 or percent > 21 else 0


def bedside_pews(values: Values, months: int) -> list[int]:
    """Sub-scores in the order of the paper."""
    saturation = nearest(values["oxygen_saturation"])
    return [
        _printed(PEWS_HEART, months, values["heart_rate"]),
        _printed(PEWS_PRESSURE, months, values["systolic"]),
        4 if nearest(values["capillary_refill"], 10) >= 3 else 0,
        _printed(PEWS_BREATHS, months, values["respiratory_rate"]),
        {0: 0, 1: 1, 2: 2, 3: 4}[int(values["respiratory_effort"])],
        0 if saturation > 94 else 1 if saturation > 90 else 2,
        _oxygen(values),
    ]


def mews(values: Values) -> list[int]:
    """Points in the order of the paper."""
    pressure, heart = nearest(values["systolic"]), nearest(values["heart_rate"])
    breaths, warmth = nearest(values["respiratory_rate"]), nearest(values["temperature"], 10)
    return [
        _first(pressure, (lambda v: v <= 70, 3), (lambda v: v <= 80, 2), (lambda v: v <= 100, 1),
               (lambda v: v < 200, 0), (lambda v: True, 2)),
        _first(heart, (lambda v: v >= 130, 3), (lambda v: v > 110, 2), (lambda v: v > 100, 1),
               (lambda v: v > 50, 0), (lambda v: v > 40, 1), (lambda v: True, 2)),
        _first(breaths, (lambda v: v >= 30, 3), (lambda v: v > 20, 2), (lambda v: v > 14, 1),
               (lambda v: v >= 9, 0), (lambda v: True, 2)),
        2 if warmth < 35 or warmth >= Fraction(385, 10) else 0,
        (0, 1, 1, 2, 3)[int(values["consciousness"])],
    ]  # fmt: skip


def _first(value: Fraction, *steps: tuple[Callable[[Fraction], bool], int]) -> int:
    return next(points for holds, points in steps if holds(value))


def qsofa(values: Values) -> list[int]:
    """One for each criterion."""
    return [
        int(nearest(values["respiratory_rate"]) >= 22),
        int(nearest(values["systolic"]) <= 100),
        int(values["consciousness"] != 0),
    ]


def meows(values: Values) -> list[str]:
    """A colour for each observation."""

    def colour(name: str, red: tuple[float, float], *yellow: tuple[float, float]) -> str:
        value = nearest(values[name], 10 if name == "temperature" else 1)
        if value < red[0] or value > red[1]:
            return "red"
        return "yellow" if any(low <= value <= high for low, high in yellow) else "white"

    return [
        colour("temperature", (35, 38), (35, 36)),
        colour("systolic", (90, 160), (90, 100), (150, 160)),
        colour("diastolic", (0, 100), (90, 100)),
        colour("heart_rate", (40, 120), (40, 50), (100, 120)),
        colour("respiratory_rate", (10, 30), (21, 30)),
        colour("oxygen_saturation", (95, 100)),
        ("white", "yellow", "yellow", "red", "red")[int(values["consciousness"])],
    ]


def is_trigger(colours: list[str]) -> bool:
    """One red, or two yellow."""
    return "red" in colours or colours.count("yellow") >= 2
