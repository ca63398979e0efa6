"""Answers that must be acted on, from what came to the calls; whoever is killed between."""

import uuid
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest

from homeward.clinical.flagged import FLAGGED
from homeward.clinical.plan import Item, Kind, Plan
from homeward.clinical.questionnaires.phq9 import PHQ9
from homeward.model.alarm import Kind as AlarmKind
from homeward.model.errors import Missing, Unreadable
from homeward.model.person import Actor, Role
from homeward.services.plan import answers, plans
from homeward.services.plan.answers_views import NewAnswers
from homeward.services.plan.expecting import expect, look
from homeward.services.watch import ledger
from homeward.services.watch.at_home import flagged_now, missed_now
from homeward.services.watch.watcher import Watcher
from tests.services.call.conftest import House

BERLIN = "Europe/Berlin"
MIDNIGHT = datetime(2026, 3, 1, 23, tzinfo=UTC)  # in Berlin, before Monday
NINE = MIDNIGHT + timedelta(hours=9)
CHECK = "urn:homeward:questionnaire:heart-failure"
ASKED = Item("check", Kind.QUESTIONNAIRE, "How I am today", (time(9),), reference=CHECK)
CALM = {"breath": "usual", "chest": False, "pillows": False, "swelling": False, "dizzy": "no"}
NIGHT = CALM | {"pillows": True}
PHQ_CALM: dict[str, Any] = {str(number): "0" for number in range(1, 10)}


class Home:
    """Rosa at home, who is asked each morning, and dan who looks after her."""

    def __init__(self, house: House, patient: int) -> None:
        self.house, self.patient, self.watcher = house, patient, Watcher()
        self.door = house.store.door(Actor(house.people["rosa"], "Rosa", Role.PATIENT))
        house.now = NINE

    async def says(self, given: dict[str, Any], form: str = CHECK, **more: Any) -> Any:
        wish = NewAnswers(
            **{
                "key": str(uuid.uuid4()), "url": form, "version": "1", "language": "de",
                "answered": round(self.house.now.timestamp() * 1000), "answers": given, **more,
            }
        )  # fmt: skip
        return (await answers.answer(self.door, self.patient, wish, self.house.now))[1]

    async def passes(self, seconds: int = 30) -> None:
        """The watcher's half minute, and the caller's pass."""
        self.house.now += timedelta(seconds=seconds)
        flagged = await flagged_now(self.house.store.door(), self.house.now)
        kind = AlarmKind.PHYSIOLOGICAL
        said = self.watcher.worked_out(FLAGGED, flagged, self.house.now, kind)
        await ledger.write(self.house.store, self.house.bus, said.changes)
        await self.house.passes()

    async def alarms(self) -> list[Any]:
        return await self.house.sql(
            "select state, text from alarm where condition = %(flagged)s order by id",
            flagged=FLAGGED,
        )

    async def somebody_has_it(self) -> None:
        ((alarm,),) = await self.house.sql("select id from alarm where state = 'active'")
        await self.house.acknowledge(alarm, "dan")


@pytest.fixture
async def home(house: House) -> Home:
    patient = await house.patient("rosa", "Home care", "rosa")
    await house.sql("update ward set kind = 'home' where name = 'Home care'")
    return Home(house, patient)


async def test_calm_answers_ring_for_nobody(home: Home) -> None:
    assert (await home.says(CALM)).flags == []
    await home.passes()
    assert await home.alarms() == []
    assert await home.house.called() == []


async def test_a_red_flag_calls_a_carer_and_the_patient_until_somebody_has_it(home: Home) -> None:
    assert (await home.says(NIGHT)).flags == ["call"]
    await home.passes()
    assert await home.alarms() == [("active", "Warning sign in answered questions")]
    assert await home.house.called() == [("dan", None)]
    assert len(await home.house.called("patient")) == 1
    for _ in range(3):
        await home.passes()
    assert [state for state, _ in await home.alarms()] == ["active"]
    await home.somebody_has_it()
    await home.passes()
    assert [state for state, _ in await home.alarms()] == ["resolved"]
    for _ in range(3):
        await home.passes()
    assert len(await home.alarms()) == 1


