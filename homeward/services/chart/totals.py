"""Totals by day: steps and the like, by the clock on the wall, and who gave which part."""

import asyncio
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated, Any

from fastapi import Query, Request

from homeward.clinical.totals import PLACES, Part, Told, counted, place_of
from homeward.clinical.zone import Zones, instant
from homeward.guard.route import STAFF, Route
from homeward.model.person import Role
from homeward.model.total import LENGTH_MAX, METRICS
from homeward.services.asking import Asking, Moment
from homeward.services.chart import views as v
from homeward.services.contract import Tools
from homeward.store import queries

Q = queries("homeward.services.chart")
DAYS_MAX = 31
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class _Source:
    """What one source told of one metric; times in ms since 1970 UTC."""

    metric: str
    device_id: int
    kind: str
    device: str
    called: str | None  # in a file that somebody brought along
    starts: list[int]
    ends: list[int]
    amounts: list[float]

    @property
    def place(self) -> int:
        return place_of(self.called or self.device, self.kind)

    def told(self) -> Iterable[Told]:
        for starts, ends, amount in zip(self.starts, self.ends, self.amounts, strict=True):
            yield Told(self.device_id, starts, ends, amount)


async def get_totals(
    patient_id: int,
    door: Asking,
    request: Request,
    end: Moment,
    days: Annotated[int, Query(ge=1, le=DAYS_MAX)] = 7,
) -> v.TotalsShown:
    """What was counted on each of so many days up to the one of `end` (ms since 1970 UTC).

    What overlaps between sources counts once, by the one nearest to the body; what does not, of
    each. Every source is shown with what it told of that day, and what of that counts.
    """
    tools: Tools = request.app.state.tools
    until = datetime.fromtimestamp(end / 1000, UTC)
    async with door.held() as held:
        rows = await held.all(Q.patients_zones, dict, patient=patient_id)
        zones = _zones(rows, tools.settings.zone)
        bounds = _midnights(zones, until, days)
        sources = await held.all(
            Q.totals, _Source, patient=patient_id, metrics=[each.name for each in METRICS],
            start=bounds[0][1], end=bounds[-1][1], earliest=bounds[0][1] - LENGTH_MAX,
        )  # fmt: skip
    shown = await asyncio.to_thread(_metrics, sources, bounds)
    return v.TotalsShown(zones.at(until), [name for name, _ in PLACES], shown)


def _zones(rows: Sequence[Mapping[str, Any]], house: str) -> Zones:
    first = (datetime(1970, 1, 1, tzinfo=UTC), house)
    return Zones((first, *((row["starts"], row["zone"]) for row in rows)))


def _midnights(zones: Zones, until: datetime, days: int) -> list[tuple[date, datetime]]:
    """Each day and when it began, and the one after the last."""
    last = zones.local(until).date()
    found: list[tuple[date, datetime]] = []
    for back in range(days - 1, -2, -1):
        day = last - back * _DAY
        midnight = datetime.combine(day, time())
        began = instant(midnight, zones.at(instant(midnight, zones.at(until))))
        # Over the date line a day may be missing: it is empty, and none is counted twice.
        found.append((day, max(began, found[-1][1]) if found else began))
    return found


def _metrics(
    sources: Sequence[_Source], bounds: Sequence[tuple[date, datetime]]
) -> list[v.TotalShown]:
    shown: list[v.TotalShown] = []
    for metric in METRICS:
        mine = {each.device_id: each for each in sources if each.metric == metric.name}
        if mine:
            days = list(_days(mine, bounds))
            shown.append(v.TotalShown(metric.name, metric.label, metric.unit, days))
    return shown


def _days(
    sources: Mapping[int, _Source], bounds: Sequence[tuple[date, datetime]]
) -> Iterable[v.TotalDay]:
    moments = [round(began.timestamp() * 1000) for _, began in bounds]
    places = {device: each.place for device, each in sources.items()}
    of_day: dict[int, list[Told]] = defaultdict(list)
    for source in sources.values():
        for told in source.told():
            first = max(0, bisect_right(moments, told.starts) - 1)
            last = min(len(moments) - 2, bisect_right(moments, max(told.starts, told.ends - 1)) - 1)
            for place in range(first, last + 1):
                of_day[place].append(told)
    for place in sorted(of_day):
        parts = counted(of_day[place], places, moments[place], moments[place + 1])
        if parts:
            total = sum(part.counted for part in parts.values())
            given = [_given(sources[device], part) for device, part in parts.items()]
            given.sort(key=lambda each: (each.place, -each.told))
            yield v.TotalDay(bounds[place][0].isoformat(), round(total, 3), given)


def _given(source: _Source, part: Part) -> v.TotalPart:
    name = source.called or source.device
    return v.TotalPart(name, source.place, round(part.told, 3), round(part.counted, 3))


ROUTES = (
    Route(
        "GET", "/api/patients/{patient_id}/totals", get_totals, STAFF | {Role.PATIENT},
        part="readings",
    ),
)  # fmt: skip
