"""Health Thermometer Service 1.0, 3.1: Temperature Measurement (2A1C)."""

from homeward.standards.gatt.field import Characteristic, Field, Kind, Unit, bits, listed

_FAHRENHEIT, _TIME, _TYPE = 1, 2, 4

MEASUREMENT = Characteristic(
    "temperature",
    0x2A1C,
    Field("flags", Kind.U8, bits=bits((0, "fahrenheit"))),
    (
        Field(
            "temperature",
            Kind.FLOAT,
            units=(Unit("Cel"), Unit("[degF]")),
            unit_mask=_FAHRENHEIT,
            vital="temperature",
        ),
        Field("time", Kind.TIME, _TIME, _TIME),
        Field(
            "type",
            Kind.U8,
            _TYPE,
            _TYPE,
            words=listed(
                "armpit", "body", "ear", "finger", "gastrointestinal", "mouth", "rectum", "toe",
                "tympanum",
            ),
        ),
    ),
)  # fmt: skip
