"""Events of Open Wearables enter the record of whoever was linked, once, and nobody else's."""

import asyncio
import base64
import string
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from homeward.model.cloud import Service
from homeward.model.errors import Conflict, Missing, Unreadable
from homeward.services.fleet import fleet
from homeward.services.phones.clouds import link, unlink
from homeward.standards import svix
from tests.connectors.clouds.conftest import KEY, NOW, USER, House

AT = int(NOW.timestamp())


def sample(kind: str, value: float, unit: str, at: str = "2026-11-22T13:04:00+01:00", **more: Any):
    return {
        "timestamp": at, "zone_offset": "+01:00", "type": kind, "value": value, "unit": unit,
        "source": {"provider": "garmin", "device": "Forerunner 255"}, "is_daily_total": None,
    } | more  # fmt: skip


def event(*samples: dict[str, Any], user: str = USER, kind: str = "heart_rate.created"):
    return {
        "type": kind,
        "data": {
            "user_id": user, "provider": "garmin", "series_type": "x",
            "sample_count": len(samples), "samples": list(samples),
        },
    }  # fmt: skip


PULSE = event(sample("heart_rate", 62, "bpm"))


async def test_what_a_watch_measured_is_in_the_record(house: House):
    await house.linked()
    answer = await house.post(
        event(
            sample("heart_rate", 62, "bpm"),
            sample("oxygen_saturation", 97, "percent", "2026-11-22T06:00:00Z"),
            sample("blood_glucose", 95, "mg_dl", "2026-11-22T06:00:00Z"),
            sample("body_temperature", 36.6, "celsius", "2026-11-22T06:00:00Z"),
            sample("skin_temperature", 33.1, "celsius"),
            sample("resting_heart_rate", 51, "bpm"),
        )
    )
    assert (answer.status_code, answer.json()) == (
        200, {"stored": 4, "put_aside": 0, "not_kept": 2},
    )  # fmt: skip
    assert await house.readings() == [
        ("22 06:00:00", "glucose", 95, 1, 1),
        ("22 06:00:00", "oxygen_saturation", 97, 1, 1),
        ("22 06:00:00", "temperature", 36.6, 1, 1),
        ("22 12:04:00", "heart_rate", 62, 1, 0),
    ]
    assert await house.aside() == []


async def test_google_health_comes_by_open_wearables(house: House):
    """Built from their guides "Outgoing Webhooks" and "Google Health API Integration": provider
    `google`, merged over its sources, so that no device is named; chunks say which they are."""
    await house.linked()
    source = {"provider": "google", "device": None}
    told = event(
        sample("heart_rate", 62, "bpm", source=source),
        sample("oxygen_saturation", 97, "percent", "2026-11-22T06:00:00Z", source=source),
        sample("heart_rate_variability_rmssd", 41, "ms", source=source),
    )
    told["data"] |= {
        "provider": "google", "series_type": "heart_rate", "chunk_index": 0, "total_chunks": 1,
        "start_time": "2026-11-22T06:00:00Z", "end_time": "2026-11-22T13:04:00+01:00",
    }  # fmt: skip
    assert (await house.post(told)).json() == {"stored": 2, "put_aside": 0, "not_kept": 1}
    lost = {"user_id": USER, "provider": "google", "reason": "refresh_failed"}
    await house.post({"type": "connection.revoked", "data": lost}, "msg_2")
    assert await house.rows("select trouble from cloud_link") == [
        ("google is connected no more: refresh_failed",)
    ]


async def test_a_days_steps_are_one_row_that_grows(house: House):
    await house.linked()
    for number, steps in enumerate((4_000, 8_432)):
        day = sample("steps", steps, "count", "2026-11-22T00:00:00+01:00", is_daily_total=True)
        some = sample("steps", 120, "count", is_daily_total=False)
        assert (await house.post(event(day, some), f"msg_{number}")).json()["not_kept"] == 1
    rows = await house.rows(
        "select metric, starts at time zone 'UTC', ends - starts, value from total"
    )
    assert [(row[0], str(row[1]), str(row[2]), row[3]) for row in rows] == [
        ("steps", "2026-11-21 23:00:00", "1 day, 0:00:00", 8_432)
    ]


