"""Many alarms with one cause are one call, and none of them is dropped."""

from datetime import timedelta

from homeward.services.watch import ledger

BEDS = [f"bed-{n}" for n in range(1, 7)]


async def through_one_gateway(ward) -> int:
    """Six beds on ward 3, each with a monitor that speaks through one gateway."""
    gateway = await ward.number("insert into device (name, kind) values ('gw-north', 'gateway')")
    for bed in BEDS:
        await ward.admit(bed, "Ward 3", {"oxygen_saturation": 1})
    await ward.sql(
        "update device set gateway_id = %(gw)s where name like 'monitor-bed-%%'", gw=gateway
    )
    await ward.passes(5)  # the registry is read again
    return gateway


async def all_beds_read(ward, seconds: int, beds=BEDS) -> None:
    for _ in range(seconds):
        frames = [await ward.sends(bed, [("oxygen_saturation", 97.0, ward.now)]) for bed in beds]
        ada = [("oxygen_saturation", 97.0, ward.now), ("heart_rate", 70.0, ward.now)]
        frames.append(await ward.sends("ada", ada))
        for frame in frames:
            await ward.tells(frame)
        await ward.passes(1)


async def open_alarms(ward) -> dict[str, int]:
    rows = await ward.sql(
        "select condition, count(*) from alarm where state <> 'resolved' group by 1"
    )
    return dict(rows)


async def calls(ward) -> list[str]:
    rows = await ward.sql(
        "select condition from call join alarm on alarm.id = alarm_id"
        " where audience = 'carer' and ended is null order by condition"
    )
    return [row[0] for row in rows]


async def test_d3_a_lost_gateway_is_one_call_and_lists_its_beds(ward):
    gateway = await through_one_gateway(ward)
    await all_beds_read(ward, 20)
    assert await open_alarms(ward) == {}
    for _ in range(12):
        await ward.reads(oxygen_saturation=97, heart_rate=70)
    assert await open_alarms(ward) == {"gateway_silent": 1, "device_silent": 6}
    assert await calls(ward) == ["gateway_silent"]
    (cause,) = await ward.sql(
        "select text, device_id, ward_id from alarm where condition = 'gateway_silent'"
    )
    assert cause[0].startswith("gw-north: 6 of 6 devices silent: bed-1, bed-2")
    assert cause[1] == gateway
    below = await ward.sql("select count(*) from alarm where cause_id is not null")
    assert below == [(6,)]


async def test_the_bed_that_stays_silent_is_called_for_when_the_gateway_is_back(ward):
    await through_one_gateway(ward)
    await all_beds_read(ward, 20)
    for _ in range(12):
        await ward.reads(oxygen_saturation=97, heart_rate=70)
    await ward.acknowledges("nurse", "gateway_silent")
    await ward.passes(1)
    assert await calls(ward) == []
    await all_beds_read(ward, 3, BEDS[1:])
    assert await open_alarms(ward) == {"device_silent": 1}
    assert await calls(ward) == ["device_silent"]


async def test_a_storm_is_grouped_the_same_by_the_watcher_that_takes_over(ward):
    await through_one_gateway(ward)
    await all_beds_read(ward, 20)
    for _ in range(12):
        await ward.reads(oxygen_saturation=97, heart_rate=70)
    before = await ward.sql("select id, cause_id, state from alarm order by id")
    await ward.killed()
    for _ in range(20):
        await ward.reads(oxygen_saturation=97, heart_rate=70)
    assert await ward.sql("select id, cause_id, state from alarm order by id") == before


async def test_a_physiological_alarm_under_a_lost_gateway_rings_by_itself(ward):
    await through_one_gateway(ward)
    await all_beds_read(ward, 20)
    for _ in range(12):
        await ward.reads(oxygen_saturation=97, heart_rate=70)
    await ward.reads(seconds=16, oxygen_saturation=85, heart_rate=70)
    assert await calls(ward) == ["gateway_silent", "oxygen_low"]
    shown = await ward.store.door().all(ledger.Q.open_shown, dict, ward=None)
    assert shown[0]["condition"] == "oxygen_low"  # worst first, whatever the storm


async def clocks_are(ward, seconds: float, beds=BEDS) -> None:
    """As the record notes them of the newest readings."""
    await ward.sql(
        "insert into device_state (device_id, connected, since, last_seen, offset_seconds)"
        " select id, true, %(now)s, %(now)s, %(seconds)s from device where name = any(%(names)s)"
        " on conflict (device_id) do update set offset_seconds = excluded.offset_seconds",
        now=ward.now, seconds=seconds, names=[f"monitor-{bed}" for bed in beds],
    )  # fmt: skip


async def test_a_gateway_whose_clock_is_ahead_is_one_alarm_and_each_clock_is_below_it(ward):
    gateway = await through_one_gateway(ward)
    await all_beds_read(ward, 5)
    await clocks_are(ward, 180.0)
    await all_beds_read(ward, 8)
    assert await open_alarms(ward) == {"gateway_clock": 1, "device_clock": 6}
    rows = await ward.sql(
        "select device_id, priority, text from alarm where condition = 'gateway_clock'"
    )
    assert rows[0][:2] == (gateway, "low")
    assert rows[0][2].startswith("gw-north: 6 of 6 clocks 3 min ahead: bed-1, bed-2")
    assert await ward.sql("select count(*) from alarm where cause_id is not null") == [(6,)]
    await ward.killed()
    await all_beds_read(ward, 6)
    assert await open_alarms(ward) == {"gateway_clock": 1, "device_clock": 6}
    await clocks_are(ward, 0.2, BEDS[1:])
    await all_beds_read(ward, 6)
    assert await open_alarms(ward) == {"device_clock": 1}  # of the one that stays wrong
    await clocks_are(ward, 0.2)
    await all_beds_read(ward, 6)
    assert await open_alarms(ward) == {}


async def test_a_gateway_whose_clock_is_far_behind_is_one_call(ward):
    """Its readings are too old to be live: nobody is watched, and that is said once."""
    await through_one_gateway(ward)
    await all_beds_read(ward, 10)
    await clocks_are(ward, -600.0)
    for _ in range(12):
        frames = [
            await ward.sends(bed, [("oxygen_saturation", 97.0, ward.now - timedelta(minutes=10))])
            for bed in BEDS
        ]
        for frame in frames:
            await ward.tells(frame)
        await ward.reads(oxygen_saturation=97, heart_rate=70)
    assert await open_alarms(ward) == {"gateway_silent": 1, "device_silent": 6}
    assert await calls(ward) == ["gateway_silent"]
    texts = await ward.sql("select text from alarm where condition = 'device_silent'")
    assert all("its clock is off" in text for (text,) in texts)
