"""Which score is used for whom: by age and pregnancy, and by the nearest switch."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from homeward.clinical.score import OWN, Scorer, active_charts, is_active
from homeward.clinical.scores import SCORERS
from homeward.clinical.subject import Subject
from homeward.model.errors import Conflict, Forbidden, Missing
from homeward.services.watch import own_tables
from homeward.services.watch.ledger import Q
from homeward.services.watch.limits_views import SCOPES, SITE
from homeward.services.watch.own_tables import Said, Scope
from homeward.services.watch.scores_views import (
    KeyLine,
    NewSwitch,
    OwnShown,
    ScoresInUse,
    ScoreUse,
    SwitchLine,
    SwitchShown,
)
from homeward.store import Door

AGES = range(100)  # in years: enough to say for whom a score is meant


@dataclass(frozen=True, slots=True)
class Known:
    """All that decides: the scores there are, every switch, and who is here.

    `faults` says what is wrong with own tables that are not computed.
    """

    scorers: Sequence[Scorer]
    faults: Mapping[str, str]
    switches: Sequence[Mapping[str, Any]]
    people: Sequence[Mapping[str, Any]]
    ward_id: int | None
    ward: str | None

    def said(self, patient: int | None, ward: int | None) -> dict[str, bool]:
        """What is switched for somebody, by name: the nearest word counts."""
        found: dict[str, bool] = {}
        for scope in (Scope(), Scope(ward_id=ward), Scope(patient_id=patient)):
            found |= {
                row["score"]: row["is_on"] for row in self.of(scope) if row["is_on"] is not None
            }
        return found

    def of(self, scope: Scope) -> list[Mapping[str, Any]]:
        """The newest switches of exactly this scope."""
        wanted = (scope.patient_id, scope.ward_id)
        return [row for row in self.switches if (row["patient_id"], row["ward_id"]) == wanted]


async def known(door: Door, scope: Scope, now: datetime) -> Known:
    """Read all of it. Raises Missing."""
    found = await own_tables.tables(door)
    scorers, faults = own_tables.loaded(found)
    switches = await door.all(Q.switches_said, dict)
    people = await door.all(
        Q.scored_people, dict, patient=scope.patient_id, ward=scope.ward_id, now=now
    )
    every = (*SCORERS, *scorers)
    if scope.patient_id is not None:
        if not people:
            raise Missing("There is no such patient.")
        return Known(every, faults, switches, people, people[0]["ward_id"], people[0]["ward"])
    ward: str | None = None
    if scope.ward_id is not None:
        row = await door.maybe(Q.limits_ward, dict, ward=scope.ward_id)
        if row is None:
            raise Missing("There is no such ward.")
        ward = row["name"]
    return Known(every, faults, switches, people, scope.ward_id, ward)


def charts_of(each: Known, person: Mapping[str, Any], on: date, without: Collection[str] = ()):
    """A person's scores in use, the leading one first."""
    subject = Subject(person["birth_date"], person["oxygen_scale"], person["is_pregnant"])
    scorers = [scorer for scorer in each.scorers if scorer.name not in without]
    return active_charts(scorers, subject, on, each.said(person["id"], person["ward_id"]))


def has_leading(charts: Sequence[tuple[Scorer, Any]]) -> bool:
    """Whether somebody with these scores is known by one that is meant for it."""
    return any(scorer.leads for scorer, _ in charts)


async def switch(door: Door, scope: Scope, said: NewSwitch, now: datetime) -> None:
    """Switch a score. Raises Forbidden, Missing, Unreadable without a reason, Conflict for what has
    to be confirmed: that somebody is left without an early-warning score."""
    actor = door.actor
    if actor is None or actor.role not in scope.switchers:
        raise Forbidden
    by = Said(actor.person_id, said.reason.strip()[:500], now)
    async with door.transaction() as inside:
        await inside.run(Q.lock_scores)
        before = await known(inside, scope, now)
        words = must_be_said(before, scope, said, now.date())
        if words is not None and not said.is_said:
            raise Conflict(f"Confirm this: {words}")
        await own_tables.switch(inside, said.score, said.is_on, scope, by)


