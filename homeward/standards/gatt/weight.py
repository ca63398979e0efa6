"""Weight Scale Service 1.0, 3.2 (2A9D), and Body Composition Service 1.0, 3.2 (2A9C).

Their numbers are whole: steps of 5 g or 0.01 lb, of 1 mm or 0.1 in (GATT Specification
Supplement, Weight Measurement and Body Composition Measurement). How finely a scale measures, its
features say (3.1 of both); that does not change the steps.
"""

from homeward.standards.gatt.field import Characteristic, Field, Kind, Unit, bits

_IMPERIAL, _TIME, _USER, _BMI = 1, 2, 4, 8
_MASS = (Unit("kg", 5, -3), Unit("[lb_av]", exponent=-2))
_LENGTH = (Unit("cm", exponent=-1), Unit("[in_i]", exponent=-1))
_UNSUCCESSFUL = ((0xFFFF, "unsuccessful"),)
_TENTH_PERCENT = (Unit("%", exponent=-1),)


def _mass(name: str, mask: int = 0, vital: str = "") -> Field:
    absent = () if mask else _UNSUCCESSFUL
    return Field(name, Kind.U16, mask, mask, _MASS, _IMPERIAL, absent=absent, vital=vital)


def _height(mask: int) -> Field:
    return Field("height", Kind.U16, mask, mask, _LENGTH, _IMPERIAL, vital="height")


_WHO = (
    Field("time", Kind.TIME, _TIME, _TIME),
    Field("user", Kind.U8, _USER, _USER, absent=((0xFF, "unknown"),)),
)

WEIGHT = Characteristic(
    "weight",
    0x2A9D,
    Field("flags", Kind.U8, bits=bits((0, "imperial"))),
    (
        _mass("weight", vital="weight"),
        *_WHO,
        Field("bmi", Kind.U16, _BMI, _BMI, (Unit("kg/m2", exponent=-1),)),
        _height(_BMI),
    ),
)

BODY_COMPOSITION = Characteristic(
    "body_composition",
    0x2A9C,
    Field("flags", Kind.U16, bits=bits((0, "imperial"), (12, "in_several_packets"))),
    (
        Field("fat", Kind.U16, units=_TENTH_PERCENT, absent=_UNSUCCESSFUL, vital="body_fat"),
        *_WHO,
        Field("basal_metabolism", Kind.U16, 1 << 3, 1 << 3, (Unit("kJ"),)),
        Field("muscle", Kind.U16, 1 << 4, 1 << 4, _TENTH_PERCENT),
        _mass("muscle_mass", 1 << 5),
        _mass("fat_free_mass", 1 << 6),
        _mass("soft_lean_mass", 1 << 7),
        _mass("water_mass", 1 << 8),
        Field("impedance", Kind.U16, 1 << 9, 1 << 9, (Unit("Ohm", exponent=-1),)),
        _mass("weight", 1 << 10, "weight"),
        _height(1 << 11),
    ),
)
