"""Continuous Glucose Monitoring Service 1.0.2: measurement (3.1), feature (3.2), status (3.3),
session start and run time (3.4, 3.5), and what its specific ops control point answers (3.7)."""

from homeward.standards.gatt.field import Characteristic, Crc, Field, Kind, Unit, bits, listed
from homeward.standards.gatt.glucose import SAMPLES

_TREND, _QUALITY, _WARNING, _TEMPERATURE, _STATUS = 1, 2, 32, 64, 128

STATUS_BITS = (
    (0, "session_stopped"), (1, "battery_low"), (2, "sensor_wrong"), (3, "sensor_malfunction"),
    (4, "device_alert"), (5, "device_fault"),
)  # fmt: skip
TEMPERATURE_BITS = (
    (0, "needs_time"), (1, "calibration_not_allowed"), (2, "calibration_recommended"),
    (3, "calibration_required"), (4, "too_warm"), (5, "too_cold"),
)  # fmt: skip
WARNING_BITS = (
    (0, "below_patient_low"), (1, "above_patient_high"), (2, "below_hypo"), (3, "above_hyper"),
    (4, "falls_fast"), (5, "rises_fast"), (6, "below_what_it_measures"),
    (7, "above_what_it_measures"),
)  # fmt: skip
_LOCATIONS = (
    *listed("finger", "alternate_site", "earlobe", "control_solution", "subcutaneous"),
    (15, "unknown"),
)
_MG_DL = (Unit("mg/dL"),)

MEASUREMENT = Characteristic(
    "cgm",
    0x2AA7,
    Field("flags", Kind.U8),
    (
        Field("glucose", Kind.SFLOAT, units=_MG_DL, vital="glucose"),
        Field("offset", Kind.U16, units=(Unit("min"),)),
        Field("status", Kind.U8, _STATUS, _STATUS, bits=bits(*STATUS_BITS)),
        Field("temperature", Kind.U8, _TEMPERATURE, _TEMPERATURE, bits=bits(*TEMPERATURE_BITS)),
        Field("warning", Kind.U8, _WARNING, _WARNING, bits=bits(*WARNING_BITS)),
        Field("trend", Kind.SFLOAT, _TREND, _TREND, (Unit("mg/dL/min"),)),
        Field("quality", Kind.SFLOAT, _QUALITY, _QUALITY, (Unit("%"),)),
    ),
    Crc.MAYBE,
    is_sized=True,
    # What is below or above all it measures counts with the bound it says: LO and HI are the last
    # values that may be held back.
    withholds=(
        "session_stopped", "sensor_wrong", "sensor_malfunction", "device_fault", "too_warm",
        "too_cold",
    ),
)  # fmt: skip

FEATURE = Characteristic(
    "cgm_feature",
    0x2AA8,
    Field(
        "flags",
        Kind.U24,
        bits=bits(
            (0, "calibration"), (1, "patient_alerts"), (2, "hypo_alerts"), (3, "hyper_alerts"),
            (4, "rate_alerts"), (5, "device_alert"), (6, "sensor_malfunction"),
            (7, "temperature_range"), (8, "result_range"), (9, "battery_low"),
            (10, "sensor_type"), (11, "device_fault"), (12, "e2e_crc"), (13, "multiple_bonds"),
            (14, "multiple_sessions"), (15, "trend"), (16, "quality"),
        ),
    ),
    (
        Field("sample", Kind.LOW4, words=SAMPLES),
        Field("place", Kind.HIGH4, words=_LOCATIONS),
    ),
    Crc.ALWAYS,
)  # fmt: skip

STATUS = Characteristic(
    "cgm_status",
    0x2AA9,
    None,
    (
        Field("offset", Kind.U16, units=(Unit("min"),)),
        Field("status", Kind.U8, bits=bits(*STATUS_BITS)),
        Field("temperature", Kind.U8, bits=bits(*TEMPERATURE_BITS)),
        Field("warning", Kind.U8, bits=bits(*WARNING_BITS)),
    ),
    Crc.MAYBE,
)

SESSION_START = Characteristic(
    "cgm_session_start",
    0x2AAA,
    None,
    (
        Field("time", Kind.TIME),
        # Both in quarters of an hour (GATT Specification Supplement: Time Zone, DST Offset).
        Field("zone", Kind.S8, units=(Unit("min", 15),), absent=((-128, "unknown"),)),
        Field("summer", Kind.U8, units=(Unit("min", 15),), absent=((255, "unknown"),)),
    ),
    Crc.MAYBE,
)

SESSION_RUN = Characteristic(
    "cgm_session_run", 0x2AAB, None, (Field("run", Kind.U16, units=(Unit("h"),)),), Crc.MAYBE
)

_ANSWERS = (
    (3, "interval"), (6, "calibration"), (9, "patient_high"), (12, "patient_low"), (15, "hypo"),
    (18, "hyper"), (21, "rate_of_decrease"), (24, "rate_of_increase"), (28, "response"),
)  # fmt: skip


def _level(code: int, name: str, ucum: str = "mg/dL") -> Field:
    return Field(name, Kind.SFLOAT, 0xFF, code, (Unit(ucum),))


# What the control point says. Its codes are even less than flags, and read the same way.
OPS_ANSWER = Characteristic(
    "cgm_ops_answer",
    0x2AAC,
    Field("code", Kind.U8, words=_ANSWERS),
    (
        Field("interval", Kind.U8, 0xFF, 3, (Unit("min"),), absent=((0xFF, "fastest"),)),
        Field("concentration", Kind.SFLOAT, 0xFF, 6, _MG_DL),
        Field("offset", Kind.U16, 0xFF, 6, (Unit("min"),)),
        Field("sample", Kind.LOW4, 0xFF, 6, words=SAMPLES),
        Field("place", Kind.HIGH4, 0xFF, 6, words=_LOCATIONS),
        Field("next_offset", Kind.U16, 0xFF, 6, (Unit("min"),)),
        Field("record", Kind.U16, 0xFF, 6),
        Field(
            "calibration",
            Kind.U8,
            0xFF,
            6,
            bits=bits((0, "rejected"), (1, "out_of_range"), (2, "pending")),
        ),
        _level(9, "patient_high"),
        _level(12, "patient_low"),
        _level(15, "hypo"),
        _level(18, "hyper"),
        _level(21, "rate_of_decrease", "mg/dL/min"),
        _level(24, "rate_of_increase", "mg/dL/min"),
        Field("request", Kind.U8, 0xFF, 28),
        Field(
            "response",
            Kind.U8,
            0xFF,
            28,
            words=listed(
                "success", "not_supported", "operand_invalid", "not_completed", "out_of_range"
            ),
        ),
    ),
    Crc.MAYBE,
)  # fmt: skip
