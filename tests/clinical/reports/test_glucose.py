"""The glucose profile: against public recordings, a second opinion, and what iglu published."""

from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from homeward.clinical.reports import glucose as g
from homeward.clinical.reports.glucose import For, continuous, glucose
from homeward.clinical.reports.glucose_page import page
from homeward.clinical.zone import Zones
from homeward.model.unit import in_own_unit
from homeward.model.vital import GLUCOSE
from homeward.store.packed import SAMPLES
from tests.clinical import agp_second_opinion as second

UTC_CLOCK = Zones.always("UTC")
START = datetime(2026, 3, 1, tzinfo=UTC)
MINUTE_US = 60_000_000
# The R package iglu 4.3.0 on its own example_data_5_subject (mean) and, by day of the first
# subject, percent above and below and CV: as the package's Python port publishes them.
IGLU_MEANS = {
    "Subject 1": 123.6655231560892, "Subject 2": 218.45281018027572,
    "Subject 3": 154.04174820613176, "Subject 4": 129.6743995633188,
    "Subject 5": 174.60752136752137,
}  # fmt: skip
IGLU_DAYS = {  # above 180, above 250, below 70, CV
    "2015-06-08": (0.5319148936170213, 0.0, 2.127659574468085, 18.72442266119599),
    "2015-06-11": (19.557195571955717, 4.059040590405904, 0.0, 35.09775654703389),
    "2015-06-16": (6.83453237410072, 0.0, 0.0, 22.883243349431215),
    "2015-06-18": (18.326693227091635, 0.0, 0.0, 30.199256266984108),
}


def rows(at: Any, values: Any, device: int = 1) -> Any:
    made = np.zeros(len(values), SAMPLES)
    made["at"], made["value"], made["device"] = at, values, device
    return made


def every(minutes: int, values: Any, start: datetime = START, device: int = 1) -> Any:
    first = round(start.timestamp() * 1e6)
    return rows(first + np.arange(len(values)) * minutes * MINUTE_US, values, device)


def end(days: float) -> int:
    return round((START + timedelta(days=days)).timestamp() * 1e6)


@pytest.fixture(scope="module")
def people(data: Path) -> pd.DataFrame:
    return pd.read_parquet(data / "cgm_iglu" / "example_data_5_subject.parquet")


@pytest.fixture(scope="module")
def shanghai(data: Path) -> pd.DataFrame:
    table = pd.read_parquet(data / "cgm_shanghai" / "shanghai_part.parquet")
    wanted: Any = table[["session", "time", "cgm_mgdl"]]
    return wanted.dropna()


def _us(times: Any) -> Any:
    return np.asarray(times, "datetime64[us]").astype(np.int64)


def test_the_numbers_are_those_that_iglu_published(people: pd.DataFrame) -> None:
    for name, mine in people.groupby("id"):
        values = mine["gl"].to_numpy(float)
        assert values.mean() == pytest.approx(IGLU_MEANS[str(name)], abs=1e-9)
        at = _us(mine["time"])
        found = glucose(rows(at, values), UTC_CLOCK, int(at[-1]) + 1, days=90)
        assert found.readings == len(values)
        assert found.mean == pytest.approx(IGLU_MEANS[str(name)], abs=1e-9)
        assert found.gmi == pytest.approx(3.31 + 0.02392 * IGLU_MEANS[str(name)], abs=1e-9)


@pytest.mark.parametrize("day", IGLU_DAYS)
def test_each_day_is_as_iglu_published_it(people: pd.DataFrame, day: str) -> None:
    first = people[people["id"] == "Subject 1"]
    # Its days are those of where it was recorded, five hours behind UTC.
    table: Any = first[(first["time"] - pd.Timedelta(hours=5)).dt.strftime("%Y-%m-%d") == day]
    values = table["gl"].to_numpy(float)
    very_low, low, in_range, high, very_high = g.shares(values, 70, 180)
    above, far_above, below, cv = IGLU_DAYS[day]
    assert high + very_high == pytest.approx(above, abs=1e-9)
    assert very_high == pytest.approx(far_above, abs=1e-9)
    assert very_low + low == pytest.approx(below, abs=1e-9)
    assert in_range == pytest.approx(100 - above - below, abs=1e-9)
    assert g.coefficient(values) == pytest.approx(cv, abs=1e-9)


