"""Who is called next: the chain of a ward, round after round, until somebody answers.

Pure: rows in, the next calls out.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from itertools import groupby

FALLBACK_STEP = 0  # calls of no step: the chain has nobody at all
FIRST_STEP = -1  # before the chain: whom the plan of a patient at home names
STAFF = "staff"  # what their target is called: none of the chain's
FALLBACK_MAX = 20  # people called at once then; first those with a screen before them


class Target(StrEnum):
    """Whom a step calls."""

    PERSON = "person"
    ROTA = "rota"  # whoever is on call by it
    ASSIGNED = "assigned"  # the nurse who has the patient
    EVERYBODY = "everybody"  # on call by any rota of the ward


@dataclass(frozen=True, slots=True)
class Link:
    """One target of one step; those of one step are called at once, each for `wait_seconds`."""

    ward_id: int
    step: int
    wait_seconds: int
    target: Target
    person_id: int | None = None
    rota_id: int | None = None


@dataclass(frozen=True, slots=True)
class Pursued:
    """An active alarm, and whom its last round has called.

    `is_held` while somebody may still answer: a call of theirs is open, can arrive, and did or
    may yet. `is_over` where a call of the round ended otherwise than unanswered.
    """

    alarm_id: int
    patient_id: int | None
    ward_id: int | None
    ward: str | None
    round: int  # 0: nobody was called yet
    step: int
    called_ward_id: int | None = None
    called: Sequence[int] = ()
    open: Sequence[int] = ()  # people, in any round
    is_held: bool = False
    is_over: bool = False


@dataclass(frozen=True, slots=True)
class Duty:
    """Who can be called now. Only people who may sign in are in it."""

    people: Mapping[int, str] = field(default_factory=dict)  # names
    rotas: Mapping[int, str] = field(default_factory=dict)  # names
    on_call: Mapping[int, Sequence[int]] = field(default_factory=dict)  # by rota
    rotas_of: Mapping[int, Sequence[int]] = field(default_factory=dict)  # by ward
    nurse_of: Mapping[int, int] = field(default_factory=dict)  # by patient
    staff_of: Mapping[int, Sequence[int]] = field(default_factory=dict)  # by ward
    staff: Sequence[int] = ()

    def reached_by(self, link: Link, patient_id: int | None) -> list[int]:
        """The people a target stands for, for this patient; none: it is empty."""
        found: list[int | None] = [link.person_id]
        if link.target is Target.ROTA:
            found = [*self.on_call.get(link.rota_id or 0, ())]
        elif link.target is Target.ASSIGNED:
            found = [self.nurse_of.get(patient_id or 0)]
        elif link.target is Target.EVERYBODY:
            rotas = self.rotas_of.get(link.ward_id, ())
            found = [person for rota in rotas for person in self.on_call.get(rota, ())]
        able = [each for each in found if each is not None and each in self.people]
        return list(dict.fromkeys(able))

    def instead_of(
        self, ward_id: int | None, round_: int = 1, known: Collection[int] = ()
    ) -> Sequence[int]:
        """Whom to call where the chain has nobody at all: the ward's people, or any; `known` are
        called already, or were in the last round."""
        return _in_turn(self.staff_of.get(ward_id or 0) or self.staff, round_, known)

    def words(self, link: Link) -> str:
        """What a target is called."""
        if link.target is Target.PERSON:
            return self.people.get(link.person_id or 0, "somebody who may not sign in")
        return {
            Target.ROTA: self.rotas.get(link.rota_id or 0, "a rota that has ended"),
            Target.ASSIGNED: "the patient's nurse",
            Target.EVERYBODY: "everybody on call",
        }[link.target]


@dataclass(frozen=True, slots=True)
class Calling:
    """One person to call, and why they: `via` in words, `target` which kind that is."""

    person_id: int
    wait_seconds: int
    via: str
    target: str
    rota_id: int | None = None


@dataclass(frozen=True, slots=True)
class Next:
    """Whom to call, at which place of the chain; and which steps, passed over, had nobody."""

    round: int
    step: int
    calls: Sequence[Calling] = ()
    empty: Sequence[int] = ()
    is_fallback: bool = False  # no step has anybody: the ward's staff, or anybody's


Chain = Sequence[Sequence[Link]]  # steps in order, each its targets


def next_calls(chain: Chain, case: Pursued, duty: Duty, fallback_seconds: int) -> Next:
    """The next people to call for an alarm; nobody where somebody may still answer.

    Who was called in this round is not called again while others remain. After the last step
    the chain begins again: an unanswered alarm never falls silent. One that was answered and
    came back begins again as well, and so does one whose patient came to another ward.
    """
    if case.round == 0 or case.is_over or case.called_ward_id != case.ward_id:
        return _new_round(chain, case, duty, fallback_seconds)
    known = frozenset(case.called) | frozenset(case.open)
    # Somebody who came on call after this step began is called at once, as if from its beginning.
    joined = _walk([s for s in chain if s[0].step == case.step], case, duty, case.round, known)
    if joined.calls or case.is_held:
        return Next(joined.round, joined.step, joined.calls)
    rest = [s for s in chain if s[0].step > case.step]
    later = _walk(rest, case, duty, case.round, known)
    if later.calls:
        return later
    if case.step == FIRST_STEP and len(later.empty) == len(rest):
        # Whom the plan names did not come, and behind them there is nobody: as without them.
        among = (
            duty.instead_of(case.ward_id, case.round, known),
            _in_turn(duty.staff, case.round, known),
        )
        calls = next(filter(None, (_instead(each, known, fallback_seconds) for each in among)), [])
        if calls:
            return Next(case.round, FALLBACK_STEP, calls, later.empty, is_fallback=True)
    again = _new_round(chain, case, duty, fallback_seconds)
    return replace(again, empty=[*later.empty, *again.empty])


def _new_round(chain: Chain, case: Pursued, duty: Duty, fallback_seconds: int) -> Next:
    """From the first step. Who is being called already is not called a second time."""
    busy = frozenset(case.open)
    found = _walk(chain, case, duty, case.round + 1, busy)
    if found.calls or len(found.empty) < len(chain):
        return found
    people = duty.instead_of(case.ward_id, case.round + 1, busy | frozenset(case.called))
    calls = _instead(people, busy, fallback_seconds)
    return Next(case.round + 1, FALLBACK_STEP, calls, found.empty, is_fallback=True)


def _in_turn(people: Sequence[int], round_: int, known: Collection[int]) -> Sequence[int]:
    """As many as are called at once. Of more than that each round has others: after the first the
    turn goes by number, for who sits before a screen changes and would leave somebody out."""
    if len(people) <= FALLBACK_MAX or round_ <= 1:
        return people[:FALLBACK_MAX]
    begin = (round_ - 2) * FALLBACK_MAX % len(people)
    ordered = sorted(people)
    turned = [*ordered[begin:], *ordered[:begin]]
    return sorted(turned, key=lambda person: person in known)[:FALLBACK_MAX]


def _instead(people: Sequence[int], known: frozenset[int], fallback_seconds: int) -> list[Calling]:
    return [
        Calling(person, fallback_seconds, "nobody else is on call", STAFF)
        for person in people
        if person not in known
    ]


def _walk(steps: Chain, case: Pursued, duty: Duty, round_: int, known: frozenset[int]) -> Next:
    """The first step with somebody who is not called yet."""
    empty: list[int] = []
    for links in steps:
        step, found, is_empty = links[0].step, dict[int, Calling](), True
        for link in links:
            for person in duty.reached_by(link, case.patient_id):
                is_empty = False
                if person not in known:
                    found.setdefault(person, _calling(person, link, duty))
        if is_empty:
            empty.append(step)
        if found:
            return Next(round_, step, list(found.values()), empty)
    return Next(round_, case.step, (), empty)


def _calling(person: int, link: Link, duty: Duty) -> Calling:
    return Calling(person, link.wait_seconds, duty.words(link), link.target.value, link.rota_id)


def chain_for(links: Iterable[Link], ward_id: int | None) -> list[list[Link]]:
    """The steps of a ward; of every ward, first steps first, for an alarm that has none.

    The platform's own troubles belong to no ward, and somebody must still come.
    """
    if ward_id is not None:
        mine = sorted((link for link in links if link.ward_id == ward_id), key=lambda e: e.step)
        return [list(step) for _, step in groupby(mine, key=lambda each: each.step)]
    place = 0
    steps: list[list[Link]] = []
    ordered = sorted(links, key=lambda each: (each.step, each.ward_id))
    for _, step in groupby(ordered, key=lambda each: (each.step, each.ward_id)):
        found = [link for link in step if link.target is not Target.ASSIGNED]
        if found:
            place += 1
            steps.append([replace(link, step=place) for link in found])
    return steps


def with_first(
    chain: Chain, ward_id: int, named: Sequence[str | None], rotas: Mapping[str, int],
    wait_seconds: int,
) -> Chain:  # fmt: skip
    """The chain of a ward, before it whom the plans of an alarm name: rotas, by name, of which this
    ward has `rotas`. Of a plan that names none (None), or one that is not here, the ward's first
    step is called at once with them. They are waited for as long as that step is.
    """
    found = [rotas[name] for name in named if name is not None and name in rotas]
    if not found:
        return chain
    is_alone = len(found) == len(named) or not chain
    step, wait = (chain[0][0].step, chain[0][0].wait_seconds) if chain else (0, wait_seconds)
    links = [
        Link(ward_id, FIRST_STEP if is_alone else step, wait, Target.ROTA, None, rota)
        for rota in found
    ]
    return [links, *chain] if is_alone else [[*links, *chain[0]], *chain[1:]]
