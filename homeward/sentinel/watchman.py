"""When people are told, and what. Pure: rounds in, words out."""

from dataclasses import dataclass

FAILURES_MIN = 2  # one lost round may be the network's hiccup; two in a row are not

DOWN = (
    "the monitoring itself does not work: {why}. Watch the patients by other means, and have the "
    "platform looked at."
)
WELL = "the monitoring works again: alarms arrive."


@dataclass(slots=True)
class Watchman:
    """Counts failures in a row. Moments are of a clock that never goes back (seconds)."""

    began: float
    grace_seconds: float
    repeat_seconds: float
    failures: int = 0
    has_worked: bool = False
    called: float | None = None  # when people were last told that it does not work

    def well(self) -> str | None:
        """A round went well: what people are told, if anything."""
        self.failures, self.has_worked = 0, True
        was_down, self.called = self.called is not None, None
        return WELL if was_down else None

    def lost(self, moment: float, why: str) -> str | None:
        """A round was lost: what people are told, if anything."""
        self.failures += 1
        is_starting = not self.has_worked and moment - self.began < self.grace_seconds
        if self.failures < FAILURES_MIN or is_starting:
            return None
        if self.called is not None and moment - self.called < self.repeat_seconds:
            return None
        self.called = moment
        return DOWN.format(why=why)
