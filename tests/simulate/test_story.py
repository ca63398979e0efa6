"""Stories are read strictly, and move smoothly."""

import pytest

from homeward.model.errors import Misconfigured
from homeward.simulate.story import Story, stories, story

TEXT = """
title = "A test"
repeat_seconds = 100
[[moment]]
at = 0
infection = 0.2
[[moment]]
at = 10
infection = 0.6
probe = false
[[moment]]
at = 20
rhythm = "atrial_fibrillation"
"""


@pytest.mark.parametrize("name", stories())
def test_every_shipped_story_can_be_told(name: str):
    told = story(name)
    assert told.moments[0][0] == 0
    assert list(told.moments) == sorted(told.moments, key=lambda moment: moment[0])
    assert told.repeat_seconds is None or told.repeat_seconds > told.moments[-1][0]


def test_numbers_move_between_moments_and_flags_switch_at_them():
    told = Story.parse(TEXT)
    assert told.at(0).infection == pytest.approx(0.2)
    assert told.at(5).infection == pytest.approx(0.4)
    assert told.at(5).probe
    assert told.at(10).infection == pytest.approx(0.6)
    assert not told.at(10).probe
    assert told.at(19).rhythm == "sinus"
    assert told.at(20).rhythm == "atrial_fibrillation"


def test_what_a_moment_does_not_name_stays_as_it_was():
    assert not Story.parse(TEXT).at(50).probe


def test_a_story_that_repeats_begins_again():
    told = Story.parse(TEXT)
    assert told.at(105) == told.at(5)


def test_a_cause_no_body_knows_is_refused():
    with pytest.raises(Misconfigured, match="plague"):
        Story.parse('title = "x"\n[[moment]]\nat = 0\nplague = 1.0\n')


def test_a_rhythm_no_heart_knows_is_refused():
    with pytest.raises(Misconfigured, match="waltz"):
        Story.parse('title = "x"\n[[moment]]\nat = 0\nrhythm = "waltz"\n')
