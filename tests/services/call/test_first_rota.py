"""Whom a plan has called first, for what was missed and for warning signs: never instead of all."""

import uuid
from datetime import date, time, timedelta
from typing import Any

import pytest

from homeward.clinical.flagged import FLAGGED
from homeward.clinical.plan import Item, Kind
from homeward.clinical.plan import Plan as HomePlan
from homeward.model.alarm import Kind as AlarmKind
from homeward.model.person import Actor, Role
from homeward.services.call.rota import Plan
from homeward.services.call.rotas import add_rota, end_rota
from homeward.services.plan import answers, plans
from homeward.services.plan.answers_views import NewAnswers
from homeward.services.watch import ledger
from homeward.services.watch.at_home import flagged_now
from tests.services.call.conftest import START, WAIT_SECONDS, House
from tests.services.call.test_flagged_answers import ASKED, CHECK, NIGHT
from tests.services.call.test_missed_at_home import MIDNIGHT, Home

GLUCOSE = Item("glucose", Kind.MEASURE, "Glucose", (time(7),), vitals=("glucose",))
WEIGHT = Item("weight", Kind.MEASURE, "Weight", (time(7),), vitals=("weight",))
TEAM = "Diabetes nurses"


async def rota(house: House, ward: str, *people: str) -> int:
    """Whose turn it is on this ward for diabetes, at all hours."""
    who = tuple(house.people[name] for name in people)
    turns = Plan("UTC", 24, time(0), date(2026, 2, 1), who)
    number = await add_rota(house.store.door(), house.wards[ward], TEAM, turns, START)
    # In force for long, as any other.
    await house.sql("update rota_plan set starts = starts - interval '9 days'")
    return number


@pytest.fixture
async def home(house: House) -> Home:
    """Rosa at home; her ward's chain calls dan, and dora has the turn for diabetes."""
    patient = await house.patient("rosa", "Home care", "rosa")
    await house.sql("insert into device (name, kind) values ('meter', 'meter')")
    await house.sql("update ward set kind = 'home' where name = 'Home care'")
    await house.person("dora")
    return Home(house, patient)


async def begins(home: Home, condition: str, first: int | None, *items: Item) -> None:
    plan = HomePlan(condition, items)
    await plans.begin(home.door, home.patient, plan, MIDNIGHT, first_rota=first)
    await home.at(0, 0)


async def test_the_chosen_rota_is_called_and_the_wards_chain_after_it(home: Home) -> None:
    number = await rota(home.house, "Home care", "dora")
    await begins(home, "diabetes", number, GLUCOSE)
    await home.at(0, 10)
    assert await home.house.called() == []  # it is the patient's to do
    await home.at(0, 14)
    assert await home.house.called() == [("dora", None)]
    assert await home.house.sql("select via, step from call where audience = 'carer'") == [
        (TEAM, -1)
    ]
    await home.house.passes(WAIT_SECONDS)
    assert await home.house.called() == [("dora", "unanswered"), ("dan", None)]
    # Nobody came: it begins anew with her.
    await home.house.passes(WAIT_SECONDS)
    assert [name for name, _ in await home.house.called()] == ["dora", "dan", "dora"]


async def test_other_alarms_go_to_the_wards_chain_as_ever(home: Home) -> None:
    await begins(home, "diabetes", await rota(home.house, "Home care", "dora"), GLUCOSE)
    await home.at(0, 9)
    await home.house.alarm(home.patient)
    await home.house.passes()
    assert await home.house.called() == [("dan", None)]


async def nobody_on_call(home: Home, number: int) -> None:
    await home.house.sql(
        "update person set disabled = %(now)s where name = 'dora'", now=home.house.now
    )


async def no_such_rota_any_more(home: Home, number: int) -> None:
    await end_rota(home.house.store.door(), number, home.house.now)


async def a_plan_that_cannot_be_read(home: Home, number: int) -> None:
    await home.house.sql("update rota_plan set plan = '{}'")


