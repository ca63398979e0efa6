"""Which numbers of a count are done: a few ranges, however many numbers."""

from bisect import bisect_right


class Ranges:
    """Half-open ranges of whole numbers that neither touch nor overlap, in order."""

    def __init__(self) -> None:
        self._starts: list[int] = []
        self._ends: list[int] = []

    def add(self, start: int, end: int) -> None:
        """These too."""
        if start >= end:
            return
        first = bisect_right(self._ends, start - 1)  # the first that touches or lies behind
        last = bisect_right(self._starts, end)
        if first < last:
            start, end = min(start, self._starts[first]), max(end, self._ends[last - 1])
        self._starts[first:last] = [start]
        self._ends[first:last] = [end]

    def forget_before(self, number: int) -> None:
        """Nobody will ask for numbers before this any more."""
        place = bisect_right(self._ends, number)
        del self._starts[:place], self._ends[:place]

    def next_open(self, number: int) -> int:
        """The first number from this one on that is not done."""
        place = bisect_right(self._starts, number) - 1
        if place >= 0 and number < self._ends[place]:
            return self._ends[place]
        return number

    def open_until(self, number: int) -> int | None:
        """Where the done numbers after this open one begin; None where there are none."""
        place = bisect_right(self._starts, number)
        return self._starts[place] if place < len(self._starts) else None

    def hold(self, start: int, end: int) -> bool:
        """Whether all of these are done."""
        return self.next_open(start) >= end
