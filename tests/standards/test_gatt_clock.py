"""When something was measured, by a meter whose clock is right, wrong, unset or cannot be asked."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from homeward.model.errors import Unreadable
from homeward.standards.gatt.meter_clock import Clock, both, clock_of
from homeward.standards.gatt.session import Told, is_same, session_of

VECTORS = Path(__file__).parents[2] / "web" / "src" / "gatt" / "vectors.json"
SESSIONS = json.loads(VECTORS.read_text())["sessions"]
BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 7, 1, 10, 0, tzinfo=UTC)  # noon in Berlin
NOON = bytes.fromhex("ea0707010c0000")


def test_a_clock_that_is_right_is_believed_in_its_zone():
    clock = clock_of(NOON, NOW, BERLIN)
    assert clock.ahead == timedelta()
    said = datetime(2026, 7, 1, 8, 0)
    assert clock.repaired(said, NOW, BERLIN) == datetime(2026, 7, 1, 6, 0, tzinfo=UTC)
    winter = datetime(2026, 1, 1, 8, 0)
    assert clock.repaired(winter, NOW, BERLIN) == datetime(2026, 1, 1, 7, 0, tzinfo=UTC)


def test_a_clock_that_is_an_hour_and_a_year_ahead_is_set_back():
    clock = clock_of(bytes.fromhex("eb0707010d000000000000"[:20]), NOW, BERLIN)
    assert clock.ahead == timedelta(days=365, hours=1)
    said = datetime(2027, 7, 1, 12, 0)
    assert clock.repaired(said, NOW, BERLIN) == datetime(2026, 7, 1, 9, 0, tzinfo=UTC)


def test_a_clock_that_nobody_set_back_in_autumn_was_right_in_summer():
    """Read on Monday, after the night of 25 October: it is an hour ahead."""
    now = datetime(2026, 10, 26, 11, 0, tzinfo=UTC)  # noon in Berlin
    clock = clock_of(bytes.fromhex("ea070a1a0d0000"), now, BERLIN)
    assert clock.ahead == timedelta(hours=1)
    for said, measured in (
        (datetime(2026, 10, 24, 8, 0), datetime(2026, 10, 24, 6, 0, tzinfo=UTC)),
        (datetime(2026, 10, 26, 8, 0), datetime(2026, 10, 26, 6, 0, tzinfo=UTC)),
    ):
        assert clock.repaired(said, now, BERLIN) == measured


def test_an_hour_that_came_twice_is_told_by_what_came_before_it():
    """Clocks were set back from three to two in Berlin at 01:00 UTC on 25 October 2026."""
    clock, said, later = Clock(timedelta()), datetime(2026, 10, 25, 2, 10), NOW.replace(month=12)

    def at(after: str | None, now: datetime = later, clock: Clock = clock) -> str:
        moment = None if after is None else datetime.fromisoformat(f"2026-10-25T{after}Z")
        return clock.repaired(said, now, BERLIN, moment).isoformat()[11:16]

    assert at(None) == "00:10", "the first, where nothing tells"
    assert at("00:10") == "00:10"
    assert at("00:11") == at("01:10") == "01:10", "it ran back"
    assert at("01:11") == "00:10", "somebody set it meanwhile, so that it tells nothing"
    early = datetime(2026, 10, 25, 0, 50, tzinfo=UTC)
    assert at("00:40", early) == "00:10", "the second had not come when it was read"
    assert at("00:40", clock=Clock(None)) == "01:10"
    assert at("00:40", clock=Clock(timedelta(hours=2))) == "23:10", "a wrong clock counts on"
    left_out = datetime(2026, 3, 29, 2, 30)
    assert len(set(both(left_out, BERLIN))) == 1


def test_seconds_are_no_error_and_nothing_is_measured_after_now():
    clock = clock_of(bytes.fromhex("ea0707010c0100"), NOW, BERLIN)
    assert clock.ahead == timedelta()
    assert clock.repaired(datetime(2026, 7, 1, 12, 1), NOW, BERLIN) == NOW


@pytest.mark.parametrize("octets", ["00000000080000", "ea070d01080000", "ea07", ""])
def test_a_clock_that_is_unset_or_none_was_not_asked(octets):
    assert clock_of(bytes.fromhex(octets), NOW, BERLIN) == Clock(None)


def test_a_time_nobody_can_know_is_not_guessed():
    with pytest.raises(Unreadable):
        Clock().repaired(None, NOW, BERLIN)
    with pytest.raises(Unreadable):
        Clock().repaired(datetime(2026, 7, 2), NOW, BERLIN)
    with pytest.raises(Unreadable):
        Clock(timedelta(days=9_000_000 // 3)).repaired(datetime(1600, 1, 1), NOW, BERLIN)


@pytest.mark.parametrize("vector", SESSIONS, ids=lambda v: v["name"])
def test_d15_a_monitors_session_began_when_it_says_and_counts(vector):
    found = session_of(told_by(vector), UTC)
    starts = vector["starts"] and datetime.fromisoformat(vector["starts"])
    assert (found.starts, found.is_stated, found.has_crc) == (
        starts, vector["is_stated"], vector["has_crc"],
    )  # fmt: skip
    if starts is None:
        assert found.why
        with pytest.raises(Unreadable, match="when its session began"):
            found.at(5, NOW)
    else:
        assert found.at(5, NOW) == starts + timedelta(minutes=5)


def test_a_record_is_of_its_minute_whatever_clocks_on_walls_did_meanwhile():
    told = Told(NOW, start=bytes.fromhex("ea07031c0c000080ff"))  # noon, the day before summer time
    session = session_of(told, BERLIN)
    assert session.starts == datetime(2026, 3, 28, 11, tzinfo=UTC)
    assert session.at(24 * 60, NOW) == datetime(2026, 3, 29, 11, tzinfo=UTC)
    here = session_of(Told(NOW, start=bytes.fromhex("ea0707010c000004ff")), BERLIN)
    assert here.starts == NOW, "it knows the zone and not that it is summer, which we do"


def test_a_record_of_the_future_is_none_and_a_clock_that_was_asked_is_heeded():
    told = Told(NOW, start=bytes.fromhex("ea07070109000080ff"))  # an hour before NOW, in UTC
    session = session_of(told, UTC)
    assert session.at(61, NOW) == NOW
    with pytest.raises(Unreadable, match="not come yet"):
        session.at(62, NOW)
    behind = session_of(told, UTC, timedelta(hours=-2))
    assert behind.starts == datetime(2026, 7, 1, 11, tzinfo=UTC)
    with pytest.raises(Unreadable):
        session_of(told, UTC, timedelta(days=-3_000_000)).at(0, NOW)


def test_the_same_session_is_known_again_and_another_is_not():
    def told(minutes: int, start: str = "00" * 9, later: int = 0) -> Told:
        status = minutes.to_bytes(2, "little") + bytes(3)
        return Told(NOW + timedelta(minutes=later), bytes.fromhex(start), status)

    first = told(60)
    assert is_same(first, told(120, later=60), UTC)
    assert is_same(first, told(60, "ea07070109000080ff"), UTC), "meanwhile it was told the time"
    assert not is_same(first, told(20, later=60), UTC), "it counts anew"
    stated = told(60, "ea07070109000080ff")
    assert is_same(stated, told(120, "ea07070109000080ff", later=60), UTC)
    assert not is_same(stated, told(58, "ea07070109020080ff"), UTC), "begun again at once"
    assert not is_same(stated, told(5, "ea07070109000080ff", later=60), UTC), "nobody told it anew"
    assert not is_same(Told(NOW), first, UTC), "what came before it was known is asked for again"


def told_by(vector: dict[str, str]) -> Told:
    octets = (bytes.fromhex(vector[each]) for each in ("start", "status", "run", "feature"))
    return Told(datetime.fromisoformat(vector["at"]), *octets)
