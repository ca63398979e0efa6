"""Bodies that came packed, unpacked within bounds (RFC 1952, gzip)."""

import zlib

from homeward.model.errors import Unreadable

_GZIP = 31  # zlib's word for a gzip header and its largest window


def inflated(body: bytes, encoding: str, bytes_max: int) -> bytes:
    """A body as it was before it was packed. Raises Unreadable, also for one that grows too far."""
    if encoding in ("", "identity"):
        return body
    if encoding != "gzip":
        raise Unreadable("content-encoding is gzip or nothing")
    unpacking = zlib.decompressobj(_GZIP)
    try:
        whole = unpacking.decompress(body, bytes_max + 1)
    except zlib.error:
        raise Unreadable("the body is not gzip, as its header says") from None
    if len(whole) > bytes_max:
        raise Unreadable(f"unpacked it has more than {bytes_max} bytes")
    if not unpacking.eof or unpacking.unused_data:
        raise Unreadable("the gzip body is cut short, or goes on after its end")
    return whole
