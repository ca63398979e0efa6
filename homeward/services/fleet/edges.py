"""What gateways and edges ask of the registry, and what they tell it.

A gateway speaks only for the devices the registry gave it. An edge is a gateway of kind `edge`:
it may also have a copy of the registry for its devices, with the critical limits of whoever
wears them, and no name of anybody. What else one of a later version says is let be.
"""

import asyncio
import contextlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import Annotated, Any

import msgspec

from homeward.clinical.limit import Limit
from homeward.clinical.rule import beside_one_another
from homeward.clinical.rules import RULES
from homeward.clinical.setting import Choice, Setting, in_force
from homeward.clinical.subject import Subject
from homeward.engines.folder import DataFolder
from homeward.model.alarm import Priority
from homeward.model.delivery import DevicePass, Hop
from homeward.model.errors import (
    Conflict,
    Forbidden,
    Misconfigured,
    Missing,
    Unreachable,
    Unreadable,
)
from homeward.model.person import Role
from homeward.services.contract import Tools
from homeward.services.fleet.issuing import renewed
from homeward.services.fleet.meter_keeping import HubSaid, keep_of_hub
from homeward.store import Door, queries

REMEMBERED_SECONDS = 1.0  # the registry is asked again after this
# An edge that asks what changed is answered after so many looks, in any case; each is for what the
# bus may have lost.
CHANGE_LOOKS, CHANGE_SECONDS = 20, 1.0
CHANGES = frozenset({"added", "bound", "unbound", "quarantined", "released", "revoked", "retired"})
ALARMS_MAX = 1_000

sql = queries("homeward.services.fleet")
_RULES = {rule.name: rule for rule in RULES}
_Text = Annotated[str, msgspec.Meta(max_length=200)]
_Count = Annotated[int, msgspec.Meta(ge=0, le=2**63 - 1)]


class Sounded(msgspec.Struct):
    """One alarm that an edge sounded; times in microseconds since 1970, by its clock."""

    device: _Text
    condition: _Text
    priority: Priority
    text: _Text
    value: float
    began: int
    ended: int | None = None


class State(msgspec.Struct):
    """How an edge is doing. `oldest`: when what waits longest was taken, us since 1970; `trouble`
    is for whoever looks at technical alarms (work.py)."""

    version: _Text
    spool_bytes: _Count
    spool_bytes_max: _Count
    waiting: _Count
    oldest: int | None = None
    trouble: _Text = ""
    https_port: Annotated[int, msgspec.Meta(ge=0, le=65_535)] = 0


class _Alarms(msgspec.Struct):
    alarms: Annotated[list[Sounded], msgspec.Meta(max_length=ALARMS_MAX)]


class _Request(msgspec.Struct):
    csr: Annotated[str, msgspec.Meta(max_length=8_000)]


class _Renewal(msgspec.Struct):
    device: _Text
    issued: float  # not-before of the certificate it showed, seconds since 1970
    csr: Annotated[bytes, msgspec.Meta(max_length=8_000)]  # DER, in base64


class _Told(msgspec.Struct):
    """What matters here of a message on told.device."""

    device_id: int
    what: str


@dataclass(slots=True)
class _News:
    """Whether the devices of an edge changed, or may have: how many gaps the bus had by then."""

    gaps: int
    changed: asyncio.Event = field(default_factory=asyncio.Event)


_WORDS: dict[str, Any] = {
    "alarms": _Alarms,
    "state": State,
    "request": _Request,
    "renewal": _Renewal,
    "meters": HubSaid,
}


def understood(what: str, body: bytes) -> Any:
    """What an edge says: alarms, its state, a request, a meter's packets. Raises Unreadable."""
    try:
        return msgspec.json.decode(body, type=_WORDS[what])
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Unreadable(f"{what}: {str(error)[:200]}") from None


