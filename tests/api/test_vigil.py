"""Whether anybody watches over everybody's alarms."""

from homeward.api.vigil import SILENT_SECONDS, Vigil


def test_nothing_is_said_before_it_is_known():
    vigil = Vigil(0.0)
    assert vigil.is_kept(SILENT_SECONDS - 1) is None
    assert vigil.is_kept(SILENT_SECONDS) is False
    vigil.hear(SILENT_SECONDS)
    assert vigil.is_kept(SILENT_SECONDS + 1) is True


def test_one_share_without_a_watcher_is_said():
    vigil = Vigil(0.0)
    for second in (1.0, 2.0):
        vigil.hear(second, 0, 2)
    assert vigil.is_kept(2.0) is None  # of the other share nothing was heard yet
    vigil.hear(3.0, 1, 2)
    assert vigil.is_kept(3.0) is True
    vigil.hear(3.0 + SILENT_SECONDS, 1, 2)
    assert vigil.is_kept(3.0 + SILENT_SECONDS) is False
    vigil.hear(3.5 + SILENT_SECONDS, 0, 2)
    assert vigil.is_kept(3.5 + SILENT_SECONDS) is True


def test_patients_that_are_divided_anew_have_watchers_soon_or_it_is_said():
    vigil = Vigil(0.0)
    vigil.hear(1.0)
    vigil.hear(2.0, 0, 3)
    assert vigil.is_kept(2.5) is None
    assert vigil.is_kept(2.0 + SILENT_SECONDS) is False
