"""What a patient agrees to, or closes: which part of their record, to whom, what for, how long."""

from dataclasses import dataclass
from typing import Literal, get_args

# A part of a record that can be closed: measured and charted values and scores, or waveforms. Who
# somebody is, where they lie and what alarms there are cannot: whoever looks after them must know.
Part = Literal["readings", "waves"]
# What a patient may let a relative do besides being told of alarms: read the reports of what was
# measured; read and write messages.
Let = Literal["reports", "letters"]
PARTS: tuple[Part, ...] = get_args(Part)
Purpose = Literal["care", "research"]
Decision = Literal["permit", "deny"]  # as FHIR names them (Consent.provision.type)


@dataclass(frozen=True, slots=True)
class Consent:
    """One decision of a patient: about a carer, or whoever works on a ward; research names nobody.

    Times in ms since 1970 UTC; `ends` None: until it is withdrawn.
    """

    id: int
    patient_id: int
    purpose: Purpose
    decision: Decision
    person_id: int | None
    person: str | None
    ward_id: int | None
    ward: str | None
    parts: list[Part]
    starts: int
    ends: int | None
    withdrawn: int | None

    def stands(self, now: int) -> bool:
        """Whether it is in force."""
        is_over = self.ends is not None and self.ends <= now
        return self.withdrawn is None and self.starts <= now and not is_over
