"""The second opinion's limits: the page's tables, and a machine that remembers its runs."""

from bisect import bisect_left
from dataclasses import dataclass
from datetime import date

SECOND = 1_000_000
HIGH, MEDIUM, LOW = "high", "medium", "low"
RANK = {HIGH: 0, MEDIUM: 1, LOW: 2}

# vital: how long it is fresh, and how long unmeasured before an answered alarm of it is over (s)
FRESH = {
    "heart_rate": 10, "pulse": 10, "oxygen_saturation": 10, "respiratory_rate": 15,
    "systolic": 3600, "diastolic": 3600, "temperature": 21600, "glucose": 900,
}  # fmt: skip
FORGOTTEN = {
    "heart_rate": 3600, "pulse": 3600, "oxygen_saturation": 3600, "respiratory_rate": 3600,
    "systolic": 21600, "diastolic": 21600, "temperature": 21600, "glucose": 3600,
}  # fmt: skip

ADULT_MONTHS = 16 * 12
BANDS = ((0, 3), (3, 12), (12, 48), (48, 144), (144, ADULT_MONTHS))  # months, from and under

# The page's tables: limit, at once beyond, ends at; by band of age, then everybody else.
_HEART_HIGH = ((179, 189, 169), (169, 179, 159), (149, 169, 139), (129, 149, 119), (119, 139, 109))
_HEART_LOW = ((91, 81, 96), (81, 71, 86), (71, 61, 76), (61, 51, 66), (51, 41, 56))
_BREATH_HIGH = ((80, 90, 78), (70, 80, 68), (60, 70, 58), (40, 50, 38), (22, 29, 20))
_BREATH_LOW = ((20, 16, 22), (20, 16, 22), (16, 13, 18), (15, 11, 17), (11, 10, 13))
_PRESSURE_HIGH = ((99, 129, 89), (119, 149, 109), (124, 159, 114), (139, 169, 129), (149, 189, 139))
_PRESSURE_LOW = ((51, 46, 56), (71, 61, 76), (76, 66, 81), (81, 71, 86), (86, 76, 91))


@dataclass(frozen=True)
class Limited:
    """One row of the page, for one person: ABOVE is +1, BELOW is -1."""

    vital: str
    sign: int
    everybody: tuple[float, float | None, float]
    after: int = 0
    ends_after: int = 0
    usual: str = MEDIUM
    extreme: str = HIGH
    window: int = 120
    bands: tuple[tuple[float, float, float], ...] = ()


LIMITED = {
    "diastolic_high": Limited("diastolic", 1, (120, None, 110)),
    "glucose_high": Limited(
        "glucose", 1, (180, 250, 170), 7200, usual=LOW, extreme=MEDIUM, window=9000
    ),
    "glucose_low": Limited("glucose", -1, (70, 54, 80)),
    "heart_rate_high": Limited("heart_rate", 1, (130, 150, 120), 20, 15, bands=_HEART_HIGH),
    "heart_rate_low": Limited("heart_rate", -1, (40, 30, 45), 10, 15, usual=HIGH, bands=_HEART_LOW),
    "oxygen_low": Limited("oxygen_saturation", -1, (90, 80, 92), 15, 15, usual=HIGH),
    "pulse_high": Limited("pulse", 1, (130, 150, 120), 20, 15, bands=_HEART_HIGH),
    "pulse_low": Limited("pulse", -1, (40, 30, 45), 10, 15, usual=HIGH, bands=_HEART_LOW),
    "respiration_high": Limited("respiratory_rate", 1, (24, 40, 22), 30, 30, bands=_BREATH_HIGH),
    "respiration_low": Limited(
        "respiratory_rate", -1, (9, 5, 11), 15, 30, usual=HIGH, bands=_BREATH_LOW
    ),
    "systolic_high": Limited("systolic", 1, (180, 220, 170), bands=_PRESSURE_HIGH),
    "systolic_low": Limited("systolic", -1, (90, 80, 95), bands=_PRESSURE_LOW),
    "temperature_high": Limited("temperature", 1, (39.0, 41, 38.5), 60, 60),
    "temperature_low": Limited("temperature", -1, (35.0, 32, 35.5), 60, 60),
}
SCALE_2 = {"oxygen_low": (86, 80, 88)}
YIELDS = {"pulse_high": "heart_rate", "pulse_low": "heart_rate"}
BETTER = {"pulse_high": "heart_rate_high", "pulse_low": "heart_rate_low"}  # to no other rule
COVERED = {"diastolic_high": "systolic_high",
           "heart_rate_low": "bradycardia_with_desaturation",
           "oxygen_low": "bradycardia_with_desaturation"}  # fmt: skip


def months_old(born: date | None, on: date) -> int | None:
    """How many monthly birthdays somebody has had: on their day, or on the first of the next month
    where a month has no such day."""
    if born is None:
        return None
    months = 0
    while months < 2400 and _after_months(born, months + 1) <= on:
        months += 1
    return months


