"""Pretend bodies against recorded people: their statistics lie where people's lie.

Each statistic of the pretend bodies must fall between the 5th and the 95th percentile of the
recorded ones: the middle body, and three of four of all. Recordings: BIDMC (27 ICU patients,
8 minutes of 1 Hz numerics), Shanghai T1DM/T2DM (glucose of some 90 people), MIT-BIH AF (beats of
6 day-long records). Intensive care says little of a general ward; these are ranges, no proof.
"""

import io
import lzma
from collections.abc import Iterable, Mapping
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from homeward.simulate.bodies.bedside import Bedside, Build
from homeward.simulate.bodies.glucose import Glucose, Metabolism
from homeward.simulate.bodies.heart import Heart
from homeward.simulate.cast import PATIENTS
from homeward.simulate.story import Causes, story

Floats = npt.NDArray[np.float64]
Statistics = dict[str, float]

QUIET = Causes()
INSIDE_SHARE = 0.75


def real(path: Path) -> Mapping[str, npt.NDArray]:
    """A packed recording of the folder beside the repository."""
    with lzma.open(path) as file:
        return np.load(io.BytesIO(file.read()))


def holds(people: Iterable[Statistics], bodies: Iterable[Statistics]) -> None:
    """Every statistic of the bodies lies within the people's 5th to 95th percentile."""
    recorded, pretended = list(people), list(bodies)
    for name in pretended[0]:
        ours = np.array([each[name] for each in pretended])
        theirs = np.array([each[name] for each in recorded if np.isfinite(each.get(name, np.nan))])
        low, high = np.percentile(theirs, [5, 95])
        inside = float(np.mean((ours >= low) & (ours <= high)))
        says = f"{name}: {np.median(ours):.3f}, people {low:.3f} to {high:.3f}, {inside:.0%} inside"
        assert low <= np.median(ours) <= high, says
        assert inside >= INSIDE_SHARE, says


def memory(values: Floats, steps: int) -> float:
    """Autocorrelation."""
    around = values - values.mean()
    return float((around[:-steps] * around[steps:]).mean() / values.var())


def together(one: Floats, other: Floats) -> float:
    if not one.std() or not other.std():
        return float("nan")
    return float(np.corrcoef(one, other)[0, 1])


# Bedside numerics: 8 minutes, one a second, whole numbers.


def bedside_statistics(heart: Floats, breath: Floats, oxygen: Floats) -> Statistics:
    found: Statistics = {}
    for name, values in (("HR", heart), ("RESP", breath), ("SpO2", oxygen)):
        if len(values) < 300 or values.std() == 0:
            continue
        found[f"{name} mean"] = float(values.mean())
        found[f"{name} spread"] = float(values.std())
        found[f"{name} step"] = float(np.abs(np.diff(values)).mean())
        found[f"{name} memory 5 s"] = memory(values, 5)
        found[f"{name} memory 30 s"] = memory(values, 30)
    if len(heart) == len(breath) == len(oxygen):
        found["HR with RESP"] = together(heart, breath)
        found["HR with SpO2"] = together(heart, oxygen)
        found["RESP with SpO2"] = together(breath, oxygen)
    return found


def recorded_bedsides(data: Path) -> Iterable[Statistics]:
    packed = real(data / "bidmc" / "bidmc_odd.npz.xz")
    for name in packed:
        if not name.startswith("num_"):
            continue
        columns = [str(column).strip() for column in packed[f"numcols_{name[4:]}"]]
        numbers = packed[name].astype(float)
        picked = [numbers[:, columns.index(c)] for c in ("HR", "RESP", "SpO2") if c in columns]
        if len(picked) == 3:
            there = np.isfinite(np.stack(picked)).all(axis=0)
            yield bedside_statistics(*(each[there] for each in picked))


def pretended_bedsides() -> Iterable[Statistics]:
    for seed in range(16):
        build = next(p.build for p in PATIENTS[seed % 8 :] if p.build) or Build()
        body = Bedside(build, seed, second_of_day=5400.0 * seed)
        body.settle(QUIET)
        lived = [body.step(QUIET, 1) for _ in range(480)]
        rows = [(n.heart_rate, n.respiratory_rate, n.oxygen_saturation) for n in lived]
        yield bedside_statistics(*np.rint(np.array(rows)).T)


def test_quiet_bodies_in_beds_vary_as_people_in_beds_do(data: Path):
    holds(recorded_bedsides(data), pretended_bedsides())


# Glucose: days, every 15 minutes.


