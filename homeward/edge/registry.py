"""What an edge knows of its devices: the server's last word, kept on its own disk.

No names of patients: a device's number, whether it may speak, and the critical limits of whoever
wears it now.
"""

from collections.abc import Mapping
from pathlib import Path

import msgspec

from homeward.clinical.limit import Limit, Side, Words
from homeward.clinical.rule import Rule, limit_rule
from homeward.engines.secret import write_private
from homeward.model.alarm import Priority
from homeward.model.errors import Misconfigured, Unreadable
from homeward.model.vital import BY_NAME

FILE = "registry.json"


class Critical(msgspec.Struct, frozen=True):
    """A limit beyond which nobody waits; it ends after `clear_seconds` at `clear_limit` or better.
    In the vital's own unit."""

    condition: str
    vital: str
    side: Side
    extreme: float
    clear_limit: float
    clear_seconds: int
    priority: Priority
    yields_to: str | None = None

    def rule(self) -> Rule | None:
        """The rule it is judged by, the same code as on the server; None for a vital sign that
        this version does not know, and so cannot receive either. Raises Misconfigured."""
        vital = BY_NAME.get(self.vital)
        if vital is None:
            return None
        limit = Limit(self.side, self.extreme, self.clear_limit, clear_seconds=self.clear_seconds)
        return limit_rule(
            self.condition,
            vital,
            limit,
            Words(self.priority, self.priority),
            yields_to=BY_NAME.get(self.yields_to or ""),
        )


class Known(msgspec.Struct, frozen=True):
    """One device of this edge."""

    id: int
    name: str
    active: bool
    limits: tuple[Critical, ...] = ()


class Registry(msgspec.Struct, frozen=True):
    """All of it. `door` is where devices reach the edge (host:port), where that is registered."""

    edge: str
    devices_ca: str
    devices: tuple[Known, ...]
    door: str | None = None

    @property
    def by_name(self) -> Mapping[str, Known]:
        """Its devices."""
        return {each.name: each for each in self.devices}


def understood(body: bytes) -> Registry:
    """The server's answer. Raises Unreadable."""
    try:
        return msgspec.json.decode(body, type=Registry)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Unreadable(f"the registry's answer: {error}") from None


def kept(folder: Path) -> Registry | None:
    """What was kept the last time; None where nothing was. Raises Misconfigured."""
    try:
        return understood((folder / FILE).read_bytes())
    except FileNotFoundError:
        return None
    except (OSError, Unreadable) as error:
        raise Misconfigured(f"{folder / FILE}: {error}; remove it to fetch it anew") from None


def keep(folder: Path, registry: Registry) -> None:
    """Keep it over a power cut."""
    write_private(folder / FILE, msgspec.json.encode(registry))