def _after_months(born: date, months: int) -> date:
    year, month = divmod(born.year * 12 + born.month - 1 + months, 12)
    try:
        return date(year, month + 1, born.day)
    except ValueError:
        return date(year + (month + 1) // 12, (month + 1) % 12 + 1, 1)


def band(months: int | None) -> int | None:
    """Which row of the tables somebody of this age has; None for everybody else."""
    if months is None:
        return None
    return next((place for place, (least, under) in enumerate(BANDS) if least <= months < under),
                None)  # fmt: skip


class Trace:
    """The readings of one vital of one person that counted, oldest first."""

    def __init__(self) -> None:
        self.at: list[int] = []
        self.value: list[float] = []
        self._heard: list[int] = []

    @property
    def received(self) -> int:
        """When the newest came; 0 where none did."""
        return self._heard[-1] if self._heard else 0

    def hear(self, at: int, received: int, value: float) -> None:
        """A reading newer than all before."""
        self.at.append(at)
        self._heard.append(received)
        self.value.append(value)

    def forget_after(self, received: int) -> None:
        """As if nothing had come since."""
        while self.received > received:
            for each in (self.at, self._heard, self.value):
                each.pop()

    def since(self, seconds: float) -> int:
        """The place of the first reading of the last so many seconds."""
        return bisect_left(self.at, self.at[-1] - round(seconds * SECOND))

    def middle(self, seconds: float, least: int = 5) -> float:
        """The lower middle of the last seconds' values; of fewer than that, the newest."""
        values = sorted(self.value[self.since(seconds) :])
        return values[(len(values) - 1) // 2] if len(values) >= least else self.value[-1]


def comes_rarely(trace: Trace, seconds: float) -> bool:
    """Whether nothing else came for longer than that before the newest."""
    at = trace.at
    return len(at) > 1 and at[-1] - at[-2] > seconds * SECOND


@dataclass(frozen=True)
class Found:
    """A condition holds: how bad, since when, and beyond what."""

    priority: str
    since: int
    limit: float | None


class LimitMachine:
    """A limit with delay, hysteresis and extreme; it remembers since when each run lasts."""

    def __init__(self, name: str, limited: Limited, numbers: tuple[float, ...], trace: Trace):
        self.name, self.limited, self.trace = name, limited, trace
        self.limit, self.extreme, self.clear, self.after, self.ends_after = numbers
        self.waits = False  # the newest is beyond, and did not ring
        self.begin_anew()

    def begin_anew(self) -> None:
        """As if it had always been here."""
        self.beyond_since: int | None = None
        self.clear_since: int | None = None
        for at, value in zip(self.trace.at, self.trace.value, strict=True):
            self.hear(at, value)

    def hear(self, at: int, value: float) -> None:
        """Each reading, whether anybody asks or not."""
        sign = self.limited.sign
        if value * sign > self.limit * sign:
            if self.beyond_since is None:
                self.beyond_since = at
            self.clear_since = None
            return
        self.beyond_since = None
        if value * sign > self.clear * sign:
            self.clear_since = None
        elif self.clear_since is None:
            self.clear_since = at

    def judge(self, is_open: bool) -> Found | None:
        """By the newest reading."""
        if not is_open and self.beyond_since is None:
            return None
        at, value, sign = self.trace.at[-1], self.trace.value[-1], self.limited.sign
        if self.extreme is not None and value * sign > self.extreme * sign:
            return Found(self.limited.extreme, self._begun(at), self.extreme)
        if is_open:
            is_over = self._lasted(self.clear_since, at, self.ends_after)
            return None if is_over else Found(self.limited.usual, self._begun(at), self.limit)
        if self._lasted(self.beyond_since, at, self.after) or comes_rarely(self.trace, self.after):
            return Found(self.limited.usual, self._begun(at), self.limit)
        return None

    def waits_until(self) -> int | None:
        """The last moment (us) at which a next reading is in time, if one is waited for. What is
        older than a forgotten alarm is waited for no more."""
        if not self.waits or self.after > FORGOTTEN[self.limited.vital]:
            return None
        return self.trace.received + self.after * SECOND

    def unfollowed(self) -> Found | None:
        """Nothing came: of one of four at most in a minute, or in the delay, nothing will."""
        if (
            self.beyond_since is None
            or len(self.trace.at) - self.trace.since(max(60, self.after)) > 4
        ):
            return None
        at, sign = self.trace.at[-1], self.limited.sign
        if self.extreme is not None and self.trace.value[-1] * sign > self.extreme * sign:
            return Found(self.limited.extreme, self._begun(at), self.extreme)
        return Found(self.limited.usual, self._begun(at), self.limit)

    def _begun(self, at: int) -> int:
        return at if self.beyond_since is None else self._within(self.beyond_since)

    def _within(self, since: int) -> int:
        """Nobody looks back further than the window."""
        return max(since, self.trace.at[self.trace.since(self.limited.window)])

    def _lasted(self, since: int | None, at: int, seconds: int) -> bool:
        if since is None:
            return False
        is_alone = self.trace.since(self.limited.window) == len(self.trace.at) - 1
        return is_alone or at - self._within(since) >= seconds * SECOND
