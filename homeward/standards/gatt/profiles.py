"""Every characteristic there is a table of, and the tables as JSON for readers elsewhere."""

from collections.abc import Mapping
from dataclasses import asdict
from types import MappingProxyType
from typing import Any, cast

import msgspec

from homeward.standards.gatt import (
    blood_pressure,
    cgm,
    glucose,
    heart_rate,
    oximeter,
    thermometer,
    weight,
)
from homeward.standards.gatt.field import Characteristic

CHARACTERISTICS = (
    blood_pressure.MEASUREMENT,
    thermometer.MEASUREMENT,
    heart_rate.MEASUREMENT,
    glucose.MEASUREMENT,
    glucose.CONTEXT,
    glucose.FEATURES,
    cgm.MEASUREMENT,
    cgm.FEATURE,
    cgm.STATUS,
    cgm.SESSION_START,
    cgm.SESSION_RUN,
    cgm.OPS_ANSWER,
    oximeter.SPOT_CHECK,
    oximeter.CONTINUOUS,
    weight.WEIGHT,
    weight.BODY_COMPOSITION,
)

BY_UUID: Mapping[int, Characteristic] = MappingProxyType({c.uuid: c for c in CHARACTERISTICS})
BY_NAME: Mapping[str, Characteristic] = MappingProxyType({c.name: c for c in CHARACTERISTICS})


def as_json() -> bytes:
    """The tables, without what is empty: web/src/gatt/tables.json."""
    tables = [_full(asdict(each)) for each in CHARACTERISTICS]
    return msgspec.json.format(msgspec.json.encode(tables), indent=1) + b"\n"


def _full(table: Any) -> Any:
    if isinstance(table, dict):
        pairs = cast("dict[str, Any]", table).items()
        return {key: _full(value) for key, value in pairs if value not in ((), "", None)}
    rows = cast("tuple[Any, ...]", table)
    return [_full(each) for each in rows] if isinstance(table, tuple) else table
