"""What a wave rule is, and how the house finds them: one file in `rules/`, nothing to register.

A rule says which leads show its condition, and which other signals show that it cannot be so. Two
laws hold for all of them and are kept here, not in each:

- Only what a good signal shows can contradict. Bad quality alone silences nothing.
- What is contradicted is not silent: it becomes a technical alarm at once (see `bedside`).
"""

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from pkgutil import iter_modules

from homeward.clinical.signals.sight import Sight
from homeward.model.alarm import Priority
from homeward.model.errors import Misconfigured


@dataclass(frozen=True, slots=True)
class Shown:
    """One lead shows the condition. Times are seconds before the end of the window (at most 0)."""

    lead: str
    begins: float
    value: float | None = None
    against: tuple[str, ...] = ()  # signals that show that it cannot be so

    @property
    def is_contradicted(self) -> bool:
        """Whether some good signal shows that it cannot be so."""
        return bool(self.against)


@dataclass(frozen=True, slots=True)
class WaveRule:
    """One question asked of the waves. `name` is also the alarm's condition.

    `find` gives every lead that shows the condition, each with what speaks against it. `limit` and
    the values are in `unit`. `text` is for the carer. `covers` are conditions this one includes:
    while it holds they are not raised. One that is not `is_on` waits for somebody to switch it on.
    Raise `version` with any change that could change a decision.
    """

    name: str
    version: int
    priority: Priority
    text: str
    find: Callable[[Sight], list[Shown]]
    unit: str = ""
    limit: float | None = None
    covers: tuple[str, ...] = ()
    about: str = ""
    is_on: bool = True

    def words(self, shown: Shown) -> str:
        """The alarm in a monitor's words: `Asystole 5 s`."""
        if shown.value is None:
            return self.text
        return f"{self.text} {shown.value:.0f} {self.unit}"


def discover(package: str = "homeward.clinical.signals.rules") -> tuple[WaveRule, ...]:
    """Every wave rule, those that cover others first; each module holds one RULE of its name."""
    rules: list[WaveRule] = []
    path = import_module(package).__path__
    for module in sorted(iter_modules(path), key=lambda module: module.name):
        rule: WaveRule = import_module(f"{package}.{module.name}").RULE
        if rule.name != module.name:
            raise Misconfigured(f"wave rule {rule.name!r} lives in {module.name}.py")
        rules.append(rule)
    return tuple(sorted(rules, key=lambda rule: -len(rule.covers)))
