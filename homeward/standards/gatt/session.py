"""When a continuous monitor's session began: its records count minutes from then.

A monitor says when its session began (Session Start Time 2AAA; nothing but zeros until somebody has
told it the time) and how many minutes ago that is (CGM Status 2AA9). The second needs no clock of
the monitor's. So it finds out a start that is wrong, and stands in for one that is not known. Only
what can be read is used: nothing is ever written to a monitor's specific ops control point, which
starts, stops and calibrates (CGM Service 1.0.2, 3.7).
"""

import contextlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from decimal import Decimal

from homeward.model.errors import Unreadable
from homeward.standards.gatt import cgm
from homeward.standards.gatt.field import Characteristic
from homeward.standards.gatt.local_time import LocalTime
from homeward.standards.gatt.meter_clock import RIGHT_WITHIN
from homeward.standards.gatt.read import Values, read

# A status is as old as the last measurement, and monitors measure every few minutes. Less than
# half an hour, which summer time is in places: that must be told apart.
STATUS_WITHIN = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Told:
    """What a monitor said of its session when it was asked, `at` that moment (UTC); empty octets:
    it has no such thing to say."""

    at: datetime
    start: bytes = b""
    status: bytes = b""
    run: bytes = b""
    feature: bytes = b""

    def __bool__(self) -> bool:
        return any((self.start, self.status, self.run, self.feature))


@dataclass(frozen=True, slots=True)
class Session:
    """`starts` in UTC; None: nobody knows, and `why`. `is_stated`: by the monitor's own words.
    `has_crc`: whether its packets end with an E2E-CRC; None: it does not say."""

    starts: datetime | None
    is_stated: bool = False
    has_crc: bool | None = None
    why: str = ""

    def at(self, offset: int, now: datetime) -> datetime:
        """When the record of this minute was measured, in UTC. Raises Unreadable."""
        if self.starts is None:
            raise Unreadable(f"it counts from when its session began: {self.why}")
        try:
            at = self.starts + timedelta(minutes=offset)
        except OverflowError:
            raise Unreadable(f"no session began at {self.starts.isoformat()}") from None
        if at > now + RIGHT_WITHIN:
            raise Unreadable(f"the monitor's time {at.isoformat()} has not come yet")
        return min(at, now)


def session_of(told: Told, zone: tzinfo, ahead: timedelta | None = None) -> Session:
    """What follows from what it said. `zone` is where it is, which it may not know; by `ahead` its
    clock was ahead, where that could be asked."""
    has_crc = _has_crc(told.feature)
    stated, why = _stated(told.start, zone, has_crc)
    counted = _counted(told, has_crc)
    if counted is None:
        starts = None if not stated else _less(stated[0], ahead)
        return Session(starts, starts is not None, has_crc, why or "its clock is too wrong")
    for each in stated:
        if abs(each - counted) <= STATUS_WITHIN:
            return Session(each, True, has_crc)
    return Session(counted, False, has_crc)


def is_same(before: Told, after: Told, zone: tzinfo) -> bool:
    """Whether two visits met the same session."""
    first, second = session_of(before, zone), session_of(after, zone)
    both = first.is_stated and second.is_stated
    if both and before.start == after.start:  # though we may be in another zone by now
        return True
    if first.starts is None or second.starts is None:
        return first.starts is second.starts  # once it is known, all is asked for again
    return abs(first.starts - second.starts) <= (RIGHT_WITHIN if both else STATUS_WITHIN)


def _has_crc(feature: bytes) -> bool | None:
    flags = _read(cgm.FEATURE, feature, None).get("flags")
    return "e2e_crc" in flags if isinstance(flags, tuple) else None


def _stated(start: bytes, zone: tzinfo, crc: bool | None) -> tuple[Sequence[datetime], str]:
    """When it says that it began, in UTC; if not, why. Makers differ in whether its time has
    summer time in it, so that there may be two; the first is what a clock on the wall shows."""
    if not start:
        return (), "it does not say when that was"
    try:
        values = read(cgm.SESSION_START, start, crc)[0].values
    except Unreadable as error:
        return (), str(error)
    time, at, summer = values["time"], values["zone"], values["summer"]
    moment = time.moment if isinstance(time, LocalTime) else None
    if moment is None:
        return (), "nobody told it the time"
    try:
        local = moment.replace(tzinfo=zone)
        if not isinstance(at, Decimal):
            return (local.astimezone(UTC),), ""
        minutes = timedelta(minutes=int(at))
        standard = moment.replace(tzinfo=UTC) - minutes
        if isinstance(summer, Decimal):
            return (standard - timedelta(minutes=int(summer)), standard), ""
        is_here = _standard_offset(local) == minutes
        return ((local.astimezone(UTC), standard) if is_here else (standard,)), ""
    except OverflowError:
        return (), f"there is no such time: {time}"


def _standard_offset(local: datetime) -> timedelta:
    return (local.utcoffset() or timedelta()) - (local.dst() or timedelta())


def _counted(told: Told, crc: bool | None) -> datetime | None:
    """When it began, by the minutes its status counts. None where it does not count: no minute is
    what it says before it begins, and one whose session is over stands still."""
    status = _read(cgm.STATUS, told.status, crc)
    run = _read(cgm.SESSION_RUN, told.run, crc).get("run")
    minutes, words = status.get("offset"), status.get("status")
    if not isinstance(minutes, Decimal) or not minutes or not isinstance(words, tuple):
        return None
    if "session_stopped" in words or (isinstance(run, Decimal) and run and minutes >= run * 60):
        return None
    with contextlib.suppress(OverflowError):
        return told.at - timedelta(minutes=int(minutes))
    return None


def _less(moment: datetime, ahead: timedelta | None) -> datetime | None:
    with contextlib.suppress(OverflowError):
        return moment - (ahead or timedelta())
    return None


def _read(characteristic: Characteristic, octets: bytes, crc: bool | None) -> Values:
    """What it says; nothing where it cannot be read, since there are other ways to know."""
    with contextlib.suppress(Unreadable):
        return read(characteristic, octets, crc)[0].values if octets else {}
    return {}
