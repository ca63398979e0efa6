"""Readings and waveforms of devices as FHIR R4 (4.0.1) Observations. Pure.

Few readings are an Observation each. Many are one of SampledData an hour: R4 knows samples of one
period only, so the moment of each stands in `offsets`, which R5 added and R4 carries by the
extension FHIR defines for elements of a later version (R5, Extensibility, 2.1.5.0.5).
"""

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from homeward.model.vital import Vital
from homeward.model.wave import Wave
from homeward.standards.fhir_record import (
    MDC,
    Resource,
    quantity,
    reference,
    said,
    value_of,
    vital_sign,
)

OFFSETS = "http://hl7.org/fhir/5.0/StructureDefinition/extension-SampledData.offsets"
HOUR_US = 3_600_000_000
SINGLE_MAX = 12  # in an hour: a glucose sensor's
Times = npt.NDArray[np.int64]
Values = npt.NDArray[np.float64]


def moment(us: int) -> str:
    """us since 1970 as FHIR writes it: UTC, to the millisecond, as R4 keeps no more."""
    return f"{np.datetime64(us // 1000, 'ms')}Z"


def readings(
    vital: Vital, patient: int, device: int, at: Times, values: Values
) -> Iterator[Resource]:
    """Readings of one vital by one device, oldest first, `at` in us since 1970; an Observation
    each, or of an hour that had more than SINGLE_MAX."""
    if not len(at):
        return
    edges = np.flatnonzero(np.diff(at // HOUR_US)) + 1
    for times, numbers in zip(np.split(at, edges), np.split(values, edges), strict=True):
        if len(times) <= SINGLE_MAX:
            for us, value in zip(times.tolist(), numbers.tolist(), strict=True):
                one = _begun(vital, patient, device, us) | {"effectiveDateTime": moment(us)}
                yield one | value_of(vital, value)
        else:
            yield _hour(vital, patient, device, times, numbers)


def _begun(vital: Vital, patient: int, device: int, us: int) -> Resource:
    one = vital_sign(vital, patient, f"r-{vital.index}-{device}-{us}")
    return one | {"device": reference("Device", device)}


def _hour(vital: Vital, patient: int, device: int, at: Times, values: Values) -> Resource:
    first, last = int(at[0]), int(at[-1])
    offsets = " ".join(f"{(us - first) / 1000:g}" for us in at.tolist())
    period = float(np.median(np.diff(at))) / 1000
    return _begun(vital, patient, device, first) | {
        "effectivePeriod": {"start": moment(first), "end": moment(last)},
        "valueSampledData": {
            "extension": [{"url": OFFSETS, "valueString": offsets}],
            "origin": quantity(0, vital.unit),
            "period": max(period, 0.001),
            "dimensions": 1,
            "data": " ".join(f"{value:.10g}" for value in values.tolist()),
        },
    }


def stretch(
    wave: Wave, patient: int, device: int, start_us: int, rate: float, scale: float,
    samples: npt.NDArray[np.int16],
) -> Resource:  # fmt: skip
    """One stretch of a waveform without a gap: raw samples, `factor` makes them the unit's."""
    end_us = start_us + round((len(samples) - 1) / rate * 1e6)
    return {
        "resourceType": "Observation",
        "id": f"w-{wave.index}-{device}-{start_us}",
        "status": "final",
        "category": [said("waveform")],
        "code": {"coding": [{"system": MDC, "code": str(wave.mdc)}]} | said(wave.label),
        "subject": reference("Patient", patient),
        "device": reference("Device", device),
        "effectivePeriod": {"start": moment(start_us), "end": moment(end_us)},
        "valueSampledData": {
            "origin": quantity(0, wave.unit),
            "period": 1000 / rate,
            "factor": scale,
            "dimensions": 1,
            "data": " ".join(map(str, samples.tolist())),
        },
    }