class Edges:
    """The fleet's side of gateways and edges."""

    def __init__(self, tools: Tools) -> None:
        self._tools = tools
        self._known: dict[int, tuple[float, Mapping[str, DevicePass]]] = {}
        self._news: dict[int, _News] = {}  # by edge
        self._listens = False
        self._changes_heard = 0

    async def devices(self, gateway_id: int) -> Mapping[str, DevicePass]:
        """The devices the registry gave it, by name. Raises Unreachable."""
        await self._listen()
        now = asyncio.get_running_loop().time()
        asked, known = self._known.get(gateway_id, (-REMEMBERED_SECONDS, {}))
        if now - asked >= REMEMBERED_SECONDS:
            before = self._changes_heard
            door = self._tools.store.door()
            found = await door.all(sql.devices_of_gateway, DevicePass, gateway=gateway_id)
            known = {each.name: each for each in found}
            if before == self._changes_heard:  # else it may be of before the change
                self._known[gateway_id] = now, known
        return known

    async def passed(self, gateway_id: int, hops: Sequence[Hop]) -> None:
        """Keep when it took what was long on its way; back after the commit. Raises Unreachable."""
        if not hops:
            return
        rows: list[dict[str, Any]] = []
        for each in hops:
            row = asdict(each)
            rows.append({**row, "device": row.pop("device_id"), "gateway": gateway_id})
        await self._tools.store.door().run_many(sql.add_hop, rows)

    async def edge(self, edge: DevicePass, what: str, body: bytes) -> bytes:
        """Answer an edge's question, or keep its word; back after the commit.

        Raises Forbidden for who is no edge, Missing, Unreadable, Unreachable.
        """
        found = await self._tools.store.door().maybe(sql.edge, dict, edge=edge.device_id)
        if found is None:
            raise Forbidden(f"{edge.name} is not registered as an edge")
        acts = {
            "registry": self._registry,
            "alarms": self._alarms,
            "state": self._state,
            "certificate": self._certificate,
            "identity": self._identity,
            "changes": self._changes,
            "renew": self._renew,
            "meters": self._meters,
        }
        if what not in acts:
            raise Missing("an edge may ask for its registry and tell alarms and its state")
        return msgspec.json.encode(await acts[what](edge, found["door"], body))

    async def _registry(self, edge: DevicePass, where: str | None, _: bytes) -> dict[str, Any]:
        """Its devices, and of each the critical limits of who wears it now."""
        now = self._tools.now()
        door = self._tools.store.door()
        rows = await door.all(sql.edge_devices, dict, edge=edge.device_id, now=now)
        settings = _settings(await door.all(sql.limits_in_force, dict, now=now))
        authority = DataFolder(self._tools.settings.data).certificates / "devices-ca.pem"
        return {
            "edge": edge.name,
            "door": where,
            "devices_ca": authority.read_text(),
            "devices": [
                {
                    "id": row["id"],
                    "name": row["name"],
                    "active": row["active"],
                    "limits": critical(row, settings, now) if row["patient_id"] else [],
                }
                for row in rows
            ],
        }

    async def _alarms(self, edge: DevicePass, _: str | None, body: bytes) -> dict[str, Any]:
        """Keep what it sounded, and say so to whoever watches."""
        door, now = self._tools.store.door(), self._tools.now()
        sounded = understood("alarms", body).alarms
        known = await door.all(sql.devices_of_gateway, dict, gateway=edge.device_id)
        own = {row["name"] for row in known}
        mine = [each for each in sounded if each.device in own]
        rows = [
            msgspec.structs.asdict(each)
            | {
                "edge": edge.device_id,
                "began": _moment(each.began),
                "ended": None if each.ended is None else _moment(each.ended),
                "now": now,
            }
            for each in mine
        ]
        await door.run_many(sql.add_edge_alarm, rows)
        for each in mine:
            began = _moment(each.began).astimezone().strftime("%H:%M")
            is_on = "and still does" if each.ended is None else "and it is over"
            words = f"{edge.name} sounded by itself at {began}, {is_on}: {each.device}: {each.text}"
            await self._tell(f"edge_{edge.device_id}_{each.condition}_{each.device}", words)
        if others := len(sounded) - len(mine):  # nothing it says of those is passed on
            words = f"{edge.name} sounded by itself for devices that are not its own ({others})"
            await self._tell(f"edge_{edge.device_id}_others", words)
        return {"kept": len(rows)}

    async def _state(self, edge: DevicePass, _: str | None, body: bytes) -> dict[str, Any]:
        """Keep how it is doing: whoever watches is told from there."""
        said = understood("state", body)
        row = msgspec.structs.asdict(said)
        row["oldest"] = None if said.oldest is None else _moment(said.oldest)
        row |= {"edge": edge.device_id, "now": self._tools.now()}
        await self._tools.store.door().run(sql.set_edge_state, **row)
        return {"heard": True}

    async def _certificate(
        self, edge: DevicePass, where: str | None, body: bytes
    ) -> dict[str, Any]:
        """A server's certificate for the name its devices reach it by, on its own key."""
        from homeward.engines.certificates import Authority

        csr = understood("request", body).csr
        if not where:
            raise Missing(f"the registry does not say where devices reach {edge.name}: --door")
        host = where.rpartition(":")[0]
        folder = DataFolder(self._tools.settings.data).certificates
        authority = await asyncio.to_thread(Authority.open, folder)
        issued = authority.issue_edge(host, csr, self._tools.now())
        return {"certificate": issued.pem, "door": where}

    async def _identity(self, edge: DevicePass, _: str | None, body: bytes) -> dict[str, Any]:
        """The edge's own next certificate, on a new key: nobody comes by to enrol it anew."""
        from homeward.engines.certificates import Authority

        csr = understood("request", body).csr
        folder = DataFolder(self._tools.settings.data).certificates
        authority = await asyncio.to_thread(Authority.open, folder)
        return {"certificate": (await renewed(self._tools, authority, edge.name, None, csr)).pem}

    async def _renew(self, edge: DevicePass, _: str | None, body: bytes) -> dict[str, Any]:
        """The next certificate of a device of its, which showed the edge the one it has."""
        from homeward.engines.certificates import Authority

        asked = understood("renewal", body)
        if asked.device not in await self.devices(edge.device_id):
            raise Forbidden(f"{asked.device} is not of those that {edge.name} speaks for")
        folder = DataFolder(self._tools.settings.data).certificates
        authority = await asyncio.to_thread(Authority.open, folder)
        issued = _moment(round(asked.issued * 1e6))
        made = await renewed(self._tools, authority, asked.device, issued, asked.csr)
        return {"certificate": made.own}

    async def _meters(self, edge: DevicePass, _: str | None, body: bytes) -> dict[str, Any]:
        """Keep what a meter of its said beside its numbers."""
        said = understood("meters", body)
        device = (await self.devices(edge.device_id)).get(said.device)
        if device is None or device.refusal or device.quarantined:
            raise Forbidden(f"{edge.name} does not speak for {said.device} now")
        door, now = self._tools.store.door(), self._tools.now()
        return dict(await keep_of_hub(door, device.device_id, said.packets, now))

    async def _changes(self, edge: DevicePass, _: str | None, __: bytes) -> dict[str, Any]:
        """Whether something of its devices changed, or may have: answered once it did, so that one
        who is revoked is cut there at once, and else after a while."""
        await self._listen()
        # At first it may have changed: who knows how long the edge did not ask, or asked elsewhere.
        news = self._news.setdefault(edge.device_id, _News(-1))
        for _look in range(CHANGE_LOOKS):
            if news.changed.is_set() or news.gaps != self._tools.bus.told_gaps:
                news.gaps = self._tools.bus.told_gaps
                news.changed.clear()
                return {"changed": True}
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(CHANGE_SECONDS):
                    await news.changed.wait()
        return {"changed": news.changed.is_set()}

    async def _listen(self) -> None:
        """Hear of changes, from the first question on: what is remembered is then wrong."""
        if not self._listens:
            self._listens = True
            await self._tools.bus.listen("told.device", self._hear)

    async def _hear(self, _: str, body: bytes) -> None:
        told = msgspec.json.decode(body, type=_Told)
        if told.what not in CHANGES:
            return
        self._known.clear()
        self._changes_heard += 1
        try:
            row = await self._tools.store.door().maybe(sql.gateway_of, dict, device=told.device_id)
            gateways = [row["gateway_id"]] if row else []
        except Unreachable:  # whose it is cannot be said: all look
            gateways = list(self._news)
        for gateway in gateways:
            if gateway in self._news:
                self._news[gateway].changed.set()

    async def _tell(self, what: str, text: str) -> None:
        if self._tools.bus.connected:  # what must last is a row already
            at = round(self._tools.now().timestamp() * 1000)
            told = {"what": what, "text": text, "on": True, "at": at}
            await self._tools.bus.tell("told.trouble", told)


