"""Two versions on one bus: what the version before tells is understood, and it understands us.

`messages.jsonl` holds messages as the version told them whose newest migration is named. They stay
as they are; a message that is told otherwise gets another line. Messages only gain fields, each
with a default, and whoever hears one that it does not know lets it be.
"""

import json
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import numpy as np
import pytest

from homeward.api.live import GuardTold
from homeward.guard.subjects import SUBJECTS
from homeward.model.frame import HOT
from homeward.model.shown import AlarmShown, CallShown, ScoreTold
from homeward.services.people.sessions import Ended
from homeward.services.record.registry import Told as DeviceHeard
from homeward.services.watch.beats import Beat
from homeward.services.watch.counters import Counts
from homeward.services.watch.device_gaps import DeviceTold
from homeward.services.watch.quiet import Told as Silences
from homeward.services.watch.troubles import Trouble


class Line(NamedTuple):
    version: int
    subject: str
    body: Any


LINES = [
    Line(**json.loads(line))
    for line in Path(__file__).with_name("messages.jsonl").read_text().splitlines()
]
# What those who hear them make of them.
HEARD: dict[str, tuple[type, ...]] = {
    "beat.door": (Beat,),
    "beat.guard": (Beat, GuardTold),
    "told.counts": (Counts,),
    "told.device": (DeviceTold, DeviceHeard),
    "told.session": (Ended,),
    "told.silences": (Silences,),
    "told.trouble": (Trouble,),
}
# What goes on to screens, some of which the version before has drawn.
SHOWN: dict[str, type] = {
    "hot.alarm": AlarmShown,
    "told.alarm": AlarmShown,
    "told.call": CallShown,
    "told.score": ScoreTold,
    "told.silences": Silences,
}
# Whoever hears these reads nothing in them, or they are of the devices' own shape, which has a
# version of its own (model.frame.WAVE_MAGIC).
ONLY_NEWS = {"command.*", "hot.waves.*", "told.erased", "told.limits", "told.observation",
             "told.quarantine", "told.rights", "told.sentinel"}  # fmt: skip


def test_there_is_a_message_of_every_subject():
    known = {line.subject for line in LINES} | ONLY_NEWS
    missing = {each.name for each in SUBJECTS} - known - {"beat.*"}
    assert not missing, f"add messages of {missing} to tests/upgrades/messages.jsonl"


@pytest.mark.parametrize("line", LINES, ids=lambda line: line.subject)
def test_what_an_earlier_version_tells_is_understood(line: Line):
    for kind in HEARD.get(line.subject, ()):
        msgspec.json.decode(msgspec.json.encode(line.body), type=kind)


@pytest.mark.parametrize("line", LINES, ids=lambda line: line.subject)
def test_what_a_later_version_adds_is_let_be(line: Line):
    for kind in HEARD.get(line.subject, ()):
        plain = msgspec.json.decode(msgspec.json.encode(line.body), type=kind)
        more = line.body | {"told by a later version": [1]}
        assert msgspec.json.decode(msgspec.json.encode(more), type=kind) == plain


@pytest.mark.parametrize("line", LINES, ids=lambda line: line.subject)
def test_all_that_was_told_once_is_told_still(line: Line):
    if line.subject in SHOWN:
        bodies = line.body if isinstance(line.body, list) else [line.body]
        names = {each.encode_name for each in msgspec.inspect.type_info(SHOWN[line.subject]).fields}
        assert {name for body in bodies for name in body} <= names


def test_readings_travel_in_rows_of_one_shape_for_ever():
    """Rows have no names: another shape would be read as other readings, not refused. A new shape
    is a new subject, told beside this one for as long as the version before may listen."""
    (line,) = (line for line in LINES if line.subject == "hot.readings")
    (row,) = np.frombuffer(bytes.fromhex(line.body), HOT).tolist()
    assert row == (1, 1, 3, 0, 1795781126996000, 1795781126997516, 70.0)