async def test_item_9_of_phq_9_rings_though_the_sum_is_low(home: Home) -> None:
    kept = await home.says(PHQ_CALM | {"9": "1"}, PHQ9.url)
    assert (kept.points, kept.band, kept.flags) == (1, "minimal", ["self-harm"])
    await home.passes()
    ((state, text),) = await home.alarms()
    assert state == "active"
    assert "PHQ" not in text, "no screen on a wall says what was asked"
    rows = await home.house.sql("select body::text from question_answer")
    assert "answers" not in rows[0][0], "sealed"


async def test_what_comes_before_somebody_has_the_first_rings_after_it(home: Home) -> None:
    await home.says(NIGHT)
    await home.passes()
    await home.says(NIGHT)
    await home.passes()
    assert len(await home.alarms()) == 1
    await home.somebody_has_it()
    await home.passes()
    await home.passes()
    assert [state for state, _ in await home.alarms()] == ["resolved", "active"]


async def test_a_new_watcher_says_the_same_and_a_killed_one_lost_nothing(home: Home) -> None:
    await home.says(NIGHT)
    home.watcher = Watcher()  # the one before was killed before it looked
    await home.passes()
    assert len(await home.alarms()) == 1
    home.watcher = Watcher()
    await home.passes()
    assert [state for state, _ in await home.alarms()] == ["active"]
    assert len(await home.house.called()) == 1


async def test_one_answered_without_a_network_is_told_late_and_says_how_late(home: Home) -> None:
    then = round((NINE - timedelta(hours=5)).timestamp() * 1000)
    await home.says(NIGHT, answered=then)
    await home.passes()
    ((_, text),) = await home.alarms()
    assert text == "Warning sign in answered questions, answered 5 h before it came"


async def test_a_lost_answer_is_sent_again_and_kept_once(home: Home) -> None:
    first = await home.says(NIGHT, key="the-same-key")
    again = await home.says(NIGHT, key="the-same-key")
    assert first == again
    assert await home.house.sql("select count(*) from question_answer") == [(1,)]


async def test_a_correction_replaces_and_takes_no_alarm_back(home: Home) -> None:
    first = await home.says(NIGHT)
    second = await home.says(CALM, replaces=first.id)
    shown = await answers.shown(home.door, home.patient)
    assert [(each.id, each.replaced_by) for each in shown] == [
        (second.id, None), (first.id, second.id)
    ]  # fmt: skip
    await home.passes()
    assert len(await home.alarms()) == 1
    with pytest.raises(Missing):
        await home.says(CALM, replaces=first.id, form=PHQ9.url, version="9")
    with pytest.raises(Missing):
        await home.says(PHQ_CALM, PHQ9.url, replaces=first.id)


async def test_what_is_no_answer_is_refused_and_keeps_nothing(home: Home) -> None:
    for given in ({}, CALM | {"chest": "yes"}, CALM | {"other": True}, CALM | {"dizzy": "very"}):
        with pytest.raises(Unreadable):
            await home.says(given)
    assert await home.house.sql("select count(*) from question_answer") == [(0,)]


async def test_answering_is_what_the_plan_asked_at_its_own_time(home: Home) -> None:
    nurse = home.house.store.door(Actor(home.house.people["dan"], "dan", Role.NURSE))
    await plans.begin(nurse, home.patient, Plan("heart_failure", (ASKED,)), MIDNIGHT)
    await expect(home.house.store, MIDNIGHT, BERLIN)
    first = "select id, state, came from plan_due order by at limit 1"
    ((due, _, _),) = await home.house.sql(first)
    # Another questionnaire is not what was asked; it is kept all the same.
    await home.says(PHQ_CALM, PHQ9.url, due=due)
    assert (await home.house.sql(first))[0][1] == "open"
    # It was answered in its time, without a network, and comes after it was missed.
    home.house.now = NINE + timedelta(hours=8)
    await look(home.house.store, home.house.now)
    assert (await home.house.sql(first))[0][1] == "missed"
    assert await missed_now(home.house.store.door(), home.house.now)
    await home.says(CALM, due=due, answered=round(NINE.timestamp() * 1000))
    assert await home.house.sql(first) == [(due, "done", NINE)]
    assert not await missed_now(home.house.store.door(), home.house.now)
    await home.says(CALM, due=987_654)  # of a plan that is not there any more


async def begun(home: Home, given: dict[str, Any], **more: Any) -> Any:
    return await home.says(given, is_begun=True, **({"chain": "the-first"} | more))


