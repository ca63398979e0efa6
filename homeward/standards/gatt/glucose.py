"""Glucose Service 1.0.1: measurement (3.1, 2A18), its context (3.2, 2A34), features (3.3, 2A51).

On the wire concentrations are kg/L or mol/L; here they are the mg/dL and mmol/L that people read.
"""

from homeward.standards.gatt.field import Characteristic, Field, Kind, Unit, bits, listed

_OFFSET, _VALUE, _MOLAR, _STATUS = 1, 2, 4, 8
_CARBOHYDRATE, _MEAL, _TESTER, _EXERCISE = 1, 2, 4, 8
_MEDICATION, _LITRES, _HBA1C, _EXTENDED = 16, 32, 64, 128

SAMPLES = listed(
    "capillary_whole_blood", "capillary_plasma", "venous_whole_blood", "venous_plasma",
    "arterial_whole_blood", "arterial_plasma", "undetermined_whole_blood", "undetermined_plasma",
    "interstitial_fluid", "control_solution",
)  # fmt: skip
PLACES = (*listed("finger", "alternate_site", "earlobe", "control_solution"), (15, "unknown"))

MEASUREMENT = Characteristic(
    "glucose",
    0x2A18,
    Field("flags", Kind.U8, bits=bits((2, "molar"), (4, "context_follows"))),
    (
        Field("sequence", Kind.U16),
        Field("base_time", Kind.TIME),
        Field(
            "offset",
            Kind.S16,
            _OFFSET,
            _OFFSET,
            (Unit("min"),),
            absent=((0x7FFF, "overrun"), (-0x8000, "underrun")),
        ),
        Field(
            "glucose",
            Kind.SFLOAT,
            _VALUE,
            _VALUE,
            (Unit("mg/dL", exponent=5), Unit("mmol/L", exponent=3)),
            _MOLAR,
            vital="glucose",
        ),
        Field("sample", Kind.LOW4, _VALUE, _VALUE, words=SAMPLES),
        Field("place", Kind.HIGH4, _VALUE, _VALUE, words=PLACES),
        Field(
            "status",
            Kind.U16,
            _STATUS,
            _STATUS,
            bits=bits(
                (0, "battery_low"), (1, "sensor_malfunction"), (2, "sample_insufficient"),
                (3, "strip_insertion"), (4, "strip_wrong"), (5, "above_what_it_measures"),
                (6, "below_what_it_measures"), (7, "too_warm"), (8, "too_cold"),
                (9, "strip_pulled_early"), (10, "device_fault"), (11, "time_fault"),
            ),
        ),
    ),
    # What is below or above all it measures counts with the bound it says: LO and HI are the last
    # values that may be held back.
    withholds=(
        "control_solution", "sensor_malfunction", "sample_insufficient", "strip_insertion",
        "strip_wrong", "too_warm", "too_cold", "strip_pulled_early", "device_fault",
    ),
)  # fmt: skip

CONTEXT = Characteristic(
    "glucose_context",
    0x2A34,
    Field("flags", Kind.U8),
    (
        Field("sequence", Kind.U16),
        Field("extended", Kind.U8, _EXTENDED, _EXTENDED),
        Field(
            "carbohydrate",
            Kind.U8,
            _CARBOHYDRATE,
            _CARBOHYDRATE,
            words=listed("breakfast", "lunch", "dinner", "snack", "drink", "supper", "brunch"),
        ),
        Field(
            "carbohydrates", Kind.SFLOAT, _CARBOHYDRATE, _CARBOHYDRATE, (Unit("g", exponent=3),)
        ),
        Field(
            "meal",
            Kind.U8,
            _MEAL,
            _MEAL,
            words=listed("before_meal", "after_meal", "fasting", "casual", "bedtime"),
        ),
        Field(
            "tester",
            Kind.LOW4,
            _TESTER,
            _TESTER,
            words=(*listed("self", "professional", "laboratory"), (15, "unknown")),
        ),
        Field(
            "health",
            Kind.HIGH4,
            _TESTER,
            _TESTER,
            words=(
                *listed("minor_issues", "major_issues", "menses", "stress", "no_issues"),
                (15, "unknown"),
            ),
        ),
        Field(
            "exercise",
            Kind.U16,
            _EXERCISE,
            _EXERCISE,
            (Unit("s"),),
            absent=((0xFFFF, "overrun"),),
        ),
        Field("intensity", Kind.U8, _EXERCISE, _EXERCISE, (Unit("%"),)),
        Field(
            "medication",
            Kind.U8,
            _MEDICATION,
            _MEDICATION,
            words=listed(
                "rapid_insulin", "short_insulin", "intermediate_insulin", "long_insulin",
                "premixed_insulin",
            ),
        ),
        Field(
            "dose",
            Kind.SFLOAT,
            _MEDICATION,
            _MEDICATION,
            (Unit("mg", exponent=6), Unit("mL", exponent=3)),
            _LITRES,
        ),
        Field("hba1c", Kind.SFLOAT, _HBA1C, _HBA1C, (Unit("%"),)),
    ),
)  # fmt: skip

FEATURES = Characteristic(
    "glucose_features",
    0x2A51,
    Field(
        "flags",
        Kind.U16,
        bits=bits(
            (0, "battery_low"), (1, "sensor_malfunction"), (2, "sample_size"),
            (3, "strip_insertion"), (4, "strip_type"), (5, "result_range"),
            (6, "temperature_range"), (7, "read_interrupt"), (8, "device_fault"),
            (9, "time_fault"), (10, "multiple_bonds"),
        ),
    ),
    (),
)  # fmt: skip
