"""A packed body is unpacked up to its bound, and no further."""

import gzip

import pytest

from homeward.model.errors import Unreadable
from homeward.standards.inflating import inflated

BYTES_MAX = 1000


@pytest.mark.parametrize("size", [0, 1, BYTES_MAX])
def test_what_fits_comes_out_as_it_was(size: int) -> None:
    assert inflated(gzip.compress(b"x" * size), "gzip", BYTES_MAX) == b"x" * size


@pytest.mark.parametrize(
    "body",
    [
        gzip.compress(b"x" * (BYTES_MAX + 1)),
        gzip.compress(bytes(50_000_000)),
        gzip.compress(b"x") * 2,
        gzip.compress(b"x" * 100)[:-4],
        b"not packed at all",
    ],
    ids=["one too many", "fifty megabytes of nothing", "two in one", "cut short", "none"],
)
def test_what_does_not_fit_is_refused(body: bytes) -> None:
    with pytest.raises(Unreadable):
        inflated(body, "gzip", BYTES_MAX)
