"""What a patient's day says is to do next."""

from collections.abc import Sequence
from typing import Any

from homeward.clinical.words import Speech
from homeward.services.chart import views as v


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
