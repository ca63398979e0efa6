"""Sensors that can come off, one a line: what a device may say is not where it should be.

`vitals` is what each measures, the leading one first: a reading of that says that it is on again.
"""

from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Sensor:
    """One kind of sensor, by the name devices give it."""

    name: str
    label: str
    vitals: tuple[str, ...]


SENSORS = (
    Sensor("probe", "SpO₂ probe", ("oxygen_saturation", "pulse", "perfusion_index")),
    Sensor("leads", "ECG leads", ("heart_rate", "respiratory_rate")),
    Sensor("arterial_line", "Arterial line", ("systolic", "diastolic", "mean_pressure")),
    Sensor("thermometer", "Temperature probe", ("temperature",)),
    Sensor("glucose_sensor", "Glucose sensor", ("glucose",)),
)
SENSOR_BY_NAME = MappingProxyType({sensor.name: sensor for sensor in SENSORS})
