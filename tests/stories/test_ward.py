"""What happens to people, told on real engines."""

import asyncio
from datetime import timedelta

from homeward.clinical import silence
from homeward.model.delivery import Outcome, SensorsOff
from homeward.services.record.sensors import Sensors

SICK = {"heart_rate": 80, "oxygen_saturation": 86}
WELL = {"heart_rate": 72, "oxygen_saturation": 97}


async def test_a_quiet_hour_calls_nobody(ward):
    await ward.reads(seconds=30, **WELL)
    assert await ward.alarms() == {}
    assert await ward.called() == []


async def test_nobody_came_so_the_charge_nurse_is_called(ward):
    await ward.reads(seconds=5, **WELL)
    await ward.reads(seconds=15, **SICK)
    assert await ward.called() == []
    await ward.reads(seconds=1, **SICK)
    assert await ward.called() == ["nurse"]
    await ward.reads(seconds=119, **SICK)
    assert await ward.called() == ["nurse"]
    await ward.reads(seconds=1, **SICK)
    assert await ward.called() == ["nurse", "charge nurse"]
    await ward.reads(seconds=120, **SICK)
    assert await ward.called() == ["nurse", "charge nurse", "nurse"]


async def test_d1_acknowledging_one_condition_keeps_every_other(ward):
    await ward.admit("bo", "Ward 3", {})
    await ward.reads("ada", oxygen_saturation=75, heart_rate=170)
    await ward.tells(await ward.sends("bo", [("heart_rate", 170.0, ward.now)]))
    await ward.acknowledges("nurse", "oxygen_low")
    states = await ward.sql(
        "select patient.name, condition, state from alarm join patient on patient.id = patient_id"
        " where condition not like 'news2%%' order by 1, 2"
    )
    assert states == [
        ("ada", "heart_rate_high", "active"),
        ("ada", "oxygen_low", "acknowledged"),
        ("bo", "heart_rate_high", "active"),
    ]
    await ward.passes(121)
    assert (await ward.called()).count("charge nurse") >= 2


async def test_what_was_answered_rings_anew_only_when_it_gets_worse(ward):
    await ward.reads(seconds=21, heart_rate=140, oxygen_saturation=97)
    await ward.acknowledges("nurse", "heart_rate_high")
    await ward.reads(seconds=130, heart_rate=141, oxygen_saturation=97)
    assert await ward.called() == ["nurse"]
    await ward.reads(seconds=1, heart_rate=160, oxygen_saturation=97)
    assert await ward.alarms() == {"heart_rate_high": "active"}
    assert await ward.called() == ["nurse", "nurse"]


async def test_a_high_alarm_stays_until_somebody_saw_it(ward):
    await ward.reads(seconds=2, heart_rate=72, oxygen_saturation=75)
    await ward.reads(seconds=20, **WELL)
    assert await ward.alarms() == {"oxygen_low": "latched"}
    await ward.reads(seconds=1, heart_rate=72, oxygen_saturation=75)
    assert await ward.alarms() == {"oxygen_low": "active"}
    await ward.reads(seconds=20, **WELL)
    await ward.acknowledges("nurse", "oxygen_low")
    assert await ward.alarms() == {"oxygen_low": "resolved"}


async def test_d2_killed_in_mid_escalation_nothing_is_lost_and_nobody_is_called_twice(ward):
    await ward.reads(seconds=20, **SICK)
    assert await ward.called() == ["nurse"]
    await ward.killed()
    await ward.reads(seconds=50, **SICK)
    await ward.killed()
    await ward.reads(seconds=70, **SICK)
    await ward.killed()
    await ward.calls()
    assert await ward.called() == ["nurse", "charge nurse"]
    assert await ward.alarms() == {"oxygen_low": "active"}
    await ward.reads(seconds=20, **WELL)
    assert await ward.alarms() == {"oxygen_low": "latched"}


async def test_d2_killed_within_the_delay_the_new_watcher_counts_on(ward):
    await ward.reads(seconds=5, **WELL)
    await ward.reads(seconds=10, **SICK)
    await ward.killed()
    await ward.reads(seconds=5, **SICK)
    assert await ward.alarms() == {}
    await ward.reads(seconds=1, **SICK)
    assert await ward.alarms() == {"oxygen_low": "active"}


async def test_d2_what_happened_while_no_watcher_lived_is_judged_by_the_next(ward):
    await ward.reads(seconds=5, **WELL)
    for value in (97.0, 74.0, 97.0):
        ward.now += timedelta(seconds=1)
        await ward.sends("ada", [("oxygen_saturation", value, ward.now)])
    await ward.killed()
    assert await ward.alarms() == {"oxygen_low": "active"}