def critical(
    row: Mapping[str, Any], settings: Sequence[Setting], now: datetime
) -> list[dict[str, Any]]:
    """The critical limits of one person, as rules and what was ordered have them now: beyond
    these nobody waits."""
    subject = Subject(row["birth_date"], row["oxygen_scale"], row["is_pregnant"])
    mine = [
        each
        for each in settings
        if each.patient_id == row["patient_id"]
        or (each.patient_id is None and each.ward_id in (None, row["ward_id"]))
    ]
    on = [each.rule for each in in_force(RULES, subject, now.date(), mine) if each.rule is not None]
    told = [rule for rule in on if rule.limit is not None and rule.limit.extreme is not None]
    found: list[dict[str, Any]] = []
    for rule in beside_one_another(told):  # there is nothing else for it to yield to there
        if rule.limit is None or rule.words is None:
            continue
        found.append(
            {
                "condition": rule.name,
                "vital": rule.vital.name,
                "side": rule.limit.side,
                "extreme": rule.limit.extreme,
                "clear_limit": rule.limit.clear_limit,
                "clear_seconds": rule.limit.clear_seconds,
                "priority": rule.words.extreme_priority,
                "yields_to": rule.yields_to.name if rule.yields_to else None,
            }
        )
    return found


def _settings(rows: Sequence[Mapping[str, Any]]) -> list[Setting]:
    return [_setting(row) for row in rows if row["rule"] in _RULES]


