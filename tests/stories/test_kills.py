"""D14: what a device saw acknowledged is in the record, whatever was killed meanwhile.

One round of the soak (`make soak NAME=kills` does twenty over every process).
"""

from bench import soak_kills


async def test_d14_acknowledged_is_stored_once_after_kill_9(monkeypatch) -> None:
    monkeypatch.setattr(soak_kills, "VICTIMS", ("door", "postgres", "nats", "watch"))
    figures = await soak_kills.measure(rounds=1)
    assert figures["kills"] == 4
    assert figures["acknowledged"] > 100
    assert figures["acknowledged_lost"] == 0
    assert figures["doubled"] == 0
    assert figures["alarms_raised"] == 1
    assert figures["calls_doubled"] == 0