@pytest.mark.parametrize(
    "happens", [nobody_on_call, no_such_rota_any_more, a_plan_that_cannot_be_read]
)
async def test_where_the_chosen_rota_has_nobody_the_wards_chain_is_called_at_once(
    home: Home, happens: Any
) -> None:
    number = await rota(home.house, "Home care", "dora")
    await begins(home, "diabetes", number, GLUCOSE)
    await happens(home, number)
    await home.at(0, 14)
    assert await home.house.called() == [("dan", None)]


async def test_a_rota_of_another_ward_calls_nobody_there_but_its_namesake_here(home: Home) -> None:
    elsewhere = await rota(home.house, "Ward 3", "nora")
    await begins(home, "diabetes", elsewhere, GLUCOSE)
    await home.at(0, 14)
    assert await home.house.called() == [("dan", None)]
    await rota(home.house, "Home care", "dora")
    await home.house.passes(WAIT_SECONDS)  # dan did not come: the round begins with her
    assert [name for name, _ in await home.house.called()] == ["dan", "dora"]


async def test_of_two_plans_of_which_one_names_nobody_the_wards_first_is_called_too(
    home: Home,
) -> None:
    await begins(home, "diabetes", await rota(home.house, "Home care", "dora"), GLUCOSE)
    await begins(home, "heart_failure", None, WEIGHT)
    await home.at(0, 14)
    assert sorted(await home.house.called()) == [("dan", None), ("dora", None)]


async def test_only_plans_of_which_something_was_missed_say_who_is_called(home: Home) -> None:
    await begins(home, "diabetes", await rota(home.house, "Home care", "dora"), GLUCOSE)
    await begins(home, "heart_failure", None, WEIGHT)
    await home.weighs(0, 7)
    await home.at(0, 14)
    assert await home.house.called() == [("dora", None)]


async def test_on_a_ward_without_a_chain_its_people_are_called_after_the_chosen(home: Home) -> None:
    """Before there was a choice they were called at once: they still are, one step later."""
    await home.house.sql("delete from chain_step")
    await home.house.sql("delete from chain")
    await begins(home, "diabetes", await rota(home.house, "Home care", "dora"), GLUCOSE)
    await home.at(0, 14)
    assert await home.house.called() == [("dora", None)]
    await home.house.passes(WAIT_SECONDS)
    # The ward has nobody but her: everybody else's people, rather than her alone for ever.
    called = [name for name, _ in await home.house.called()]
    assert (called[0], sorted(called[1:])) == ("dora", ["dan", "miriam", "nora"])
    await home.house.passes(WAIT_SECONDS)
    assert [name for name, _ in await home.house.called()][4:] == ["dora"]


async def test_a_warning_sign_goes_to_the_rota_of_the_plan_that_asked(home: Home) -> None:
    house = home.house
    await begins(home, "diabetes", await rota(house, "Home care", "dora"), ASKED)
    await home.at(0, 9)
    rosa = house.store.door(Actor(house.people["rosa"], "Rosa", Role.PATIENT))

    async def says(due: int | None) -> None:
        wish = NewAnswers(
            key=str(uuid.uuid4()), url=CHECK, version="1", language="de",
            answered=round(house.now.timestamp() * 1000), answers=NIGHT, due=due,
        )  # fmt: skip
        await answers.answer(rosa, home.patient, wish, house.now)
        found = await flagged_now(house.store.door(), house.now)
        kind = AlarmKind.PHYSIOLOGICAL
        told = home.watcher.worked_out(FLAGGED, found, house.now, kind)
        await ledger.write(house.store, house.bus, told.changes)
        await house.passes()

    ((due,),) = await house.sql("select id from plan_due order by at limit 1")
    await says(due)
    assert await house.called() == [("dora", None)]
    ((alarm,),) = await house.sql("select id from alarm where state = 'active'")
    await house.acknowledge(alarm, "dora")
    house.now += timedelta(minutes=1)
    await says(None)  # ends the one that somebody has
    await says(None)  # asked by no plan: the ward's
    assert [name for name, _ in await house.called()][1:] == ["dan"]
