"""Requests made of the OpenAPI document: each value of its type, or what comes close to it."""

import json
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

DEPTH_MAX = 6
TEXTS = (
    "", "a", "Ward 3", "a" * 300, "a\0b", "\ud800", "\u202e\U0001f9ff", "' or 1=1 --", "../../etc",
    "%00", "<script>alert(1)</script>", "nurse", "monitor-1", "1", "-1", "NaN", "2026-03-01",
    "2026-03-01T10:00:00Z", "9999-12-31T23:59:59Z", "0001-01-01T00:00:00+14:00", "null", "\n",
    "01890a5d-ac96-774b-bcce-b302099a8057", "{}", "email", "own_x", "heart_rate", "oxygen_low",
)  # fmt: skip
NUMBERS = (
    0, 1, 2, 3, 7, 60, 1_000, 65_536, 2**31, 2**43, 2**53, 2**62, 2**63 - 1, 2**63, 10**30, -1,
    -(2**63), 1_700_000_000_000, 0.5, 1e300, -0.0, 1e-300, float("nan"), float("inf"),
)  # fmt: skip
# They end the session by which they are asked: from then on all else would be a 401.
SIGN_OUT = frozenset(
    {
        "/api/session",
        "/api/account/sessions",
        "/api/account/sessions/{session}",
        "/api/wards/{ward_id}/lock",
    }
)
ODD = (None, True, [], {}, "", 1, [[]], {"a": {}}, "\0")
ODD_SHARE = 0.12  # of all values: of another type than they should be
EDGE_SHARE = 0.5  # of the rest: at the edges of their type


@dataclass(frozen=True)
class Operation:
    """One method of one path, as the document has it."""

    method: str
    path: str
    parameters: Sequence[Mapping[str, Any]]
    body: Mapping[str, Any] | None
    roles: Sequence[str]


@dataclass(frozen=True)
class Asked:
    """A request, ready to be sent. `target` is percent-encoded."""

    operation: Operation
    target: str
    body: bytes | None
    headers: dict[str, str] = field(default_factory=dict[str, str])


class Maker:
    """Makes requests; which, follows from the seed. `known` are values that exist, by name."""

    def __init__(
        self, document: Mapping[str, Any], seed: str, known: Mapping[str, Sequence[Any]]
    ) -> None:
        self._document = document
        self._chosen = random.Random(seed)
        self._known = known
        self.operations = [each for each in operations(document) if each.path not in SIGN_OUT]

    def next(self, operation: Operation | None = None) -> Asked:
        """One request, of this operation or of any."""
        which = operation or self._chosen.choice(self.operations)
        target, query = which.path, []
        for each in which.parameters:
            value = self._value(each.get("schema", {}), each["name"], 0)
            text = quote(_written(value).encode("utf-8", "surrogatepass"), safe="")
            if each["in"] == "path":
                target = target.replace(f"{{{each['name']}}}", text or "%20")
            elif each["in"] == "query" and (each.get("required") or self._chosen.random() < 0.7):
                query.append(f"{each['name']}={text}")
        if query:
            target += "?" + "&".join(query)
        body = None if which.body is None else self._body(which.body)
        return Asked(which, target, body)

    def _body(self, schema: Mapping[str, Any]) -> bytes:
        said = json.dumps(self._value(schema, "body", 0)).encode()
        if self._chosen.random() < 0.05:
            cut = self._chosen.randrange(len(said) + 1)
            return said[:cut] + self._chosen.randbytes(self._chosen.randrange(5))
        return said

    def _value(self, schema: Mapping[str, Any], name: str, depth: int) -> Any:
        chosen = self._chosen
        if chosen.random() < ODD_SHARE or depth > DEPTH_MAX:
            return chosen.choice(ODD)
        if name in self._known and chosen.random() < 0.6:
            return chosen.choice(self._known[name])
        schema = self._resolved(schema)
        if several := schema.get("anyOf") or schema.get("oneOf"):
            return self._value(chosen.choice(several), name, depth)
        if "const" in schema:
            return schema["const"]
        if "enum" in schema:
            return chosen.choice(schema["enum"])
        if "prefixItems" in schema:
            return [self._value(each, name, depth + 1) for each in schema["prefixItems"]]
        return self._of_type(schema, name, depth)

    def _of_type(self, schema: Mapping[str, Any], name: str, depth: int) -> Any:
        chosen = self._chosen
        kind = schema.get("type")
        if kind == "object":
            return self._object(schema, depth)
        if kind == "array":
            count = chosen.choice((0, 1, 1, 2, 40))
            return [self._value(schema.get("items", {}), name, depth + 1) for _ in range(count)]
        if kind == "boolean":
            return chosen.random() < 0.5
        if kind in ("integer", "number"):
            if chosen.random() < EDGE_SHARE:
                return chosen.choice(NUMBERS)
            low, high = schema.get("minimum", 0), schema.get("maximum", 200)
            return chosen.randint(int(low), max(int(low), int(high)))
        return chosen.choice(TEXTS)

    def _object(self, schema: Mapping[str, Any], depth: int) -> dict[str, Any]:
        made: dict[str, Any] = {}
        for name, each in schema.get("properties", {}).items():
            if name in schema.get("required", ()) or self._chosen.random() < 0.6:
                made[name] = self._value(each, name, depth + 1)
        if isinstance(rest := schema.get("additionalProperties"), Mapping):
            made[self._chosen.choice(TEXTS)] = self._value(rest, "", depth + 1)
        if self._chosen.random() < ODD_SHARE:
            made[self._chosen.choice(TEXTS)] = self._chosen.choice(ODD)
        if made and self._chosen.random() < ODD_SHARE:
            del made[self._chosen.choice(list(made))]
        return made

    def _resolved(self, schema: Mapping[str, Any]) -> Mapping[str, Any]:
        while "$ref" in schema:
            place: Any = self._document
            for step in schema["$ref"].removeprefix("#/").split("/"):
                place = place[step]
            schema = place
        return schema


def operations(document: Mapping[str, Any]) -> list[Operation]:
    """Every operation of an OpenAPI document."""
    return [
        Operation(
            method.upper(),
            path,
            said.get("parameters", ()),
            said.get("requestBody", {})
            .get("content", {})
            .get("application/json", {})
            .get("schema"),
            said.get("x-roles", ()),
        )
        for path, methods in document["paths"].items()
        for method, said in methods.items()
    ]


def _written(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)
