"""What a patient's day says: how their values are, and what is to do next. Pure."""

from collections.abc import Collection, Sequence
from typing import Any

from homeward.clinical.rule import Rule
from homeward.clinical.words import Speech
from homeward.model.vital import BY_NAME
from homeward.services.chart import views as v
from homeward.services.chart.words import BESIDE, VitalInWords, in_words, order


def every_in_words(
    newest: Sequence[v.VitalShown],
    now_ms: int,
    say: Speech,
    rules: Sequence[Rule],
    told: Collection[str],
    oxygen_scale: int = 1,
) -> list[VitalInWords]:
    """The newest values as their owner reads them, in the page's order.

    `rules`: those that are on for them; `told`: the vitals of which a message stands open;
    `oxygen_scale`: NEWS2's, by a doctor's order. A lower number of blood pressure whose upper one
    is not of the same moment stands by itself.
    """
    values = {(each.vital, each.at): each.value for each in newest}
    found: list[VitalInWords] = []
    for each in sorted(newest, key=lambda each: order(BY_NAME[each.vital])):
        if any((upper, each.at) in values for upper, own in BESIDE.items() if own == each.vital):
            continue
        other = BESIDE.get(each.vital, "")
        beside = values.get((other, each.at))
        is_told = each.vital in told or (beside is not None and other in told)
        vital = BY_NAME[each.vital]
        worded = in_words(
            vital, each.value, each.at, now_ms, say,
            rules=rules, is_told=is_told, beside=beside, oxygen_scale=oxygen_scale,
        )  # fmt: skip
        if worded is not None:
            found.append(worded)
    return found


def next_steps(
    alarms: Sequence[v.AlarmForPatient],
    vitals: Sequence[Any],
    devices: Sequence[v.WornDevice],
    is_due: bool,
    say: Speech,
) -> list[v.NextStep]:
    """What to do next, most urgent first; never "all is well" on old values, nor while something
    of their plan (`is_due`) waits for them."""
    steps = [v.NextStep(say("next.now"), each.text) for each in alarms]
    if not all(each.connected for each in devices):
        steps.append(_step("next.lost", say))
    if vitals and all(each.tone == "old" for each in vitals):
        steps.append(_step("next.old", say))
    if is_due:
        steps.append(_step("next.due", say))
    if not steps and vitals:
        how = "next.nothing.how" if devices else "next.nothing.alone"
        steps.append(v.NextStep(say("next.nothing"), say(how)))
    return steps


def _step(key: str, say: Speech) -> v.NextStep:
    return v.NextStep(say(key), say(f"{key}.how"))
