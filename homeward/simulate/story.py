"""Stories: what happens to a body, as moments in a TOML file.

A story names causes (an infection, an opioid, a probe that falls off), never vital signs: those
follow in the body. Between two moments a number moves smoothly; words and flags switch.
"""

import tomllib
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from importlib.resources import files
from typing import Any, Self

from homeward.model.errors import Misconfigured

RHYTHMS = ("sinus", "atrial_fibrillation", "ectopic", "recorded")


@dataclass(frozen=True, slots=True)
class Causes:
    """What acts on a body at one moment. Numbers are 0 (absent) to 1 (as bad as it gets)."""

    infection: float = 0.0
    opioid: float = 0.0
    lung: float = 0.0  # blood that passes the lungs without taking up oxygen
    exertion: float = 0.0
    fast_rate: float = 0.0  # drive of an atrial fibrillation
    insulin: float = 0.0  # more insulin than the meal needs
    on_oxygen: bool = False
    probe: bool = True  # the finger probe sits where it should
    leads: bool = True
    rhythm: str = "sinus"


@dataclass(frozen=True, slots=True)
class Story:
    """Moments (seconds since the story began, causes then), told once or again and again."""

    title: str
    moments: tuple[tuple[float, Causes], ...]
    repeat_seconds: float | None

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a story. Raises Misconfigured for words that no body knows."""
        told = tomllib.loads(text)
        known = {each.name for each in fields(Causes)}
        moments: list[tuple[float, Causes]] = []
        causes = Causes()
        for moment in told["moment"]:
            changes = {name: value for name, value in moment.items() if name != "at"}
            if unknown := sorted(changes.keys() - known):
                raise Misconfigured(f"{told['title']}: no body knows {', '.join(unknown)}")
            causes = replace(causes, **changes)
            if causes.rhythm not in RHYTHMS:
                raise Misconfigured(f"{told['title']}: no heart beats in {causes.rhythm!r}")
            moments.append((float(moment["at"]), causes))
        return cls(told["title"], tuple(moments), told.get("repeat_seconds"))

    def at(self, seconds: float) -> Causes:
        """What acts `seconds` after the story began."""
        if self.repeat_seconds:
            seconds %= self.repeat_seconds
        place = bisect_right(self.moments, seconds, key=lambda moment: moment[0])
        if place == 0:
            return self.moments[0][1]
        before_at, before = self.moments[place - 1]
        if place == len(self.moments):
            return before
        after_at, after = self.moments[place]
        return _between(before, after, (seconds - before_at) / (after_at - before_at))


def _between(before: Causes, after: Causes, share: float) -> Causes:
    smooth = share * share * (3 - 2 * share)
    moved: dict[str, Any] = {}
    for each in fields(Causes):
        start, end = getattr(before, each.name), getattr(after, each.name)
        if isinstance(start, float | int) and not isinstance(start, bool) and start != end:
            moved[each.name] = start + smooth * (end - start)
    return replace(before, **moved) if moved else before


def story(name: str) -> Story:
    """A story we ship, such as `sepsis`."""
    path = files("homeward.simulate").joinpath("stories", f"{name}.toml")
    return Story.parse(path.read_text())


def stories() -> Sequence[str]:
    """The names of all we ship."""
    folder = files("homeward.simulate").joinpath("stories")
    return sorted(path.name[:-5] for path in folder.iterdir() if path.name.endswith(".toml"))