def _setting(row: Mapping[str, Any]) -> Setting:
    limit = None
    rule = _RULES[row["rule"]]
    if row["limit_value"] is not None and rule.limit is not None:
        try:
            limit = Limit(
                rule.limit.side, row["limit_value"], row["clear_limit"], row["delay_seconds"],
                row["clear_seconds"], row["extreme"],
            )  # fmt: skip
        except Misconfigured:
            limit = None  # in force without it: what lies below holds
    return Setting(
        row["id"], row["rule"], Choice(row["choice"]), limit, row["patient_id"], row["ward_id"],
        Role(row["by_role"]),
    )  # fmt: skip


async def speaks_through(door: Door, name: str, gateway: str | None) -> None:
    """From now on this device speaks through that gateway, or (None) for itself.

    Raises Missing, and Conflict for a device that would speak through itself.
    """
    from homeward.services.fleet.fleet import find

    device = await find(door, name)
    other = None if gateway is None else await find(door, gateway)
    if other is not None and other.id == device.id:
        raise Conflict(f"{name} cannot be its own gateway.")
    await door.run(sql.set_gateway, device=device.id, gateway=None if other is None else other.id)


def _moment(us: int) -> datetime:
    try:
        return datetime.fromtimestamp(us / 1e6, UTC)
    except (OverflowError, ValueError, OSError):
        raise Unreadable(f"no time: {us}") from None
