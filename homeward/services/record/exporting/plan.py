"""What an export holds, and what came of it."""

import logging
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path

from homeward.guard.sealing import Blind
from homeward.model.errors import Missing
from homeward.store import Door, queries
from homeward.store.chunks import extent

log = logging.getLogger(__name__)
sql = queries("homeward.services.record")


@dataclass(frozen=True, slots=True)
class Patient:
    """Whose record it is."""

    id: int
    record_number: str
    name: str
    birth_date: date
    sex: str


@dataclass(frozen=True, slots=True)
class Plan:
    """What to write: vitals and waves by index, a span in us since 1970, the end not included.

    `is_identified`: the patient's number, name and birth date are written too.
    """

    patient: Patient
    start_us: int
    end_us: int
    vitals: tuple[int, ...]
    waves: tuple[int, ...]
    folder: Path
    is_identified: bool


@dataclass(slots=True)
class Written:
    """What was written so far: rows, when the first and last was measured, and gaps."""

    files: list[str] = field(default_factory=list)
    readings: int = 0
    samples: int = 0
    first_us: int | None = None
    last_us: int | None = None
    gaps: int = 0

    def saw(self, first_us: int, last_us: int) -> None:
        """Samples of this span were written."""
        self.first_us = first_us if self.first_us is None else min(first_us, self.first_us)
        self.last_us = last_us if self.last_us is None else max(last_us, self.last_us)

    def summary(self) -> str:
        """In one line."""
        if self.first_us is None or self.last_us is None:
            return "Nothing of it is in this span; no file was written."
        first, last = (
            datetime.fromtimestamp(us / 1e6, UTC) for us in (self.first_us, self.last_us)
        )
        what = f"{self.readings} readings and {self.samples} samples in {len(self.files)} files"
        return f"{what}, {first:%F %T} to {last:%F %T} UTC, {self.gaps} gaps."


async def patient_of(door: Door, record_number: str) -> Patient:
    """The patient of a record number. Raises Missing."""
    found = await door.maybe(
        sql.patient_of_record, Patient, number=Blind("patient.record_number", record_number)
    )
    if found is None:
        raise Missing(f"There is no patient {record_number!r}.")
    return found


async def extent_of(door: Door, patient: int, now_us: int) -> tuple[int, int]:
    """From when to when (us since 1970) a patient's record may hold anything."""
    readings = await extent(door, patient)
    curves = await door.one(sql.extent_of_waves, dict, patient=patient)
    firsts = [us for us in (readings and readings[0], curves["first"]) if us is not None]
    lasts = [us for us in (readings and readings[1], curves["last"]) if us is not None]
    return min(firsts, default=now_us), max([*lasts, now_us])


def note_access(plan: Plan, form: str, who: str) -> None:
    """An export is an access to a patient's data. What is logged says nothing of the patient but
    the platform's own number."""
    kind = "identified" if plan.is_identified else "without identity"
    log.warning(
        "export of patient %d as %s, %s: %d vitals, %d waves, by %s at the command line",
        plan.patient.id, form, kind, len(plan.vitals), len(plan.waves), who,
    )  # fmt: skip
