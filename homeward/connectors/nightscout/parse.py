"""What a request is: its line and its headers, to an operation and what proves who asks. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl, unquote

from homeward.model.errors import Missing, Unreadable
from homeward.model.notebook import COLLECTIONS

BODY_BYTES_MAX = 4 * 1024 * 1024  # Juggluco's 10,440 entries of at most 350 bytes
TARGET_CHARACTERS_MAX = 4_000
_SHA1 = re.compile(r"[0-9a-fA-F]{40}")
_ENTRY_TYPES = ("sgv", "mbg", "cal")
_V1_OWN = ("status", "verifyauth", "experiments/test")
_V3_OWN = ("version", "status", "lastModified")
_V3_METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")


@dataclass(frozen=True, slots=True)
class Call:
    """One request. `what` is `documents`, `history` or an operation without a collection; `name`
    a document's, or what `what` needs besides; `kind` a type of entries."""

    version: int
    method: str
    what: str
    collection: str = ""
    name: str = ""
    kind: str = ""
    query: str = ""

    @property
    def is_write(self) -> bool:
        """Whether it has a body, or changes something."""
        return self.method != "GET"


def call_of(method: str, target: str) -> Call:
    """Read a request line. Raises Missing for what there is not, Unreadable for a line too long."""
    if len(target) > TARGET_CHARACTERS_MAX:
        raise Unreadable("this address is too long")
    path, _, query = target.partition("?")
    parts = [unquote(each) for each in path.strip("/").split("/")]
    if len(parts) < 3 or parts[0] != "api":
        raise Missing("there are /api/v1 and /api/v3")
    rest = parts[2:]
    if parts[1] == "v1":
        return _v1(method, rest, query)
    if parts[1] == "v2" and rest[:2] == ["authorization", "request"] and len(rest) == 3:
        # Some clients write it as `token=...`.
        return Call(2, _only(method, "GET"), "session", name=rest[2].removeprefix("token="))
    if parts[1] == "v3":
        return _v3(method, rest, query)
    raise Missing("there are /api/v1 and /api/v3")


def _v1(method: str, rest: list[str], query: str) -> Call:
    rest = [*rest[:-1], rest[-1].removesuffix(".json")]
    own = "/".join(rest)
    if own in _V1_OWN:
        return Call(1, _only(method, "GET"), own, query=query)
    collection, *more = rest
    if collection == "profiles":
        collection = "profile"
    if collection not in COLLECTIONS or len(more) > 1 or collection == "settings":
        raise Missing("there is no such path")
    name, kind = more[0] if more else "", ""
    if collection == "entries" and name in _ENTRY_TYPES:
        name, kind = "", name
    if method == "DELETE" and not name:
        raise Missing("a document is deleted by its _id")
    if method not in ("GET", "POST", "PUT", "DELETE"):
        raise Missing("there are GET, POST, PUT and DELETE")
    return Call(1, method, "documents", collection, name, kind, query)


def _v3(method: str, rest: list[str], query: str) -> Call:
    if len(rest) == 1 and rest[0] in _V3_OWN:
        return Call(3, _only(method, "GET"), rest[0], query=query)
    collection, *more = rest
    if collection not in COLLECTIONS or collection == "activity":
        raise Missing("there is no such collection")
    if method not in _V3_METHODS:
        raise Missing("there are GET, POST, PUT, PATCH and DELETE")
    if more[:1] == ["history"] and len(more) <= 2:
        return Call(3, _only(method, "GET"), "history", collection, "".join(more[1:]), query=query)
    name = more[0] if more else ""
    is_one = method in ("PUT", "PATCH", "DELETE")
    if len(more) > 1 or (is_one != bool(name) and method != "GET"):
        raise Missing("there is no such path")
    return Call(3, method, "documents", collection, name, query=query)


def _only(method: str, wanted: str) -> str:
    if method != wanted:
        raise Missing(f"there is {wanted} only")
    return method


def shown_by(call: Call, headers: Mapping[bytes, bytes]) -> str:
    """What the request shows to prove whose app it is: a secret, its SHA-1, or a token."""
    if call.what == "session":
        return call.name
    bearer = headers.get(b"authorization", b"").decode("latin-1")
    scheme, _, said = bearer.partition(" ")
    if scheme.lower() == "bearer" and said.strip():
        return said.strip()
    secret = headers.get(b"api-secret", b"").decode("latin-1").strip()
    if not secret:
        pairs = dict(parse_qsl(call.query, max_num_fields=100) if call.query else ())
        secret = pairs.get("token") or pairs.get("secret") or ""
    return secret.lower() if _SHA1.fullmatch(secret) else secret.removeprefix("token=")
