"""What the people routes give."""

from dataclasses import dataclass
from datetime import date

from homeward.model.person import Role


@dataclass(frozen=True, slots=True)
class PersonView:
    """Somebody."""

    id: int
    name: str
    role: Role


@dataclass(frozen=True, slots=True)
class SessionView:
    """Who is signed in; `patient_id` is the record that is their own, if any."""

    person: PersonView
    patient_id: int | None
    demo: bool


@dataclass(frozen=True, slots=True)
class DemoAccount:
    """An account of the demo ward, shown on the sign-in page in demo mode only."""

    login: str
    password: str
    name: str
    role: Role


@dataclass(frozen=True, slots=True)
class DemoView:
    """Whether this is the demo, and who may be tried."""

    demo: bool
    accounts: list[DemoAccount]


@dataclass(frozen=True, slots=True)
class WardView:
    """A ward, how many patients are there, and how many alarms are open."""

    id: int
    name: str
    kind: str
    patients: int
    open_alarms: int


@dataclass(frozen=True, slots=True)
class PatientRow:
    """A patient as the database has them."""

    id: int
    name: str
    record_number: str
    birth_date: date
    sex: str
    oxygen_scale: int
    ward_id: int | None
    ward: str | None
    bed: str | None


@dataclass(frozen=True, slots=True)
class PatientView:
    """A patient and where they are. `age` in whole years today."""

    id: int
    name: str
    record_number: str
    birth_date: date
    age: int
    sex: str
    oxygen_scale: int
    ward_id: int | None
    ward: str | None
    bed: str | None


def patient_view(row: PatientRow, today: date) -> PatientView:
    """Add the age."""
    had_birthday = (today.month, today.day) >= (row.birth_date.month, row.birth_date.day)
    return PatientView(
        id=row.id,
        name=row.name,
        record_number=row.record_number,
        birth_date=row.birth_date,
        age=today.year - row.birth_date.year - (not had_birthday),
        sex=row.sex,
        oxygen_scale=row.oxygen_scale,
        ward_id=row.ward_id,
        ward=row.ward,
        bed=row.bed,
    )


@dataclass(frozen=True, slots=True)
class PlaceView:
    """An occupied bed, without the name of who is in it."""

    patient_id: int
    ward: str
    bed: str
