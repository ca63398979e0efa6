"""Wave rules as settings know rules: on or off, for the site, a ward or a patient."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import cache

from homeward.clinical.rule import NEVER_QUIET, Rule
from homeward.clinical.setting import Setting, in_force
from homeward.clinical.signals.claim import WaveRule
from homeward.clinical.signals.rules import RULES
from homeward.clinical.subject import ANYBODY
from homeward.clinical.window import Window
from homeward.model.vital import HEART_RATE

LABEL = "ECG"


def _never(_: Window, __: bool) -> None:
    return None


@cache
def as_rule(wave: WaveRule) -> Rule:
    """The same question as a rule without a limit. It is never asked of readings."""
    about = f"{wave.text}: {wave.about[:1].lower()}{wave.about[1:]}"
    return Rule(
        wave.name, HEART_RATE, wave.version, _never, NEVER_QUIET, about=about, is_on=wave.is_on
    )


AS_RULES: Mapping[str, Rule] = {wave.name: as_rule(wave) for wave in RULES}


def rules_on(rules: Sequence[WaveRule], settings: Iterable[Setting]) -> list[WaveRule]:
    """Those of the rules that are on for a person whom these settings concern."""
    every = in_force([as_rule(rule) for rule in rules], ANYBODY, date.min, settings)
    on = {each.default.name for each in every if each.rule is not None}
    return [rule for rule in rules if rule.name in on]
