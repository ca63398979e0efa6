"""Whether anybody watches over everybody's alarms; where nobody does, troubles are shown too."""

from dataclasses import fields

import pytest

from homeward.api.viewer import Viewer
from homeward.api.vigil import SILENT_SECONDS, Vigil, unwatched
from homeward.model.person import Actor, Role
from homeward.model.shown import AlarmShown

FULL = {"what": "disk_full", "text": "The disk is full.", "on": True}


def test_a_trouble_looks_like_the_alarm_the_watcher_will_make_of_it():
    told = unwatched(FULL, 1_000)
    assert told.keys() == {each.name for each in fields(AlarmShown)}
    shown = AlarmShown(**told)
    assert (shown.condition, shown.kind, shown.state) == (
        "trouble_disk_full",
        "technical",
        "active",
    )
    assert (shown.text, shown.rung, shown.patient_id) == ("The disk is full.", 1_000, None)


@pytest.mark.parametrize("over", [{"on": False}, {"over": True}])
def test_one_that_is_over_is_resolved(over):
    assert unwatched(FULL | over, 1_000)["state"] == "resolved"


@pytest.mark.parametrize(
    ("alarm", "is_told"),
    [
        ({"patient_id": None, "ward_id": None, "device": None}, True),
        ({"patient_id": None, "ward_id": None, "device": "pump-1"}, False),
        ({"patient_id": 7, "ward_id": 1, "device": None}, False),
    ],
)
def test_a_sentinel_hears_of_the_platform_and_of_nobody_else(alarm, is_told):
    viewer = Viewer(Actor(1, "Sentinel", Role.SENTINEL, 9))
    assert viewer.is_about(alarm) is is_told


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
