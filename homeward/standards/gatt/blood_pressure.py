"""Blood Pressure Service 1.1.1, 3.1: Blood Pressure Measurement (2A35)."""

from homeward.standards.gatt.field import Bits, Characteristic, Field, Kind, Unit, bits

_MMHG_OR_KPA = (Unit("mm[Hg]"), Unit("kPa"))
_KPA, _TIME, _PULSE, _USER, _STATUS = 1, 2, 4, 8, 16


def _pressure(name: str, vital: str) -> Field:
    return Field(name, Kind.SFLOAT, units=_MMHG_OR_KPA, unit_mask=_KPA, vital=vital)


MEASUREMENT = Characteristic(
    "blood_pressure",
    0x2A35,
    Field("flags", Kind.U8, bits=bits((0, "kilopascal"))),
    (
        _pressure("systolic", "systolic"),
        _pressure("diastolic", "diastolic"),
        _pressure("mean", "mean_pressure"),
        Field("time", Kind.TIME, _TIME, _TIME),
        Field("pulse", Kind.SFLOAT, _PULSE, _PULSE, (Unit("/min"),), vital="pulse"),
        Field("user", Kind.U8, _USER, _USER, absent=((0xFF, "unknown"),)),
        Field(
            "status",
            Kind.U16,
            _STATUS,
            _STATUS,
            bits=(
                *bits((0, "body_moved"), (1, "cuff_loose"), (2, "pulse_irregular")),
                Bits(0x18, 0x08, "pulse_above_range"),
                Bits(0x18, 0x10, "pulse_below_range"),
                *bits((5, "position_improper")),
            ),
        ),
    ),
)
