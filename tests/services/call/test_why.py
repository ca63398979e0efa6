"""Why a call came: said with the call, as it was known when it was made."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest

from homeward.model.message import Way
from homeward.model.shown import CallShown
from homeward.services.call.chain import Next, Pursued, Target
from homeward.services.call.reach.contacts import Change, Wish, add
from homeward.services.call.receipts import Q
from homeward.services.call.rota import Override, OverrideKind, Plan
from homeward.services.call.rotas import add_rota, override
from homeward.services.call.standing import Aim
from homeward.services.call.why import Before, because
from tests.services.call.conftest import START, WAIT_SECONDS

NOW = datetime(2026, 3, 1, 2, 0, tzinfo=UTC)
WAITED = Before(
    1, "Nora", 1, 1, NOW, NOW + timedelta(seconds=120), NOW + timedelta(seconds=120),
    "unanswered", False, True, 0, (),
)  # fmt: skip
OPEN = replace(WAITED, ended=None, outcome=None, is_there=False)
CASE = Pursued(1, None, 1, "Ward 3", round=1, step=1, called_ward_id=1)


@pytest.mark.parametrize(
    ("before", "words"),
    [
        ([WAITED], "Nora did not answer within 2 min"),
        ([WAITED, replace(WAITED, person="Omar")], "Nora and Omar did not answer within 2 min"),
        ([replace(WAITED, due=NOW + timedelta(seconds=90))], "Nora did not answer within 90 s"),
        ([replace(WAITED, is_disabled=True)], "Nora may no longer sign in"),
        ([OPEN], "Nora could not be reached: no screen open, and no other way"),
        ([replace(OPEN, failed=("sms",))], "Nora could not be reached: text message failed"),
        (
            [replace(OPEN, failed=("email", "web_push"))],
            "Nora could not be reached: mail and push failed",
        ),
        ([replace(OPEN, failed=("sms",), messages=1)], "Nora gave no sign of it within 30 s"),
        ([replace(OPEN, is_there=True)], "Nora gave no sign of it within 30 s"),
        (
            [WAITED, replace(OPEN, person="Omar")],
            "Nora did not answer within 2 min; "
            "Omar could not be reached: no screen open, and no other way",
        ),
    ],
)
def test_what_became_of_those_before(before: list[Before], words: str) -> None:
    assert because(CASE, Next(1, 2), before, 30) == words
    assert because(CASE, Next(2, 1), before, 30) == f"{words}; the chain begins again"


def test_the_first_call_has_nobody_before_it_and_others_have_other_reasons() -> None:
    assert because(replace(CASE, round=0), Next(1, 1), [], 30) == ""
    assert because(CASE, Next(1, 1), [WAITED], 30) == "they came on call meanwhile"
    came_back = because(replace(CASE, is_over=True), Next(2, 1), [WAITED], 30)
    assert came_back == "the alarm came back after it was answered"
    moved = because(replace(CASE, ward_id=2), Next(2, 1), [WAITED], 30)
    assert moved == "the patient came to this ward"


async def shown(house: Any) -> list[CallShown]:
    rows = await house.sql("select id from call where audience = 'carer' order by id")
    return await house.store.door().all(Q.shown, CallShown, ids=[row[0] for row in rows])


async def test_who_did_not_answer_is_named_to_the_next(house: Any) -> None:
    await house.alarm(await house.patient("a", "Ward 3"))
    await house.passes(WAIT_SECONDS)
    first, second = await shown(house)
    assert (first.via, first.target, first.because) == ("nora", "person", "")
    assert second.because == "nora did not answer within 2 min"


async def test_a_message_that_failed_is_said_and_stays_said(house: Any) -> None:
    house.at_screens.remove("nora")
    me = house.people["nora"]
    wish = Wish(Way.SMS, "+442079460000")
    await add(house.store.door(), Change(me, None, house.now, ""), wish)
    await house.alarm(await house.patient("a", "Ward 3"))
    await house.passes()
    await house.sql("update delivery set state = 'failed', ended = created, is_final = true")
    await house.passes(1)
    _, second = await shown(house)
    assert second.because == "nora could not be reached: text message failed"
    await house.sql("update delivery set state = 'delivered', ended = null, delivered = created")
    await house.passes(1)
    assert (await shown(house))[1].because == second.because


async def test_who_has_no_screen_and_no_other_way_is_said(house: Any) -> None:
    house.at_screens.remove("nora")
    await house.alarm(await house.patient("a", "Ward 3"))
    await house.passes(1)
    _, second = await shown(house)
    assert second.because == "nora could not be reached: no screen open, and no other way"


async def test_a_rota_says_its_name_and_until_when(house: Any) -> None:
    """Until 07:00 by the plan; sooner where somebody takes over before."""
    door, nora, miriam = house.store.door(), house.people["nora"], house.people["miriam"]
    plan = Plan("UTC", 24, time(7), date(2026, 2, 1), (nora,))
    rota = await add_rota(door, house.wards["Ward 3"], "Nights", plan, START)
    await house.chain("Ward 3", [Aim(Target.ROTA, None, rota)], [Aim(Target.EVERYBODY)])
    until = START + timedelta(hours=2)
    change = Override(OverrideKind.REPLACE, until, until + timedelta(hours=3), None, miriam)
    await override(door, rota, change, START, "")
    await house.alarm(await house.patient("a", "Ward 3"))
    await house.passes()
    (call,) = await shown(house)
    assert (call.via, call.target) == ("Nights", "rota")
    assert call.until == round(until.timestamp() * 1000)
