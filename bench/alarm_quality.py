"""How many alarms from waveforms are false, and how many true ones it costs to have fewer.

    make bench NAME=alarm_quality         about three minutes

Replays public recordings second by second through the code that watches wards:

- 500 alarms that bedside monitors raised and experts judged (PhysioNet/CinC Challenge 2015), with
  the 40 s before each. The numbers in the rules were chosen on the records with odd numbers; those
  with even numbers are what is reported.
- 12 hours of two ECG leads with a reference for every beat (MIT-BIH Arrhythmia Database), no pulse.
- 3.6 hours of one lead and a pleth of intensive care patients (BIDMC), with the monitor's numbers.

"Before" is what any one lead raises alone, "after" what is left once the other signals were asked.
What is taken away must have raised the technical alarm instead; the bench fails otherwise.
"""

import sys
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from math import sqrt

import numpy as np

from bench._recordings import Bed, challenge, holter, intensive_care
from bench.alarm_records.long import COVERS, ByNumbers, ByReference, Long, shown_long
from bench.alarm_records.replayed import FIRST_LOOK, START, START_US, replay
from bench.report import finish, table
from homeward.clinical.rules import RULES as VITAL_RULES
from homeward.clinical.signal import Kind
from homeward.clinical.signals.rules import RULES
from homeward.model.frame import Channel, WaveFrame
from homeward.model.reading import Reading
from homeward.model.vital import BY_NAME
from homeward.model.wave import BY_NAME as BY_NAME_OF_WAVES
from homeward.services.watch.conditions import Conditions
from homeward.services.watch.curves import HEAD, Curves

# The alarm's condition lies in the last ten seconds of a record, and a look is a second wide.
JUDGED_SECONDS = 11
ALARMS = {
    "Asystole": "asystole",
    "Bradycardia": "extreme_bradycardia",
    "Tachycardia": "extreme_tachycardia",
    "Ventricular_Tachycardia": "ventricular_tachycardia",
    "Ventricular_Flutter_Fib": "ventricular_fibrillation",
}
BEDS, BED_SECONDS = 32, 20
DATA_WORDS = "the recordings are not beside the repository (../shared/data)"


@dataclass(slots=True)
class Told:
    """One alarm of a monitor: what an expert said of it, and what our rules did."""

    name: str
    number: int
    is_true: bool
    before: bool
    after: bool
    is_told: bool


def judge_alarm(bed: Bed) -> Told:
    """What our rules say of what a monitor said."""
    looks = [look for look in replay(bed) if look.second > bed.seconds - JUDGED_SECONDS - 1]
    name = ALARMS[bed.alarm]
    worse = {other for other, covers in COVERS.items() if name in covers}
    before = any(look.shown & worse for look in looks)
    after = any(look.raised & worse for look in looks)
    told = any(look.is_told for look in looks)
    return Told(name, int(bed.name[1:-1]), bed.is_true, before, after, told)


def score(told: Sequence[Told], of: str) -> tuple[int, int, int, int]:
    """True and false alarms kept, true and false ones gone: TP, FP, FN, TN."""
    kept = Counter((each.is_true, bool(getattr(each, of))) for each in told)
    return kept[True, True], kept[False, True], kept[True, False], kept[False, False]


def challenge_score(counts: tuple[int, int, int, int]) -> float:
    """The challenge's own: a true alarm lost costs five times a false one kept; 100 at most."""
    tp, fp, fn, tn = counts
    return 100 * (tp + tn) / max(tp + tn + fp + 5 * fn, 1)


def share(part: int, whole: int) -> float | None:
    """A share, None of nothing."""
    return part / whole if whole else None


def interval(part: int, whole: int) -> str:
    """A share with its 95 % interval (Wilson 1927)."""
    if not whole:
        return "-"
    z, p = 1.96, part / whole
    middle = (p + z * z / (2 * whole)) / (1 + z * z / whole)
    half = z * sqrt(p * (1 - p) / whole + z * z / (4 * whole * whole)) / (1 + z * z / whole)
    return f"{p:.0%} ({max(middle - half, 0):.0%}-{min(middle + half, 1):.0%})"


