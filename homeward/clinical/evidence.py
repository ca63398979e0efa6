"""Evidence: what a rule was given when it decided, kept so that the decision can be made again.

A ledger that says only that an alarm rang cannot be argued with. With the readings, the limit and
the rule's version beside it, anybody can ask the rule once more and compare.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from homeward.clinical.limit import Limit, Side
from homeward.clinical.rule import Rule
from homeward.clinical.window import Window
from homeward.model.errors import Unreadable
from homeward.model.reading import Reading
from homeward.model.vital import BY_NAME

MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Replayed:
    """A decision made again. `is_same` is None where it cannot be: `why_not` says why."""

    is_same: bool | None
    why_not: str | None = None
    text: str | None = None
    priority: str | None = None


def evidence(
    rule: Rule, windows: Mapping[str, Window], is_open: bool, *, is_last: bool = False
) -> dict[str, Any]:
    """What this rule was given, as JSON can hold it. Readings as [us before the newest, value].
    `is_last`: and that nothing came after them for longer than its delay."""
    newest = max(window[-1].at for window in windows.values() if window)
    given = {
        "newest": newest.isoformat(),
        "is_open": is_open,
        "limit": None if rule.limit is None else asdict(rule.limit),
        "readings": {
            name: [[(newest - each.at) // MICROSECOND, each.value] for each in window]
            for name, window in windows.items()
        },
    }
    return given | ({"is_last": True} if is_last else {})


def replay(detail: Mapping[str, Any], rules: Sequence[Rule]) -> Replayed:
    """Make the decision of one line of the ledger again, by today's rules."""
    kept = detail.get("evidence")
    if kept is None:
        return Replayed(None, "nothing was kept to decide it again from")
    rule = next((each for each in rules if each.name == detail.get("rule")), None)
    if rule is None:
        return Replayed(None, f"there is no rule {detail.get('rule')} any more")
    if rule.version != detail.get("version"):
        words = f"{rule.name} was version {detail.get('version')}, and is {rule.version} now"
        return Replayed(None, words)
    rule, windows = _as_it_was(rule, kept), _windows(kept)
    if kept.get("is_last", False):
        found = rule.ask_last(windows)
    else:
        found = rule.ask(windows, kept["is_open"])
    if found is None:
        return Replayed(detail.get("text") is None)
    is_same = (found.text, found.priority) == (detail.get("text"), detail.get("priority"))
    return Replayed(is_same, text=found.text, priority=found.priority)


def _as_it_was(rule: Rule, kept: Mapping[str, Any]) -> Rule:
    limit = kept["limit"]
    if limit is None:
        return rule
    return rule.with_limit(Limit(**(limit | {"side": Side(limit["side"])})))


def _windows(kept: Mapping[str, Any]) -> dict[str, list[Reading]]:
    newest = datetime.fromisoformat(kept["newest"])
    return {
        _known(name): [
            Reading(BY_NAME[name], value, newest - back * MICROSECOND) for back, value in readings
        ]
        for name, readings in kept["readings"].items()
    }


def _known(name: str) -> str:
    if name not in BY_NAME:
        raise Unreadable(f"there is no vital {name}")
    return name
