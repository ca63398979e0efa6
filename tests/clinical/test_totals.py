"""Totals of several sources: nothing counted twice, nothing lost."""

from math import isclose

import pytest
from hypothesis import given
from hypothesis import strategies as st

from homeward.clinical.totals import Part, Told, counted, place_of

MINUTE = 60_000
WATCH, PHONE = 1, 2
PLACES = {WATCH: 1, PHONE: 2, 3: 2}
DAY = 1_440


def told(source: int, first: int, last: int, value: float) -> Told:
    return Told(source, first * MINUTE, last * MINUTE, value)


def total(*said: Told, since: int = 0, until: int = DAY) -> float:
    parts = counted(said, PLACES, since * MINUTE, until * MINUTE)
    return round(sum(each.counted for each in parts.values()), 6)


def test_a_phone_by_day_and_a_watch_in_the_evening_both_count():
    day, evening = told(PHONE, 480, 1_080, 9_922), told(WATCH, 1_080, 1_320, 4_157)
    assert total(day, evening) == 14_079  # and not 4,157


def test_the_same_walk_on_two_sources_counts_once_by_the_one_on_the_body():
    walk = told(WATCH, 600, 660, 5_000), told(PHONE, 600, 660, 4_600)
    parts = counted(walk, PLACES, 0, DAY * MINUTE)
    assert parts == {WATCH: Part(5_000, 5_000), PHONE: Part(4_600, 0)}


def test_what_is_covered_in_part_gives_the_rest():
    assert total(told(PHONE, 600, 660, 600), told(WATCH, 630, 640, 200)) == 700


def test_a_count_of_a_day_beside_its_hours_counts_the_hours_once():
    assert total(told(WATCH, 0, DAY, 1_440), told(WATCH, 60, 120, 500)) == 1_880


def test_what_reaches_over_midnight_is_shared_by_its_time():
    night = told(WATCH, DAY - 30, DAY + 30, 60)
    assert [total(night), total(night, since=DAY, until=2 * DAY)] == [30, 30]


def test_what_was_counted_at_one_moment_is_not_lost():
    moment = Told(WATCH, 5 * MINUTE, 5 * MINUTE, 12)
    assert total(moment) == 12


def test_a_span_of_no_time_has_nothing():
    assert counted([told(WATCH, 0, 10, 5)], PLACES, MINUTE, MINUTE) == {}


@pytest.mark.parametrize(
    ("words", "place"),
    [(("Anna’s Apple Watch", "Apple Health"), 1), (("Anna’s iPhone", "Apple Health"), 2),
     (("Health", "Apple Health"), 2), (("", "pedometer"), 0), (("x", "y"), 3)],
)  # fmt: skip
def test_the_place_of_a_source_is_what_it_says_of_itself(words: tuple[str, ...], place: int):
    assert place_of(*words) == place


SPANS = st.tuples(
    st.sampled_from([1, 2, 3]), st.integers(0, 200), st.integers(1, 90), st.integers(0, 9_000)
).map(lambda each: told(each[0], each[1], each[1] + each[2], float(each[3])))


def minute_by_minute(said: list[Told], first: int, last: int) -> dict[int, float]:
    """A second opinion: each minute goes to the first of all that cover it."""
    found = {each.source: 0.0 for each in said if each.starts < last * MINUTE
             and each.ends > first * MINUTE}  # fmt: skip
    for minute in range(first, last):
        at = minute * MINUTE
        covering = [each for each in said if each.starts <= at < each.ends]
        if covering:
            best = min(covering, key=lambda e: (PLACES[e.source], e.source, e.ends - e.starts,
                e.starts, said.index(e)))  # fmt: skip
            found[best.source] += best.value * MINUTE / (best.ends - best.starts)
    return found


@given(st.lists(SPANS, max_size=12, unique_by=lambda e: (e.source, e.starts, e.ends)),
    st.integers(0, 100), st.integers(101, 300))  # fmt: skip
def test_minute_by_minute_it_is_the_same(said: list[Told], first: int, last: int):
    parts = counted(said, PLACES, first * MINUTE, last * MINUTE)
    other = minute_by_minute(said, first, last)
    assert parts.keys() == other.keys()
    for source, part in parts.items():
        assert isclose(part.counted, other[source], abs_tol=1e-6)
        assert part.counted <= part.told + 1e-6, "nothing counts twice"


@given(st.lists(st.tuples(st.sampled_from([1, 2, 3]), st.integers(0, 9_000)), max_size=20))
def test_what_does_not_overlap_is_all_there(walks: list[tuple[int, int]]):
    said = [told(source, 5 * n, 5 * n + 5, float(steps)) for n, (source, steps) in enumerate(walks)]
    assert total(*said) == sum(steps for _, steps in walks)


@given(st.lists(SPANS, max_size=12), st.integers(1, 299))
def test_days_add_up_to_their_whole(said: list[Told], cut: int):
    whole = total(*said, until=300)
    parts = total(*said, until=cut), total(*said, since=cut, until=300)
    assert isclose(whole, sum(parts), abs_tol=1e-4)