async def test_a_sign_that_was_chosen_and_never_sent_rings_once(home: Home) -> None:
    kept = await begun(home, {"pillows": True}, key="begun-one")
    assert (kept.flags, kept.points) == (["call"], None)
    assert await begun(home, {"pillows": True}, key="begun-one") == kept, "its answer was lost"
    await home.passes()
    assert await home.alarms() == [("active", "Warning sign in answered questions")]
    assert await home.house.called() == [("dan", None)]
    await home.somebody_has_it()
    # They come back, and send all of it: the same sign calls nobody again.
    await home.says(NIGHT, chain="the-first")
    for _ in range(3):
        await home.passes()
    assert [state for state, _ in await home.alarms()] == ["resolved"]
    whole, first = await answers.shown(home.door, home.patient)
    assert (whole.is_begun, whole.flags) == (False, 1)
    assert (first.is_begun, first.replaced_by, first.is_taken_back) == (True, whole.id, False)


async def test_what_comes_before_somebody_has_it_is_one_sign_and_another_one_rings(
    home: Home,
) -> None:
    await begun(home, {"pillows": True})
    await home.passes()
    await home.says(NIGHT | {"swelling": True}, chain="the-first")
    await home.passes()
    await home.somebody_has_it()
    for _ in range(3):
        await home.passes()
    flags = await home.house.sql("select flags, flags_new from question_answer order by id")
    assert flags == [(1, 1), (2, 1)]
    assert [state for state, _ in await home.alarms()] == ["resolved", "active"]


async def test_a_sign_that_is_taken_back_stays_an_alarm_and_says_so(home: Home) -> None:
    await begun(home, {"pillows": True})
    assert (await begun(home, {"pillows": False})).flags == []
    await home.passes()
    assert [state for state, _ in await home.alarms()] == ["active"]
    second, first = await answers.shown(home.door, home.patient)
    assert (first.flags, first.is_taken_back, first.replaced_by) == (1, True, second.id)
    assert not second.is_taken_back
    await home.somebody_has_it()
    await home.passes()
    await begun(home, {"pillows": True})  # chosen again, after somebody heard that it was not
    await home.passes()
    assert [state for state, _ in await home.alarms()] == ["resolved", "active"]


async def test_what_was_begun_and_comes_after_the_whole_is_replaced_by_it(home: Home) -> None:
    whole = await home.says(NIGHT, chain="the-first")
    await begun(home, {"pillows": True})
    shown = {each.id: each for each in await answers.shown(home.door, home.patient)}
    assert [each.replaced_by for each in shown.values() if each.is_begun] == [whole.id]
    assert shown[whole.id].replaced_by is None
    assert await home.house.sql("select sum(flags_new) from question_answer") == [(1,)]


async def test_a_row_of_a_server_before_rings_as_ever(home: Home) -> None:
    await home.says(NIGHT)
    await home.house.sql("update question_answer set flags_new = null, chain = ''")
    await home.passes()
    assert [state for state, _ in await home.alarms()] == ["active"]


async def test_what_was_begun_does_nothing_that_was_due_and_sums_nothing(home: Home) -> None:
    nurse = home.house.store.door(Actor(home.house.people["dan"], "dan", Role.NURSE))
    await plans.begin(nurse, home.patient, Plan("heart_failure", (ASKED,)), MIDNIGHT)
    await expect(home.house.store, MIDNIGHT, BERLIN)
    first = "select id, state from plan_due order by at limit 1"
    ((due, _),) = await home.house.sql(first)
    await begun(home, NIGHT, due=due)
    assert await home.house.sql(first) == [(due, "open")]
    assert await home.house.sql("select due_id from question_answer") == [(due,)], "whom to call"
    await home.says(NIGHT, chain="the-first", due=due)
    assert await home.house.sql(first) == [(due, "done")]
    await begun(home, PHQ_CALM | {"9": "1"}, form=PHQ9.url, chain="the-second")
    ((points,),) = await home.house.sql(
        "select points from question_answer where chain = 'the-second'"
    )
    assert points is None
    for wrong in ({"chain": ""}, {"given": {"pillows": "yes"}}, {"given": {"other": True}}):
        with pytest.raises(Unreadable):
            await begun(home, **({"given": {"pillows": True}} | wrong))
