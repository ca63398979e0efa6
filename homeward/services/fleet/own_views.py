"""What a patient's own page brings, and what it is answered. Times are milliseconds since 1970 UTC.

Apart from the fleet's other views, since with `Moment` comes FastAPI.
"""

from dataclasses import dataclass, field

from homeward.services.asking import Moment


@dataclass(frozen=True, slots=True)
class MonitorSession:
    """What a continuous monitor said of its session, and when the page asked: the octets of Session
    Start Time, CGM Status, Session Run Time and CGM Feature in hex; empty: it did not say."""

    asked: Moment
    start: str = ""
    status: str = ""
    run: str = ""
    feature: str = ""


@dataclass(frozen=True, slots=True)
class Packet:
    """A packet as a meter sent it: of which characteristic, its octets in hex, when the page heard
    it, its number where the meter counts and since which reset. `ahead_seconds`: by how much the
    meter's clock was ahead; null: it could not be asked. `session` is that of a continuous monitor,
    as it was said when the page first met it."""

    of: int
    octets: str
    heard: Moment
    epoch: int | None = None
    number: int | None = None
    is_context: bool = False
    ahead_seconds: float | None = None
    session: MonitorSession | None = None


@dataclass(frozen=True, slots=True)
class HandValue:
    """A value a patient entered, in a unit (UCUM) of its vital."""

    vital: str
    value: float
    unit: str


@dataclass(frozen=True, slots=True)
class HandEntry:
    """What a patient measured at one moment and entered by hand."""

    at: Moment
    values: list[HandValue]


@dataclass(frozen=True, slots=True)
class NewMeasurements:
    """A batch of a patient's page: packets of the meter of this name, or, without a name, what was
    entered by hand. `zone` is where they are (IANA), which a meter's clock does not say."""

    meter: str
    zone: str
    packets: list[Packet] = field(default_factory=list)
    entries: list[HandEntry] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class MeasurementsKept:
    """How many readings a batch has, all kept; and why each thing was put aside that was."""

    readings: int
    aside: list[str]


@dataclass(frozen=True, slots=True)
class SaidBeside:
    """One thing a meter said beside its number, by its name in the profile: a word, several, or an
    exact decimal in a unit (UCUM). `is_missing`: there is none, and `value` says why."""

    name: str
    value: str
    unit: str
    is_missing: bool = False


@dataclass(frozen=True, slots=True)
class MeterSaid:
    """A reading of a meter as the meter told it. `at` is its time as it is charted (ms since 1970
    UTC), `clock` what the meter's own clock said, without a zone; `zone` is where that was (IANA),
    `ahead_seconds` what was taken off it: 0 for a clock that is right, null where it could not be
    asked. `twice`: clocks on walls showed that time twice that night, and it is charted as "first"
    or "second"; empty: they did not."""

    id: int
    at: int
    device: str
    vitals: list[str]
    clock: str
    zone: str
    ahead_seconds: float | None
    beside: list[SaidBeside]
    twice: str = ""
