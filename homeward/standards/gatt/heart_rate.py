"""Heart Rate Service 1.0, 3.1: Heart Rate Measurement (2A37). It has no time of its own."""

from homeward.standards.gatt.field import Bits, Characteristic, Field, Kind, Unit

_WIDE, _ENERGY, _INTERVALS = 1, 8, 16
_CONTACT = 0b110  # supported, and there

MEASUREMENT = Characteristic(
    "heart_rate",
    0x2A37,
    Field(
        "flags",
        Kind.U8,
        bits=(Bits(_CONTACT, 0b100, "no_contact"), Bits(_CONTACT, 0b110, "contact")),
    ),
    (
        Field("heart_rate", Kind.U8, _WIDE, 0, (Unit("/min"),), vital="heart_rate"),
        Field("heart_rate", Kind.U16, _WIDE, _WIDE, (Unit("/min"),), vital="heart_rate"),
        Field("energy", Kind.U16, _ENERGY, _ENERGY, (Unit("kJ"),)),
        Field("intervals", Kind.U16_LIST, _INTERVALS, _INTERVALS),  # of 1/1024 s
    ),
    withholds=("no_contact",),
)
