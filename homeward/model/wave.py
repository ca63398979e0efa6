"""Waveforms, one a line. `index` is the stable number in frames; codes are IEEE 11073-10101."""

from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Wave:
    """One kind of waveform; samples times the frame's scale are in `unit` (UCUM)."""

    index: int
    name: str
    label: str
    mdc: int
    unit: str


WAVES: tuple[Wave, ...] = (
    Wave(1, "ecg_ii", "II", 131330, "mV"),
    Wave(2, "pleth", "Pleth", 150452, "1"),
    Wave(3, "respiration", "Resp", 151780, "1"),
    Wave(4, "ecg_v", "V", 131415, "mV"),
    Wave(5, "arterial_pressure", "ABP", 150036, "mm[Hg]"),
)

BY_NAME = MappingProxyType({wave.name: wave for wave in WAVES})
BY_INDEX = MappingProxyType({wave.index: wave for wave in WAVES})
