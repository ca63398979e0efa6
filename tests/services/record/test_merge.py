"""Of all minutes at once comes what would come of each for itself."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from homeward.services.record.merge import by_minute, chunks_of, merge
from homeward.store.packed import HOUR_US, MINUTE_US, SAMPLES, distinct, mask_of, pack, unpack
from homeward.store.wearing import NOBODY

# Few devices, patients, moments and values: so that most of it is met again somewhere.
samples = st.lists(
    st.tuples(
        st.integers(1, 2),  # vital
        st.integers(1, 3),  # device
        st.sampled_from([0, 1, MINUTE_US - 1, MINUTE_US, HOUR_US - 1, HOUR_US, 3 * HOUR_US]),
        st.sampled_from([70.0, 71.0]),
        st.integers(1, 9).map(lambda n: HOUR_US * 4 + n * 1000),
    ),
    max_size=40,
)
PATIENTS = {1: 7, 2: 8, 3: NOBODY}  # by device; who wears none keeps it by the device


def rows_of(drawn):
    return distinct(np.array(drawn, SAMPLES))


def owners_of(rows):
    return [PATIENTS[device] or -device for device in rows["device"].tolist()]


def by_span(rows, span_us):
    """Rows of each owner and span, each said only once."""
    found = {}
    for owner, row in zip(owners_of(rows), rows, strict=True):
        found.setdefault((owner, int(row["at"]) // span_us * span_us), []).append(row)
    return {key: np.array(each, SAMPLES) for key, each in found.items()}


def received(rows):
    """When each was received, by what it says."""
    return {row[:4]: row[4] for row in rows.tolist()}


def chunks(rows, span_us, asked):
    """As the database gives them: of the minutes, or the hours, that are asked for."""
    return [
        {"id": number, "owner": owner, "start": start, "body": pack(each)}
        for number, ((owner, start), each) in enumerate(by_span(rows, span_us).items())
        if any((owner, start) == (one, at // span_us * span_us) for one, at in asked)
    ]


@given(samples.filter(bool), samples, samples)
@settings(max_examples=80, derandomize=True, database=None)
def test_what_is_new_joins_what_its_minute_holds_and_nothing_comes_twice(drawn, kept, older):
    rows, kept, older = rows_of(drawn), rows_of(kept), rows_of(older)
    now, before = by_span(rows, MINUTE_US), by_span(kept, MINUTE_US)
    in_minutes, in_hours = chunks(kept, MINUTE_US, now), chunks(older, HOUR_US, now)
    patients = np.array([PATIENTS[device] for device in rows["device"].tolist()])
    changed, replaced, added = merge(by_minute(rows, patients), in_minutes, in_hours)

    known = received(kept) | received(older)
    new = {
        key: {each: at for each, at in received(mine).items() if each not in known}
        for key, mine in now.items()
    }
    assert added == sum(map(len, new.values()))
    columns = chunks_of(changed)
    starts = [round(each.timestamp() * 1e6) for each in columns["minutes"]]
    keys = list(zip(columns["owners"], starts, strict=True))
    assert set(keys) == {key for key, mine in new.items() if mine}
    for key, body, vitals, newest in zip(
        keys, columns["bodies"], columns["vitals"], columns["received"], strict=True
    ):
        every = unpack(body)
        np.testing.assert_array_equal(every, distinct(every))
        assert received(every) == new[key] | received(before.get(key, rows[:0]))
        assert vitals == mask_of(every["vital"].tolist())
        assert round(newest.timestamp() * 1e6) == every["received"].max()
    ids = {(each["owner"], each["start"]): each["id"] for each in in_minutes}
    assert sorted(replaced) == sorted(ids[key] for key in keys if key in ids)
