"""D14: what a device saw acknowledged is in the record, whatever was killed meanwhile.

A few kills of the soak (`make soak NAME=kills` does 200 of every process).
"""

from bench import soak_kills


async def test_d14_acknowledged_is_stored_once_after_kill_9(monkeypatch) -> None:
    monkeypatch.setattr(soak_kills, "VICTIMS", ("door", "postgres", "nats", "watch"))
    monkeypatch.setattr(soak_kills, "DEVICES", 3)
    monkeypatch.setattr(soak_kills, "SETTINGS", {})
    monkeypatch.setattr(soak_kills, "READINGS_A_KILL", 500)
    figures = await soak_kills.measure(kills=4, seed=1)
    assert figures["kills"] == 4
    assert figures["acknowledged"] > 100
    assert figures["R1_lost"] == 0
    assert figures["R1_doubled"] == 0
    assert figures["R1_order"] == 0
    assert figures["alarms_raised"] == 1
    assert figures["calls_doubled"] == 0