@pytest.mark.parametrize(
    ("targets", "mmol", "expected"),
    [
        (For.MOST, 10.0, "in_range"), (For.MOST, 10.1, "high"), (For.MOST, 13.9, "high"),
        (For.MOST, 14.0, "very_high"), (For.MOST, 3.9, "in_range"), (For.MOST, 3.8, "low"),
        (For.MOST, 3.0, "low"), (For.MOST, 2.9, "very_low"), (For.PREGNANT, 7.8, "in_range"),
        (For.PREGNANT, 7.9, "high"), (For.PREGNANT, 3.5, "in_range"), (For.PREGNANT, 3.4, "low"),
    ],
)  # fmt: skip
def test_a_bound_in_mmol_is_the_bound_of_who_measures_in_mmol(
    targets: For, mmol: float, expected: str
) -> None:
    """10.0 mmol/L are 180.156 mg/dL, and in range: the consensus has both."""
    values = [in_own_unit(GLUCOSE, mmol, "mmol/L")] * 10
    found = glucose(every(5, values), UTC_CLOCK, end(1), targets=targets)
    assert getattr(found, expected) == 100


def test_of_a_value_that_was_corrected_the_last_word_counts() -> None:
    """An app that calibrates anew sends the same moments again with other values."""
    first, again = every(5, [60.0] * 200), every(5, [100.0] * 100)
    first["received"], again["received"] = first["at"], again["at"] + 86_400_000_000
    both = np.concatenate([first, again])
    both = both[np.lexsort((-both["value"], both["at"]))]
    found = glucose(both, UTC_CLOCK, end(1))
    assert (found.readings, found.in_range) == (200, 50)


@pytest.mark.parametrize("targets", list(For))
def test_a_second_opinion_agrees_on_five_people(people: pd.DataFrame, targets: For) -> None:
    bounds = g.TARGETS[targets]
    for _, mine in people.groupby("id"):
        at, last = _us(mine["time"]), _us(mine["time"])[-1]
        table: Any = mine[at >= last + 1 - 14 * g.DAY_US]
        found = glucose(
            rows(at, mine["gl"].to_numpy(float)), Zones.always("America/New_York"), int(last) + 1,
            targets=targets,
        )  # fmt: skip
        expected = second.numbers([float(each) for each in table["gl"]], bounds.low, bounds.high)
        if targets is For.PREGNANT:
            assert found.gmi is None
            del expected["gmi"]
        for name, number in expected.items():
            assert getattr(found, name) == pytest.approx(number, abs=1e-9), name
        profile = second.profile(table["time"], table["gl"], "America/New_York")
        for slot, percentiles in profile.items():
            assert found.profile[slot].tolist() == pytest.approx(percentiles, abs=1e-9)
        assert np.isnan(np.delete(found.profile, list(profile), axis=0)).all()


def test_a_second_opinion_agrees_on_ninety_people(shanghai: pd.DataFrame) -> None:
    counted = 0
    for _, mine in shanghai.groupby("session"):
        mine = mine.sort_values("time")
        at = _us(mine["time"])
        if len(at) < 100:
            continue
        table = mine[at >= at[-1] + 1 - 14 * g.DAY_US]
        found = glucose(rows(at, mine["cgm_mgdl"].to_numpy(float)), UTC_CLOCK, int(at[-1]) + 1)
        expected = second.numbers([float(each) for each in table["cgm_mgdl"]])
        for name, number in expected.items():
            assert getattr(found, name) == pytest.approx(number, abs=1e-9), name
        counted += 1
    assert counted > 50


def test_every_bound_belongs_where_the_consensus_puts_it() -> None:
    values = np.array([53.9, 54, 69.9, 70, 180, 180.1, 250, 250.1])
    assert g.shares(values, 70, 180) == tuple(100 * n / 8 for n in (1, 2, 2, 2, 1))


@given(st.lists(st.floats(10, 600), min_size=1, max_size=60))
def test_shares_are_the_whole(values: list[float]) -> None:
    found = g.shares(np.array(values), 63, 140)
    assert sum(found) == pytest.approx(100)


