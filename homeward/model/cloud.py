"""A link to somebody's account at a cloud of wearables, as a connector sees it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Service(StrEnum):
    """Clouds that are spoken to."""

    OPEN_WEARABLES = "open-wearables"
    WITHINGS = "withings"


@dataclass(frozen=True, slots=True)
class CloudLink:
    """Whose account it is: the device that stands for it, the patient it was linked for, and who
    wears that device now. `account`, `tokens` as the service gave them; `known_until` in s since
    1970 by its clock."""

    id: int
    device_id: int
    device: str
    patient_id: int
    worn_by: int | None
    account: str
    tokens: str
    known_until: int
    failures: int
    others_until: datetime | None = None

    @property
    def is_worn(self) -> bool:
        """Whether who it was linked for still wears the device: else nothing of it is theirs."""
        return self.worn_by == self.patient_id