def judged(told: Sequence[Told], head: str) -> None:
    """One table of a half of the records."""
    print(f"\n{head}: {len(told)} alarms of monitors, all raised there")
    rows: list[tuple[object, ...]] = []
    for name in [*ALARMS.values(), ""]:
        some = [each for each in told if not name or each.name == name]
        before, after = score(some, "before"), score(some, "after")
        true, false = before[0] + before[2], before[1] + before[3]
        rows.append(
            (
                name or "all", true, false,
                interval(before[0], true), interval(before[3], false),
                interval(after[0], true), interval(after[3], false),
                f"{challenge_score(before):.1f}", f"{challenge_score(after):.1f}",
            )
        )  # fmt: skip
    head_row = ("", "true", "false", "before: found", "before: spared", "after: found",
                "after: spared", "score before", "after")  # fmt: skip
    table(head_row, rows)


def vital_alarms(beds: Sequence[Bed]) -> Counter[str]:
    """What the rules of vital signs begin over the monitor's own numbers; nothing gates them."""
    titles = {"HR": "heart_rate", "PULSE": "pulse", "RESP": "respiratory_rate",
              "SpO2": "oxygen_saturation"}  # fmt: skip
    begun: Counter[str] = Counter()
    for bed in beds:
        for title, name in titles.items():
            rules = [rule for rule in VITAL_RULES if rule.vital.name == name]
            window: list[Reading] = []
            is_open: set[str] = set()
            for second, value in enumerate(bed.numbers[title].tolist()):
                if not np.isfinite(value):
                    continue
                at = START + timedelta(seconds=second)
                window = [*window[-121:], Reading(BY_NAME[name], value, at)]
                for rule in rules:
                    # A pulse yields to a heart rate beside it, and here there is one.
                    if rule.yields_to is not None:
                        continue
                    found = rule.judge(window, rule.name in is_open)
                    begun[rule.name] += found is not None and rule.name not in is_open
                    (is_open.add if found is not None else is_open.discard)(rule.name)
    return begun


def cost(beds: Sequence[Bed]) -> float:
    """CPU seconds to watch one bed of three waves for a second, from the frames as they are told.

    Half-second frames, as the demo's monitors send them: what the process that watches does with
    them, NATS apart.
    """
    some = [bed for bed in beds if len(bed.waves) >= 3][:BEDS]
    seconds = range(1, FIRST_LOOK + BED_SECONDS + 1)
    frames = [
        [_frames(bed, patient, second) for second in seconds] for patient, bed in enumerate(some, 1)
    ]
    curves = Curves(Conditions(), [replace(rule, is_on=True) for rule in RULES])
    begun = 0.0
    for place, second in enumerate(seconds):
        if second == FIRST_LOOK + 1:
            begun = time.process_time()
        now = START + timedelta(seconds=second)
        for patient, told in enumerate(frames, 1):
            for body in told[place]:
                curves.hear(body, now)
            curves.look(patient, now)
    return (time.process_time() - begun) / max(BED_SECONDS * len(some), 1)


def _frames(bed: Bed, patient: int, second: int) -> list[bytes]:
    """What is told of one second of the first three waves of a record."""
    told: list[bytes] = []
    waves = list(enumerate(bed.waves.values(), 1))[:3]
    for half in (0.0, 0.5):
        begin = round((second - 1 + half) * bed.rate)
        start_us = START_US + round(begin / bed.rate * 1_000_000)
        for device, (kind, values) in waves:
            piece = values[begin : begin + round(bed.rate / 2)]
            scale = 0.0025 if kind is Kind.ECG else 0.002
            samples = np.clip(np.rint(piece / scale), -32_000, 32_000).astype("<i2")
            wave = BY_NAME_OF_WAVES["ecg_ii" if kind is Kind.ECG else "pleth"]
            channel = Channel(wave, bed.rate, scale, samples)
            frame = WaveFrame(1, second, start_us, (channel,)).pack()
            told.append(HEAD.pack(patient, device) + frame)
    return told


