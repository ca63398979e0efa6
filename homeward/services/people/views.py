"""What the people routes give."""

from dataclasses import dataclass

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
class PlaceView:
    """An occupied bed, without the name of who is in it."""

    patient_id: int
    ward: str
    bed: str
