"""Settings: the nearest counts, a nurse may tighten, and what will not ring is said aloud."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from homeward.clinical import ages
from homeward.clinical.limit import Limit, Side, worst_delay_seconds
from homeward.clinical.rules import RULES, oxygen_low
from homeward.clinical.scores import bedside_pews
from homeward.clinical.setting import (
    Choice,
    InForce,
    Setting,
    check,
    in_force,
    must_be_said,
    must_expire,
    needs_doctor,
)
from homeward.clinical.subject import ANYBODY, Subject
from homeward.model.errors import Unreadable
from homeward.model.person import Role

TODAY = date(2026, 3, 1)
NOW = datetime(2026, 3, 1, tzinfo=UTC)
BY_NAME = {rule.name: rule for rule in RULES}
OXYGEN = oxygen_low.RULE


def oxygen(limit: float, **more) -> Limit:
    return replace(oxygen_low.LIMIT, limit=limit, clear_limit=limit + 2, **more)


def said(limit: Limit | None, number: int = 1, **more) -> Setting:
    choice = Choice.OFF if limit is None else Choice.LIMIT
    return Setting(number, "oxygen_low", choice, limit, **more)


def of_oxygen(*settings: Setting, subject: Subject = ANYBODY) -> InForce:
    return in_force([OXYGEN], subject, TODAY, settings)[0]


def test_without_a_setting_the_default_is_in_force() -> None:
    each = of_oxygen()
    assert (each.rule, each.floor, each.setting) == (OXYGEN, OXYGEN, None)


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 2, 0)])
def test_the_nearest_setting_counts_in_whatever_order(order) -> None:
    site, ward = said(oxygen(88), 1), said(oxygen(89), 2, ward_id=5)
    patient = said(oxygen(94), 3, patient_id=7)
    each = of_oxygen(*(((site, ward, patient))[place] for place in order))
    assert each.rule is not None
    assert each.floor is not None
    assert (each.rule.limit, each.floor.limit) == (oxygen(94), oxygen(89))
    assert each.setting is patient


def test_a_rule_off_on_the_ward_can_be_on_for_one_patient() -> None:
    off, on = said(None, ward_id=5), Setting(2, "oxygen_low", Choice.ON, patient_id=7)
    assert of_oxygen(off).rule is None
    assert of_oxygen(off, on).rule is OXYGEN
    assert of_oxygen(off, on).floor is None


def test_a_units_limit_replaces_the_default_of_everybody_and_nobodys_own() -> None:
    ward = said(oxygen(93), ward_id=5)
    assert of_oxygen(ward).rule.limit == oxygen(93)
    each = of_oxygen(ward, subject=Subject(oxygen_scale=2))
    assert each.rule.limit == oxygen_low.LIMIT_SCALE_2
    assert of_oxygen(said(None, ward_id=5), subject=Subject(oxygen_scale=2)).rule is None


def test_a_setting_that_does_not_fit_its_rule_any_more_is_said_and_never_widens() -> None:
    unfit = Setting(1, "oxygen_low", Choice.LIMIT, Limit(Side.ABOVE, 50, 40), patient_id=7)
    each = of_oxygen(said(oxygen(94), 2, ward_id=5), unfit)
    assert each.rule.limit == oxygen(94)
    assert each.trouble
    assert of_oxygen(Setting(1, "oxygen_low", Choice.LIMIT, None, patient_id=7)).trouble


@pytest.mark.parametrize(
    ("new", "looser"),
    [
        (oxygen(92), False),
        (oxygen(90), False),
        (oxygen(89), True),
        (oxygen(90, delay_seconds=16), True),
        (oxygen(90, delay_seconds=5), False),
        (oxygen(90, clear_seconds=14), True),
        (oxygen(90, extreme=None), True),
        (oxygen(90, extreme=79), True),
        (oxygen(90, extreme=82), False),
        (Limit(Side.BELOW, 90, 91, 15, 15, 80), True),  # it would end sooner
    ],
)
def test_a_nurse_may_tighten_and_a_doctor_may_widen(new: Limit, looser: bool) -> None:
    why = needs_doctor(OXYGEN.with_limit(new), of_oxygen(), is_unit=False)
    assert (why is not None) == looser


def test_switching_off_and_a_whole_unit_are_a_doctors() -> None:
    assert needs_doctor(None, of_oxygen(), is_unit=False)
    assert needs_doctor(OXYGEN, of_oxygen(), is_unit=True)


def test_a_nurse_goes_back_to_the_floor_but_not_below_a_doctors_order() -> None:
    by_nurse = of_oxygen(said(oxygen(94), patient_id=7, by_role=Role.NURSE))
    by_doctor = of_oxygen(said(oxygen(94), patient_id=7, by_role=Role.DOCTOR))
    assert needs_doctor(OXYGEN, by_nurse, is_unit=False) is None
    assert needs_doctor(OXYGEN, by_doctor, is_unit=False)
    assert needs_doctor(OXYGEN.with_limit(oxygen(95)), by_doctor, is_unit=False) is None


def test_what_will_not_ring_any_more_is_said_aloud() -> None:
    assert must_be_said(None, OXYGEN)
    assert must_be_said(OXYGEN.with_limit(oxygen(88)), OXYGEN) is None
    assert "80" in must_be_said(OXYGEN.with_limit(oxygen(90, extreme=None)), OXYGEN)
    assert "delay" in must_be_said(OXYGEN.with_limit(oxygen(90, extreme=75)), OXYGEN)
    beyond = OXYGEN.with_limit(oxygen(78, extreme=70))
    assert "beyond 80" in must_be_said(beyond, OXYGEN)


def test_a_rule_without_a_limit_is_never_wider_and_nothing_of_it_is_said() -> None:
    fall = BY_NAME["glucose_falling_fast"]
    before = InForce(fall, fall, fall, None)
    assert needs_doctor(fall, before, is_unit=False) is None
    assert needs_doctor(None, before, is_unit=False)
    assert must_be_said(fall, fall) is None


def test_what_is_off_for_the_unit_a_nurse_may_switch_on_with_any_limit() -> None:
    off = of_oxygen(said(None, ward_id=5))
    assert off.floor is None
    assert needs_doctor(OXYGEN.with_limit(oxygen(70, extreme=None)), off, is_unit=False) is None


def test_an_alarm_is_off_for_a_shift_at_most() -> None:
    must_expire(Choice.OFF, NOW, NOW + timedelta(hours=12), patient=True)
    must_expire(Choice.LIMIT, NOW, None, patient=True)
    must_expire(Choice.OFF, NOW, None, patient=False)
    for expires in (None, NOW + timedelta(hours=12, seconds=1)):
        with pytest.raises(Unreadable, match="at most 12 hours"):
            must_expire(Choice.OFF, NOW, expires, patient=True)
    with pytest.raises(Unreadable):
        must_expire(Choice.LIMIT, NOW, NOW, patient=True)


def test_what_no_sensor_gives_is_refused() -> None:
    nan = float("nan")
    check(OXYGEN, Choice.LIMIT, oxygen(90))
    check(OXYGEN, Choice.LIMIT, Limit(Side.BELOW, 1, 100, extreme=0))
    check(OXYGEN, Choice.LIMIT, Limit(Side.BELOW, 100, 100))
    for choice in (Choice.OFF, Choice.ON, Choice.DEFAULT):
        check(OXYGEN, choice, None)
        with pytest.raises(Unreadable):
            check(OXYGEN, choice, oxygen(90))
    for wrong in (101, -1):
        with pytest.raises(Unreadable):
            check(OXYGEN, Choice.LIMIT, Limit(Side.BELOW, wrong, wrong + 1))
    with pytest.raises(Unreadable):
        check(OXYGEN, Choice.LIMIT, Limit(Side.BELOW, 90, nan))
    with pytest.raises(Unreadable):
        check(OXYGEN, Choice.LIMIT, None)
    with pytest.raises(Unreadable):
        check(BY_NAME["glucose_falling_fast"], Choice.LIMIT, oxygen(90))


@pytest.mark.parametrize(
    ("delay", "interval", "worst"),
    [
        (0, 1, 1),
        (15, 1, 16),
        (15, 4, 20),
        (15, 15, 30),
        (15, 16, 16),
        (15, 120, 120),
        (15, 900, 900),
        (20, 0.5, 20.5),
    ],
)
def test_the_worst_delay_counts_the_interval_at_both_ends(delay, interval, worst) -> None:
    limit = Limit(Side.BELOW, 90, 92, delay_seconds=delay)
    assert worst_delay_seconds(limit, interval, 120) == worst


BORN = {  # on TODAY this old
    "under 3 months": date(2026, 2, 1),
    "3 to under 12 months": date(2025, 12, 1),
    "1 to 3 years": date(2025, 3, 1),
    "4 to 11 years": date(2022, 3, 1),
    "12 to 15 years": date(2014, 3, 1),
}


@pytest.mark.parametrize(("who", "born"), BORN.items())
def test_every_age_has_its_own_limits_from_its_first_day(who: str, born: date) -> None:
    rule = BY_NAME["heart_rate_high"]
    limit = {each.name: limit for each, limit in rule.limits}[who]
    assert rule.of(Subject(born), TODAY).limit == limit
    day_before = rule.of(Subject(born), TODAY - timedelta(days=1)).limit
    assert (day_before == limit) == (who == "under 3 months")


def test_from_sixteen_on_and_where_nobody_knows_the_limits_are_an_adults() -> None:
    for subject in (Subject(date(2010, 3, 1)), Subject(date(1930, 1, 1)), Subject(None)):
        for rule in RULES:
            if rule.only is None:
                assert rule.of(subject, TODAY) is rule
    assert BY_NAME["heart_rate_high"].of(Subject(date(2010, 3, 2)), TODAY).limit.limit == 119


@pytest.mark.parametrize("rule", [rule for rule in RULES if rule.limits], ids=lambda r: r.name)
def test_age_limits_are_on_the_rules_side_and_two_points_lie_before_four(rule) -> None:
    for who, limit in rule.limits:
        own = rule.with_limit(limit)  # raises where it does not fit
        assert own.limit.extreme is not None, who.name


@pytest.mark.parametrize("side", list(Side))
@pytest.mark.parametrize("parameter", list(ages.TABLE))
def test_a_child_rings_where_bedside_pews_scores_two_and_at_once_where_it_scores_four(
    parameter: str, side: Side
) -> None:
    """By the score itself, for every age and every whole number there is."""
    sources = [source for chart in bedside_pews.SCORER.charts for source in _sources(chart)]
    limits = ages.by_age(parameter, Limit(side, 100, 100))
    for number, (month, (_, limit)) in enumerate(zip(ages.AGES, limits, strict=True)):
        mine = [each for each in sources if each.vital.name == parameter][number]
        (lowest_quiet, *_), (highest_quiet, *_) = ages.TABLE[parameter][month]
        ours = range(lowest_quiet + 1) if side is Side.BELOW else range(highest_quiet, 220)
        for value in ours:
            (points,) = mine.choices(float(value), False)
            assert limit.is_breached(value) == (points >= 2), (number, value)
            assert limit.is_extreme(value) == (points == 4), (number, value)


def _sources(chart):
    return [source for parameter in chart.parameters for source in parameter.sources]
