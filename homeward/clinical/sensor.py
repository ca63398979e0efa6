"""A sensor is off, by the device's own word. A technical alarm, and the only one about it.

A monitor knows that its probe fell off before anybody could tell by its silence, and says which
one. Five seconds are for a probe that is moved to another finger; silence would be said after seven
at the earliest, and is not said besides. Delay and priorities are Homeward's own choice: medium
where nobody is watched any more by what counts in seconds, low otherwise.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from types import MappingProxyType

from homeward.clinical.silence import PATIENT_TEXTS, said
from homeward.model.alarm import Finding, Priority
from homeward.model.sensor import Sensor

OFF_SECONDS = 5
SENSOR_OFF = "sensor_off_"

PRIORITIES: Mapping[str, Priority] = MappingProxyType(
    {
        "probe": Priority.MEDIUM,
        "leads": Priority.MEDIUM,
        "arterial_line": Priority.MEDIUM,
        "thermometer": Priority.LOW,
        "glucose_sensor": Priority.LOW,
    }
)


def condition(sensor: Sensor) -> str:
    """The name of this sensor's being off, as an alarm condition."""
    return f"{SENSOR_OFF}{sensor.name}"


def sensor_off(device: str, sensor: Sensor, since: datetime, now: datetime) -> Finding | None:
    """What to say of a sensor that has been off since then."""
    off_for = now - since
    if off_for < timedelta(seconds=OFF_SECONDS):
        return None
    text = f"{device}: {sensor.label} off for {said(off_for)}"
    patient_text = PATIENT_TEXTS.get(sensor.vitals[0])
    return Finding(PRIORITIES[sensor.name], text, since, patient_text=patient_text)