def main() -> None:
    """Judge, count, print."""
    alarms = challenge()
    if not alarms:
        sys.exit(DATA_WORDS)
    told = [judge_alarm(bed) for bed in alarms]
    odd = [each for each in told if each.number % 2]
    even = [each for each in told if not each.number % 2]
    judged(odd, "Chosen on these (odd numbers)")
    judged(even, "Reported (even numbers)")
    silent = [each for each in told if each.before and not each.after and not each.is_told]
    print(f"\ntaken away in silence: {len(silent)} (must be 0)")

    leads, care = Long(), Long()
    for bed in holter():
        leads.add(bed, ByReference())
    shown_long(leads, "Two leads, no pulse (MIT-BIH)")
    beds = list(intensive_care())
    for bed in beds:
        care.add(bed, ByNumbers())
    shown_long(care, "One lead and a pleth (BIDMC)")
    begun = vital_alarms(beds)
    print("\nRules of vital signs on the monitor's numbers, a bed and day")
    table(("", "begun"), [(name, f"{care.per_bed_day(n):.1f}") for name, n in begun.items()])
    seconds = cost(alarms)
    print(f"\nCPU: {seconds * 1e6:,.0f} us a bed and second of three waves;")
    print(f"{BEDS} beds take {seconds * BEDS:.1%} of one core")
    finish(
        "alarm_quality", figures(even, odd, leads, care, begun, seconds) | {"silent": len(silent)}
    )
    if silent:
        sys.exit(f"{len(silent)} alarms were taken away in silence")


def figures(
    even: Sequence[Told],
    odd: Sequence[Told],
    leads: Long,
    care: Long,
    begun: Counter[str],
    seconds: float,
) -> dict[str, object]:
    """The figures of the half that nothing was chosen on, unless said otherwise."""
    found: dict[str, object] = {"records": len(even) + len(odd), "records_reported": len(even)}
    for name in ALARMS.values():
        counts = score([each for each in even if each.name == name], "after")
        found[f"{name}_sensitivity"] = share(counts[0], counts[0] + counts[2])
        found[f"{name}_specificity"] = share(counts[3], counts[1] + counts[3])
    before, after, tuned = score(even, "before"), score(even, "after"), score(odd, "after")
    true = [each for each in even if each.is_true]
    found |= {
        "sensitivity": share(after[0], after[0] + after[2]),
        "specificity": share(after[3], after[1] + after[3]),
        "sensitivity_tuned_on": share(tuned[0], tuned[0] + tuned[2]),
        "specificity_tuned_on": share(tuned[3], tuned[1] + tuned[3]),
        "challenge_score_before": challenge_score(before),
        "challenge_score": challenge_score(after),
        "challenge_score_monitor": challenge_score((len(true), len(even) - len(true), 0, 0)),
        "false_alarms_suppressed_share": share(after[3], after[1] + after[3]),
        "true_alarms_missed_before_share": share(before[2], len(true)),
        "true_alarms_suppressed_share": share(after[2] - before[2], before[0]),
        "false_alarms_per_bed_day_two_leads_before": leads.per_bed_day(leads.false_before.total()),
        "false_alarms_per_bed_day_two_leads": leads.per_bed_day(leads.false_after.total()),
        "false_alarms_per_bed_day_before": care.per_bed_day(care.false_before.total()),
        "false_alarms_per_bed_day": care.per_bed_day(care.false_after.total()),
        "vital_alarms_per_bed_day": care.per_bed_day(begun.total()),
        "cpu_seconds_per_bed_second": seconds,
    }
    return found


if __name__ == "__main__":
    main()
