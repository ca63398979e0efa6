"""Who is next, as a pure function."""

import pytest

from homeward.services.call.chain import (
    Duty,
    Link,
    Pursued,
    Target,
    chain_for,
    next_calls,
)

NORA, MIRIAM, DAN, LENA = 10, 11, 12, 13
NAMES = {NORA: "Nora", MIRIAM: "Miriam", DAN: "Dan", LENA: "Lena"}
NIGHTS = 7
CHAIN = [Link(1, 1, 120, Target.PERSON, NORA), Link(1, 2, 60, Target.PERSON, MIRIAM)]
MIXED = [
    Link(1, 1, 120, Target.ASSIGNED),
    Link(1, 2, 120, Target.ROTA, None, NIGHTS),
    Link(1, 2, 90, Target.PERSON, DAN),
    Link(1, 3, 60, Target.EVERYBODY),
]


def duty(on_call=(), nurse=None, staff=(), people=NAMES) -> Duty:
    return Duty(
        people=people,
        rotas={NIGHTS: "Nights"},
        on_call={NIGHTS: on_call},
        rotas_of={1: [NIGHTS]},
        nurse_of={5: nurse} if nurse else {},
        staff_of={1: staff} if staff else {},
        staff=tuple(people),
    )


def case(round_=0, step=0, called=(), open_=(), **more) -> Pursued:
    return Pursued(1, 5, 1, "Ward 3", round_, step, 1, called, open_, **more)


def found(links, of: Pursued, on: Duty | None = None):
    """(round, step, people) of the next calls."""
    wanted = next_calls(chain_for(links, 1), of, on or duty(), 120)
    return (wanted.round, wanted.step, [each.person_id for each in wanted.calls])


@pytest.mark.parametrize(
    ("last", "person", "round_"),
    [
        (case(), NORA, 1),
        (case(1, 1, [NORA]), MIRIAM, 1),
        (case(1, 2, [NORA, MIRIAM]), NORA, 2),
        (case(3, 1, [NORA]), MIRIAM, 3),
        # Answered, and it came back: a new round, from the first person.
        (case(1, 1, [NORA], is_over=True), NORA, 2),
        (case(2, 2, [NORA, MIRIAM], is_over=True), NORA, 3),
    ],
)
def test_the_chain_goes_round_until_somebody_answers(last, person, round_):
    assert (found(CHAIN, last)[0], found(CHAIN, last)[2]) == (round_, [person])


def test_nobody_else_is_called_while_somebody_may_answer():
    assert found(CHAIN, case(1, 1, [NORA], [NORA], is_held=True))[2] == []


def test_a_call_that_cannot_arrive_stays_open_beside_the_next_one():
    assert found(CHAIN, case(1, 1, [NORA], [NORA]))[2] == [MIRIAM]
    assert found(CHAIN, case(1, 2, [NORA, MIRIAM], [NORA, MIRIAM]))[2] == []
    assert found(CHAIN, case(1, 2, [NORA, MIRIAM], [NORA])) == (2, 2, [MIRIAM])


def test_several_targets_of_a_step_are_called_at_once_each_with_its_own_wait():
    wanted = next_calls(chain_for(MIXED, 1), case(1, 1, [NORA]), duty([LENA]), 120)
    assert [(c.person_id, c.wait_seconds, c.via) for c in wanted.calls] == [
        (LENA, 120, "Nights"),
        (DAN, 90, "Dan"),
    ]


def test_the_patients_own_nurse_comes_first():
    assert found(MIXED, case(), duty([LENA], nurse=MIRIAM)) == (1, 1, [MIRIAM])


def test_an_empty_step_is_passed_over_and_said():
    wanted = next_calls(chain_for(MIXED, 1), case(), duty([LENA]), 120)
    assert (wanted.step, wanted.empty) == (2, [1])


def test_who_was_called_in_this_round_is_not_called_again_while_others_remain():
    wanted = next_calls(chain_for(MIXED, 1), case(1, 2, [LENA, DAN]), duty([LENA, NORA]), 120)
    assert [each.person_id for each in wanted.calls] == [NORA]
    # Step 3 is Lena alone, who was called: nobody remains, and the round begins anew.
    again = next_calls(chain_for(MIXED, 1), case(1, 2, [LENA, DAN]), duty([LENA]), 120)
    assert (again.round, again.step, [c.person_id for c in again.calls]) == (2, 2, [LENA, DAN])
    assert again.empty == [1]


def test_who_comes_on_call_in_mid_step_is_called_at_once_though_another_may_still_answer():
    held = case(1, 2, [LENA, DAN], [LENA, DAN], is_held=True)
    assert found(MIXED, held, duty([LENA]))[2] == []
    assert found(MIXED, held, duty([MIRIAM])) == (1, 2, [MIRIAM])


