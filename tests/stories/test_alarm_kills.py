"""D2: an alarm and its escalation go on, whatever is killed in the middle of them.

A few kills of the soak (`make soak NAME=alarm_kills` does two hundred of every process). Its bars
on time are for a machine of its own; what must never be is the same everywhere.
"""

from bench import soak_alarm_kills


async def test_d2_no_alarm_is_lost_or_told_twice_after_kill_9(monkeypatch) -> None:
    monkeypatch.setattr(soak_alarm_kills, "VICTIMS", ("watch", "postgres", "work"))
    monkeypatch.setattr(soak_alarm_kills, "BEDS", 8)
    kills, verdict = await soak_alarm_kills.measure(4, seed=1)
    assert len(kills) == 4
    assert verdict.figures["alarms"] >= 4
    assert verdict.figures["tiers"] >= 4
    assert not verdict.is_broken, verdict.lines
