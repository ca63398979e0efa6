"""The packed shapes of the record: samples, rollups and waveforms as compressed columns.

A chunk is its version, then a table of its groups (one vital of one device each), then three
pcodec streams a group: device time, value, and how much later it was received. Times and values
are divided by the largest step that loses nothing, because whole numbers pack best.

A chunk of few samples holds them as they are, one after the other: a stream of six numbers is no
shorter than the numbers, and makes of a minute of 5,000 patients 100,000 streams.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from struct import Struct
from typing import Any, NamedTuple

import msgspec
import numpy as np
import numpy.typing as npt
from pcodec import ChunkConfig, standalone  # pyright: ignore[reportAttributeAccessIssue]

from homeward.model.errors import Unreadable
from homeward.store.rotten import reads_chunks

Array = npt.NDArray[Any]

SAMPLES = np.dtype(
    [
        ("vital", "<i4"),
        ("device", "<i8"),
        ("at", "<i8"),  # device time, us since 1970
        ("value", "<f8"),
        ("received", "<i8"),  # our time, us since 1970; kept to the millisecond, rounded up
    ]
)
ROLLUP = np.dtype(
    [("at", "<i8"), ("low", "<f8"), ("high", "<f8"), ("mean", "<f8"), ("count", "<i8")]
)

MINUTE_US = 60_000_000
HOUR_US = 60 * MINUTE_US
DAY_US = 24 * HOUR_US
VERSION = 1
VERSION_OF_FEW = 2  # of samples: as they are
VERSION_OF_SUMS = 2  # of rollups: code that knows version 1 alone would take sums for means
# A chunk of these is not much larger than in streams, and its row in the database stays below the
# 2 kB from which PostgreSQL would try to compress it.
FEW = 84
_HEAD = Struct("<BI")
_FEW_MARK = bytes([VERSION_OF_FEW])
_STEPS_US = (1_000_000, 1_000, 1)
_FACTORS = (1, 10, 100, 1_000)
_INT32_MAX = 2**31 - 1
_CONFIG = ChunkConfig()


class _Group(NamedTuple):
    """A line of the table: what the next three streams hold."""

    vital: int
    device: int
    step: int
    factor: int  # 0: values as they are
    at_bytes: int
    value_bytes: int
    delay_bytes: int


_FEW_GROUP = np.dtype([("vital", "u1"), ("device", "<i8"), ("samples", "u1")])
_FEW_SAMPLE = np.dtype([("at", "<i8"), ("value", "<f8"), ("delay", "<i4")])  # us, ms


class _RollupHead(NamedTuple):
    factor: int
    sizes: tuple[int, ...]
    are_sums: bool = False  # means as whole numbers: how far a sum is above count times the lowest


@dataclass(frozen=True, slots=True)
class WaveStretch:
    """Samples (int16) without a gap from `start` (us since 1970) at `rate` Hz, times `scale`."""

    wave: int
    device: int
    start: int
    rate: float
    scale: float
    samples: npt.NDArray[np.int16]

    @property
    def end(self) -> int:
        """When the next sample would be due, us since 1970."""
        return self.start + round(len(self.samples) / self.rate * 1e6)


def from_hot(hot: Array) -> Array:
    """Samples of rows of model.frame.HOT."""
    rows = np.empty(len(hot), SAMPLES)
    for name in SAMPLES.names or ():
        rows[name] = hot[name]
    return rows


def distinct(rows: Array) -> Array:
    """Sorted by vital, device, time and value; of readings that are the same, the first received.

    The same: device, vital, time and value. A second value at the same time is kept.
    """
    rows = rows[np.lexsort((rows["received"], *identity(rows)))]
    return rows[first_of_each(*identity(rows))]


def unknown(rows: Array, known: Array) -> Array:
    """The distinct rows that are not among the known ones."""
    both = np.concatenate([known, rows])
    is_new = np.arange(len(both)) >= len(known)
    order = np.lexsort((both["received"], is_new, *identity(both)))
    both = both[order]
    return both[first_of_each(*identity(both)) & is_new[order]]


def identity(rows: Array) -> tuple[Array, ...]:
    """What makes a reading another one; as columns to sort by, the last first."""
    return rows["value"], rows["at"], rows["device"], rows["vital"]


def first_of_each(*columns: Array) -> Array:
    """Which rows differ from the one before them in any of these columns."""
    is_first = np.zeros(len(columns[0]), bool)
    is_first[:1] = True
    for column in columns:
        is_first[1:] |= column[1:] != column[:-1]
    return is_first


def pack(rows: Array) -> bytes:
    """Pack distinct rows."""
    edges = np.flatnonzero(first_of_each(rows["vital"], rows["device"]))
    table: list[_Group] = []
    streams: list[bytes] = []
    for group in np.split(rows, edges[1:]):
        at, value = group["at"], group["value"]
        step = next(step for step in _STEPS_US if not (at % step).any())
        factor, numbers = _whole(value)
        parts = [_compressed(at // step), _compressed(numbers), _compressed(_delay(group))]
        sizes = map(len, parts)
        table.append(_Group(int(group["vital"][0]), int(group["device"][0]), step, factor, *sizes))
        streams += parts
    head = msgspec.msgpack.encode(table)
    return b"".join([_HEAD.pack(VERSION, len(head)), head, *streams])


def pack_each(rows: Array, firsts: Array) -> list[bytes]:
    """Pack many chunks that lie one after the other in `rows`, each distinct rows from one of
    `firsts` on."""
    ends = np.append(firsts[1:], len(rows))
    delay = _delay(rows)
    far = np.abs(delay) > _INT32_MAX
    is_few = (ends - firsts <= FEW) & ~np.logical_or.reduceat(far, firsts)
    is_edge = first_of_each(rows["vital"], rows["device"])
    is_edge[firsts] = True
    edges = np.flatnonzero(is_edge)
    groups = np.empty(len(edges), _FEW_GROUP)
    groups["vital"], groups["device"] = rows["vital"][edges], rows["device"][edges]
    groups["samples"] = np.diff(edges, append=len(rows))  # of a chunk that is few: no more
    samples = np.empty(len(rows), _FEW_SAMPLE)
    samples["at"], samples["value"], samples["delay"] = rows["at"], rows["value"], delay
    all_groups, all_samples = groups.tobytes(), samples.tobytes()
    packed: list[bytes] = []
    chunks = (firsts, ends, *np.searchsorted(edges, (firsts, ends)), is_few)
    for first, end, group, group_end, few in zip(*(each.tolist() for each in chunks), strict=True):
        if not few:
            packed.append(pack(rows[first:end]))
            continue
        table = all_groups[group * _FEW_GROUP.itemsize : group_end * _FEW_GROUP.itemsize]
        body = all_samples[first * _FEW_SAMPLE.itemsize : end * _FEW_SAMPLE.itemsize]
        packed.append(_HEAD.pack(VERSION_OF_FEW, len(table)) + table + body)
    return packed


def _delay(rows: Array) -> Array:
    """How much later these were received, in ms."""
    # Up: what is read back is never earlier than it was, so nobody takes it for judged.
    return -(-rows["received"] // 1000) - rows["at"] // 1000


@reads_chunks
def unpack(
    body: bytes,
    vitals: Collection[int] | None = None,
    but: Collection[tuple[int, int]] = (),
) -> Array:
    """The rows of a chunk, of these vitals only where they are named; without those of a vital of
    a device in `but`."""
    if body[:1] == _FEW_MARK:
        return _few_rows(body, vitals, but)
    table, place = _table(body, list[_Group])
    found: list[Array] = []
    for group in table:
        sizes = (group.at_bytes, group.value_bytes, group.delay_bytes)
        if _is_wanted(group.vital, group.device, vitals, but):
            found.append(_group_rows(group, body, place))
        place += sum(sizes)
    return np.concatenate(found) if found else np.empty(0, SAMPLES)


def _is_wanted(
    vital: int, device: int, vitals: Collection[int] | None, but: Collection[tuple[int, int]]
) -> bool:
    return (vitals is None or vital in vitals) and (vital, device) not in but


def _few(body: bytes) -> tuple[Array, Array]:
    """Groups and samples of a chunk of few. Raises Unreadable for one that is cut short."""
    _, size = _HEAD.unpack_from(body)
    count, rest = divmod(len(body) - _HEAD.size - size, _FEW_SAMPLE.itemsize)
    if count < 0 or rest:
        raise Unreadable("a chunk is cut short")
    groups = np.frombuffer(body, _FEW_GROUP, size // _FEW_GROUP.itemsize, _HEAD.size)
    if groups["samples"].sum() != count:
        raise Unreadable("a chunk is cut short")
    return groups, np.frombuffer(body, _FEW_SAMPLE, count, _HEAD.size + size)


def _few_rows(
    body: bytes, vitals: Collection[int] | None, but: Collection[tuple[int, int]]
) -> Array:
    groups, samples = _few(body)
    rows = np.empty(len(samples), SAMPLES)
    for name in ("vital", "device"):
        rows[name] = np.repeat(groups[name], groups["samples"])
    rows["at"], rows["value"] = samples["at"], samples["value"]
    rows["received"] = (samples["at"] // 1000 + samples["delay"]) * 1000
    if vitals is None and not but:
        return rows
    pairs = zip(groups["vital"].tolist(), groups["device"].tolist(), strict=True)
    wanted = np.array([_is_wanted(*pair, vitals, but) for pair in pairs], bool)
    return rows[np.repeat(wanted, groups["samples"])]


def mask_of(vitals: Iterable[int]) -> int:
    """Which vitals, as a column of the record has it: bit n is the vital with index n."""
    return sum(1 << vital for vital in set(vitals))


@reads_chunks
def vitals_in(body: bytes) -> set[int]:
    """Which vitals a chunk holds, without unpacking it."""
    if body[:1] == _FEW_MARK:
        return set(_few(body)[0]["vital"].tolist())
    return {group.vital for group in _table(body, list[_Group])[0]}


@reads_chunks
def times_in(body: bytes) -> Array:
    """When what a chunk holds was measured (us since 1970), without unpacking the rest of it."""
    if body[:1] == _FEW_MARK:
        return _few(body)[1]["at"]
    table, place = _table(body, list[_Group])
    found: list[Array] = []
    for group in table:
        found.append(_expanded(body[place : place + group.at_bytes]) * group.step)
        place += group.at_bytes + group.value_bytes + group.delay_bytes
    return np.concatenate(found)


def _group_rows(group: _Group, body: bytes, place: int) -> Array:
    middle = place + group.at_bytes
    last = middle + group.value_bytes
    at = _expanded(body[place:middle]) * group.step
    numbers, delay = _expanded(body[middle:last]), _expanded(body[last : last + group.delay_bytes])
    if not len(at) == len(numbers) == len(delay):  # rotten: before room is made for its rows
        raise Unreadable("a chunk's columns differ in length")
    rows = np.empty(len(at), SAMPLES)
    rows["vital"], rows["device"], rows["at"] = group.vital, group.device, at
    rows["value"] = _from_whole(group.factor, numbers)
    rows["received"] = (at // 1000 + delay) * 1000
    return rows


def roll_up(rows: Array, span_us: int = MINUTE_US) -> Array:
    """Lowest, highest, mean and count of each minute (or other span) that has samples."""
    rows = rows[np.argsort(rows["at"], kind="stable")]
    spans = rows["at"] // span_us
    firsts = np.flatnonzero(np.diff(spans, prepend=spans[:1] - 1))
    rolled = np.empty(len(firsts), ROLLUP)
    if not len(firsts):
        return rolled
    value = rows["value"]
    counts = np.diff(firsts, append=len(rows))
    rolled["at"] = spans[firsts] * span_us
    rolled["low"] = np.minimum.reduceat(value, firsts)
    rolled["high"] = np.maximum.reduceat(value, firsts)
    rolled["mean"] = np.add.reduceat(value, firsts) / counts
    rolled["count"] = counts
    return rolled


def merged(rolled: Array) -> Array:
    """Rollup rows in order of time, those of one time made one: of parts that share no sample."""
    rolled = rolled[np.argsort(rolled["at"], kind="stable")]
    firsts = np.flatnonzero(np.diff(rolled["at"], prepend=rolled["at"][:1] - 1))
    one = np.empty(len(firsts), ROLLUP)
    if not len(firsts):
        return one
    one["at"] = rolled["at"][firsts]
    one["low"] = np.minimum.reduceat(rolled["low"], firsts)
    one["high"] = np.maximum.reduceat(rolled["high"], firsts)
    one["count"] = np.add.reduceat(rolled["count"], firsts)
    one["mean"] = np.add.reduceat(rolled["mean"] * rolled["count"], firsts) / one["count"]
    is_alone = np.diff(firsts, append=len(rolled)) == 1
    one["mean"][is_alone] = rolled["mean"][firsts[is_alone]]  # not once more through a division
    return one


def pack_rollup(rolled: Array) -> bytes:
    """Pack rolled up minutes, exactly: the sum of whole numbers is one, and packs in half the bytes
    of a mean. Of values that are none, means are kept to single precision."""
    factor, extremes = _whole(np.concatenate([rolled["low"], rolled["high"]]))
    above = np.rint((rolled["mean"] - rolled["low"]) * rolled["count"] * factor)
    are_sums = factor > 0 and _are_means(rolled, above, factor)
    means = above.astype(np.int32) if are_sums else rolled["mean"].astype(np.float32)
    parts = [_compressed(column) for column in (rolled["at"] // MINUTE_US, extremes, means)]
    parts.append(_compressed(rolled["count"]))
    head = msgspec.msgpack.encode(_RollupHead(factor, tuple(map(len, parts)), are_sums))
    version = VERSION_OF_SUMS if are_sums else VERSION
    return b"".join([_HEAD.pack(version, len(head)), head, *parts])


def _are_means(rolled: Array, above: Array, factor: int) -> bool:
    """Whether these sums give the means back: not where values have more decimals than their
    extremes."""
    if (np.abs(above) > _INT32_MAX).any():
        return False
    again = rolled["low"] + above / (rolled["count"] * factor)
    return bool(np.allclose(again, rolled["mean"], rtol=1e-12, atol=1e-9))


@reads_chunks
def unpack_rollup(body: bytes) -> Array:
    """The minutes of an hour or a day."""
    head, place = _table(body, _RollupHead, VERSION_OF_SUMS)
    columns: list[Array] = []
    for size in head.sizes:
        columns.append(_expanded(body[place : place + size]))
        place += size
    minutes, extremes, means, counts = columns
    rolled = np.empty(len(minutes), ROLLUP)
    rolled["at"] = minutes * MINUTE_US
    values = _from_whole(head.factor, extremes)
    rolled["low"], rolled["high"] = values[: len(minutes)], values[len(minutes) :]
    rolled["mean"], rolled["count"] = means, counts
    if head.are_sums:
        rolled["mean"] = rolled["low"] + means / (counts * head.factor)
    return rolled


def pack_wave(samples: npt.NDArray[np.int16]) -> bytes:
    """Pack samples of one waveform."""
    return _compressed(samples.astype(np.int16, copy=False))


@reads_chunks
def unpack_wave(body: bytes) -> npt.NDArray[np.int16]:
    """Samples of one waveform."""
    return _expanded(body)


def _table(body: bytes, kind: Any, version_max: int = VERSION) -> tuple[Any, int]:
    version, size = _HEAD.unpack_from(body)
    if not VERSION <= version <= version_max:
        raise Unreadable(f"chunk of version {version}; this code reads {version_max}")
    place = _HEAD.size + size
    return msgspec.msgpack.decode(body[_HEAD.size : place], type=kind), place


def _whole(value: Array) -> tuple[int, Array]:
    """Values as whole numbers and what to divide them by; by 0 where that would lose something."""
    for factor in _FACTORS:
        numbers = np.rint(value * factor)
        if (np.abs(numbers) <= _INT32_MAX).all() and (numbers / factor == value).all():
            return factor, numbers.astype(np.int32)
    return 0, value


def _from_whole(factor: int, numbers: Array) -> Array:
    return numbers / factor if factor else numbers


def _compressed(column: Array) -> bytes:
    return standalone.simple_compress(np.array(column), _CONFIG)  # copied: packed rows misalign


def _expanded(body: bytes) -> Array:
    column = standalone.simple_decompress(body)
    if column is None:
        raise Unreadable("a column of a chunk is empty")
    return column
