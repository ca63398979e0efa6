"""What the ledger, the screens and the mails say of a night: lost, twice, late."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import psycopg
from psycopg.rows import dict_row

from bench.alarm_kills.mails import Mail
from bench.alarm_kills.patients import CONDITION, Patient
from bench.alarm_kills.screens import Screen, Told
from bench.installation import Installation

CLOCK_SECONDS = 0.05  # a reading's own time, and when we noted it
LINES_MAX = 8
LATE_SECONDS_MAX = 1.0
ALARMS = """
select id, patient_id, extract(epoch from measured)::float8 as measured,
    extract(epoch from raised)::float8 as raised,
    extract(epoch from coalesce(least(acknowledged, cleared), now()))::float8 as needed_until
from alarm where condition = %s order by id
"""
CALLS = """
select id, alarm_id, person_id, round, step, extract(epoch from created)::float8 as created,
    extract(epoch from due)::float8 as due, extract(epoch from ended)::float8 as ended
from call where audience = 'carer' order by id
"""
STORY = """
select alarm_id, extract(epoch from at)::float8 as at, event, state, detail::text as detail
from alarm_event where alarm_id = any(%s) order by alarm_id, id
"""
DELIVERIES = "select id, bundle, state, attempts from delivery order by id"


class Away(Protocol):
    """A kill, and for how long the platform was not whole."""

    victim: str
    at: float
    seconds: float


@dataclass(frozen=True, slots=True)
class Episode:
    """One alarm of the ledger. Seconds since 1970."""

    id: int
    patient_id: int
    measured: float
    raised: float
    needed_until: float


@dataclass(frozen=True, slots=True)
class Call:
    """One call of the ledger."""

    id: int
    alarm_id: int
    person_id: int
    round: int
    step: int
    created: float
    due: float
    ended: float | None


@dataclass(frozen=True, slots=True)
class Late:
    """One tier of one alarm: when it was due, when told; seconds less what we were away."""

    alarm: int
    step: int
    due: float
    told: float
    net: float

    @property
    def gross(self) -> float:
        """With everything, also where nothing ran."""
        return self.told - self.due


@dataclass
class Verdict:
    """Figures, and lines for a person to read."""

    figures: dict[str, float] = field(default_factory=dict)
    lines: list[str] = field(default_factory=list)

    @property
    def is_broken(self) -> bool:
        """Whether something was lost, told twice, or rang for nobody ill."""
        return any(self.figures[name] for name in ("lost", "announced_twice", "unneeded"))


def judge(
    house: Installation, patients: Sequence[Patient], screens: Sequence[Screen],
    mails: Sequence[Mail], kills: Sequence[Away],
) -> Verdict:  # fmt: skip
    """Read the record, and hold it against what people saw."""
    with house.connect() as sql:
        episodes = [Episode(**row) for row in _rows(sql, ALARMS, CONDITION)]
        calls = [Call(**row) for row in _rows(sql, CALLS)]
        deliveries = list(_rows(sql, DELIVERIES))
    verdict = Verdict()
    _judge_spells(verdict, patients, episodes)
    _judge_heard(verdict, patients, screens, episodes)
    again = _judge_screens(verdict, screens, episodes, calls)
    _judge_mails(verdict, mails, deliveries)
    late = _judge_tiers(verdict, screens, episodes, calls, kills)
    with house.connect() as sql:
        verdict.lines += [
            f"{row['alarm_id']}, {row['at']:.3f}: {row['event']}, {row['state']}, {row['detail']}"
            for row in _rows(sql, STORY, sorted({*again, *late}))
        ]
    shown = {number: told.at for screen in screens for number, told in screen.calls.items()}
    verdict.lines += [
        f"{call.alarm_id}: person {call.person_id}, round {call.round}, tier {call.step}, called "
        f"{call.created:.3f}, shown {shown.get(call.id, 0):.3f}, due {call.due:.3f}, ended "
        f"{call.ended or 0:.3f}"
        for call in calls
        if call.alarm_id in late
    ]
    return verdict


def _rows(sql: psycopg.Connection, words: str, *values: object) -> Iterable[dict[str, object]]:
    with sql.cursor(row_factory=dict_row) as cursor:
        yield from cursor.execute(words, values)


def _judge_spells(verdict: Verdict, patients: Sequence[Patient], episodes: list[Episode]) -> None:
    """Each spell of illness is one episode, and each episode a spell."""
    lost = twice = spells = 0
    known: set[int] = set()
    for patient in patients:
        for spell in patient.spells:
            spells += 1
            found = [
                each.id
                for each in episodes
                if each.patient_id == patient.id
                and spell.began - CLOCK_SECONDS <= each.measured <= spell.ended + CLOCK_SECONDS
            ]
            known.update(found)
            if len(found) != 1:
                verdict.lines.append(
                    f"patient {patient.id}, ill from {spell.began:.2f} to {spell.ended:.2f}: "
                    f"{len(found)} episodes"
                )
            lost += not found
            twice += max(0, len(found) - 1)
    verdict.figures |= {"alarms": spells, "lost": lost, "announced_twice": twice}
    verdict.figures["unneeded"] = sum(each.id not in known for each in episodes)


def _judge_heard(
    verdict: Verdict, patients: Sequence[Patient], screens: Sequence[Screen],
    episodes: list[Episode],
) -> None:  # fmt: skip
    """From the first low value to the first screen that rang, and to the last, outages and all."""
    began = {patient.id: [spell.began for spell in patient.spells] for patient in patients}
    waited, longer = [0.0], [0.0]
    for episode in episodes:
        rang = [at for s in screens for (alarm, _), at in s.ringing.items() if alarm == episode.id]
        before = [at for at in began[episode.patient_id] if at <= episode.measured + CLOCK_SECONDS]
        if rang and before:
            waited.append(min(rang) - before[-1])
            longer.append(max(rang) - before[-1])
    verdict.figures["alarm_seconds_max"] = max(waited)
    verdict.figures["last_screen_seconds_max"] = max(longer)


def _judge_screens(
    verdict: Verdict, screens: Sequence[Screen], episodes: list[Episode], calls: list[Call]
) -> list[int]:
    """Each alarm rang once on each screen, and each person was called once a step; of which alarms
    that is not so."""
    ours = {each.id for each in episodes}
    unheard = set(ours)
    twice = 0
    again: list[str] = []
    which: set[int] = set()
    for screen in screens:
        rang = Counter(alarm for alarm, _ in screen.ringing if alarm in ours)
        unheard -= rang.keys()
        twice += sum(times - 1 for times in rang.values())
        which |= {alarm for alarm, times in rang.items() if times > 1}
        again += [
            f"alarm {alarm} rang for person {screen.person} at {rung / 1000:.3f}"
            for alarm, rung in sorted(screen.ringing)
            if rang[alarm] > 1
        ]
        # Of one alarm that stands for a minute or two nobody is called twice: it goes on upwards.
        called = Counter((told.alarm, told.step) for told in screen.calls.values()
                         if told.alarm in ours)  # fmt: skip
        twice += sum(times - 1 for times in called.values())
        again += [
            f"alarm {alarm}: person {screen.person} called {times} times at step {step}"
            for (alarm, step), times in called.items()
            if times > 1
        ]
    written = Counter((c.alarm_id, c.person_id, c.step) for c in calls if c.alarm_id in ours)
    twice += sum(times - 1 for times in written.values())
    verdict.figures["lost"] += len(unheard)
    verdict.figures["announced_twice"] += twice
    verdict.figures["calls"] = len(calls)
    if unheard or twice:
        verdict.lines.append(f"rang on no screen: {sorted(unheard)}; rang or called again: {twice}")
        verdict.lines += again
    return sorted(which)


def _judge_mails(
    verdict: Verdict, mails: Sequence[Mail], deliveries: Sequence[Mapping[str, object]]
) -> None:
    """A mail handed over and not noted is said again: by the same Message-ID, or it is another."""
    bundles = {row["bundle"] for row in deliveries}
    sent = Counter(mail.message_id for mail in mails)
    superseded = {mail.message_id for mail in mails if mail.bundle not in bundles}
    verdict.figures["announced_twice"] += len(superseded)
    verdict.figures["mails"] = len(mails)
    verdict.figures["mails_repeated"] = sum(times - 1 for times in sent.values())
    states = Counter(str(row["state"]) for row in deliveries)
    words = ", ".join(f"{number} {state}" for state, number in states.most_common())
    verdict.lines.append(f"deliveries: {words}; under a second name: {len(superseded)}")


def _judge_tiers(
    verdict: Verdict, screens: Sequence[Screen], episodes: list[Episode], calls: list[Call],
    kills: Sequence[Away],
) -> set[int]:  # fmt: skip
    """Each tier was called in time; of which alarms that is not so."""
    told = {number: call for screen in screens for number, call in screen.calls.items()}
    at_screens = {screen.person for screen in screens}
    away = _merged((kill.at, kill.at + kill.seconds) for kill in kills)
    by_alarm: dict[int, list[Call]] = defaultdict(list)
    for call in calls:
        by_alarm[call.alarm_id].append(call)
    found: list[Late] = []
    early = 0
    for episode in episodes:
        steps = _steps(by_alarm[episode.id])
        due = episode.raised
        for step in steps:
            at = max(_told(call, told, at_screens) for call in step)
            if step[0].created < due - CLOCK_SECONDS:
                early += 1
                verdict.lines.append(
                    f"alarm {episode.id}, round {step[0].round}, tier {step[0].step}: called "
                    f"{due - step[0].created:.2f} s before it was due"
                )
            found.append(Late(episode.id, step[0].step, due, at, _net(due, at, away)))
            due = max(call.due for call in step)
        if due < episode.needed_until:  # and nobody was called then
            at = episode.needed_until
            found.append(Late(episode.id, len(steps) + 1, due, at, _net(due, at, away)))
    found.sort(key=lambda late: -late.net)
    verdict.figures |= {
        "tiers": len(found),
        "tiers_early": early,
        "tier_late_seconds_max": max((late.net for late in found), default=0.0),
        "tier_late_seconds_max_with_outage": max((late.gross for late in found), default=0.0),
    }
    for late in found[:LINES_MAX]:
        near = min(kills, key=lambda kill: abs(kill.at - late.due), default=None)
        words = "" if near is None else f"; {near.victim} killed at {near.at - late.due:+.2f} s"
        verdict.lines.append(
            f"alarm {late.alarm}, tier {late.step}: told {late.gross:.2f} s late, of which "
            f"{late.net:.2f} s with everything up{words} (back after {near.seconds:.2f} s)"
            if near else f"alarm {late.alarm}, tier {late.step}: {late.gross:.2f} s late"
        )  # fmt: skip
    return {late.alarm for late in found if late.net > LATE_SECONDS_MAX}


def _steps(calls: list[Call]) -> list[list[Call]]:
    steps: dict[tuple[int, int], list[Call]] = defaultdict(list)
    for call in calls:
        steps[call.round, call.step].append(call)
    return [steps[place] for place in sorted(steps)]


def _told(call: Call, told: Mapping[int, Told], at_screens: set[int]) -> float:
    """When its person's screen showed it; who has no screen before them gets a mail."""
    if call.person_id not in at_screens:
        return call.created
    shown = told.get(call.id)
    # One that ended before its screen was back has told nobody, and need not any more.
    return shown.at if shown is not None else call.ended or float("inf")


def _merged(spans: Iterable[tuple[float, float]]) -> list[tuple[float, float]]:
    found: list[tuple[float, float]] = []
    for start, end in sorted(spans):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return found


def _net(due: float, told: float, away: Sequence[tuple[float, float]]) -> float:
    gone = sum(max(0.0, min(told, end) - max(due, start)) for start, end in away)
    return told - due - gone
