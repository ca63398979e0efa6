"""How often somebody may ask, or err: a token bucket for each, in bounded memory. Pure."""

from collections import OrderedDict
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address

KEYS_MAX = 10_000  # remembered at once; who asked longest ago is forgotten first
SITE_BITS = 64  # of an IPv6 address: what one household or attacker is given at least


@dataclass(frozen=True, slots=True)
class Rate:
    """So many a second, and `burst` at once after a rest."""

    per_second: float
    burst: int


class Rates:
    """Who asked how often lately."""

    def __init__(self, rate: Rate, keys_max: int = KEYS_MAX) -> None:
        self._every = 1.0 / rate.per_second
        self._ahead = rate.burst * self._every
        self._keys_max = keys_max
        self._paid: OrderedDict[str, float] = OrderedDict()  # until when each has asked

    def wait(self, key: str, moment: float) -> float:
        """Seconds until `key` may ask again; 0, and this once is counted, where it may now.

        `moment` is any clock's time in seconds that does not go back.
        """
        paid = max(self._paid.get(key, moment), moment) + self._every
        if paid - moment > self._ahead + self._every / 2:
            return paid - moment - self._ahead
        self._paid[key] = paid
        self._paid.move_to_end(key)
        if len(self._paid) > self._keys_max:
            self._paid.popitem(last=False)
        return 0.0

    def __len__(self) -> int:
        return len(self._paid)


class Debts:
    """Who has to rest: for what is known to have been too much only once it is done."""

    def __init__(self, rate: Rate, rest_seconds_max: float, keys_max: int = KEYS_MAX) -> None:
        """A rest is `rest_seconds_max` at most: what comes on top of it is forgiven."""
        self._every = 1.0 / rate.per_second
        self._ahead = rate.burst * self._every
        self._rest_max = rest_seconds_max
        self._keys_max = keys_max
        self._paid: OrderedDict[str, float] = OrderedDict()  # until when each has used its share

    def charge(self, key: str, cost: int, moment: float) -> float:
        """So much was done, or was not after all where it is negative; seconds that `key` has to
        rest now. `moment` as of Rates."""
        paid = max(self._paid.get(key, moment), moment) + cost * self._every
        self._paid[key] = min(paid, moment + self._ahead + self._rest_max)
        self._paid.move_to_end(key)
        if len(self._paid) > self._keys_max:
            self._paid.popitem(last=False)
        return self.rest(key, moment)

    def rest(self, key: str, moment: float) -> float:
        """Seconds that `key` still has to rest."""
        return max(0.0, self._paid.get(key, moment) - moment - self._ahead)

    def __len__(self) -> int:
        return len(self._paid)


def who_asks(address: str | None) -> str:
    """The key of an address: of IPv6 its site, since each of us has 2**64 addresses there."""
    try:
        found = ip_address(address or "")
    except ValueError:
        return "unknown"
    if not isinstance(found, IPv6Address):
        return str(found)
    if found.ipv4_mapped is not None:
        return str(found.ipv4_mapped)
    return f"{int(found) >> (128 - SITE_BITS):x}::"