def test_a_patient_who_comes_to_another_ward_is_called_for_there_from_the_first_step():
    links = [*CHAIN, Link(2, 1, 60, Target.PERSON, DAN), Link(2, 2, 60, Target.PERSON, LENA)]
    moved = Pursued(1, 5, 2, "Ward 4", 1, 1, 1, [NORA], [NORA], is_held=True)
    wanted = next_calls(chain_for(links, 2), moved, duty(), 120)
    assert (wanted.round, wanted.step, wanted.calls[0].person_id) == (2, 1, DAN)


def test_a_step_taken_out_of_the_chain_is_passed_over():
    links = [CHAIN[0], Link(1, 5, 60, Target.PERSON, DAN)]
    assert found(links, case(1, 2, [NORA, MIRIAM]))[2] == [DAN]


@pytest.mark.parametrize("links", [[], [Link(1, 1, 60, Target.ROTA, None, NIGHTS)]])
def test_a_chain_with_nobody_calls_the_wards_staff_and_failing_that_any(links):
    on_ward = next_calls(chain_for(links, 1), case(), duty(staff=[DAN]), 120)
    assert [(c.person_id, c.wait_seconds, c.via) for c in on_ward.calls] == [
        (DAN, 120, "nobody else is on call")
    ]
    assert (on_ward.round, on_ward.step, on_ward.is_fallback) == (1, 0, True)
    anybody = next_calls(chain_for(links, 1), case(), duty(), 120)
    assert [c.person_id for c in anybody.calls] == list(NAMES)
    # Nobody answered: all of them again, in a round of its own; who is called still is not.
    again = next_calls(chain_for(links, 1), case(1, 0, [*NAMES], [DAN]), duty(), 120)
    assert (again.round, [c.person_id for c in again.calls]) == (2, [NORA, MIRIAM, LENA])
    many = duty(people={n: str(n) for n in range(100, 0, -1)}, staff=tuple(range(45, 0, -1)))
    called: list[list[int]] = [[]]
    for round_ in range(7):  # the ward's 45, by 20: first as they stand, then each in their turn
        of = case(round_, 0, called[-1], called[-1][:3])  # three of whom cannot be reached
        calls = next_calls(chain_for(links, 1), of, many, 120).calls
        called.append([each.person_id for each in calls])
        assert len(calls) <= 20
        assert not {*called[-1]} & {*called[-2][:3]}
    assert called[1] == list(range(45, 25, -1))
    assert called[2] == list(range(1, 21)), "none of them was called yet"
    assert set().union(*called[1:4]) == set().union(*called[4:7]) == set(range(1, 46))
    # One step has somebody: then nobody is called in its stead.
    assert not next_calls(chain_for([*links, *CHAIN], 1), case(), duty(), 120).is_fallback


def test_who_went_off_call_after_being_called_leaves_no_empty_step_behind():
    links = [Link(1, 1, 60, Target.ROTA, None, NIGHTS), CHAIN[1]]
    wanted = next_calls(chain_for(links, 1), case(1, 1, [LENA]), duty(), 120)
    assert (wanted.step, wanted.calls[0].person_id, wanted.empty) == (2, MIRIAM, [])


def test_what_is_not_known_is_not_number_one():
    """An alarm of nobody is no alarm of the first patient, ward, person or rota there is."""
    one = Duty(
        people={1: "Nora", DAN: "Dan"}, rotas={1: "Nights"}, on_call={1: [1]},
        nurse_of={1: 1}, staff_of={1: [1]}, staff=(1, DAN),
    )  # fmt: skip
    for target in (Target.ASSIGNED, Target.ROTA, Target.PERSON):
        assert one.reached_by(Link(1, 1, 60, target), None) == []
    assert one.instead_of(None) == (1, DAN)
    assert one.words(Link(1, 1, 60, Target.PERSON)) == "somebody who may not sign in"
    assert one.words(Link(1, 1, 60, Target.ROTA)) == "a rota that has ended"


def test_a_target_is_called_what_people_call_it():
    words = [duty().words(link) for link in (*CHAIN[:1], *MIXED)]
    assert words == ["Nora", "the patient's nurse", "Nights", "Dan", "everybody on call"]


def test_people_found_again_are_called_as_the_chain_says():
    after = case(1, 0, [DAN], [])
    assert found(CHAIN, after) == (1, 1, [NORA])


def test_who_may_no_longer_sign_in_is_nobody():
    only_miriam = duty(people={MIRIAM: "Miriam"})
    wanted = next_calls(chain_for(CHAIN, 1), case(), only_miriam, 120)
    assert (wanted.step, wanted.calls[0].person_id, wanted.empty) == (2, MIRIAM, [1])


def test_an_alarm_of_no_ward_goes_to_everybody_once_first_steps_first():
    links = [
        *CHAIN,
        Link(2, 1, 30, Target.PERSON, DAN),
        Link(2, 2, 30, Target.PERSON, NORA),
        Link(3, 1, 30, Target.ASSIGNED),
    ]
    chain = chain_for(links, None)
    assert [(s[0].step, s[0].person_id) for s in chain] == [
        (1, NORA), (2, DAN), (3, MIRIAM), (4, NORA),
    ]  # fmt: skip
    assert chain_for(links, 2) == [[links[2]], [links[3]]]