def must_be_said(before: Known, scope: Scope, said: NewSwitch, on: date) -> str | None:
    """What a switch takes away that has to be confirmed aloud, or None."""
    scorer = next((each for each in before.scorers if each.name == said.score), None)
    if scorer is None or not scorer.leads or not _is_on(before, scope, scorer):
        return None
    wider = _switches(before, scope.rank - 1) if scope.rank else {}
    will_be = wider.get(said.score, scorer.is_on) if said.is_on is None else said.is_on
    if will_be:
        return None
    alone = [each for each in before.people if _hangs_on(before, each, said.score, on)]
    return left_without(len(alone), scope)


def left_without(count: int, scope: Scope) -> str:
    """Who has no score then, in words."""
    if scope.patient_id is not None:
        who = "This patient has" if count else "Unless another is on, this patient has"
    elif count:
        who = f"{count} {'patient' if count == 1 else 'patients'} here {_has(count)}"
    else:
        who = "Unless another is on, whoever it is meant for has"
    return f"{who} no early-warning score then."


def _has(count: int) -> str:
    return "has" if count == 1 else "have"


def _hangs_on(each: Known, person: Mapping[str, Any], score: str, on: date) -> bool:
    charts = charts_of(each, person, on)
    return has_leading(charts) and not has_leading(charts_of(each, person, on, {score}))


def _is_on(each: Known, scope: Scope, scorer: Scorer) -> bool:
    ward = each.ward_id if scope.rank else None
    return is_active(scorer, each.said(scope.patient_id, ward))


def _switches(each: Known, rank: int) -> dict[str, bool]:
    """What is said by name at the levels up to a rank: 0 the site, 1 the ward as well."""
    return each.said(None, each.ward_id if rank else None)


async def seen(door: Door, scope: Scope, now: datetime) -> ScoresInUse:
    """The scores of a patient, a ward or the site, as screens see them."""
    each, on = await known(door, scope, now), now.date()
    tables = {row["name"]: row for row in await door.all(Q.own_tables_said, dict)}
    names = {row["id"]: row["name"] for row in await door.all(Q.ward_names, dict)}
    charts = {person["id"]: charts_of(each, person, on) for person in each.people}
    uses = [_use(each, scope, scorer, charts, names, on) for scorer in each.scorers]
    uses = [_with_table(use, tables.get(use.score), None) for use in uses]
    uses += [_broken(each, scope, tables[name], why) for name, why in each.faults.items()]
    person = each.people[0] if scope.patient_id is not None else None
    subject = None if person is None else Subject(person["birth_date"])
    history = await door.all(
        Q.switch_history, SwitchLine, patient=scope.patient_id, ward=scope.ward_id
    )
    return ScoresInUse(
        scope.patient_id, each.ward_id, each.ward, len(each.people),
        sum(not has_leading(found) for found in charts.values()),
        None if subject is None else subject.age_years(on),
        person is not None and person["is_pregnant"], uses,
        [] if scope.rank else await _keys(door), history,
    )  # fmt: skip


def _use(
    each: Known, scope: Scope, scorer: Scorer, charts: Mapping[int, Any],
    names: Mapping[int, str], on: date,
) -> ScoreUse:  # fmt: skip
    mine = next((c for c in charts.get(scope.patient_id or 0, ()) if c[0] is scorer), None)
    leads = [
        person for person in each.people
        if charts[person["id"]] and charts[person["id"]][0][0] is scorer
    ]  # fmt: skip
    own = [row for row in each.switches if row["score"] == scorer.name and row["is_on"] is not None]
    ward_of = {person["id"]: person["ward_id"] for person in each.people}
    return ScoreUse(
        score=scorer.name,
        label=scorer.table.label,
        about=_about(scorer),
        whom=whom(scorer, on),
        is_meant_to_lead=scorer.leads,
        is_on=_is_on(each, scope, scorer),
        by_default=scorer.is_on,
        levels=_levels(each, scope, scorer.name, scorer.is_on),
        chart=None if mine is None else mine[1].name,
        is_leading=bool(leads) and scope.patient_id is not None,
        leads=len(leads),
        only_for=sum(_hangs_on(each, person, scorer.name, on) for person in leads),
        own_wards=[] if scope.rank else sorted(
            names[row["ward_id"]] for row in own if row["ward_id"] in names
        ),
        own_patients=0 if scope.patient_id is not None else sum(
            row["patient_id"] in ward_of for row in own
        ),
        own=None,
    )  # fmt: skip


