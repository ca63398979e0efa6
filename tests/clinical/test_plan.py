"""A plan by the clock on the wall: a simulated quarter with summer time and travel, exactly."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from homeward.clinical.plan import (
    HUMANE,
    OLDEST_TOLD,
    Item,
    Kind,
    LastTold,
    Missed,
    Plan,
    due,
    finding,
    humane,
    kept,
    to_tell,
)
from homeward.clinical.plan_templates import TEMPLATES
from homeward.clinical.words import WORDS
from homeward.clinical.zone import Zones
from homeward.model.alarm import Priority
from homeward.model.choice import Language
from homeward.model.errors import Unreadable

# Berlin, to New York on 20 March (summer time there since the 8th), back on 5 April (there since
# 29 March): both jumps and two journeys in one quarter.
WEST = datetime(2026, 3, 20, 9, tzinfo=UTC)
EAST = datetime(2026, 4, 5, 22, tzinfo=UTC)
TRAVELLER = Zones(
    (
        (datetime(2026, 1, 1, tzinfo=UTC), "Europe/Berlin"),
        (WEST, "America/New_York"),
        (EAST, "Europe/Berlin"),
    )
)
START, END = datetime(2026, 2, 1, 23, tzinfo=UTC), datetime(2026, 5, 2, 22, tzinfo=UTC)
PRESSURE = Item(
    "pressure", Kind.MEASURE, "Blood pressure", (time(7), time(19)),
    vitals=("systolic", "diastolic"),
)  # fmt: skip
WEIGHT = Item("weight", Kind.MEASURE, "Weight", (time(7),), (0, 2, 4), vitals=("weight",))
PLAN = Plan("heart_failure", (PRESSURE, WEIGHT))


def test_a_quarter_with_two_summer_times_and_two_journeys() -> None:
    found = due(PLAN, TRAVELLER, START, END)
    pressure = [each for each in found if each.item == "pressure"]
    # 90 days from 2 February to 2 May. Flying west on 20 March, 10:00 in Berlin is 5:00 in New
    # York: seven o'clock comes again. Flying east in the night of 5 April, 18:00 is midnight: that
    # evening's 19:00 never came.
    assert len(pressure) == 2 * 90 + 1 - 1
    by_day = Counter(each.day for each in pressure)
    assert (by_day.pop(date(2026, 3, 20)), by_day.pop(date(2026, 4, 5))) == (3, 1)
    assert set(by_day.values()) == {2}
    assert {TRAVELLER.local(each.at).time() for each in pressure} == {time(7), time(19)}
    hours = [(each.day, each.at.hour) for each in pressure if TRAVELLER.local(each.at).hour == 7]
    of = dict(hours)
    assert of[date(2026, 3, 7)] == 6  # Berlin, winter
    assert of[date(2026, 3, 21)] == 11  # New York, summer
    assert of[date(2026, 4, 6)] == 5  # Berlin, summer
    weights = [each for each in found if each.item == "weight"]
    # Thirteen of each of these days, and the Friday of the flight west twice.
    assert len(weights) == 3 * 13 + 1
    assert {each.day.weekday() for each in weights} == {0, 2, 4}


def test_all_of_it_in_pieces_is_all_of_it() -> None:
    whole = due(PLAN, TRAVELLER, START, END)
    pieces = []
    at = START
    while at < END:
        pieces += due(PLAN, TRAVELLER, at, min(END, at + timedelta(hours=7)))
        at += timedelta(hours=7)
    assert pieces == whole


def test_nobody_is_told_at_night_wherever_they_are() -> None:
    found = due(PLAN, TRAVELLER, START, END)
    first, last = HUMANE
    for each in found:
        assert each.opens <= each.at <= each.closes <= each.nudge
        assert each.escalate is not None
        assert each.nudge <= each.escalate
        for told in (each.nudge, each.escalate):
            assert first <= TRAVELLER.local(told).time() < last
    evening = next(each for each in found if each.at.hour == 18)
    # 19:00, until 22:00: told at eight the next morning, a carer four hours later.
    assert TRAVELLER.local(evening.nudge).time() == time(8)
    assert evening.escalate is not None
    assert TRAVELLER.local(evening.escalate).time() == time(12)


@settings(deadline=None, max_examples=60)
@given(st.integers(0, 90 * 24 * 60))
def test_a_humane_moment_is_the_first_there_is(minutes: int) -> None:
    at = START + timedelta(minutes=minutes)
    told = humane(TRAVELLER, at)
    assert told >= at
    first, last = HUMANE
    assert first <= TRAVELLER.local(told).time() < last
    if told > at:
        assert not first <= TRAVELLER.local(at).time() < last
        assert TRAVELLER.local(told).time() == first or told in {WEST, EAST}


def test_adherence_counts_what_is_over() -> None:
    states = ["done"] * 3 + ["missed"] + ["open"] * 5 + ["excused"] * 2
    assert (kept(states).expected, kept(states).done, kept(states).percent) == (4, 3, 75.0)
    assert kept(["open"]).percent is None


def missed(nudge: datetime, **other: object) -> Missed:
    values = {
        "patient_id": 1, "kind": Kind.MEASURE, "vitals": ("systolic", "diastolic"),
        "at": nudge - timedelta(hours=3), "nudge": nudge, "escalate": nudge + timedelta(hours=4),
        "language": Language.GERMAN, "zone": "Europe/Berlin",
    }  # fmt: skip
    return Missed(**(values | other))  # pyright: ignore[reportArgumentType]


def test_the_patient_first_then_a_carer_then_it_is_over() -> None:
    nudge = datetime(2026, 6, 1, 8, tzinfo=UTC)
    one = missed(nudge)
    assert to_tell([one], None, nudge - timedelta(seconds=1)) is None
    first = to_tell([one], None, nudge)
    assert first is not None
    assert first.priority is Priority.LOW
    assert first.patient_text == (
        "Bitte messen Sie jetzt Ihren Blutdruck. Es war um 07:00 Uhr vorgesehen."
    )
    later = to_tell([one], None, nudge + timedelta(hours=4))
    assert later is not None
    assert later.priority is Priority.MEDIUM
    assert later.text == "Missed at home: Systolic and Diastolic, due 07:00"
    assert to_tell([one], None, nudge + timedelta(hours=27)) is not None
    assert to_tell([one], None, nudge + timedelta(hours=28)) is None
    never = to_tell([missed(nudge, escalate=None)], None, nudge + timedelta(hours=20))
    assert never is not None
    assert never.priority is Priority.LOW


def test_a_carer_who_is_told_after_two_days_is_told() -> None:
    nudge = datetime(2026, 6, 1, 8, tzinfo=UTC)
    late = missed(nudge, escalate=nudge + timedelta(days=2))
    said = to_tell([late], None, nudge + timedelta(days=2, hours=1))
    assert said is not None
    assert said.priority is Priority.MEDIUM
    assert late.told_until < nudge + OLDEST_TOLD


NUDGE = datetime(2026, 6, 1, 8, tzinfo=UTC)


@pytest.mark.parametrize(
    ("priority", "answered", "ends"),
    [
        (Priority.LOW, None, True),  # the patient was told of the first alone
        (Priority.MEDIUM, None, False),  # its calls climb on
        (Priority.MEDIUM, NUDGE + timedelta(hours=5), True),
    ],
)
def test_who_misses_again_is_told_again(
    priority: Priority, answered: datetime | None, ends: bool
) -> None:
    evening = NUDGE + timedelta(hours=12)
    both = [missed(NUDGE), missed(evening)]
    last = LastTold(1, priority, True, NUDGE + timedelta(seconds=9), answered)
    assert (to_tell(both, last, evening) is None) == ends
    assert to_tell(both[:1], last, evening) is not None
    over = to_tell(both, replace(last, is_open=False), evening)
    assert over is not None
    # What a carer has answered is not told again.
    assert (over.priority is Priority.LOW) == (answered is not None)
    assert ("1 more" in over.text) == (answered is None)


def test_what_is_said_names_no_medicine() -> None:
    nudge = datetime(2026, 6, 1, 8, tzinfo=UTC)
    said = finding([missed(nudge, kind=Kind.MEDICINE, vitals=())] * 2, nudge)
    assert said is not None
    assert said.text == "Missed at home: a medicine, due 07:00, and 1 more"


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("kind", list(Kind))
def test_what_was_missed_is_said_in_each_language(language: Language, kind: Kind) -> None:
    nudge = datetime(2026, 6, 1, 8, tzinfo=UTC)
    each = missed(nudge, kind=kind, vitals=("weight",) if kind is Kind.MEASURE else ())
    said = finding([replace(each, language=language)], nudge)
    assert said is not None
    assert said.patient_text is not None
    assert "07:00" in said.patient_text
    weight = WORDS[language]["plan.what.weight"]
    assert (weight in said.patient_text) == (kind is Kind.MEASURE)


def test_every_template_is_a_plan() -> None:
    assert set(TEMPLATES) == {
        "diabetes", "hypertension", "heart_failure", "copd", "post_discharge",
        "pregnancy_pressure",
    }  # fmt: skip
    for plan in TEMPLATES.values():
        assert due(plan, Zones.always("Asia/Kolkata"), START, START + timedelta(days=7))


@pytest.mark.parametrize(
    "wrong",
    [
        {"at": ()},
        {"at": (time(7), time(7))},
        {"weekdays": ()},
        {"weekdays": (7,)},
        {"vitals": ()},
        {"vitals": ("mood",)},
        {"kind": Kind.QUESTIONNAIRE, "vitals": ()},
    ],
)
def test_what_cannot_be_is_refused(wrong: dict[str, object]) -> None:
    values = {
        "key": "x", "kind": Kind.MEASURE, "label": "X", "at": (time(7),), "vitals": ("pulse",)
    }  # fmt: skip
    with pytest.raises(Unreadable):
        Item(**(values | wrong))  # pyright: ignore[reportArgumentType]
    with pytest.raises(Unreadable):
        Plan("x", (PRESSURE, PRESSURE))
