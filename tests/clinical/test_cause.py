"""What falls silent together has one cause; coincidence has none."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from homeward.clinical.cause import Off, Place, Silent, common_causes, common_clocks
from homeward.clinical.episode import Key

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


def ward(beds: int, *, gateway: int | None = None, ward_id: int = 3) -> list[Place]:
    name = f"gw-{gateway}" if gateway else None
    return [
        Place(ward_id * 1000 + n, f"{ward_id}{n:02}", gateway, name, ward_id, f"Ward {ward_id}")
        for n in range(1, beds + 1)
    ]


def silent(places: list[Place], heard_ago: float, allowed: float = 7) -> list[Silent]:
    return [Silent(each, NOW - timedelta(seconds=heard_ago), allowed) for each in places]


def test_two_silences_are_two_alarms() -> None:
    beds = ward(2, gateway=7)
    assert common_causes(beds, silent(beds, 8)) == []


def test_a_few_of_many_are_no_lost_gateway() -> None:
    beds = ward(40, gateway=7)
    assert common_causes(beds, silent(beds[:19], 8)) == []
    assert len(common_causes(beds, silent(beds[:20], 8))) == 1


def test_a_lost_gateway_is_one_alarm_listing_its_forty_beds() -> None:
    beds = ward(40, gateway=7)
    (cause,) = common_causes(beds, silent(beds, 8))
    assert cause.key == Key("gateway_silent", device_id=7)
    assert cause.ward_id == 3
    assert cause.devices == {each.device_id for each in beds}
    assert cause.text.startswith("gw-7: 40 of 40 devices silent: 301, 302, 303")
    assert cause.text.endswith("312 and 28 more")


def test_a_gateway_of_two_wards_belongs_to_neither() -> None:
    beds = ward(4, gateway=7) + ward(4, gateway=7, ward_id=4)
    (cause,) = common_causes(beds, silent(beds, 8))
    assert cause.ward_id is None


def test_a_slow_device_of_a_lost_gateway_belongs_to_it_too() -> None:
    beds = ward(6, gateway=7)
    slow = silent(beds[5:], 1300, allowed=1205)
    (cause,) = common_causes(beds, silent(beds[:5], 8) + slow)
    assert len(cause.devices) == 6


def test_probes_taken_off_one_after_the_other_are_no_outage_of_the_ward() -> None:
    beds = ward(8)
    one_by_one = [silent([bed], 60 + 20 * n)[0] for n, bed in enumerate(beds)]
    assert common_causes(beds, one_by_one) == []


def test_a_ward_that_stops_at_once_is_one_alarm_without_who_stopped_before() -> None:
    beds = ward(8)
    before = silent(beds[:1], 600)
    (cause,) = common_causes(beds, before + silent(beds[1:], 8))
    assert cause.key == Key("ward_silent_3")
    assert cause.devices == {each.device_id for each in beds[1:]}


def test_what_a_gateway_explains_is_not_said_of_its_ward_again() -> None:
    beds = ward(6, gateway=7) + ward(6, ward_id=3)[0:0]
    own = [Place(9000 + n, f"9{n}", None, None, 3, "Ward 3") for n in range(6)]
    causes = common_causes(beds + own, silent(beds, 8))
    assert [each.key.condition for each in causes] == ["gateway_silent"]
    causes = common_causes(beds + own, silent(beds + own, 8))
    assert [each.key.condition for each in causes] == ["gateway_silent", "ward_silent_3"]


def test_three_of_a_gateway_are_enough_where_they_are_half() -> None:
    beds = ward(4, gateway=7)
    assert len(common_causes(beds, silent(beds[:3], 8))) == 1
    more = ward(7, gateway=7)
    assert common_causes(more, silent(more[:3], 8)) == []


def test_five_of_a_ward_are_enough_where_they_are_half() -> None:
    beds = ward(8)
    (cause,) = common_causes(beds, silent(beds[:5], 8))
    assert cause.text == "Ward 3: 5 of 8 devices silent: 301, 302, 303, 304, 305"
    assert common_causes(beds, silent(beds[:4], 8)) == []
    more = ward(11)
    assert common_causes(more, silent(more[:5], 8)) == []


def test_half_must_have_stopped_at_one_moment_not_only_be_silent() -> None:
    beds = ward(12, gateway=7)
    at_once = silent(beds[:5], 8)
    earlier = [silent([bed], 60 + 20 * n)[0] for n, bed in enumerate(beds[5:9])]
    assert common_causes(beds, at_once + earlier) == []


def test_who_could_have_stopped_at_that_very_moment_belongs_to_a_ward() -> None:
    beds = ward(8)
    (cause,) = common_causes(beds, silent(beds[:5], 8) + silent(beds[5:6], 15))
    assert len(cause.devices) == 6  # heard 15 s ago, and due 7 s later: 8 s ago
    (cause,) = common_causes(beds, silent(beds[:5], 8) + silent(beds[5:6], 16))
    assert len(cause.devices) == 5


def test_twelve_beds_are_named_and_of_thirteen_one_is_only_counted() -> None:
    twelve, thirteen = ward(12, gateway=7), ward(13, gateway=7)
    (cause,) = common_causes(twelve, silent(twelve, 8))
    assert cause.text.endswith(", 311, 312")
    (cause,) = common_causes(thirteen, silent(thirteen, 8))
    assert cause.text.endswith(", 311, 312 and 1 more")


def off(places: list[Place], seconds: float) -> list[Off]:
    """Their clocks say that by so many seconds too much, give or take what the way costs."""
    return [Off(each, seconds + n % 5, NOW) for n, each in enumerate(places)]


def test_forty_clocks_behind_one_gateway_are_one_wrong_clock() -> None:
    beds = ward(40, gateway=7)
    (cause,) = common_clocks(beds, off(beds, -240))
    assert cause.key == Key("gateway_clock", device_id=7)
    assert cause.ward_id == 3
    assert cause.devices == {each.device_id for each in beds}
    assert cause.text.startswith("gw-7: 40 of 40 clocks 3 min behind: 301, 302, 303")


def test_a_clock_that_is_off_by_something_else_is_its_own() -> None:
    beds = ward(6, gateway=7)
    (cause,) = common_clocks(beds, off(beds[:5], 200) + off(beds[5:], -3600))
    assert cause.devices == {each.device_id for each in beds[:5]}


def test_clocks_that_are_off_by_chance_have_no_cause_in_common() -> None:
    beds = ward(6, gateway=7)
    assert common_clocks(beds, off(beds[:2], 200)) == []
    apart = [off([bed], 200.0 * n)[0] for n, bed in enumerate(beds, 1)]
    assert common_clocks(beds, apart) == []


def test_a_wards_devices_that_ask_one_wrong_clock_are_one_cause() -> None:
    beds = ward(8)
    assert common_clocks(beds, off(beds[:4], 200)) == []
    (cause,) = common_clocks(beds, off(beds[:5], 200))
    assert cause.key == Key("ward_clock_3")
    assert cause.text == "Ward 3: 5 of 8 clocks 3 min ahead: 301, 302, 303, 304, 305"


def test_half_of_a_gateways_clocks_must_be_wrong() -> None:
    beds = ward(7, gateway=7)
    assert common_clocks(beds, off(beds[:3], 200)) == []
    assert len(common_clocks(beds[:6], off(beds[:3], 200))) == 1


def test_clocks_a_minute_apart_say_the_same_and_it_began_with_the_first() -> None:
    beds = ward(3, gateway=7)
    since = [NOW, NOW - timedelta(seconds=9), NOW]

    def of(last: float) -> list[Off]:
        offsets = (200.0, 230.0, last)
        return [Off(*each) for each in zip(beds, offsets, since, strict=True)]

    (cause,) = common_clocks(beds, of(260.0))
    assert cause.since == since[1]
    assert common_clocks(beds, of(260.1)) == []


def test_what_two_gateways_explain_is_not_said_of_their_ward_again() -> None:
    beds = ward(6, gateway=7)
    others = [replace(each, device_id=9000 + n, gateway_id=8) for n, each in enumerate(beds)]
    causes = common_clocks(beds + others, off(beds + others, 200))
    assert [each.key.condition for each in causes] == ["gateway_clock", "gateway_clock"]
