"""What the record holds: chunks, rollups, waveforms, bundles; and what is exported of the audit."""

from datetime import UTC, datetime
from functools import lru_cache

import numpy as np

from bench._tampers import Log, lines_of
from bench.fuzz.targets import Target
from homeward.guard.signed import make_key, written
from homeward.model.errors import Unreadable
from homeward.model.vital import PULSE
from homeward.store.bundles import HEAD, bodies_of, heads_of, runs_of
from homeward.store.packed import (
    FEW,
    MINUTE_US,
    SAMPLES,
    Array,
    distinct,
    pack,
    pack_each,
    pack_rollup,
    pack_wave,
    roll_up,
    times_in,
    unpack,
    unpack_rollup,
    unpack_wave,
    vitals_in,
)
from homeward.verifier.check import check, read_key

START = round(datetime(2026, 3, 1, tzinfo=UTC).timestamp() * 1e6)


def rows(count: int) -> Array:
    """Sound samples of one device, two vitals."""
    made = np.zeros(count, SAMPLES)
    made["vital"] = np.arange(count) % 2 + PULSE.index
    made["device"], made["at"] = 7, START + np.arange(count) * 1_000_000
    made["value"], made["received"] = 60 + np.arange(count) % 9, made["at"] + 250_000
    return distinct(made)


def _chunks() -> list[bytes]:
    few = pack_each(rows(8), np.array([0]))
    return [*few, pack(rows(2 * FEW)), pack(rows(1))]


def _rollups() -> list[bytes]:
    whole = roll_up(rows(300), MINUTE_US)
    broken = whole.copy()
    broken["mean"] += 1 / 3
    return [pack_rollup(whole), pack_rollup(broken)]


def _waves() -> list[bytes]:
    return [pack_wave(np.arange(500, dtype=np.int16))]


def _chunk(body: bytes) -> object:
    return unpack(body), unpack(body, {PULSE.index}), vitals_in(body), times_in(body)


def _bundles() -> list[bytes]:
    heads = np.zeros(3, HEAD)
    heads["device"], heads["seq"], heads["size"] = 7, [1, 2, 3], [4, 5, 6]
    return [heads.tobytes()]


def _bundle(heads: bytes) -> object:
    return list(bodies_of(heads, bytes(64))), list(runs_of(heads_of([heads])))


@lru_cache(maxsize=1)
def _audit_key() -> tuple[bytes, bytes]:
    return make_key()


def _audits() -> list[bytes]:
    """One of which a row has gone, and the row that says so."""
    said = b'{"id":2,"action":"D","kind":"audit","object":"1"}'
    signed = ((1, datetime(2019, 3, 1, tzinfo=UTC)), (3, datetime(2026, 3, 1, tzinfo=UTC)))
    log = Log((b"gone", b'{"id":1}', said), {b"gone": bytes(32)}, signed, _audit_key()[0])
    return [b"".join(log.written())]


def _audit(body: bytes) -> object:
    return check(lines_of(body), [read_key(written(_audit_key()[1]))], [])


TARGETS = (
    Target("chunks", ("homeward.store.packed:unpack", "homeward.store.packed:vitals_in",
                      "homeward.store.packed:times_in"), _chunks, _chunk, (Unreadable,)),
    Target("rollups", ("homeward.store.packed:unpack_rollup",), _rollups, unpack_rollup,
           (Unreadable,)),
    Target("packed waves", ("homeward.store.packed:unpack_wave",), _waves, unpack_wave,
           (Unreadable,)),
    Target("bundles", ("homeward.store.bundles:bodies_of", "homeward.store.bundles:heads_of"),
           _bundles, _bundle, (ValueError,)),
    Target("exported audit", ("homeward.verifier.check:check",), _audits, _audit, ()),
)  # fmt: skip
