"""Waves beside the numbers: through the real bus into real rows, bounded, and never silent."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import msgspec
import numpy as np
import pytest

from homeward.clinical.episode import Key
from homeward.clinical.setting import Choice, Setting
from homeward.clinical.signals.bedside import ARTEFACT
from homeward.clinical.signals.rules import RULES
from homeward.model.alarm import Finding, Kind, Priority
from homeward.model.errors import Unreadable
from homeward.model.frame import Channel, WaveFrame
from homeward.model.wave import BY_NAME
from homeward.services.watch import curve_work, curves
from homeward.services.watch.conditions import Conditions
from homeward.services.watch.curve_work import CurveWork
from homeward.services.watch.curves import HEAD, TROUBLE, Curves
from homeward.services.watch.house import House
from homeward.services.watch.ledger import ORDERED, Change
from homeward.services.watch.limits import CHANGED
from homeward.services.watch.plan import Orders
from homeward.services.watch.share import EVERYBODY
from homeward.services.watch.watcher import Watcher
from homeward.services.watch.wave_settings import rules_on
from homeward.services.watch.windows import as_microseconds
from homeward.store.bundles import WAVES, InboxRow, bundled
from homeward.store.chunks import micros
from tests.clinical.hearts import RATE, ecg, pulse, steady
from tests.inbox import KEEP
from tests.services.watch.room import Room, watched

NOW = datetime(2026, 3, 1, tzinfo=UTC)
SCALES = {"ecg_ii": 0.0025, "pleth": 0.001}


def frame(begins: datetime, waves: dict[str, np.ndarray], seq: int = 1) -> bytes:
    channels = tuple(
        Channel(
            BY_NAME[name], float(RATE), SCALES[name],
            np.rint(values / SCALES[name]).astype("<i2"),
        )
        for name, values in waves.items()
    )  # fmt: skip
    return WaveFrame(1, seq, as_microseconds(begins), channels).pack()


def told(patient: int, device: int, *words) -> bytes:
    return HEAD.pack(patient, device) + frame(*words)


def stopped(seconds: int = 20, after: float = 14.0, pulses_go_on: bool = False):
    """Waves of a heart that stops, or of one whose electrode comes off."""
    beats = steady(0.3, after, 75)
    goes_on = steady(0.3, seconds - 0.2, 75) if pulses_go_on else beats
    return {"ecg_ii": ecg(seconds, beats), "pleth": pulse(seconds, goes_on)}


def looked(waves, patient: int = 7) -> tuple[Curves, list[Change]]:
    found = Curves(Conditions())
    found.hear(told(patient, 3, NOW, waves), NOW + timedelta(seconds=20))
    assert found.waiting() == [patient]
    return found, found.look(patient, NOW + timedelta(seconds=20))


def test_a_standstill_is_a_high_alarm_with_what_decided_it() -> None:
    _, (change,) = looked(stopped())
    assert change.key == Key("asystole", 7)
    assert change.kind is Kind.PHYSIOLOGICAL
    assert change.finding is not None
    assert change.finding.priority is Priority.HIGH
    assert change.detail["leads"] == ["ecg_ii"]
    assert change.detail["quality"].keys() == {"ecg_ii", "pleth"}
    msgspec.json.encode(change.detail)


def test_an_electrode_that_came_off_is_technical_at_once() -> None:
    _, (change,) = looked(stopped(pulses_go_on=True))
    assert change.key == Key(ARTEFACT, 7)
    assert change.kind is Kind.TECHNICAL
    assert change.detail["contradicted"]["asystole"] == ["pleth"]


def test_d22_a_wave_rule_that_raises_is_an_alarm_and_the_others_go_on() -> None:
    def find(sight):
        if fails:
            raise ZeroDivisionError("75 of Rosa")
        return []

    fails = [True]
    tachycardia = next(rule for rule in RULES if rule.name == "ventricular_tachycardia")
    others = [rule for rule in RULES if rule is not tachycardia]
    held = Key(tachycardia.name, 7)
    conditions = Conditions()
    conditions.is_news(Change(held, Kind.PHYSIOLOGICAL, NOW, Finding(Priority.HIGH, "VT", NOW)))
    found = Curves(conditions, (replace(tachycardia, find=find, covers=(), is_on=True), *others))
    begins = NOW
    for second in range(40):
        now = begins + timedelta(seconds=20)
        found.hear(told(7, 3, begins, stopped()), now)
        changes = found.look(7, now)
        begins += timedelta(seconds=1)
        if second == 0:
            assert [(each.key.condition, each.finding.priority) for each in changes] == [
                (TROUBLE, Priority.MEDIUM), ("asystole", Priority.HIGH),
            ]  # fmt: skip
            assert "ventricular_tachycardia (ZeroDivisionError)" in changes[0].finding.text
            assert "75" not in changes[0].finding.text
        assert conditions.holds(held), "what it found is not over because it fails"
    fails.clear()
    found.hear(told(7, 3, begins, stopped()), begins + timedelta(seconds=20))
    over = found.look(7, begins + timedelta(seconds=20))
    assert (over[0].key.condition, over[0].finding) == (TROUBLE, None)


def test_the_same_said_again_is_no_news() -> None:
    found, _ = looked(stopped())
    later = NOW + timedelta(seconds=20)
    found.hear(told(7, 3, later, {"ecg_ii": np.zeros(RATE)}), later + timedelta(seconds=1))
    assert [x.key.condition for x in found.look(7, later + timedelta(seconds=1))] != ["asystole"]


def test_frames_nobody_looks_at_are_dropped_oldest_first_and_counted() -> None:
    found = Curves(Conditions())
    for second in range(100):
        begins = NOW + timedelta(seconds=second)
        found.hear(told(1, 3, begins, {"ecg_ii": np.zeros(RATE)}), begins)
    assert found.dropped == 60
    assert len(found._waiting[1]) == 40
    assert found._bytes == sum(len(body) + HEAD.size for _, body, _ in found._waiting[1])
    found.look(1, NOW + timedelta(seconds=100))
    assert found._bytes == 0
    assert found.waiting() == []


def test_all_that_waits_together_is_bounded(monkeypatch) -> None:
    monkeypatch.setattr(curves, "BYTES_MAX", 10_000)
    monkeypatch.setattr(curves, "PATIENTS_MAX", 5)
    found = Curves(Conditions())
    for patient in range(1, 50):
        found.hear(told(patient, 3, NOW, {"ecg_ii": np.zeros(RATE)}), NOW)
        assert found._bytes <= 10_000 + 2_000
    assert len(found._waiting) == 5
    assert found.dropped == 44


def test_a_fault_in_judging_is_an_alarm_of_that_patient_and_ends_when_it_is_over() -> None:
    fails = [True]
    broken = replace(RULES[0], find=lambda _: 1 / 0 if fails else [])
    found = Curves(Conditions(), [broken])
    found.hear(told(1, 3, NOW, stopped()), NOW + timedelta(seconds=20))
    (change,) = found.look(1, NOW + timedelta(seconds=20))
    assert change.key == Key(TROUBLE, 1)
    assert change.finding is not None
    assert "ZeroDivisionError" in change.finding.text
    fails.clear()
    later = NOW + timedelta(seconds=21)
    found.hear(told(1, 3, NOW + timedelta(seconds=20), {"ecg_ii": np.zeros(RATE)}), later)
    assert [(x.key.condition, x.finding) for x in found.look(1, later)] == [(TROUBLE, None)]


def test_a_frame_that_is_none_is_an_alarm_of_that_patient() -> None:
    found = Curves(Conditions())
    found.hear(HEAD.pack(1, 3) + b"HW\x01nonsense", NOW)
    assert [change.key.condition for change in found.look(1, NOW)] == [TROUBLE]
    with pytest.raises(Unreadable):
        found.hear(b"short", NOW)
    found.hear(told(0, 3, NOW, stopped()), NOW)  # worn by nobody
    assert found.waiting() == []


def test_an_answered_alarm_of_waves_that_no_longer_come_is_unheard_after_an_hour() -> None:
    found, _ = looked(stopped())
    key = Key("asystole", 7)
    assert not found.is_unheard(key, NOW + timedelta(minutes=59))
    found.forget(NOW + timedelta(hours=2))
    assert found.is_unheard(key, NOW + timedelta(hours=2))
    assert not found.is_unheard(Key("oxygen_low", 7), NOW + timedelta(hours=2))
    assert not Curves(Conditions()).is_unheard(key, NOW)


VT = "ventricular_tachycardia"


def switch(rule: str, choice: str, patient: int | None = None, ward: int | None = None) -> Setting:
    return Setting(1, rule, Choice(choice), None, patient, ward)


@pytest.mark.parametrize(
    ("settings", "is_on"),
    [
        ([], False),
        ([switch(VT, "on")], True),
        ([switch(VT, "on", ward=3), switch(VT, "off")], True),
        ([switch(VT, "off", patient=7), switch(VT, "on", ward=3)], False),
        ([switch(VT, "on", patient=7)], True),
        ([switch("asystole", "on")], False),
    ],
)
def test_a_rule_that_is_off_by_default_is_on_where_the_nearest_word_says_so(settings, is_on):
    found = [rule.name for rule in rules_on(RULES, settings)]
    assert (VT in found) is is_on
    assert "asystole" in found


def everything(choice: str, patient: int) -> tuple[Setting, ...]:
    return tuple(switch(rule.name, choice, patient) for rule in RULES)


def test_what_is_switched_off_is_over_at_once_and_the_others_stay():
    found, _ = looked(stopped())
    now = NOW + timedelta(seconds=21)
    others = Orders((switch("asystole", "off", 8), switch("extreme_bradycardia", "off", 7)))
    assert found.order(others, now) == []
    (change,) = found.order(Orders((switch("asystole", "off", 7),)), now)
    assert (change.key, change.kind, change.finding) == (
        Key("asystole", 7), Kind.PHYSIOLOGICAL, None,
    )  # fmt: skip
    assert change.detail == {"because": "off", ORDERED: True}
    found.hear(told(7, 3, NOW + timedelta(seconds=1), stopped()), now)
    assert "asystole" not in [each.key.condition for each in found.look(7, now)]


def test_the_ecgs_own_alarm_ends_with_the_last_rule_and_no_wave_is_kept():
    found, _ = looked(stopped(pulses_go_on=True))
    now = NOW + timedelta(seconds=21)
    assert found.order(Orders((switch("asystole", "off", 7),)), now) == []
    (change,) = found.order(Orders(everything("off", 7)), now)
    assert (change.key, change.kind) == (Key(ARTEFACT, 7), Kind.TECHNICAL)
    found.hear(told(7, 3, NOW, stopped()), now)
    assert found.waiting() == []


def test_that_waves_could_not_be_judged_is_over_where_nobody_wants_them_judged():
    conditions = Conditions()
    trouble = Key(TROUBLE, 7)
    finding = Finding(Priority.MEDIUM, "Waves could not be judged", NOW)
    conditions.is_news(Change(trouble, Kind.TECHNICAL, NOW, finding))
    found = Curves(conditions)
    assert found.order(Orders(everything("off", 7)[1:]), NOW) == []
    (change,) = found.order(Orders(everything("off", 7)), NOW)
    assert (change.key, change.kind, change.finding) == (trouble, Kind.TECHNICAL, None)


def test_what_is_switched_on_looks_at_the_seconds_that_are_there():
    conditions = Conditions()
    found = Curves(conditions)
    found.order(Orders(everything("off", 7)[1:]), NOW)
    found.hear(told(7, 3, NOW, stopped()), NOW + timedelta(seconds=20))
    assert found.look(7, NOW + timedelta(seconds=20)) == []
    assert found.order(Orders(), NOW + timedelta(seconds=20)) == []
    later = NOW + timedelta(seconds=20)
    found.hear(told(7, 3, later, {"ecg_ii": np.zeros(RATE)}), later + timedelta(seconds=1))
    changes = found.look(7, later + timedelta(seconds=1))
    assert "asystole" in [each.key.condition for each in changes]


class Ward(Room):
    """Their monitor's waves; what is told of alarms."""

    async def rings(self, condition: str):
        return await self.next("told.alarm", lambda alarm: alarm["condition"] == condition)

    async def sends(self, begins: datetime, waves, seq: int = 1) -> None:
        message = told(self.patient, self.device, begins, waves, seq)
        await self.tools.bus.publish(f"hot.waves.{self.patient}", message)

    async def sends_until(self, condition: str, waves):
        """Again and again, until this alarm is told."""
        heard, seq = asyncio.create_task(self.rings(condition)), 1
        while not heard.done():
            seq += 1
            await self.sends(datetime.now(UTC) - timedelta(seconds=20), waves, seq)
            await asyncio.wait({heard}, timeout=0.5)
        return heard.result()

    async def keeps(self, begins: datetime, waves) -> None:
        """It is in the record, and was told to nobody."""
        received = begins + timedelta(seconds=len(waves["ecg_ii"]) / RATE)
        body = frame(begins, waves)
        row = InboxRow(self.device, 1, 1, WAVES, micros(received), body)
        (bundle,) = bundled([row])
        values = {"shelf": bundle.shelf, "kind": bundle.kind.decode(), "received": received}
        await self.sql(KEEP, **values, heads=bundle.heads, body=bundle.body)


