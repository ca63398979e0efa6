"""A little of the soak: a whole installation and an edge under fire (`make soak NAME=fuzz`)."""

import pytest

from bench import soak_fuzz
from bench.fuzz.odd_requests import Maker, operations
from bench.fuzz.sockets import WAYS


def test_nothing_breaks_and_nobody_honest_is_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(soak_fuzz, "WORKERS", 1)
    figures = soak_fuzz.over_sockets(1_500, seed=1, quiet_seconds=1.0)
    assert figures["socket_inputs"] >= 1_400
    assert figures["crashes"] == 0
    assert figures["server_errors"] == 0
    assert figures["honest_lost"] == 0


def test_every_input_has_its_way() -> None:
    assert abs(sum(WAYS.values()) - 1) < 1e-9
    assert min(WAYS.values()) > 0


def test_odd_requests_are_of_every_operation_and_of_one_seed() -> None:
    schema = {"type": "object", "properties": {"a": {"type": "integer"}}, "required": ["a"]}
    body = {"content": {"application/json": {"schema": schema}}}
    where = {"name": "id", "in": "path", "schema": {"type": "integer"}}
    document = {"paths": {
        "/one/{id}": {"get": {"parameters": [where]}, "post": {"requestBody": body}},
    }}  # fmt: skip
    assert [(each.method, each.path) for each in operations(document)] == [
        ("GET", "/one/{id}"), ("POST", "/one/{id}"),
    ]  # fmt: skip
    made = [[Maker(document, seed, {}).next() for _ in range(20)] for seed in ("1", "1", "2")]
    assert made[0] == made[1]
    assert made[0] != made[2]
    asked = [Maker(document, str(seed), {}).next() for seed in range(100)]
    assert {each.operation.method for each in asked} == {"GET", "POST"}
    assert all(" " not in each.target for each in asked)
