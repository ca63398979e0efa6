"""Bringing a meter's records over, as stories; the pages live through the same file."""

import json
import random
from pathlib import Path

import pytest

from homeward.model.errors import Unreadable
from homeward.standards.gatt import racp
from homeward.standards.gatt.racp import Answer, Counted
from homeward.standards.gatt.sync import (
    Command,
    Done,
    End,
    Keep,
    Memory,
    Sync,
    Write,
    cgm_numbered,
    glucose_numbered,
)

STORIES = json.loads(
    (Path(__file__).parents[2] / "web" / "src" / "gatt" / "stories.json").read_text()
)


def told(command: Command) -> str:
    if isinstance(command, Write):
        return f"write {command.octets.hex()}"
    if isinstance(command, Keep):
        return f"{'context' if command.is_context else 'keep'} {command.epoch} {command.number}"
    return f"done {command.end}" if isinstance(command, Done) else "spoil"


def happens(sync: Sync, event: str, with_: str) -> list[Command]:
    if event in ("measurement", "context", "answered"):
        return getattr(sync, event)(bytes.fromhex(with_))
    return sync.refused(int(with_, 16)) if event == "refused" else getattr(sync, event)()


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story["name"])
def test_a_story(story):
    memory = Memory()
    for octets in map(bytes.fromhex, story.get("seen", [])):
        memory.knows(glucose_numbered(octets)[0][0], octets)
    memory.last = story.get("last_before")
    sync = Sync(memory, glucose_numbered)
    for event, with_, then in story["steps"]:
        if event == "sync":
            sync = Sync(memory, glucose_numbered)
            continue
        assert [told(each) for each in happens(sync, event, with_)] == then, (event, with_)
    for name in ("last", "epoch"):
        if name in story:
            assert getattr(memory, name) == story[name]


def test_d16_every_code_of_every_answer_leads_on_or_ends():
    for op in (racp.Op.COUNT, racp.Op.REPORT):
        for code in range(256):
            for last in (None, 7):
                sync = Sync(Memory(last=last), glucose_numbered)
                commands = sync.begin()
                if op is racp.Op.REPORT:
                    commands = sync.answered(b"\x05\x00\x01\x00")
                commands = sync.answered(bytes((6, 0, op, code)))
                assert isinstance(commands[-1], (Write, Done))


def test_nothing_is_ever_deleted():
    dice = random.Random(2)
    for _ in range(3_000):
        sync = Sync(Memory(last=dice.choice([None, 3])), glucose_numbered)
        commands = sync.begin()
        for _ in range(12):
            way = dice.randrange(7)
            if way < 3:
                commands += sync.answered(bytes(dice.choice((0, 1, 3, 4, 5, 6)) for _ in range(4)))
            elif way < 5:
                commands += sync.measurement(bytes((0, dice.randrange(6), 0, dice.randrange(2))))
            elif way == 5:
                commands += sync.refused(dice.choice((0x80, 0x81, 0x05)))
            else:
                commands += dice.choice((sync.cut, sync.timed_out, sync.stop))()
        written = [each.octets for each in commands if isinstance(each, Write)]
        assert all(octets[0] != racp.Op.DELETE for octets in written)


def pretended(records: dict[int, bytes], ask: bytes) -> list[tuple[str, bytes]]:
    """What a meter with these records says to this, in order."""
    if ask[0] == racp.Op.COUNT:
        return [("answered", b"\x05\x00" + len(records).to_bytes(2, "little"))]
    least = int.from_bytes(ask[3:5], "little") if ask[1] == 3 else 0
    chosen = [octets for number, octets in sorted(records.items()) if number >= least]
    code = racp.Code.SUCCESS if chosen else racp.Code.NO_RECORDS
    return [*(("measurement", octets) for octets in chosen), ("answered", bytes((6, 0, 1, code)))]


def test_d16_whatever_happens_to_meter_and_link_everything_comes_once():
    """Cuts, new records, dropped ones and resets: what the meter had at a whole sync is kept."""
    dice = random.Random(7)
    for _ in range(150):
        memory, kept = Memory(), []
        records: dict[int, bytes] = {}
        following = made = 0
        for _ in range(12):
            if dice.random() < 0.15:
                records, following = {}, 0  # reset
            for _ in range(dice.randrange(5)):
                made += 1
                octets = b"\x00" + following.to_bytes(2, "little") + made.to_bytes(4, "little")
                records[following] = octets
                following += 1
            while len(records) > 20:
                del records[min(records)]
            sync = Sync(memory, glucose_numbered)
            commands, said = sync.begin(), []
            while sync.end is None:
                for command in commands:
                    if isinstance(command, Write):
                        said += pretended(records, command.octets)
                    elif isinstance(command, Keep):
                        kept.append(command.octets)
                if dice.random() < 0.05 or not said:
                    commands = sync.cut()
                else:
                    event, octets = said.pop(0)
                    commands = getattr(sync, event)(octets)
            kept += [each.octets for each in commands if isinstance(each, Keep)]
            assert len(set(kept)) == len(kept)
            if sync.end is End.COMPLETE:
                assert set(records.values()) <= set(kept)


def test_the_control_point_is_read_or_refused():
    assert racp.answered(bytes.fromhex("050004030201")) == Counted(16909060)
    assert racp.answered(bytes.fromhex("06000c02")) == Answer(12, 2)
    assert racp.answered(bytes.fromhex("0600010a")).why == "code 10"
    for bad in ("0101", "01030102 00", "060101", "0500030201", "06000101ff", ""):
        with pytest.raises(Unreadable):
            racp.answered(bytes.fromhex(bad))


def test_cgm_records_are_numbered_each():
    two = bytes.fromhex("06000c10050006000c100600")
    assert cgm_numbered(two) == [(5, two[:6]), (6, two[6:])]
    for bad in ("", "05000c1005", "07000c100500"):
        with pytest.raises(Unreadable):
            cgm_numbered(bytes.fromhex(bad))