@pytest.fixture
async def ward(tools):
    ward = Ward(tools)
    await ward.furnish("told.alarm")
    return ward


async def test_waves_told_on_the_bus_become_an_alarm_that_can_be_answered(ward):
    async with watched(ward):
        await ward.sends(datetime.now(UTC) - timedelta(seconds=20), stopped())
        alarm = await ward.rings("asystole")
        assert (alarm["patient"], alarm["priority"], alarm["kind"]) == (
            "ada", "high", "physiological",
        )  # fmt: skip
        ((detail,),) = await ward.sql(
            "select detail from alarm_event join alarm on alarm.id = alarm_id"
            " where condition = 'asystole'"
        )
        assert detail["leads"] == ["ecg_ii"]
        assert detail["quality"]["pleth"]


async def test_an_artefact_is_a_technical_row_and_no_alarm_of_the_patient(ward):
    async with watched(ward):
        await ward.sends(datetime.now(UTC) - timedelta(seconds=20), stopped(pulses_go_on=True))
        alarm = await ward.rings(ARTEFACT)
        assert (alarm["priority"], alarm["kind"]) == ("low", "technical")
        assert await ward.sql("select condition from alarm") == [(ARTEFACT,)]


async def test_who_takes_over_reads_the_last_seconds_back(ward):
    """Twelve seconds are in the record alone; the next four, told, say nothing by themselves."""
    waves = stopped(16, after=10.5)
    begins = datetime.now(UTC) - timedelta(seconds=16)
    before = {name: values[: 12 * RATE] for name, values in waves.items()}
    after = {name: values[12 * RATE :] for name, values in waves.items()}
    await ward.keeps(begins, before)
    async with watched(ward):
        await ward.sends(begins + timedelta(seconds=12), after, 2)
        assert (await ward.rings("asystole"))["patient"] == "ada"


