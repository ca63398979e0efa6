"""The second opinion's life of an alarm: a handful of ifs."""

from dataclasses import dataclass

from bench.alarm_machine.second_limits import HIGH, LOW, RANK, SECOND, Found
from bench.alarm_machine.stories import Story

PAUSE_SECONDS = 120
Line = tuple[int, str, str, str, str, int | None, float | None]
"""tick, condition, what happened, how it stands then, priority, since, limit"""


@dataclass
class Life:
    """One condition's episodes, one after the other."""

    condition: str
    is_physiological: bool
    log: list[Line]
    state: str = "none"
    priority: str = LOW
    changed: int = 0  # tick

    def found(self, tick: int, found: Found) -> None:
        """It holds, or is worse than it was."""
        if self.state == "none":
            self._become(tick, "raised", "active", found)
        elif self.state == "latched":
            self._become(tick, "returned", "active", found)
        elif RANK[found.priority] < RANK[self.priority]:
            self._become(tick, "worsened", "active", found)

    def over(self, tick: int) -> None:
        """It does not hold any more."""
        if self.state in ("active", "audio-paused"):
            is_kept = self.is_physiological and self.priority == HIGH
            self._become(tick, "cleared", "latched" if is_kept else "resolved")
        elif self.state == "acknowledged":
            self._become(tick, "cleared", "resolved")

    def acknowledge(self, tick: int) -> None:
        """Somebody takes it."""
        if self.state in ("active", "audio-paused"):
            self._become(tick, "acknowledged", "acknowledged")
        elif self.state == "latched":
            self._become(tick, "acknowledged", "resolved")

    def pause(self, tick: int) -> None:
        """Somebody wants quiet. A high alarm cannot be paused."""
        if self.state == "active" and self.priority != HIGH:
            self._become(tick, "audio paused", "audio-paused")

    def resume(self, tick: int) -> None:
        """The pause is over."""
        self._become(tick, "resumed", "active")

    def _become(self, tick: int, event: str, state: str, found: Found | None = None) -> None:
        unseen = event == "returned" and self.priority == HIGH  # however mild it comes back
        if found is not None and not unseen:
            self.priority = found.priority
        self.state, self.changed = "none" if state == "resolved" else state, tick
        since, limit = (None, None) if found is None else (found.since, found.limit)
        self.log.append((tick, self.condition, event, state, self.priority, since, limit))


def answer(life: Life, tick: int, act: str) -> None:
    """Somebody answers, one way or the other."""
    if act == "acknowledge":
        life.acknowledge(tick)
    else:
        life.pause(tick)


def resume_before(story: Story, life: Life, until: int) -> None:
    """A pause ends with the first look after its time."""
    due = story.listening_after(story.time(life.changed) + PAUSE_SECONDS * SECOND)
    if due < until:
        life.resume(due)
