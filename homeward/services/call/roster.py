"""The roster as it stands in the database: chains, rotas, stand-ins, who may be called."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from operator import itemgetter
from typing import Any

import msgspec

from homeward.model.errors import Unreadable
from homeward.services.call.chain import Duty, Link
from homeward.services.call.rota import Override, OverrideKind, Plan, Rota, on_call
from homeward.store import Door, queries

Q = queries("homeward.services.call")


@dataclass(frozen=True, slots=True)
class WardRota:
    """A rota and where it counts. `rota` is None where its plan cannot be read any more."""

    id: int
    ward_id: int
    ward: str
    name: str
    rota: Rota | None


@dataclass(frozen=True, slots=True)
class Roster:
    """Everything that decides who is called. `people` are those who can be, by name."""

    links: Sequence[Link]
    rotas: Sequence[WardRota]
    people: Mapping[int, str]
    nurse_of: Mapping[int, int]

    def duty(self, at: datetime) -> Duty:
        """Who can be called at a time."""
        rotas_of: dict[int, list[int]] = {}
        for each in self.rotas:
            rotas_of.setdefault(each.ward_id, []).append(each.id)
        return Duty(
            people=self.people,
            rotas={each.id: each.name for each in self.rotas},
            on_call={each.id: on_call(each.rota, at) for each in self.rotas if each.rota},
            rotas_of=rotas_of,
            nurse_of=self.nurse_of,
            staff_of=self.staff_of(),
            staff=tuple(self.people),
        )

    def staff_of(self) -> dict[int, list[int]]:
        """Whom each ward's chain and rotas name, in the order of `people`."""
        named: dict[int, set[int]] = {}
        for link in self.links:
            if link.person_id is not None:
                named.setdefault(link.ward_id, set()).add(link.person_id)
        for each in self.rotas:
            if each.rota is not None:
                named.setdefault(each.ward_id, set()).update(each.rota.planned())
        return {
            ward: [person for person in self.people if person in mine]
            for ward, mine in named.items()
        }


async def read_roster(
    door: Door, now: datetime, ahead: timedelta = timedelta(), since: datetime | None = None
) -> Roster:
    """The roster, with plans and overrides from now (or `since`, before it) until `ahead`."""
    links = [msgspec.convert(row, Link) for row in await door.all(Q.chains, dict)]
    people = {row["id"]: row["name"] for row in await door.all(Q.able, dict)}
    nurses = {row["patient_id"]: row["person_id"] for row in await door.all(Q.assigned, dict)}
    rotas = await read_rotas(door, since or now, now + ahead)
    return Roster(links, rotas, people, nurses)


async def read_rotas(door: Door, start: datetime, end: datetime) -> list[WardRota]:
    """Every rota, with the plans and the overrides of this span."""
    overrides: dict[int, list[Override]] = {}
    # A moment more: an override that begins just now counts.
    for row in await door.all(Q.overrides, dict, start=start, end=end + timedelta(seconds=1)):
        overrides.setdefault(row["rota_id"], []).append(_override(row))
    rows = await door.all(Q.rotas, dict, start=start, end=end + timedelta(seconds=1))
    return [_ward_rota(list(plans), overrides) for _, plans in groupby(rows, _id_of)]


_id_of = itemgetter("id")


def _ward_rota(rows: list[dict[str, Any]], overrides: Mapping[int, list[Override]]) -> WardRota:
    row = rows[0]
    rota = _rota(rows, overrides.get(row["id"], []))
    return WardRota(row["id"], row["ward_id"], row["ward"], row["name"], rota)


def _override(row: dict[str, Any]) -> Override:
    return Override(
        OverrideKind(row["kind"]), row["starts"], row["ends"], row["person_id"], row["stand_in_id"]
    )


def _rota(rows: Sequence[dict[str, Any]], overrides: Sequence[Override]) -> Rota | None:
    try:
        first, *later = [(row["starts"], msgspec.convert(row["plan"], Plan)) for row in rows]
    except (Unreadable, msgspec.ValidationError):
        return None  # nobody is on call by it, and that is told as a gap
    return Rota(first[1], tuple(overrides), tuple(later))
