"""Numbers of IEEE 11073-20601: a mantissa and a power of ten, both signed, both exact.

SFLOAT has 12 bits and 4, FLOAT 24 and 8 (IEEE 11073-20601, annex F.6 and F.7). Five mantissas at
exponent 0 are no numbers at all: they say why there is none, and never become one here.
"""

from decimal import Context, Decimal

# Digits for any number of a packet times any factor of ours: nothing is ever rounded.
_EXACT = Context(prec=40, Emin=-999_999, Emax=999_999)


class Absent(str):
    """Why there is no number: a word."""

    __slots__ = ()


NAN = Absent("nan")
NRES = Absent("nres")  # not at this resolution
POSITIVE_INFINITY = Absent("positive_infinity")
NEGATIVE_INFINITY = Absent("negative_infinity")
RESERVED = Absent("reserved")

Number = Decimal | Absent


def medical_float(raw: int, bits: int) -> tuple[int, int] | Absent:
    """Mantissa and exponent of an SFLOAT (`bits` 12) or FLOAT (`bits` 24)."""
    mantissa = raw & ((1 << bits) - 1)
    exponent = raw >> bits
    top = 1 << (bits - 1)
    if exponent == 0 and top - 2 <= mantissa <= top + 2:
        return _SPECIAL[mantissa - top]
    width = 4 if bits == 12 else 8
    return _signed(mantissa, bits), _signed(exponent, width)


def scaled(mantissa: int, exponent: int, factor: int = 1) -> Decimal:
    """mantissa x factor x 10^exponent, exactly."""
    return Decimal(mantissa * factor).scaleb(exponent, _EXACT)


def _signed(number: int, bits: int) -> int:
    return number - (1 << bits) if number >> (bits - 1) else number


_SPECIAL = {-2: POSITIVE_INFINITY, -1: NAN, 0: NRES, 1: RESERVED, 2: NEGATIVE_INFINITY}
