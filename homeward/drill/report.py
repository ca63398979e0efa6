"""What a drill reports, for people and for programs."""

import json
from dataclasses import asdict, dataclass, field


@dataclass(frozen=True, slots=True)
class Bar:
    """One thing that must hold: `measured` is at most `most`; None: it never came."""

    what: str
    most: float
    measured: float | None

    @property
    def is_held(self) -> bool:
        """Whether it holds."""
        return self.measured is not None and self.measured <= self.most


@dataclass(frozen=True, slots=True)
class Said:
    """Something the screens said, so many seconds after the fault began."""

    at: float
    text: str


@dataclass
class Report:
    """One drill. Times in seconds.

    `alarm_seconds`: from when the pretend patient falls ill, during the fault, until the
    alarm was on the screen; `alarm_seconds_after`: of these, after the fault's end. None: never.
    `silent_seconds`: the longest a device got no acknowledgement. `back_seconds`: from the fault's
    end until every device got one again and the pages answered. `told_seconds`: until a screen
    showed the technical alarm that belongs to the fault.
    """

    fault: str
    component: str
    on: str
    seconds: float
    acknowledged: int
    lost: int
    doubled: int
    altered: int
    alarm_seconds: float | None
    alarm_seconds_after: float | None
    silent_seconds: float
    back_seconds: float | None
    told_seconds: float | None
    said: list[Said]
    notes: list[str]
    bars: list[Bar] = field(default_factory=list[Bar])

    @property
    def is_passed(self) -> bool:
        """Whether every bar holds."""
        return all(bar.is_held for bar in self.bars)

    def text(self) -> str:
        """For a person."""
        what = f"{self.fault} {self.component}".strip()
        lines = [
            f"Drill: {what}, {self.seconds:.1f} s, on {self.on}",
            "",
            f"  {self.acknowledged:,} readings acknowledged, {self.lost} lost, "
            f"{self.doubled} doubled, {self.altered} altered",
            f"  alarm on the screen   {_seconds(self.alarm_seconds)} after its cause, "
            f"{_seconds(self.alarm_seconds_after)} after the fault's end",
            f"  no acknowledgement    for {self.silent_seconds:.1f} s at most",
            f"  all taken again       {_seconds(self.back_seconds)} after the fault's end",
            "",
            "  What the screens said:" if self.said else "  The screens said nothing.",
            *(f"    {said.at:7.1f} s  {said.text}" for said in self.said),
            "",
            *(f"  note: {note}" for note in self.notes),
            *(f"  {'held  ' if bar.is_held else 'FAILED'}  {bar.what}: {_plain(bar.measured)}"
              f" (at most {_plain(bar.most)})" for bar in self.bars),
            "",
            "Passed." if self.is_passed else "FAILED.",
        ]  # fmt: skip
        return "\n".join(lines)

    def json(self) -> str:
        """For a program."""
        bars = [asdict(bar) | {"is_held": bar.is_held} for bar in self.bars]
        return json.dumps(asdict(self) | {"bars": bars, "is_passed": self.is_passed}, indent=1)


def _seconds(value: float | None) -> str:
    return "never" if value is None else f"{value:.1f} s"


def _plain(value: float | None) -> str:
    return "never" if value is None else f"{value:g}"