def _about(scorer: Scorer) -> str:
    """What it tells, or of one's own where it comes from, in a sentence."""
    parts = scorer.about.split("\n\n")
    return parts[scorer.name.startswith(OWN) and len(parts) > 1].replace("\n", " ")


def _levels(each: Known, scope: Scope, score: str, by_default: bool) -> list[SwitchShown]:
    """From the site down to here."""
    scopes = [(Scope(), SITE)]
    if scope.rank and each.ward_id is not None:
        scopes.append((Scope(ward_id=each.ward_id), each.ward or ""))
    if scope.patient_id is not None:
        scopes.append((scope, "This patient"))
    found: list[SwitchShown] = []
    is_on = by_default
    for of, name in scopes:
        row = next((r for r in each.of(of) if r["score"] == score), None)
        said = row if row is not None and row["is_on"] is not None else None
        is_on = is_on if said is None else said["is_on"]
        who = (None, None, None) if said is None else (said["by"], said["at"], said["reason"])
        found.append(SwitchShown(SCOPES[of.rank], name, is_on, *who))
    return found


def _with_table(use: ScoreUse, row: Mapping[str, Any] | None, trouble: str | None) -> ScoreUse:
    if row is None or not use.score.startswith(OWN):
        return use
    from homeward.guard.signed import fingerprint  # brings cryptography, 10 MB

    mark = fingerprint(row["public_key"])
    own = OwnShown(
        row["version"], row["sha256"], row["signer"], mark, row["by"], row["at"], row["reason"],
        trouble,
    )  # fmt: skip
    return replace(use, own=own)


def _broken(each: Known, scope: Scope, row: Mapping[str, Any], why: str) -> ScoreUse:
    """An own table that is not computed: its alarms stay open, and nobody is scored by it."""
    levels = _levels(each, scope, row["name"], by_default=False)
    use = ScoreUse(
        row["name"], row["name"], "", "", False, levels[-1].is_on, False, levels, None, False, 0, 0,
        [], 0, None,
    )  # fmt: skip
    return _with_table(use, row, why)


def whom(scorer: Scorer, on: date) -> str:
    """For whom a score is meant, by what it answers for every age."""

    def fits(years: int, *, is_pregnant: bool = False) -> bool:
        born = date(on.year - years, 1, 1)
        return scorer.chart_of(Subject(born, 1, is_pregnant), on) is not None

    ages = [years for years in AGES if fits(years)]
    in_pregnancy = fits(30, is_pregnant=True)
    if not ages:
        return "in pregnancy, and to the 42nd day after birth" if in_pregnancy else "nobody"
    if len(ages) == len(AGES):
        words = "everybody"
    elif ages[-1] == AGES[-1]:
        words = f"{ages[0]} years and over"
    else:
        words = f"under {ages[-1] + 1} years"
    return words if in_pregnancy or ages[-1] < AGES[-1] else f"{words}, not in pregnancy"


async def _keys(door: Door) -> list[KeyLine]:
    from homeward.guard.signed import fingerprint  # brings cryptography, 10 MB

    return [
        KeyLine(
            key.name, fingerprint(key.public_key), key.is_trusted, key.set_by,
            round(key.at.timestamp() * 1000), key.reason,
        )
        for key in await own_tables.keys(door)
    ]  # fmt: skip
