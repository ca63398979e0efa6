"""Malformed input: valid samples, changed a little or much. The same seed gives the same bytes."""

import random
import re
from collections.abc import Sequence

BYTES_MAX = 4_096  # of nearly every input: larger ones are slower and find no more
PIT = 3_000  # brackets within brackets: deeper than Python's own stack
_TOKEN = re.compile(rb"-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|\"[^\"\\]*\"|\btrue\b|\bfalse\b|\bnull\b")
_NUMBERS = (
    0, 1, -1, 127, 128, 255, 256, 32_767, 32_768, 65_535, 65_536, 2**31 - 1, 2**31, 2**32 - 1,
    2**32, 2**53, 2**63 - 1, 2**63, 2**64 - 1, 2**64, -(2**31), -(2**63), -(2**63) - 1, 10**30,
)  # fmt: skip
ODD_TOKENS: Sequence[bytes] = (
    *(str(number).encode() for number in _NUMBERS),
    b"1e308", b"1e309", b"-1e309", b"1e-400", b"0.1e1", b"NaN", b"Infinity", b"-Infinity", b"-0",
    b"9" * 400, b"9" * 5_000, b"0x10", b"1_000", b"null", b"true", b"[]", b"{}", b'""',
    b'"\\u0000"',
    b'"\\ud800"', b'"\\udfff\\ud800"', b'"\xff\xfe"', b'"\xc0\xaf"', b'"' + b"a" * 500 + b'"',
    b'"1970-01-01T00:00:00Z"', b'"9999-12-31T23:59:59.999999-23:59"',
    b'"0001-01-01T00:00:00+23:59"',
    b'"2026-02-30T00:00:00Z"', b'"2026-01-01T24:00:00Z"', b'"2026-01-01T00:00:60Z"',
    b'"2026-01-01 00:00:00"', b'"' + "\u202e\u0130\U0001f9ff".encode() + b'"', b"[" * PIT,
    b'{"a":' * PIT, b"\x00", b"\r\n", b"\r\n\r\n", b"\n ", b"..", b"/../", b"%00", b"%", b"%ff",
    b"' or 1=1 --", b"$(x)", b"{{7*7}}", b"<script>", b"\\", b"\xb2", b"1970", b"=", b"[[a]]",
)  # fmt: skip


class Mutator:
    """Changes samples. One for each batch: what it makes follows from its seed alone."""

    def __init__(self, seed: str, samples: Sequence[bytes]) -> None:
        self._chosen = random.Random(seed)
        self._samples = samples
        self._tokens = [
            [match.span() for match in _TOKEN.finditer(each)] if _is_text(each) else []
            for each in samples
        ]

    def next(self) -> bytes:
        """One input: mostly near a sample, for what is far is refused at its first byte."""
        chosen = self._chosen
        place = chosen.randrange(len(self._samples))
        data = bytearray(self._samples[place])
        if chosen.random() < 0.02:
            return chosen.randbytes(chosen.randrange(200))
        tokens = self._tokens[place]
        if tokens and chosen.random() < 0.5:
            begin, end = chosen.choice(tokens)
            data[begin:end] = chosen.choice(ODD_TOKENS)
            if chosen.random() < 0.7:
                return bytes(data)
        for _ in range(1 + min(3, int(chosen.expovariate(1.2)))):
            self._change(data)
        return bytes(data)

    def _change(self, data: bytearray) -> None:
        chosen = self._chosen
        size = len(data)
        at = chosen.randrange(size + 1)
        kind = chosen.randrange(9)
        if kind == 0 and size:
            data[at % size] ^= 1 << chosen.randrange(8)
        elif kind == 1 and size:
            data[at % size] = chosen.choice((0, 1, 0x7F, 0x80, 0xFF, chosen.randrange(256)))
        elif kind == 2:
            data[at:at] = chosen.randbytes(1 + chosen.randrange(8))
        elif kind == 3:
            del data[at : at + 1 + chosen.randrange(16)]
        elif kind == 4:
            del data[at:]
        elif kind == 5 and size < BYTES_MAX:
            data[at:at] = data[at : at + 1 + chosen.randrange(64)]
        elif kind == 6:
            width, order = chosen.choice((1, 2, 4, 8)), chosen.choice(("little", "big"))
            number = chosen.choice(_NUMBERS) % (1 << 8 * width)
            data[at : at + width] = number.to_bytes(width, order)
        elif kind == 7:
            data[at:at] = chosen.choice(ODD_TOKENS)
        else:
            other = chosen.choice(self._samples)
            cut = chosen.randrange(len(other) + 1)
            data[at:] = other[cut:]


def _is_text(sample: bytes) -> bool:
    try:
        return sample.decode().isprintable() or b"\n" in sample
    except UnicodeDecodeError:
        return False