def glucose_statistics(values: Floats) -> Statistics:
    steps = np.diff(values) / 15
    return {
        "mean": float(values.mean()),
        "coefficient of variation": float(values.std() / values.mean()),
        "change a minute, spread": float(steps.std()),
        "change a minute, 5 %": float(np.percentile(steps, 5)),
        "change a minute, 95 %": float(np.percentile(steps, 95)),
        "memory 15 min": memory(values, 1),
        "memory 1 h": memory(values, 4),
        "memory 4 h": memory(values, 16),
        "memory 24 h": memory(values, 96),
    }


def recorded_glucose(data: Path) -> Iterable[Statistics]:
    parquet = pytest.importorskip("pyarrow.parquet", reason="comes with homeward[recordings]")
    path = data / "cgm_shanghai" / "shanghai_part.parquet"
    table = parquet.read_table(path, columns=["session", "time", "cgm_mgdl"])
    session = np.array(table["session"].to_pylist())
    time = np.array(table["time"].cast("int64").to_pylist())
    value = np.array(table["cgm_mgdl"].to_pylist(), float)
    for name in np.unique(session):
        own = np.flatnonzero((session == name) & np.isfinite(value))
        if len(own) > 4 * 96:
            yield glucose_statistics(value[own][np.argsort(time[own])])


def pretended_glucose() -> Iterable[Statistics]:
    for seed in range(12):
        metabolism = PATIENTS[8 + seed % 2].metabolism or Metabolism()
        body = Glucose(metabolism, seed, second_of_day=0)
        lived = [body.step(QUIET, 300) for _ in range(12 * 24 * 11)]
        yield glucose_statistics(np.array(lived[288::3]))


def test_glucose_at_home_moves_as_glucose_does(data: Path):
    holds(recorded_glucose(data), pretended_glucose())


# Beats: windows of 60 intervals.


def beat_statistics(beats: Floats) -> Statistics:
    intervals = np.diff(beats)
    mean = intervals.mean()
    return {
        "spread": float(intervals.std() / mean),
        "beat to beat": float(np.sqrt(np.mean(np.diff(intervals) ** 2)) / mean),
        "memory": memory(intervals, 1),
    }


def recorded_beats(data: Path, rhythm: str) -> Iterable[Statistics]:
    packed = real(data / "afdb_rr" / "afdb_rr_6.npz.xz")
    for name in packed:
        if not name.startswith("q_"):
            continue
        record, clock = name[2:], float(packed["fs"])
        beats, changes = packed[name] / clock, packed[f"as_{record}"] / clock
        rhythms = packed[f"al_{record}"][np.searchsorted(changes, beats, side="right") - 1]
        for start in range(0, len(beats) - 61, 60):
            window = beats[start : start + 61]
            is_gapless = np.diff(window).max() < 2.5
            if is_gapless and set(rhythms[start : start + 61]) == {rhythm}:
                yield beat_statistics(window)


def pretended_beats(rhythm: str, rate: float) -> Iterable[Statistics]:
    for seed in range(16):
        beats = Heart(seed).beats(120, rate, rhythm, breath=0)
        yield beat_statistics(np.array([beat.at for beat in beats[:61]]))


@pytest.mark.parametrize(
    ("label", "rhythm", "rate"), [("(N", "sinus", 75), ("(AFIB", "atrial_fibrillation", 108)]
)
def test_hearts_are_as_regular_or_irregular_as_hearts(data: Path, label, rhythm, rate):
    holds(recorded_beats(data, label), pretended_beats(rhythm, rate))


def test_fibrillation_is_far_less_regular_than_sinus_rhythm():
    sinus = [each["beat to beat"] for each in pretended_beats("sinus", 75)]
    fibrillation = [each["beat to beat"] for each in pretended_beats("atrial_fibrillation", 75)]
    assert min(fibrillation) > 4 * max(sinus)


# Stories: the causes show in the signs a clinician would look at.


def lived(name: str, until: int) -> list:
    told = story(name)
    body = Bedside(Build(), seed=3)
    body.settle(told.at(0))
    return [body.step(told.at(second), 1) for second in range(until)]


def test_after_the_opioid_breathing_slows_first_and_saturation_follows():
    night = lived("opioid", 1500)
    slow = next(s for s, n in enumerate(night) if n.respiratory_rate < 8)
    low = next(s for s, n in enumerate(night) if n.oxygen_saturation < 90)
    assert slow < low < slow + 400


def test_sepsis_moves_everything_together():
    night = lived("sepsis", 22_000)
    before, after = night[600], night[-1]
    assert after.temperature > before.temperature + 1
    assert after.heart_rate > before.heart_rate + 20
    assert after.respiratory_rate > before.respiratory_rate + 5
    assert after.systolic < before.systolic - 15
    assert after.consciousness == 1


def test_the_same_seed_is_the_same_night():
    assert lived("sepsis", 300) == lived("sepsis", 300)
