"""What a rule is, and how the house finds its rules: one file in `rules/`, nothing to register.

A rule is a pure function of the window (oldest first, the newest being the reading that just
came) and of whether its episode is open now. It answers a finding while the condition holds,
and None once it does not. A combination looks at the windows of several vitals.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from importlib import import_module
from math import inf
from pkgutil import iter_modules

from homeward.clinical.episode import is_worse
from homeward.clinical.limit import Limit, Words, judge_last, judge_limit
from homeward.clinical.subject import Subject
from homeward.clinical.window import Window
from homeward.model.alarm import Finding, Priority
from homeward.model.errors import Misconfigured
from homeward.model.vital import Vital

Judge = Callable[[Window, bool], Finding | None]
Together = Callable[[Mapping[str, Window], bool], Finding | None]  # windows by vital's name

# Two minutes hold every delay of the rules for vital signs measured each second, and enough
# before them to tell a stream from a spot check.
WINDOW_SECONDS = 120


@dataclass(frozen=True, slots=True)
class Bounds:
    """Values from `low` to `high` cannot begin an episode, whatever came before them."""

    low: float = -inf
    high: float = inf

    def hold(self, value: float) -> bool:
        """Whether this value is one of them. What is no number never is."""
        return self.low <= value <= self.high


NEVER_QUIET = Bounds(inf, -inf)


@dataclass(frozen=True, slots=True)
class Who:
    """Some people, such as an age: `fits` says of a person on a day whether they are of them."""

    name: str
    fits: Callable[[Subject, date], bool]


@dataclass(frozen=True, slots=True)
class Rule:
    """One question asked of one vital. `name` is also the alarm's condition.

    `judge` wants at least `window_seconds` of readings and cares for no older ones. `bounds`
    serve the gate; nothing begins while the newest reading of any of its vitals is within them.
    `yields_to` is the vital that answers the same question better: see `beside_one_another` and
    `may_speak`. `about` is the rule's public documentation. Raise `version` with any change that
    could change a decision.

    `limits` are the defaults of people for whom `limit` is not, the first that fits; `only` is
    whom the rule is for, None for everybody. A combination has `together` as well, which is
    given the fresh windows of `vital` and of `others`, and is asked at a reading of any of them.
    `covered_by` names rules during whose alarms this one does not begin beside them: see
    `is_covered`. One that is not `is_on` waits for somebody to switch it on.
    """

    name: str
    vital: Vital
    version: int
    judge: Judge
    bounds: Bounds
    window_seconds: int = WINDOW_SECONDS
    limit: Limit | None = None
    words: Words | None = None
    yields_to: Vital | None = None
    about: str = ""
    limits: tuple[tuple[Who, Limit], ...] = ()
    only: Who | None = None
    others: tuple[Vital, ...] = ()
    together: Together | None = None
    others_bounds: Mapping[str, Bounds] = field(default_factory=dict[str, Bounds])
    covered_by: tuple[str, ...] = ()
    is_on: bool = True

    @property
    def vitals(self) -> tuple[Vital, ...]:
        """Every vital it looks at."""
        return (self.vital, *self.others)

    def bounds_of(self, vital: Vital) -> Bounds:
        """What the gate may leave out of the readings of one of its vitals."""
        if vital is self.vital:
            return self.bounds
        return self.others_bounds.get(vital.name, NEVER_QUIET)

    @property
    def bounds_at_once(self) -> Bounds:
        """What of its vital begins nothing at once, whatever came before it. What compares several
        readings or vitals, or may have to yield, begins nothing by one value alone."""
        if self.limit is None or self.yields_to is not None:
            return Bounds(-inf, inf)
        return Bounds(*self.limit.waiting)

    @property
    def delay_seconds_max(self) -> int:
        """The longest delay a limit may have: half the window, or the rule's own.

        At each pace of readings some run in the window lasts half of it. A delay of all of it
        would never be over where no reading falls on its very edge: an alarm that never rings.
        """
        own = 0 if self.limit is None else max(self.limit.delay_seconds, self.limit.clear_seconds)
        return max(self.window_seconds // 2, own)

    def ask(self, windows: Mapping[str, Window], is_open: bool) -> Finding | None:
        """Judge, given at least one window of its vitals by name."""
        if self.together is not None:
            return self.together(windows, is_open)
        return self.judge(windows[self.vital.name], is_open)

    def ask_last(self, windows: Mapping[str, Window]) -> Finding | None:
        """Judge, once nothing has come after the newest reading for longer than the delay: only a
        limit finds more by that than it found at the reading."""
        if self.limit is None or self.words is None:
            return None
        return judge_last(windows[self.vital.name], self.limit, self.words, self.window_seconds)

    def of(self, subject: Subject, on: date) -> "Rule | None":
        """The rule by default for one person on one day; None where it is not for them."""
        if self.only is not None and not self.only.fits(subject, on):
            return None
        for who, limit in self.limits:
            if who.fits(subject, on):
                return self.with_limit(limit)
        return self

    def with_limit(self, limit: Limit) -> "Rule":
        """The same rule with one person's own limit.

        Raises Misconfigured where the rule has no single limit, or one on the other side.
        """
        if self.limit is None or self.words is None:
            raise Misconfigured(f"{self.name} has no single limit to replace")
        if limit.side is not self.limit.side:
            raise Misconfigured(f"{self.name} looks {self.limit.side} its limit")
        longest = self.delay_seconds_max
        if limit.delay_seconds > longest or limit.clear_seconds > longest:
            raise Misconfigured(f"{self.name} can wait {longest} s and no longer")
        own = limit_rule(
            self.name, self.vital, limit, self.words, window_seconds=self.window_seconds
        )
        return replace(self, limit=limit, judge=own.judge, bounds=own.bounds)


def limit_rule(
    name: str,
    vital: Vital,
    limit: Limit,
    words: Words,
    *,
    version: int = 1,
    window_seconds: int = WINDOW_SECONDS,
    yields_to: Vital | None = None,
    about: str | None = None,
    limits: tuple[tuple[Who, Limit], ...] = (),
    covered_by: tuple[str, ...] = (),
) -> Rule:
    """A rule that compares one vital with one limit; `limits` and `covered_by` as in Rule."""

    def judge(window: Window, is_open: bool) -> Finding | None:
        return judge_limit(window, is_open, limit, words, window_seconds)

    low, high = limit.quiet
    return Rule(
        name,
        vital,
        version,
        judge,
        Bounds(low, high),
        window_seconds,
        limit,
        words,
        yields_to,
        (about or "").strip(),
        limits,
        covered_by=covered_by,
    )


def combination(
    name: str,
    vital: Vital,
    others: tuple[Vital, ...],
    together: Together,
    *,
    version: int = 1,
    bounds: Bounds = NEVER_QUIET,
    others_bounds: Mapping[str, Bounds] | None = None,
    window_seconds: int = WINDOW_SECONDS,
    only: Who | None = None,
    about: str | None = None,
) -> Rule:
    """A rule over several vitals. A vital whose window is not given is not fresh."""

    def judge(window: Window, is_open: bool) -> Finding | None:
        if not window:
            raise ValueError("there is nothing to judge in an empty window")
        return together({window[-1].vital.name: window}, is_open)

    return Rule(
        name,
        vital,
        version,
        judge,
        bounds,
        window_seconds,
        about=(about or "").strip(),
        only=only,
        others=others,
        together=together,
        others_bounds=others_bounds or {},
    )


def may_speak(rule: Rule, fresh: Collection[str], is_open: bool) -> bool:
    """May this rule be judged now, given the names of the vitals that are fresh?

    One racing heart must not ring twice: a rule that yields is silent while the better
    measurement is fresh. An open episode is judged to its own end all the same.
    """
    return rule.yields_to is None or is_open or rule.yields_to.name not in fresh


def beside_one_another(rules: Sequence[Rule]) -> tuple[Rule, ...]:
    """These rules as they are judged beside one another: one yields only to what is judged.

    Where no limit of the better vital is asked on that side (it is switched off, or not among
    these), whatever is fresh of it answers nothing, and the worse measurement speaks.
    """
    asked = {(rule.vital.name, rule.limit.side) for rule in rules if rule.limit is not None}
    return tuple(
        rule
        if rule.yields_to is None
        or (rule.limit is not None and (rule.yields_to.name, rule.limit.side) in asked)
        else replace(rule, yields_to=None)
        for rule in rules
    )


def is_covered(rule: Rule, finding: Finding, held: Mapping[str, Priority]) -> bool:
    """Does what is held already, by condition, say this as loudly?

    One sick breath must not ring three times. Beyond its extreme a limit always rings; and what
    is covered is asked again at each reading, so it begins once the other is over.
    """
    is_extreme = rule.limit is not None and finding.limit == rule.limit.extreme
    return not is_extreme and any(
        name in held and not is_worse(finding.priority, held[name]) for name in rule.covered_by
    )


def discover(package: str = "homeward.clinical.rules") -> tuple[Rule, ...]:
    """Every rule of a package, by name; each module holds one RULE of the module's own name."""
    rules: list[Rule] = []
    path = import_module(package).__path__
    for module in sorted(iter_modules(path), key=lambda module: module.name):
        rule = import_module(f"{package}.{module.name}").RULE
        if rule.name != module.name:
            raise Misconfigured(f"rule {rule.name!r} lives in {module.name}.py")
        rules.append(rule)
    return tuple(rules)
