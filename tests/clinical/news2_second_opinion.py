"""NEWS2 once more, on purpose in another way: it shares nothing with the product but the paper.

Each parameter is a ladder of steps (from this value up, so many points) in tenths, as whole
numbers; the rounding is by integer arithmetic on exact fractions.
"""

from bisect import bisect_right
from fractions import Fraction

LADDERS: dict[str, list[tuple[int, int]]] = {
    "respiratory_rate": [(0, 3), (90, 1), (120, 0), (210, 2), (250, 3)],
    "oxygen 1": [(0, 3), (920, 2), (940, 1), (960, 0)],
    "oxygen 2 air": [(0, 3), (840, 2), (860, 1), (880, 0)],
    "oxygen 2 oxygen": [(0, 3), (840, 2), (860, 1), (880, 0), (930, 1), (950, 2), (970, 3)],
    "systolic": [(0, 3), (910, 2), (1010, 1), (1110, 0), (2200, 3)],
    "pulse": [(0, 3), (410, 1), (510, 0), (910, 1), (1110, 2), (1310, 3)],
    "temperature": [(0, 3), (351, 1), (361, 0), (381, 1), (391, 2)],
}


def tenths(value: float, step: int) -> int:
    """The value in tenths, rounded to a multiple of `step` tenths, halves up."""
    exact = Fraction(str(value)) * 10
    return int((exact / step + Fraction(1, 2)) // 1) * step


def part(parameter: str, value: float, scale: int, on_oxygen: bool) -> int:
    """The points of one parameter."""
    if parameter == "on_oxygen":
        return 2 if value else 0
    if parameter == "consciousness":
        return 3 if value else 0
    ladder = parameter
    if parameter == "oxygen_saturation":
        ladder = "oxygen 1" if scale == 1 else f"oxygen 2 {'oxygen' if on_oxygen else 'air'}"
    steps = LADDERS[ladder]
    place = tenths(value, 1 if parameter == "temperature" else 10)
    return steps[bisect_right([start for start, _ in steps], place) - 1][1]


def parts(values: dict[str, float], scale: int) -> list[int]:
    """The points of all seven."""
    return [part(name, value, scale, bool(values["on_oxygen"])) for name, value in values.items()]


def risk(points: list[int]) -> str:
    """The clinical risk, from the points of all seven."""
    total = sum(points)
    ladder = [(0, "low"), (5, "medium"), (7, "high")]
    name = [name for start, name in ladder if total >= start][-1]
    return "low-medium" if name == "low" and max(points) == 3 else name