async def test_d2_a_new_watcher_raises_nothing_again_that_is_over(ward):
    await ward.reads(seconds=21, heart_rate=140, oxygen_saturation=97)
    await ward.reads(seconds=20, **WELL)
    assert await ward.alarms() == {"heart_rate_high": "resolved"}
    await ward.killed()
    await ward.reads(seconds=5, **WELL)
    assert await ward.alarms() == {"heart_rate_high": "resolved"}


async def test_d9_a_device_that_replays_its_day_raises_nothing(ward):
    sent = await ward.reads(seconds=20, **SICK)
    sent += await ward.reads(seconds=20, **WELL)
    await ward.acknowledges("nurse", "oxygen_low")
    before = await ward.alarms()
    for frame in sent:
        await ward.tells(frame)
    await ward.reads(seconds=2, **WELL)
    assert await ward.alarms() == before == {"oxygen_low": "resolved"}
    (events,) = await ward.sql(
        "select count(*) from alarm_event join alarm on alarm.id = alarm_id"
        " where condition = 'oxygen_low'"
    )
    assert events == (3,)  # raised, cleared, acknowledged


async def test_d9_yesterday_sent_today_raises_nothing(ward):
    day = [("oxygen_saturation", 60.0, ward.now - timedelta(days=1, seconds=-s)) for s in range(90)]
    await ward.tells(await ward.sends("ada", day))
    await ward.reads(seconds=2, **WELL)
    assert await ward.alarms() == {}


async def test_a_probe_that_falls_off_is_technical_and_calls_as_such(ward):
    await ward.reads(seconds=20, **WELL)
    await ward.reads(seconds=10, heart_rate=72)
    rows = await ward.sql("select condition, kind, priority, text from alarm")
    assert [row[:3] for row in rows] == [("silent_oxygen_saturation", "technical", "medium")]
    assert "nothing for" in rows[0][3]
    assert await ward.called() == ["nurse"]
    await ward.reads(seconds=2, **WELL)
    assert await ward.alarms() == {"silent_oxygen_saturation": "resolved"}


async def test_a_probe_that_is_off_by_the_monitors_own_word_is_one_call_and_no_silence(ward):
    async def said(*sensors: str) -> None:
        """As the record keeps what the door was told."""
        link = Sensors(ward.tools, lambda device: None)
        settled: list[Outcome] = []
        link.hear(SensorsOff(ward.devices["ada"], ward.now, sensors), settled.append)
        running = asyncio.create_task(link.run())
        while not settled:
            await asyncio.sleep(0)
        running.cancel()
        assert settled == [Outcome.STORED]
        await ward.watch._hear_device("told.device", b'{"what": "sensors"}')

    await ward.reads(seconds=20, **WELL)
    await said("probe")
    await ward.reads(seconds=20, heart_rate=72)
    rows = await ward.sql("select condition, kind, priority, text from alarm")
    assert [row[:3] for row in rows] == [("sensor_off_probe", "technical", "medium")]
    assert rows[0][3] == "monitor-ada: SpO₂ probe off for 5 s"
    assert await ward.called() == ["nurse"]
    await ward.killed()  # the next watcher knows it from the record
    await ward.reads(seconds=30, heart_rate=72)
    assert await ward.alarms() == {"sensor_off_probe": "active"}
    await said()
    await ward.reads(seconds=2, **WELL)
    assert await ward.alarms() == {"sensor_off_probe": "resolved"}


async def test_a_monitor_that_is_switched_off_is_one_alarm(ward):
    await ward.reads(seconds=20, **WELL)
    await ward.passes(30)
    assert await ward.alarms() == {"device_silent": "active"}
    rows = await ward.sql("select patient_id, device_id from alarm")
    assert rows == [(ward.patients["ada"], ward.devices["ada"])]


async def test_a_device_of_which_nothing_was_stated_is_missed_once_it_has_a_habit(
    ward, monkeypatch
):
    """Ten minutes steady are a habit, a minute here; what is shorter is a spot check."""
    monkeypatch.setattr(silence, "HABIT_PAUSES", 1)
    await ward.admit("bo", "Ward 3", {})
    monitors = "select condition, state from alarm where patient_id = %(bo)s order by id"

    async def streams(seconds: int) -> None:
        for _ in range(0, seconds, 5):
            await ward.tells(await ward.sends("bo", [("heart_rate", 72.0, ward.now)]))
            await ward.passes(5)

    await streams(50)
    await ward.passes(70)
    assert await ward.sql(monitors, bo=ward.patients["bo"]) == []
    await streams(80)
    await ward.killed()  # the next watcher knows the habit too
    await ward.passes(30)
    assert await ward.sql(monitors, bo=ward.patients["bo"]) == [("device_silent", "active")]
    await streams(5)
    assert await ward.sql(monitors, bo=ward.patients["bo"]) == [("device_silent", "resolved")]


