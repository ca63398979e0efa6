"""Which score is used for whom: by whose word, who may say it, and what has to be confirmed."""

from typing import Any

import pytest

from homeward.guard import signed
from homeward.model.errors import Conflict, Forbidden, Missing, Unreadable
from homeward.model.person import Actor, Role
from homeward.services.watch import own_tables
from homeward.services.watch.own_tables import Scope
from homeward.services.watch.scores_in_use import seen, switch
from homeward.services.watch.scores_views import NewSwitch, ScoreUse
from homeward.store import Store
from tests.services.watch.conftest import START
from tests.services.watch.test_own_tables import TEXT, said, who

__all__ = ["who"]
ROLES = {"ada": Role.ADMINISTRATOR, "dora": Role.DOCTOR, "nora": Role.NURSE}


class Desk:
    """Two children on two wards, and somebody of each role."""

    def __init__(self, store: Store, who: dict[str, int]) -> None:
        self.store, self.who = store, who
        self.ward = Scope(ward_id=who["Ward 7"])
        self.child = Scope(patient_id=who["R-1"])

    async def says(self, name: str, scope: Scope, score: str, is_on: bool | None, **more: Any):
        door = self.store.door(Actor(self.who[name], name, ROLES[name]))
        words = {"reason": "guideline 12"} | more
        await switch(door, scope, NewSwitch(score, is_on, **words), START)

    async def use(self, scope: Scope, score: str) -> ScoreUse:
        found = await seen(self.store.door(), scope, START)
        return next(each for each in found.scores if each.score == score)


@pytest.fixture
def desk(store: Store, who: dict[str, int]) -> Desk:
    return Desk(store, who)


async def test_everybody_has_the_one_score_that_is_meant_for_them(desk: Desk) -> None:
    pews = await desk.use(desk.child, "bedside_pews")
    assert (pews.is_on, pews.is_leading, pews.chart) == (True, True, "4 to 11 years")
    news = await desk.use(desk.child, "news2")
    assert (news.is_on, news.is_leading, news.chart) == (True, False, None)
    every = {use.score: use for use in (await seen(desk.store.door(), Scope(), START)).scores}
    assert {name: use.whom for name, use in every.items()} == {
        "news2": "16 years and over, not in pregnancy",
        "bedside_pews": "under 16 years",
        "meows": "in pregnancy, and to the 42nd day after birth",
        "mews": "16 years and over, not in pregnancy",
        "qsofa": "18 years and over, not in pregnancy",
    }
    assert (every["bedside_pews"].leads, every["bedside_pews"].only_for) == (2, 2)
    assert [name for name, use in every.items() if not use.is_on] == ["mews", "qsofa"]
    with pytest.raises(Missing):
        await seen(desk.store.door(), Scope(ward_id=999), START)


async def test_a_ward_and_a_patient_are_a_doctors_and_the_site_an_administrators(
    desk: Desk,
) -> None:
    for name in ("ada", "nora"):
        for scope in (desk.ward, desk.child):
            with pytest.raises(Forbidden):
                await desk.says(name, scope, "qsofa", True)
    for name in ("dora", "nora"):
        with pytest.raises(Forbidden):
            await desk.says(name, Scope(), "qsofa", True)
    with pytest.raises(Unreadable):
        await desk.says("dora", desk.child, "qsofa", True, reason=" ")
    with pytest.raises(Missing):
        await desk.says("dora", desk.child, "nonsense", True)
    await desk.says("ada", Scope(), "mews", True)
    await desk.says("dora", desk.ward, "mews", False, reason="NEWS2 is enough here")
    use = await desk.use(desk.child, "mews")
    assert [(each.name, each.is_on, each.by) for each in use.levels] == [
        ("The whole site", True, "ada"), ("Ward 7", False, "dora"), ("This patient", False, None),
    ]  # fmt: skip
    assert use.is_on is False
    assert (await desk.use(Scope(), "mews")).own_wards == ["Ward 7"]
    await desk.says("dora", desk.ward, "mews", None)
    assert (await desk.use(desk.child, "mews")).is_on is True
    history = (await seen(desk.store.door(), desk.ward, START)).history
    assert [(line.is_on, line.by) for line in history] == [(None, "dora"), (False, "dora")]


async def test_who_would_be_left_without_a_score_is_confirmed_aloud(desk: Desk) -> None:
    with pytest.raises(Conflict, match="This patient has no early-warning score"):
        await desk.says("dora", desk.child, "bedside_pews", False)
    with pytest.raises(Conflict, match="1 patient here has no early-warning score"):
        await desk.says("dora", desk.ward, "bedside_pews", False)
    with pytest.raises(Conflict, match="2 patients here have no early-warning score"):
        await desk.says("ada", Scope(), "bedside_pews", False)
    with pytest.raises(Conflict, match="whoever it is meant for"):
        await desk.says("ada", Scope(), "news2", False)
    await desk.says("dora", desk.ward, "qsofa", False)  # it was off, and never led anybody
    await desk.says("dora", desk.child, "bedside_pews", False, is_said=True)
    assert (await desk.use(desk.child, "bedside_pews")).is_on is False
    await desk.says("dora", desk.child, "bedside_pews", None)
    await desk.says("ada", Scope(), "bedside_pews", False, is_said=True)
    await desk.says("dora", desk.child, "bedside_pews", True)
    with pytest.raises(Conflict):  # back to what the site says: off
        await desk.says("dora", desk.child, "bedside_pews", None)


async def test_an_own_table_says_whose_it_is_and_what_is_wrong_with_it(desk: Desk) -> None:
    door, ada = desk.store.door(), said(desk.who["ada"])
    private, public = signed.make_key()
    await own_tables.trust(door, public, "Paediatrics", ada, is_trusted=True)
    await own_tables.add(door, TEXT, signed.sign(private, TEXT.encode()), ada)
    await desk.says("dora", desk.ward, "own_ward_pews", True)
    use = await desk.use(desk.child, "own_ward_pews")
    assert (use.is_on, use.is_leading, use.label) == (True, True, "Ward PEWS")
    assert use.own is not None
    assert (use.own.version, use.own.signer, use.own.by, use.own.trouble) == (
        3, "Paediatrics", "ada", None,
    )  # fmt: skip
    assert use.own.fingerprint == signed.fingerprint(public)
    assert (await desk.use(desk.child, "bedside_pews")).only_for == 0, "it stands in for this one"
    await desk.says("dora", desk.ward, "bedside_pews", False, is_said=True)
    await own_tables.trust(door, public, "Paediatrics", ada, is_trusted=False)
    broken = await desk.use(desk.child, "own_ward_pews")
    assert broken.own is not None
    assert broken.own.trouble == "its key is not trusted any more"
    assert (broken.is_on, broken.is_leading) == (True, False)
    keys = (await seen(door, Scope(), START)).keys
    assert [(key.name, key.is_trusted) for key in keys] == [("Paediatrics", False)]
    assert (await seen(door, desk.child, START)).without == 1
    await own_tables.withdraw(door, "own_ward_pews", ada)
    found = await seen(door, desk.child, START)
    assert "own_ward_pews" not in {each.score for each in found.scores}
