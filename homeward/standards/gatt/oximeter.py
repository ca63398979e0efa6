"""Pulse Oximeter Service 1.0.1: spot check (3.1, 2A5E) and continuous (3.2, 2A5F)."""

from homeward.standards.gatt.field import Characteristic, Field, Kind, Unit, bits

_MEASUREMENT_BITS = bits(
    (5, "ongoing"), (6, "early_estimate"), (7, "validated"), (8, "fully_qualified"),
    (9, "from_storage"), (10, "demonstration"), (11, "testing"), (12, "calibrating"),
    (13, "unavailable"), (14, "questionable"), (15, "invalid"),
)  # fmt: skip
_SENSOR_BITS = bits(
    (0, "extended_update"), (1, "equipment_malfunction"), (2, "processing_irregular"),
    (3, "inadequate_signal"), (4, "poor_signal"), (5, "low_perfusion"), (6, "erratic_signal"),
    (7, "no_pulsation"), (8, "questionable_pulse"), (9, "analysing"), (10, "interference"),
    (11, "sensor_unconnected"), (12, "sensor_unknown"), (13, "sensor_displaced"),
    (14, "sensor_malfunction"), (15, "sensor_disconnected"),
)  # fmt: skip
_WITHHOLDS = (
    "demonstration", "testing", "calibrating", "unavailable", "invalid", "equipment_malfunction",
    "inadequate_signal", "no_pulsation", "sensor_unconnected", "sensor_unknown",
    "sensor_displaced", "sensor_malfunction", "sensor_disconnected",
)  # fmt: skip


def _saturation(name: str, mask: int = 0, vital: str = "") -> Field:
    return Field(name, Kind.SFLOAT, mask, mask, (Unit("%"),), vital=vital)


def _pulse(name: str, mask: int = 0, vital: str = "") -> Field:
    return Field(name, Kind.SFLOAT, mask, mask, (Unit("/min"),), vital=vital)


def _states(measurement: int, sensor: int, amplitude: int) -> tuple[Field, ...]:
    return (
        Field("measurement", Kind.U16, measurement, measurement, bits=_MEASUREMENT_BITS),
        Field("sensor", Kind.U24, sensor, sensor, bits=_SENSOR_BITS),
        _saturation("amplitude", amplitude, "perfusion_index"),
    )


SPOT_CHECK = Characteristic(
    "oximeter_spot_check",
    0x2A5E,
    Field("flags", Kind.U8, bits=bits((4, "clock_not_set"))),
    (
        _saturation("saturation", vital="oxygen_saturation"),
        _pulse("pulse", vital="pulse"),
        Field("time", Kind.TIME, 1, 1),
        *_states(2, 4, 8),
    ),
    withholds=_WITHHOLDS,
)

CONTINUOUS = Characteristic(
    "oximeter_continuous",
    0x2A5F,
    Field("flags", Kind.U8),
    (
        _saturation("saturation", vital="oxygen_saturation"),
        _pulse("pulse", vital="pulse"),
        _saturation("saturation_fast", 1),
        _pulse("pulse_fast", 1),
        _saturation("saturation_slow", 2),
        _pulse("pulse_slow", 2),
        *_states(4, 8, 16),
    ),
    withholds=_WITHHOLDS,
)
