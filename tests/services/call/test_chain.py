"""Who is next, as a pure function."""

import pytest

from homeward.services.call.chain import Link, Wanting, chain_for, next_call

NURSE, CHARGE = Link(1, 1, 10, 120), Link(1, 2, 11, 60)
CHAIN = [NURSE, CHARGE]


@pytest.mark.parametrize(
    ("last", "person", "round_"),
    [
        ((None, None, None), 10, 1),
        ((1, 1, "unanswered"), 11, 1),
        ((1, 2, "unanswered"), 10, 2),
        ((3, 1, "unanswered"), 11, 3),
        # Answered, and it came back: a new round, from the first person.
        ((1, 1, "answered"), 10, 2),
        ((2, 2, "over"), 10, 3),
    ],
)
def test_the_chain_goes_round_until_somebody_answers(last, person, round_):
    found = next_call(CHAIN, Wanting(1, 1, "Ward 3", *last))
    assert found is not None
    assert (found.link.person_id, found.round) == (person, round_)


def test_a_step_taken_out_of_the_chain_is_passed_over():
    found = next_call([NURSE, Link(1, 5, 12, 60)], Wanting(1, 1, "Ward 3", 1, 2, "unanswered"))
    assert found is not None
    assert found.link.person_id == 12


def test_an_empty_chain_calls_nobody():
    assert next_call([], Wanting(1, 1, "Ward 3", None, None, None)) is None


def test_an_alarm_of_no_ward_goes_to_everybody_once_first_steps_first():
    links = [*CHAIN, Link(2, 1, 20, 30), Link(2, 2, 10, 30)]
    chain = chain_for(links, None)
    assert [(link.step, link.person_id) for link in chain] == [(1, 10), (2, 20), (3, 11)]
    assert chain_for(links, 2) == links[2:]
