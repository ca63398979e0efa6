"""What is packed comes back, exactly."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from homeward.model.errors import Unreadable
from homeward.store.packed import (
    FEW,
    MINUTE_US,
    ROLLUP,
    SAMPLES,
    distinct,
    pack,
    pack_each,
    pack_rollup,
    pack_wave,
    roll_up,
    times_in,
    unknown,
    unpack,
    unpack_rollup,
    unpack_wave,
    vitals_in,
)

DAY_US = 24 * 60 * MINUTE_US

times = st.integers(946_684_800_000_000, 4_102_444_800_000_000)
rows_of_any_kind = st.lists(
    st.tuples(
        st.integers(1, 11),
        st.integers(1, 3),
        times,
        st.one_of(
            st.integers(-1500, 1500).map(lambda n: n / 10),
            st.floats(-1e9, 1e9, allow_nan=False),
        ),
        st.integers(-300_000, 30 * DAY_US // 1000),  # milliseconds until received
    ),
    min_size=1,
    max_size=60,
)


def as_rows(drawn):
    cells = [(vital, device, at, value, 0) for vital, device, at, value, _ in drawn]
    rows = np.array(cells, SAMPLES)
    delays = np.array([delay for *_, delay in drawn])
    rows["received"] = (rows["at"] // 1000 + delays) * 1000
    return rows


@given(rows_of_any_kind)
@settings(max_examples=200, derandomize=True, database=None)
def test_every_sample_comes_back_exactly(drawn):
    rows = distinct(as_rows(drawn))
    back = unpack(pack(rows))
    np.testing.assert_array_equal(back, rows)
    assert vitals_in(pack(rows)) == set(rows["vital"].tolist())


@given(st.lists(rows_of_any_kind, min_size=1, max_size=5), st.integers(1, 3))
@settings(max_examples=100, derandomize=True, database=None)
def test_chunks_packed_together_come_back_one_by_one(drawn, longer):
    """Few samples or many, received soon or after weeks."""
    parts = [distinct(as_rows(each)) for each in drawn]
    first = parts[0]
    many = [first for _ in range(longer * FEW // len(first))]
    for n, each in enumerate(many := [each.copy() for each in many]):
        each["at"] += n
        each["received"] = (each["at"] // 1000 + n) * 1000
    parts.append(distinct(np.concatenate([first, *many])))
    firsts = np.cumsum([0, *map(len, parts[:-1])])
    bodies = pack_each(np.concatenate(parts), firsts)
    for body, rows in zip(bodies, parts, strict=True):
        np.testing.assert_array_equal(unpack(body), rows)
        np.testing.assert_array_equal(np.sort(times_in(body)), np.sort(rows["at"]))
        assert vitals_in(body) == set(rows["vital"].tolist())
        vital, device = rows[["vital", "device"]][0].tolist()
        np.testing.assert_array_equal(unpack(body, {vital}), rows[rows["vital"] == vital])
        is_other = (rows["vital"] != vital) | (rows["device"] != device)
        np.testing.assert_array_equal(unpack(body, None, [(vital, device)]), rows[is_other])


def test_few_samples_are_kept_as_they_are_and_many_in_streams():
    rows = np.zeros(2 * FEW + 1, SAMPLES)
    rows["at"] = np.arange(len(rows)) * 1_000_000
    few, many = pack_each(rows, np.array([0, FEW]))
    assert (few[0], many[0]) == (2, 1)
    assert len(few) < 2_000  # bytes: of more PostgreSQL would make several rows


@pytest.mark.parametrize("size", [6, 20, 300, -1])
def test_a_chunk_of_few_that_is_cut_short_is_refused(size):
    rows = np.zeros(FEW, SAMPLES)
    rows["at"] = np.arange(FEW)
    (body,) = pack_each(rows, np.array([0]))
    with pytest.raises(Unreadable, match="cut short"):
        unpack(body[:size])


@given(rows_of_any_kind, rows_of_any_kind)
@settings(max_examples=100, derandomize=True, database=None)
def test_unknown_is_what_a_set_would_say(drawn, known):
    def keys(rows):
        return [(int(r["vital"]), int(r["device"]), int(r["at"]), float(r["value"])) for r in rows]

    mine, theirs = as_rows(drawn), as_rows(known)
    found = keys(unknown(np.concatenate([mine, theirs[:3], mine]), theirs))
    assert sorted(found) == sorted(set(keys(mine)) - set(keys(theirs)))


def test_of_the_same_reading_the_first_received_is_kept():
    rows = np.array([(1, 1, 5, 70.0, 3_000), (1, 1, 5, 70.0, 2_000)], SAMPLES)
    assert distinct(rows)["received"].tolist() == [2_000]


def test_one_vital_is_read_without_the_others():
    rows = np.array([(v, 1, v, 70.0 + v, v * 1000) for v in (1, 2, 3)], SAMPLES)
    assert unpack(pack(rows), {2})["value"].tolist() == [72]
    assert len(unpack(pack(rows), {9})) == 0


def test_means_of_whole_numbers_are_kept_exactly():
    rows = np.zeros(3_600, SAMPLES)
    rows["at"] = np.arange(3_600) * 1_000_000
    rows["value"] = np.random.default_rng(1).integers(360, 410, 3_600) / 10
    rolled = roll_up(rows)
    assert unpack_rollup(pack_rollup(rolled))["mean"] == pytest.approx(rolled["mean"], rel=1e-14)


def test_means_that_are_no_sum_of_such_values_are_kept_to_single_precision():
    rolled = np.array([(0, 1.0, 3.0, 1.23456789, 7)], ROLLUP)
    assert unpack_rollup(pack_rollup(rolled))["mean"] == pytest.approx(1.23456789, rel=1e-6)


@given(rows_of_any_kind)
@settings(max_examples=100, derandomize=True, database=None)
def test_a_rollup_holds_the_extremes_of_each_minute(drawn):
    rows = as_rows(drawn)
    rolled = unpack_rollup(pack_rollup(roll_up(rows)))
    assert rolled["count"].sum() == len(rows)
    for minute in rolled:
        mine = rows["value"][rows["at"] // MINUTE_US * MINUTE_US == minute["at"]]
        assert (minute["low"], minute["high"]) == (mine.min(), mine.max())
        assert minute["mean"] == pytest.approx(
            mine.mean(), rel=1e-5, abs=1e-5 * abs(mine).max() + 1e-30
        )


def test_waves_come_back():
    samples = np.array([-32768, 0, 32767, 5], np.int16)
    np.testing.assert_array_equal(unpack_wave(pack_wave(samples)), samples)


def test_a_chunk_of_another_version_is_refused():
    body = pack(np.array([(1, 1, 1, 1.0, 1000)], SAMPLES))
    with pytest.raises(Unreadable, match="version 9"):
        unpack(b"\x09" + body[1:])