async def test_a_switch_holds_at_once_and_until_it_is_withdrawn(ward):
    who = "insert into person (name, role) values ('a doctor', 'doctor') returning id"
    ((doctor,),) = await ward.sql(who)

    async def switches(choice: str) -> None:
        words = "insert into rule_setting (rule, patient_id, choice, set_at, set_by, by_role,"
        words += " reason) select rule, %(patient)s, %(choice)s, now(), %(by)s, 'doctor', 'a test'"
        words += " from unnest(%(rules)s::text[]) rule"
        rules = [rule.name for rule in RULES]
        await ward.sql(words, patient=ward.patient, choice=choice, by=doctor, rules=rules)

    await ward.sql("insert into ward (name, kind) values ('Ward 3', 'ward')")
    words = "insert into stay (patient_id, ward_id, bed, starts) select %(patient)s, id, '1',"
    words += " now() - interval '1 hour' from ward"
    await ward.sql(words, patient=ward.patient)
    await switches("off")
    async with watched(ward):
        begins = datetime.now(UTC) - timedelta(seconds=20)
        await ward.sends(begins, stopped())
        await ward.tools.bus.tell("told.trouble", {"what": "disk", "text": "nearly full"})
        await ward.rings("trouble_disk")
        assert await ward.sql("select condition from alarm") == [("trouble_disk",)]
        await switches("default")
        await ward.tools.bus.tell(CHANGED, {"rule": "asystole"})
        assert (await ward.sends_until("asystole", stopped()))["state"] == "active"
        await switches("off")
        await ward.tools.bus.tell(CHANGED, {"rule": "asystole"})
        assert (await ward.rings("asystole"))["state"] in {"latched", "resolved"}