async def test_a_hypo_at_home_calls_the_patient_and_the_home_team_each_in_their_words(ward):
    await ward.admit("rosa", "Home care", {"glucose": 300})
    await ward.watch.tick(0)
    await ward.reads("rosa", glucose=62)
    assert await ward.called("carer") == ["home nurse"]
    assert await ward.called("patient") == ["rosa"]
    ((text, patient_text),) = await ward.sql("select text, patient_text from alarm")
    assert "62" in text
    assert "sweet" in patient_text
    assert "mg/dL" not in patient_text


async def test_the_ledger_says_how_long_judging_took(ward):
    await ward.reads(oxygen_saturation=75)
    ((event, detail),) = await ward.sql(
        "select event, alarm_event.detail from alarm_event join alarm on alarm.id = alarm_id"
        " where condition = 'oxygen_low'"
    )
    assert event == "raised"
    assert detail["judged_seconds"] == 0
    assert detail["rule"] == "oxygen_low"


async def test_an_answered_alarm_of_a_patient_nobody_measures_any_more_ends(ward):
    await ward.reads(seconds=1, oxygen_saturation=75)
    await ward.acknowledges("nurse", "oxygen_low")
    await ward.sql("update association set ends = %(now)s", now=ward.now)
    await ward.passes(31)
    assert await ward.alarms() == {"oxygen_low": "resolved"}


async def test_sepsis_is_an_emergency_by_the_score_and_one_episode(ward):
    sick = {"heart_rate": 118, "oxygen_saturation": 93, "respiratory_rate": 24, "systolic": 99}
    await ward.reads(seconds=3, temperature=36.8, consciousness=0, on_oxygen=0, **WELL)
    assert await ward.alarms(scores=True) == {}
    await ward.reads(seconds=40, temperature=38.6, consciousness=0, on_oxygen=0, **sick)
    states = await ward.alarms(scores=True)
    assert states["news2_emergency"] == "active"
    assert "nurse" in await ward.called(scores=True)
    ((total, detail),) = await ward.sql(
        "select total, detail from score order by at desc, id desc limit 1"
    )
    assert (total, detail["risk"]) == (9, "high")
    await ward.killed()
    await ward.reads(seconds=3, temperature=38.6, consciousness=0, on_oxygen=0, **sick)
    assert await ward.alarms(scores=True) == states


async def test_a_score_switched_on_again_rings_for_what_is_still_so(ward):
    """Nothing was measured meanwhile: the reading that rang before must ring anew."""

    async def switches(*, is_on: bool) -> None:
        await ward.sql(
            "insert into score_switch (score, patient_id, is_on, at, set_by, reason)"
            " values ('news2', %(patient)s, %(is_on)s, %(now)s, %(nurse)s, 'why')",
            patient=ward.patients["ada"], is_on=is_on, now=ward.now, nurse=ward.people["nurse"],
        )  # fmt: skip
        await ward.passes(16)

    async def stood() -> list[str]:
        rows = await ward.sql("select state from alarm where condition = 'news2_red' order by id")
        return [state for (state,) in rows]

    await ward.reads(systolic=90)
    assert await stood() == ["active"]
    await switches(is_on=False)
    assert await stood() == ["resolved"]
    await switches(is_on=True)
    assert await stood() == ["resolved", "active"]


async def test_a_rule_switched_on_again_rings_at_once_for_what_is_still_so(ward):
    """The reading that rang before it was switched off has nothing newer after it."""

    async def chooses(choice: str) -> None:
        await ward.sql(
            "insert into rule_setting (rule, patient_id, choice, set_at, set_by, by_role, reason)"
            " values ('glucose_low', %(patient)s, %(choice)s, %(now)s, %(nurse)s, 'doctor', 'why')",
            patient=ward.patients["ada"], choice=choice, now=ward.now,
            nurse=ward.people["nurse"],
        )  # fmt: skip
        await ward.watch.take_orders()
        await ward.watch.writer.flush_changes()

    async def stood() -> list[str]:
        rows = await ward.sql("select state from alarm where condition = 'glucose_low' order by id")
        return [state for (state,) in rows]

    await ward.reads(glucose=62)  # medium: off, it is over
    assert await stood() == ["active"]
    await chooses("off")
    assert await stood() == ["resolved"]
    await chooses("default")
    assert await stood() == ["resolved", "active"]
    await ward.reads(glucose=45)  # high: off, it stays to be seen
    await chooses("off")
    assert await stood() == ["resolved", "latched"]
    await chooses("default")
    assert await stood() == ["resolved", "active"]
    await ward.killed()
    assert await stood() == ["resolved", "active"]