def test_a_morning_stays_a_morning_over_summer_time_and_travel() -> None:
    berlin, tokyo = "Europe/Berlin", "Asia/Tokyo"
    flight = datetime(2026, 3, 31, 10, tzinfo=UTC)
    zones = Zones(((datetime(2020, 1, 1, tzinfo=UTC), berlin), (flight, tokyo)))
    first = datetime(2026, 3, 22, tzinfo=UTC)
    sevens = list(zones.instants(time(7), first, first + timedelta(days=14)))
    # UTC 6 before summer time (the 29th), 5 after it, and 22 of the day before in Tokyo.
    assert [each.hour for each in sevens] == [6] * 7 + [5] * 3 + [22] * 5
    at = np.array([round(each.timestamp() * 1e6) for each in sevens])
    assert set((zones.minutes(at) // 60).tolist()) == {7}


def test_only_what_measures_by_itself_counts() -> None:
    sensor = every(5, [100.0] * 288)
    pricks = every(240, [300.0] * 6, START + timedelta(minutes=2), device=-1)
    both = np.concatenate([sensor, pricks])
    found = glucose(both[np.argsort(both["at"])], UTC_CLOCK, end(1), days=1)
    assert (found.readings, found.mean, found.active) == (288, 100.0, 100.0)


def test_two_sensors_are_one_line_and_each_fills_the_others_gap() -> None:
    morning = every(5, [100.0] * 144)
    whole = every(5, [120.0] * 216, START + timedelta(hours=6, minutes=1), device=2)
    both = np.concatenate([morning, whole])
    kept, minutes = continuous(both[np.argsort(both["at"])])
    assert (kept["device"] == 2).sum() == 216
    assert (kept["device"] == 1).sum() == 72  # the six hours that the other has not
    assert minutes == 1440


def test_too_little_is_said_and_judged_by_nothing() -> None:
    # 67 % of a fortnight, all of it far too high.
    found = glucose(every(5, [300.0] * 2702), UTC_CLOCK, end(14))
    assert found.active == pytest.approx(67.01, abs=0.01)
    said = page(found)
    assert not said.enough
    assert "67 % of 14 days" in said.lacking
    judged = {each.name: each.is_met for each in said.figures if each.target}
    assert judged.pop("Sensor active") is False
    assert set(judged.values()) == {None}


def test_seventy_percent_is_enough() -> None:
    found = glucose(every(5, [300.0] * 2823), UTC_CLOCK, end(14))
    assert found.is_enough
    shown = {each.name: (each.value, each.is_met) for each in page(found).figures}
    assert shown["Very high, above 250"] == ("100.0 %", False)
    assert shown["Below 70"] == ("0.0 %", True)


def test_nothing_is_a_page_that_says_so() -> None:
    said = page(glucose(every(5, []), UTC_CLOCK, end(14)))
    assert said.lacking == "No continuous sensor sent anything in this time."
    assert {each.value for each in said.figures} >= {"0.0 %", "--"}


def test_mmol_is_written_as_the_consensus_writes_it() -> None:
    said = page(glucose(every(5, [180.156] * 4032), UTC_CLOCK, end(14)), "mmol/L")
    shown = {each.name: each.value for each in said.figures}
    assert shown["Mean"] == "10.0 mmol/L"
    # What a meter in mmol/L says at the bound is in range, as it stands there.
    assert shown["In range, 3.9 to 10.0"] == "100.0 %"
    assert said.plot is not None
    assert said.plot.target == (3.9, 10.0)


def test_pregnancy_and_age_have_targets_of_their_own() -> None:
    rise = every(5, [150.0] * 4032)
    of = {each: page(glucose(rise, UTC_CLOCK, end(14), targets=each)) for each in For}
    assert {each.name for each in of[For.PREGNANT].figures} >= {"In range, 63 to 140", "Above 140"}
    assert "GMI" not in {each.name for each in of[For.PREGNANT].figures}
    met = {each.name: each.is_met for each in of[For.PREGNANT].figures}
    assert met["Above 140"] is False
    assert {each.target for each in of[For.OLDER].figures} >= {"above 50 %", "below 10 %"}