class Kept:
    """A writer that only remembers."""

    def __init__(self) -> None:
        self.changes: list[Change] = []

    async def put(self, verdict) -> None:
        self.changes += verdict.changes


async def test_who_cannot_keep_up_says_so_and_says_when_it_is_over(tools, monkeypatch):
    monkeypatch.setattr(curve_work, "STEADY_SECONDS", 0.0)
    watcher, writer = Watcher(), Kept()
    say = House(tools, watcher, writer, EVERYBODY).say  # pyright: ignore[reportArgumentType]
    looking = CurveWork(tools, watcher, writer, say)  # pyright: ignore[reportArgumentType]
    watcher.curves.dropped = 5
    await looking._say_whether_we_keep_up(0.1)
    assert [(x.key.condition, x.finding is None) for x in writer.changes] == [
        ("trouble_waves", False)
    ]
    await asyncio.sleep(0.001)
    await looking._say_whether_we_keep_up(0.1)
    assert [(x.key.condition, x.finding is None) for x in writer.changes[1:]] == [
        ("trouble_waves", True)
    ]
    await looking._say_whether_we_keep_up(curve_work.BEHIND_SECONDS + 1)
    assert writer.changes[2].finding is not None


async def test_waves_of_the_record_that_nobody_can_read_stop_no_looking(ward):
    now = datetime.now(UTC)
    await ward.sql(
        "insert into wave_chunk (patient_id, device_id, wave, starts, ends, rate, scale, samples,"
        " body) values (%(patient)s, %(device)s, %(wave)s, %(now)s - interval '9 s', %(now)s, 125,"
        " 0.0025, 1125, 'torn')",
        patient=ward.patient, device=ward.device, wave=BY_NAME["ecg_ii"].index, now=now,
    )  # fmt: skip
    watcher, writer = Watcher(), Kept()
    say = House(ward.tools, watcher, writer, EVERYBODY).say  # pyright: ignore[reportArgumentType]
    looking = CurveWork(ward.tools, watcher, writer, say)  # pyright: ignore[reportArgumentType]
    begins = now - timedelta(seconds=20)
    watcher.curves.hear(told(ward.patient, ward.device, begins, stopped()), now)
    await looking.round()
    conditions = {each.key.condition for each in writer.changes}
    assert conditions >= {"asystole", "trouble_record_unreadable"}
