"""One sick parameter rings once: a score's warning by a single parameter, and that one's limits.

A saturation of 84 % is beyond its limit and scores three in NEWS2. While the limit's alarm holds,
as loud or louder, the warning does not begin beside it. Whenever a limit's alarm ends the score is
asked again, so nothing is lost; and what rings already goes on to its own end.
"""

from collections.abc import Collection, Mapping

from homeward.clinical.episode import is_worse
from homeward.clinical.rules import RULES
from homeward.clinical.score import Score, Scorer
from homeward.model.alarm import Finding
from homeward.services.watch.conditions import Conditions

# By parameter of a score, whose pulse is the heart's own rate where that is measured.
LIMITS_OF: dict[str, tuple[str, ...]] = {}
for _rule in RULES:
    if _rule.limit is not None:
        _name = "pulse" if _rule.vital.name == "heart_rate" else _rule.vital.name
        LIMITS_OF[_name] = (*LIMITS_OF.get(_name, ()), _rule.name)
COVERING = frozenset(name for names in LIMITS_OF.values() for name in names)


def uncovered(
    conditions: Conditions,
    patient: int,
    scorer: Scorer,
    score: Score,
    holding: Collection[str],
) -> Mapping[str, Finding]:
    """What a score finds, without the warning that limits of every parameter giving it cover;
    `holding` names its own conditions that hold now."""
    found = scorer.findings(score, holding)
    single = scorer.table.single
    if single is None or single.condition is None or single.condition not in found:
        return found
    if single.condition in holding:
        return found
    loud = [each.parameter for each in score.parts if (each.points or 0) >= single.points]
    for parameter in loud:
        held = conditions.priorities(patient, LIMITS_OF.get(parameter, ())).values()
        if all(is_worse(single.priority, each) for each in held):
            return found
    return {name: each for name, each in found.items() if name != single.condition}
