"""Who is on call, by the clock on the wall."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from homeward.clinical.zone import is_within
from homeward.model.errors import Unreadable
from homeward.services.call.rota import (
    Override,
    OverrideKind,
    Plan,
    Rota,
    Shift,
    Span,
    gaps,
    next_handover,
    on_call,
    on_call_until,
    spans,
)

BERLIN = ZoneInfo("Europe/Berlin")
ANNA, BEN, CLEO, DORA = 1, 2, 3, 4
DAILY = Plan("Europe/Berlin", 24, time(7), date(2026, 3, 1), (ANNA, BEN, CLEO))
WEEKDAYS, ALL_DAYS = (0, 1, 2, 3, 4), tuple(range(7))
SHIFTS = Plan(
    "Europe/Berlin",
    shifts=(
        Shift("early", time(6), time(14), WEEKDAYS, (ANNA, BEN)),
        Shift("late", time(14), time(22), WEEKDAYS, (CLEO,)),
        Shift("night", time(22), time(6), ALL_DAYS, (DORA,)),
    ),
)


def berlin(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN).astimezone(UTC)


def test_a_daily_rota_hands_over_in_the_morning():
    rota = Rota(DAILY)
    assert on_call(rota, berlin("2026-03-01 06:59")) == ()  # it had not begun
    assert on_call(rota, berlin("2026-03-01 07:00")) == (ANNA,)
    assert on_call(rota, berlin("2026-03-02 06:59")) == (ANNA,)
    assert on_call(rota, berlin("2026-03-02 07:00")) == (BEN,)
    assert on_call(rota, berlin("2026-03-04 12:00")) == (ANNA,)


def test_a_weekly_rota_hands_over_on_its_weekday():
    rota = Rota(Plan("Europe/Berlin", 168, time(8), date(2026, 3, 2), (ANNA, BEN)))
    assert on_call(rota, berlin("2026-03-09 07:59")) == (ANNA,)
    assert on_call(rota, berlin("2026-03-09 08:00")) == (BEN,)
    # Over the change to summer time too: still Monday, still eight o'clock.
    assert on_call(rota, berlin("2026-03-30 07:59")) == (BEN,)
    assert on_call(rota, berlin("2026-03-30 08:00")) == (ANNA,)


@pytest.mark.parametrize(
    ("night", "hours"), [("2026-03-28", 23), ("2026-10-24", 25), ("2026-06-10", 24)]
)
def test_a_turn_over_a_change_of_the_clock_is_as_long_as_that_day_is(night, hours):
    start = berlin(f"{night} 07:00")
    found = spans(Rota(DAILY), start, start + timedelta(hours=hours, minutes=1))
    assert len(found) == 2
    assert found[0].ends - found[0].starts == timedelta(hours=hours)
    assert found[1].starts.astimezone(BERLIN).time() == time(7)


@pytest.mark.parametrize("hours", [2, 3, 5, 8, 12, 36])
@pytest.mark.parametrize("day", ["2026-03-28", "2026-10-24"])
def test_turns_of_hours_skip_and_double_nobody_when_the_clock_changes(hours, day):
    people = tuple(range(1, 8))
    rota = Rota(Plan("Europe/Berlin", hours, time(7), date(2026, 3, 1), people))
    start = datetime.fromisoformat(day).replace(tzinfo=UTC)
    found = spans(rota, start, start + timedelta(days=4))
    order = [span.people[0] for span in found]
    assert all(b == a % 7 + 1 for a, b in pairwise(order))
    assert all(a.ends == b.starts for a, b in pairwise(found))
    lengths = {span.ends - span.starts for span in found[1:-1]}
    usual, hour = timedelta(hours=hours), timedelta(hours=1)
    assert lengths <= {usual, usual - hour, usual + hour}


def test_in_the_hour_that_comes_twice_one_person_is_on_call_throughout():
    rota = Rota(Plan("Europe/Berlin", 2, time(1), date(2026, 10, 20), (ANNA, BEN)))
    first = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)  # 02:30, still summer time
    assert on_call(rota, first) == on_call(rota, first + timedelta(hours=1))


def test_who_takes_over_in_the_hour_that_comes_twice_keeps_it():
    rota = Rota(Plan("Europe/Berlin", 24, time(2, 30), date(2026, 10, 24), (ANNA, BEN)))
    first = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)  # 02:30, still summer time
    assert on_call(rota, first - timedelta(minutes=1)) == (ANNA,)
    for minutes in (0, 15, 30, 59, 60, 120):  # 02:00 to 02:30 comes once more
        assert on_call(rota, first + timedelta(minutes=minutes)) == (BEN,)


def test_shifts_are_worked_together_on_their_weekdays_and_past_midnight():
    rota = Rota(SHIFTS)
    assert on_call(rota, berlin("2026-03-02 06:00")) == (ANNA, BEN)  # a Monday
    assert on_call(rota, berlin("2026-03-02 14:00")) == (CLEO,)
    assert on_call(rota, berlin("2026-03-02 23:00")) == (DORA,)
    assert on_call(rota, berlin("2026-03-03 05:59")) == (DORA,)
    assert on_call(rota, berlin("2026-03-07 12:00")) == ()  # Saturday by day


def test_a_weekend_nobody_works_is_a_gap_from_when_to_when():
    found = gaps(Rota(SHIFTS), berlin("2026-03-06 12:00"), berlin("2026-03-08 12:00"))
    words = [(span.starts.astimezone(BERLIN), span.ends.astimezone(BERLIN)) for span in found]
    assert words == [
        (berlin("2026-03-07 06:00"), berlin("2026-03-07 22:00")),
        (berlin("2026-03-08 06:00"), berlin("2026-03-08 12:00")),
    ]


def test_somebody_who_may_not_sign_in_leaves_a_gap():
    start, end = berlin("2026-03-02 00:00"), berlin("2026-03-03 00:00")
    assert gaps(Rota(SHIFTS), start, end) == []
    (gap,) = gaps(Rota(SHIFTS), start, end, away={CLEO})
    assert gap.starts == berlin("2026-03-02 14:00")


def override(kind, start, end, person=None, stand_in=None) -> Override:
    return Override(OverrideKind(kind), berlin(start), berlin(end), person, stand_in)


def test_a_stand_in_is_on_call_instead_from_when_to_when():
    change = override("replace", "2026-03-01 12:00", "2026-03-01 18:00", ANNA, DORA)
    rota = Rota(DAILY, (change,))
    found = spans(rota, berlin("2026-03-01 07:00"), berlin("2026-03-02 07:00"))
    assert [span.people for span in found] == [(ANNA,), (DORA,), (ANNA,)]
    assert found[1].starts == berlin("2026-03-01 12:00")


def test_a_stand_in_for_somebody_who_is_not_on_call_changes_nothing():
    change = override("replace", "2026-03-01 12:00", "2026-03-03 12:00", BEN, DORA)
    rota = Rota(DAILY, (change,))
    assert on_call(rota, berlin("2026-03-01 13:00")) == (ANNA,)
    assert on_call(rota, berlin("2026-03-02 13:00")) == (DORA,)


def test_a_stand_in_for_whoever_is_on_call_stands_alone():
    change = override("replace", "2026-03-02 06:00", "2026-03-02 10:00", None, DORA)
    assert on_call(Rota(SHIFTS, (change,)), berlin("2026-03-02 09:00")) == (DORA,)


def test_somebody_may_join_and_somebody_may_step_out():
    join = override("add", "2026-03-02 08:00", "2026-03-02 10:00", None, DORA)
    out = override("remove", "2026-03-02 09:00", "2026-03-02 12:00", ANNA)
    rota = Rota(SHIFTS, (join, out))
    assert on_call(rota, berlin("2026-03-02 08:30")) == (ANNA, BEN, DORA)
    assert on_call(rota, berlin("2026-03-02 09:30")) == (BEN, DORA)
    assert on_call(rota, berlin("2026-03-02 11:00")) == (BEN,)
    alone = Rota(DAILY, (override("remove", "2026-03-01 09:00", "2026-03-01 12:00", ANNA),))
    (gap,) = gaps(alone, berlin("2026-03-01 07:00"), berlin("2026-03-02 07:00"))
    assert gap.ends - gap.starts == timedelta(hours=3)


def test_the_next_handover_names_who_comes():
    found = next_handover(Rota(DAILY), berlin("2026-03-28 12:00"), timedelta(days=2))
    assert found is not None
    assert found.starts == berlin("2026-03-29 07:00")
    assert found.people == on_call(Rota(DAILY), berlin("2026-03-29 08:00"))
    assert next_handover(Rota(DAILY), berlin("2026-03-28 12:00"), timedelta(hours=2)) is None


@pytest.mark.parametrize(
    "words",
    [
        {"zone": "Europe/Atlantis", "turn_hours": 24, "people": (1,)},
        {"zone": "Europe/Berlin", "turn_hours": 1, "people": (1,)},
        {"zone": "Europe/Berlin", "turn_hours": 1345, "people": (1,)},
        {"zone": "Europe/Berlin", "turn_hours": 24, "people": tuple(range(51))},
        {"zone": "Europe/Berlin", "turn_hours": 24},
        {"zone": "Europe/Berlin"},
        {"zone": "Europe/Berlin", "shifts": (Shift("x", time(6), time(7), (), (1,)),)},
        {"zone": "Europe/Berlin", "shifts": (Shift("x", time(6), time(7), (7,), (1,)),)},
        {"zone": "../etc/passwd", "turn_hours": 24, "people": (1,)},
        {"zone": "UTC", "shifts": (Shift("", time(6), time(7), (0,), (1,)),)},
        {"zone": "UTC", "shifts": (Shift("x" * 61, time(6), time(7), (0,), (1,)),)},
        {"zone": "UTC", "shifts": (Shift("x", time(6), time(7), (0,), ()),)},
        {"zone": "UTC", "shifts": (Shift("x", time(6), time(7), (0,), tuple(range(51))),)},
        {"zone": "UTC", "shifts": (Shift("x", time(6), time(7), (0,), (1,)),) * 21},
        {"zone": "UTC", "turn_hours": 24, "people": (1,),
         "shifts": (Shift("x", time(6), time(7), (0,), (1,)),)},
    ],
)  # fmt: skip
def test_a_plan_that_could_not_work_cannot_be_made(words):
    with pytest.raises(Unreadable):
        Plan(**words)


def test_a_plan_at_its_bounds_can_be_made():
    assert Plan("UTC", 2, people=(1,)).everybody() == {1}
    assert Plan("UTC", 8 * 7 * 24, people=tuple(range(50))).turn_hours == 1344
    shift = Shift("x" * 60, time(6), time(7), (6,), tuple(range(50)))
    assert len(Plan("UTC", shifts=(shift, *[Shift("y", time(6), time(7), (0,), (1,))] * 19)).shifts)


def test_unless_said_otherwise_turns_change_at_seven_from_the_first_of_the_year():
    rota = Rota(Plan("UTC", 24, people=(ANNA, BEN)))
    assert on_call(rota, datetime(2026, 1, 1, 6, 59, tzinfo=UTC)) == ()
    assert on_call(rota, datetime(2026, 1, 1, 7, tzinfo=UTC)) == (ANNA,)


def test_a_shift_that_ends_when_it_starts_lasts_the_day():
    rota = Rota(Plan("Europe/Berlin", shifts=(Shift("day", time(7), time(7), (0,), (ANNA,)),)))
    (span,) = (s for s in spans(rota, berlin("2026-03-01 00:00"), berlin("2026-03-08 00:00"))
               if s.people)  # fmt: skip
    assert (span.starts, span.ends) == (berlin("2026-03-02 07:00"), berlin("2026-03-03 07:00"))


def test_a_span_ends_with_what_was_asked_and_not_beyond_it():
    start, end = berlin("2026-03-01 07:00"), berlin("2026-03-02 07:00")
    assert spans(Rota(DAILY), start, end) == [Span(start, end, (ANNA,))]
    assert spans(Rota(SHIFTS), end, end + timedelta(hours=7))[-1].ends == end + timedelta(hours=7)
    change = override("add", "2026-03-02 07:00", "2026-03-02 09:00", None, DORA)
    assert spans(Rota(DAILY, (change,)), start, end) == [Span(start, end, (ANNA,))]


def test_before_a_rota_begins_nobody_is_on_call_however_long_before():
    start = berlin("2026-02-20 12:00")
    found = spans(Rota(DAILY), start, berlin("2026-03-02 12:00"))
    assert [(span.starts, span.people) for span in found] == [
        (start, ()), (berlin("2026-03-01 07:00"), (ANNA,)), (berlin("2026-03-02 07:00"), (BEN,)),
    ]  # fmt: skip
    later = spans(Rota(DAILY), berlin("2026-03-01 08:00"), berlin("2026-03-02 12:00"))
    assert [span.people for span in later] == [(ANNA,), (BEN,)]


def test_an_evening_that_passes_midnight_is_within():
    assert is_within(time(22), time(7), time(23, 30))
    assert is_within(time(22), time(7), time(6, 59))
    assert not is_within(time(22), time(7), time(12))
    assert is_within(time(12), time(14), time(13))


@pytest.mark.parametrize(("starts", "ends"), [(time(22), time(7)), (time(12), time(14))])
def test_quiet_hours_begin_at_their_first_moment_and_end_before_their_last(starts, ends):
    assert is_within(starts, ends, starts)
    assert not is_within(starts, ends, ends)


def test_from_seven_to_seven_is_all_day():
    assert is_within(time(7), time(7), time(7))
    assert is_within(time(7), time(7), time(6, 59))


@given(
    st.integers(2, 24 * 14),
    st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31)),
    st.sampled_from(["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "UTC"]),
)
def test_at_every_moment_exactly_one_person_has_the_turn(hours, moment, zone):
    rota = Rota(Plan(zone, hours, time(2, 30), date(2025, 12, 1), (ANNA, BEN, CLEO)))
    at = moment.replace(tzinfo=UTC)
    assert len(on_call(rota, at)) == 1
    # Seen span by span it is the same.
    found = spans(rota, at - timedelta(hours=hours), at + timedelta(hours=hours))
    (here,) = [span for span in found if span.starts <= at < span.ends]
    assert here.people == on_call(rota, at)


def test_a_later_plan_begins_when_it_says_and_the_days_before_stay_as_they_were():
    monday = berlin("2026-03-09 07:00")
    weekly = Plan("Europe/Berlin", 168, time(7), date(2026, 3, 9), (DORA,))
    rota = Rota(DAILY, later=((monday, weekly),))
    start, end = berlin("2026-03-05 07:00"), berlin("2026-03-12 07:00")
    before, after = spans(Rota(DAILY), start, monday), spans(rota, start, end)
    assert after[:-1] == before
    assert after[-1] == Span(monday, end, (DORA,))
    just_before = monday - timedelta(seconds=1)
    assert on_call(rota, just_before) == on_call(Rota(DAILY), just_before)
    assert rota.everybody() == {ANNA, BEN, CLEO, DORA}


def test_of_several_later_plans_the_last_that_has_begun_counts():
    days = [berlin(f"2026-03-{day:02} 07:00") for day in (9, 12)]
    weekly = Plan("Europe/Berlin", 168, time(7), date(2026, 3, 9), (DORA,))
    rota = Rota(DAILY, later=((days[0], weekly), (days[1], SHIFTS)))
    assert rota.plan_at(days[0]) == weekly
    assert rota.plan_at(days[1]) == SHIFTS


def test_everybody_is_whom_plans_and_overrides_name():
    ward = (berlin("2026-03-02 20:00"), berlin("2026-03-03 07:00"))
    nobody = Override(OverrideKind.REMOVE, *ward, person_id=BEN)
    stand_in = Override(OverrideKind.ADD, *ward, stand_in_id=DORA)
    assert Rota(DAILY, (nobody,)).everybody() == {ANNA, BEN, CLEO}
    assert Rota(DAILY, (nobody, stand_in)).everybody() == {ANNA, BEN, CLEO, DORA}


def test_a_plan_that_begins_in_the_middle_of_a_turn_cuts_it():
    noon = berlin("2026-03-02 12:00")
    rota = Rota(DAILY, later=((noon, SHIFTS),))
    found = spans(rota, berlin("2026-03-02 08:00"), berlin("2026-03-02 15:00"))
    assert [span.people for span in found] == [(BEN,), (ANNA, BEN), (CLEO,)]
    assert found[1].starts == noon


def test_until_when_somebody_is_on_call_knows_overrides_and_later_plans():
    at, day = berlin("2026-03-02 08:00"), timedelta(days=2)
    assert on_call_until(Rota(DAILY), BEN, at, day) == berlin("2026-03-03 07:00")
    swap = override("replace", "2026-03-02 20:00", "2026-03-03 07:00", BEN, DORA)
    assert on_call_until(Rota(DAILY, (swap,)), BEN, at, day) == berlin("2026-03-02 20:00")
    later = Rota(DAILY, later=((berlin("2026-03-02 12:00"), SHIFTS),))
    assert on_call_until(later, BEN, at, day) == berlin("2026-03-02 14:00")
    assert on_call_until(Rota(DAILY), BEN, at, timedelta(hours=1)) is None
