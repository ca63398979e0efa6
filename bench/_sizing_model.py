"""From what one message, one device and one screen cost to machines and money. Pure.

What is assumed is a constant here; what was measured is in `Costs`.
"""

import math
from dataclasses import dataclass

PRICES = (
    "planning prices, 27 November 2026, a month: a dedicated core 12, a GB of memory 3, of SSD 0.10"
)
CORE_EUROS, MEMORY_EUROS, DISK_EUROS = 12.0, 3.0, 0.10
BUSY_MAX = (
    0.5  # of a processor, on the mean: the rest is for peaks and for the other machine's share
)
SECONDS_A_YEAR = 365 * 86_400
SCORES_A_YEAR = 365 * 96  # one is noted each quarter of an hour
BASE_GB = 1.0  # of memory, for the system and the processes themselves, each machine
STANDBY = 2  # everything is there twice from a thousand patients on
WARD_SECONDS, HOME_SECONDS = 1.0, 15.0  # between two messages
WARD_READINGS, HOME_READINGS = 7, 1
BEDS_A_SCREEN, HOMES_A_SCREEN = 10, 200


@dataclass(frozen=True)
class Costs:
    """Measured. CPU in seconds by process, memory and disk in bytes."""

    ward_message: dict[str, float]  # seven vitals
    home_message: dict[str, float]  # one
    screen_second: float  # of the pages, a ward of twenty that changes each second
    door_memory: float  # a connected device
    watch_memory: float  # a patient
    ward_reading_bytes: float
    home_reading_bytes: float
    score_bytes: float


@dataclass(frozen=True)
class House:
    """Who is watched over: in beds by a monitor, or at home by what they wear."""

    name: str
    ward: int
    home: int

    @property
    def patients(self) -> int:
        """All of them."""
        return self.ward + self.home


HOUSES = (
    House("a small ward", 10, 0),
    House("a hospital", 800, 200),
    House("a region", 5_000, 95_000),
    House("a country's programme", 20_000, 980_000),
)


@dataclass(frozen=True)
class Size:
    """What a house needs. Cores are what is busy; `cores_rented` with room and a second of each."""

    messages_a_second: float
    readings_a_second: float
    busy: dict[str, float]
    doors: int
    watchers: int
    cores_rented: int
    memory_gb: int
    disk_gb_a_year: float
    euros_a_month: float


def size(house: House, costs: Costs) -> Size:
    """What it takes."""
    ward, home = house.ward / WARD_SECONDS, house.home / HOME_SECONDS
    busy = {
        name: ward * costs.ward_message[name] + home * costs.home_message[name]
        for name in costs.ward_message
    }
    screens = house.ward / BEDS_A_SCREEN + house.home / HOMES_A_SCREEN
    busy["web"] = busy.get("web", 0.0) + screens * costs.screen_second
    copies = 1 if house.patients < 1_000 else STANDBY
    cores = max(2, math.ceil(sum(busy.values()) / BUSY_MAX)) * copies
    memory = house.patients * (costs.door_memory + costs.watch_memory) / 1e9
    day = _disk(house, costs) / 365  # today's part of the record is best in memory
    gigabytes = math.ceil((2 * BASE_GB + memory + day) * copies)
    disk = _disk(house, costs) * copies
    euros = cores * CORE_EUROS + gigabytes * MEMORY_EUROS + disk * DISK_EUROS
    return Size(
        ward + home,
        ward * WARD_READINGS + home * HOME_READINGS,
        busy,
        max(copies, math.ceil(busy["door"] / BUSY_MAX)),
        math.ceil(busy["watch"] / BUSY_MAX),
        cores,
        gigabytes,
        disk,
        euros,
    )


def _disk(house: House, costs: Costs) -> float:
    """GB a year, once."""
    ward = house.ward / WARD_SECONDS * WARD_READINGS * costs.ward_reading_bytes
    home = house.home / HOME_SECONDS * HOME_READINGS * costs.home_reading_bytes
    scores = house.patients * SCORES_A_YEAR * costs.score_bytes
    return ((ward + home) * SECONDS_A_YEAR + scores) / 1e9