def made_at(seconds: float) -> str:
    """A name as Svix gives it: a KSUID of that moment."""
    ticks = round((NOW.timestamp() + seconds - 1_400_000_000) * 250)
    octets = (ticks // 250).to_bytes(4, "big") + bytes([ticks % 250]) + bytes(range(15))
    number, text = int.from_bytes(octets, "big"), ""
    for _ in range(27):
        number, digit = divmod(number, 62)
        text = (string.digits + string.ascii_uppercase + string.ascii_lowercase)[digit] + text
    return f"msg_{text}"


def test_the_name_of_a_message_says_when_it_was_made():
    assert svix.made(made_at(0.5)) == NOW + timedelta(seconds=0.5)
    # The example of segmentio/ksuid, and the greatest there is with one more.
    assert svix.made("msg_0ujtsYcgvSTl8PAuAdqWYSMnLOv") == datetime(
        2017, 10, 10, 4, 0, 47, 181 * 4_000, UTC
    )
    assert svix.made("msg_aWgEPTl1tmebfsQzFP4bxwgy80V") is not None
    assert svix.made("msg_aWgEPTl1tmebfsQzFP4bxwgy80W") is None
    assert svix.made("msg_1") is None


async def test_a_day_that_is_told_again_late_does_not_lie_over_a_newer(house: House):
    """The first is refused and comes again behind the second, as Svix sends again."""

    def day(steps: int):
        at = "2026-11-22T00:00:00+01:00"
        return event(sample("steps", steps, "count", at, is_daily_total=True))

    old, new, newest = made_at(-600), made_at(-300), made_at(9_000)
    assert (await house.post(day(4_000), old)).status_code == 404, "nobody is linked yet"
    await house.linked()
    assert (await house.post(day(8_432), new)).json()["stored"] == 1
    assert (await house.post(day(4_000), old)).json()["stored"] == 1
    assert await house.rows("select value from total") == [(8_432,)]
    assert (await house.post(day(9_000), newest)).json()["stored"] == 1
    assert await house.rows("select value, stated <= received from total") == [(9_000, True)]


@pytest.mark.parametrize(
    ("changed", "status"),
    [
        ({"key": b"another key of thirty-two bytes!"}, 401),
        ({"sent": b'{"type":"heart_rate.created","data":{}}'}, 401),
        ({"at": AT - 301}, 401),
        ({"at": AT + 301}, 401),
        ({"at": AT - 299}, 200),
        ({"headers": {"svix-signature": ""}}, 401),
        ({"headers": {"svix-signature": "v2,AAAA v1,!!"}}, 401),
        ({"headers": {"svix-id": "another"}}, 401),
        ({"headers": {"svix-timestamp": "now"}}, 401),
        ({"headers": {"svix-timestamp": str(AT - 1)}}, 401),
    ],
)
async def test_who_does_not_sign_or_signs_too_late_is_not_believed(
    house: House, changed: dict[str, Any], status: int
):
    await house.linked()
    answer = await house.post(PULSE, **changed)
    assert answer.status_code == status
    assert len(await house.readings()) == (status == 200)


async def test_what_was_overheard_does_nothing_when_it_is_sent_again(house: House):
    await house.linked()
    low = event(sample("steps", 100, "count", "2026-11-22T00:00:00Z", is_daily_total=True))
    high = event(sample("steps", 900, "count", "2026-11-22T00:00:00Z", is_daily_total=True))
    assert (await house.post(low, "msg_low")).json()["stored"] == 1
    assert (await house.post(high, "msg_high")).json()["stored"] == 1
    again = await house.post(low, "msg_low")
    assert (again.status_code, again.json()) == (200, {"stored": 0})
    assert await house.rows("select value from total") == [(900,)]


async def test_the_same_samples_by_two_events_are_there_once(house: House):
    """They send a group's event and a series' own, with the same samples."""
    await house.linked()
    for number, kind in enumerate(("heart_rate.created", "series.heart_rate.created")):
        await house.post(PULSE | {"type": kind}, f"msg_{number}")
    assert await house.readings() == [("22 12:04:00", "heart_rate", 62, 1, 0)]


async def test_a_user_nobody_linked_is_nobodys_and_comes_again(house: House):
    answer = await house.post(PULSE)
    assert answer.status_code == 404, "they try again for a day"
    assert (await house.readings(), await house.aside()) == ([], [])
    await house.linked()
    assert (await house.post(PULSE)).json()["stored"] == 1


async def test_it_is_not_given_to_whoever_wears_the_device_next(house: House):
    await house.linked()
    tools = house.tools
    await fleet.bind(tools.store.door(), tools.bus, "annas-watch", 2, "test", NOW)
    answer = await house.post(PULSE)
    assert answer.status_code == 403
    assert await house.readings() == []


async def test_an_account_is_one_device_and_a_device_one_account(house: House):
    door = house.tools.store.door()
    await house.linked()
    with pytest.raises(Conflict, match="annas-watch already"):
        await link(door, "belas-scale", Service.OPEN_WEARABLES, USER.upper(), NOW)
    await link(door, "annas-watch", Service.OPEN_WEARABLES, "another", NOW)
    assert (await house.post(PULSE)).status_code == 404
    await link(door, "belas-scale", Service.OPEN_WEARABLES, USER, NOW)
    assert (await house.post(PULSE)).json()["stored"] == 1
    assert [row[3] for row in await house.readings()] == [2]


@pytest.mark.parametrize(
    ("name", "account", "error"),
    [
        ("nobodys-watch", USER, Conflict),
        ("a-monitor", USER, Conflict),
        ("no-such", USER, Missing),
        ("annas-watch", "a user; drop", Unreadable),
        ("annas-watch", "", Unreadable),
    ],
)
async def test_what_cannot_be_linked(house: House, name: str, account: str, error: type[Exception]):
    with pytest.raises(error):
        await link(house.tools.store.door(), name, Service.OPEN_WEARABLES, account, NOW)


async def test_whoever_is_unlinked_or_revoked_brings_nothing(house: House):
    await house.linked()
    tools = house.tools
    await unlink(tools.store.door(), "annas-watch", NOW)
    assert (await house.post(PULSE)).status_code == 404
    await house.linked()
    await fleet.revoke(tools.store.door(), tools.bus, "annas-watch", "stolen", NOW)
    async with asyncio.timeout(10):
        while (await house.post(PULSE)).status_code != 403:
            pass
    assert await house.readings() == []


async def test_one_bad_sample_is_put_aside_alone(house: House):
    await house.linked()
    answer = await house.post(
        event(
            sample("heart_rate", 62, "bpm"),
            sample("heart_rate", 62, "Hz"),
            sample("heart_rate", 900, "bpm"),
            sample("heart_rate", 62, "bpm", "2026-11-22T12:00:00"),
            sample("heart_rate", 62, "bpm", "2026-11-23T12:00:00Z"),
            sample("steps", 5, "count", is_daily_total=True, zone_offset=None),
        )
    )
    assert answer.json() == {"stored": 1, "put_aside": 5, "not_kept": 0}
    assert len(await house.readings()) == 1
    assert {row[1] for row in await house.aside()} == {"open-wearables heart_rate.created"}


async def test_that_a_watch_is_connected_no_more_is_shown(house: House):
    await house.linked()
    data = {"user_id": USER, "provider": "garmin", "reason": "refresh_failed"}
    assert (await house.post({"type": "connection.revoked", "data": data})).status_code == 200
    assert await house.rows("select trouble from cloud_link") == [
        ("garmin is connected no more: refresh_failed",)
    ]
    await house.post(PULSE, "msg_2")
    assert await house.rows("select trouble, heard is null from cloud_link") == [("", False)]


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b'{"type":"x","data":{}}', b"\xff" * 50])
async def test_what_is_no_event_is_refused(house: House, body: bytes):
    await house.linked()
    assert (await house.post(body)).status_code == 422
    assert (await house.post(b" " * (2 * 1024 * 1024 + 1))).status_code == 413


async def test_their_name_of_a_patient_lies_sealed(house: House):
    await house.linked()
    said = str(await house.rows("select account::text, account_found_by from cloud_link"))
    assert USER not in said
    assert "sealed:patient/1:" in said


@pytest.mark.parametrize(
    "house",
    [{"open_wearables_secret": "whsec_" + base64.b64encode(b"the new one, 16+").decode()
      + ", whsec_" + base64.b64encode(KEY).decode()}],
    indirect=True,
)  # fmt: skip
async def test_a_secret_is_changed_without_a_gap(house: House):
    await house.linked()
    assert (await house.post(PULSE)).status_code == 200
    assert (await house.post(PULSE, "msg_2", key=b"the new one, 16+")).status_code == 200
