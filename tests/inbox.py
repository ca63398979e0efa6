"""A message straight into the inbox: the record has it, and nobody was told."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from homeward.store.bundles import READINGS, InboxRow, bodies_of, bundled, heads_of
from homeward.store.chunks import micros

KEEP = (
    "insert into inbox (shelf, kind, received, messages, heads, body) "
    "values (%(shelf)s, %(kind)s, %(received)s, 1, %(heads)s, %(body)s) returning id"
)
MESSAGES = "select coalesce(sum(messages), 0)::bigint as n from inbox"


def kept(
    device: int, seq: int, received: datetime, body: bytes, boot: int = 1, kind: bytes = READINGS
) -> dict[str, Any]:
    """What to `KEEP` of one message: `body` is rows of HOT, or a wave frame."""
    (bundle,) = bundled([InboxRow(device, boot, seq, kind, micros(received), body)])
    return {
        "shelf": bundle.shelf,
        "kind": bundle.kind.decode(),
        "received": received,
        "heads": bundle.heads,
        "body": bundle.body,
    }


IN_ORDER = "select kind, heads, body from inbox order by id"


def messages(bundles: Iterable[tuple[str, bytes, bytes]]) -> list[tuple[str, int, int, bytes]]:
    """What `IN_ORDER` found, message by message: kind, boot, seq and body."""
    return [
        (kind, int(head["boot"]), int(head["seq"]), message)
        for kind, heads, body in bundles
        for head, (_, message) in zip(heads_of([heads]), bodies_of(heads, body), strict=True)
    ]
