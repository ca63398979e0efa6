"""What the benches of revocation have in common: how soon each was cut off, and who came back."""

import math
import statistics
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from bench.report import finish, table

P99_SECONDS_MAX, SECONDS_MAX = 1.0, 5.0


@dataclass
class Cuts:
    """Seconds from each end to its cut, by kind, and of all those that fell beside a kill; who was
    killed; tries to come in again, and how many did."""

    seconds: dict[str, list[float]] = field(default_factory=dict[str, list[float]])
    beside_kills: list[float] = field(default_factory=list[float])
    kills: Counter[str] = field(default_factory=Counter[str])
    tries: int = 0
    re_entries: int = 0

    def note(self, kind: str, seconds: float, killed: str = "") -> None:
        """One was cut off, beside the kill of that, if any."""
        self.seconds.setdefault(kind, []).append(seconds)
        if killed:
            self.beside_kills.append(seconds)
        if seconds > P99_SECONDS_MAX:
            print(
                f"{kind}: {seconds:.2f} s{f', {killed} was killed' if killed else ''}", flush=True
            )

    def add(self, other: "Cuts") -> None:
        """Count these with ours."""
        for kind, some in other.seconds.items():
            self.seconds.setdefault(kind, []).extend(some)
        self.beside_kills += other.beside_kills
        self.kills += other.kills
        self.tries += other.tries
        self.re_entries += other.re_entries

    @property
    def all(self) -> list[float]:
        """Of all kinds."""
        return [each for some in self.seconds.values() for each in some]

    @property
    def is_broken(self) -> bool:
        """Whether somebody came back, or was cut too late."""
        is_late = percentile(self.all, 99) > P99_SECONDS_MAX or max(self.all) > SECONDS_MAX
        return self.re_entries > 0 or is_late

    def tell(self, name: str) -> None:
        """Print the table, and end the bench of this name. Exits with 1 where a bar is broken."""
        rows = [*self.seconds.items(), ("all", self.all), ("... beside a kill", self.beside_kills)]
        table(
            ("cut, ms", "times", "median", "p99", "most"),
            [
                (kind, len(some), *(f"{1000 * each:,.0f}" for each in (
                    statistics.median(some), percentile(some, 99), max(some),
                )))
                for kind, some in rows
                if some
            ],
        )  # fmt: skip
        killed = ", ".join(f"{name} {times}" for name, times in sorted(self.kills.items()))
        print(f"killed: {killed or 'nobody'}")
        print(f"{self.tries:,} tries to come back, {self.re_entries} let in")
        finish(name, self.figures)
        if self.is_broken:
            raise SystemExit(1)

    @property
    def figures(self) -> dict[str, object]:
        """As a bench ends with them."""
        return {
            "cuts": len(self.all),
            "cut_p50_seconds": statistics.median(self.all),
            "cut_p99_seconds": percentile(self.all, 99),
            "cut_max_seconds": max(self.all),
            "beside_kills_max_seconds": max(self.beside_kills, default=0.0),
            "tries": self.tries,
            "re_entries": self.re_entries,
            "kills": self.kills.total(),
        }


def percentile(values: Sequence[float], percent: float) -> float:
    """The smallest of these values that so many percent do not exceed."""
    ordered = sorted(values)
    return ordered[math.ceil(len(ordered) * percent / 100) - 1]
