"""What the routes of apps take and give. Times are milliseconds since 1970 UTC."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class SecretView:
    """A secret a device had: when it was made and ended, and by whom (null: at the terminal)."""

    made: int
    made_by: str | None
    ended: int | None
    ended_by: str | None


@dataclass(frozen=True, slots=True)
class NewSecretView:
    """A secret, shown this once, and the address an app is given."""

    secret: str
    url: str


@dataclass(frozen=True, slots=True)
class TreatmentView:
    """One treatment an app told: insulin in units, carbohydrates in grams, and all else it said."""

    id: int
    device: str
    at: int
    kind: str
    insulin: float | None
    carbs: float | None
    notes: str | None
    said: dict[str, Any]
