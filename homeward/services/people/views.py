"""What the people routes give."""

from dataclasses import dataclass

from homeward.model.choice import GlucoseUnit, Language, TextSize
from homeward.model.person import Role


@dataclass(frozen=True, slots=True)
class PersonView:
    """Somebody."""

    id: int
    name: str
    role: Role


@dataclass(frozen=True, slots=True)
class ChoicesView:
    """What somebody chose for themselves. `language` None: never chosen, so their browser's holds.
    `glucose_unit` is the house's where it was never chosen (`is_unit_chosen`)."""

    language: Language | None
    glucose_unit: GlucoseUnit
    is_unit_chosen: bool
    text_size: TextSize


@dataclass(frozen=True, slots=True)
class SessionView:
    """Who is signed in; `patient_id` is the record that is their own, if any.

    `lock_seconds`: a ward's board that nobody touches for so long is locked; 0: never. `ends`: when
    the session does, used or not (ms since 1970 UTC).
    """

    person: PersonView
    patient_id: int | None
    demo: bool
    lock_seconds: int
    ends: int
    choices: ChoicesView


@dataclass(frozen=True, slots=True)
class DemoAccount:
    """An account of the demo ward, shown on the sign-in page in demo mode only."""

    login: str
    password: str
    name: str
    role: Role


@dataclass(frozen=True, slots=True)
class DemoView:
    """What the sign-in page offers: whether this is the demo, and who may be tried; and what the
    hospital's own sign-in is called, empty where there is none."""

    demo: bool
    accounts: list[DemoAccount]
    hospital: str


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


@dataclass(frozen=True, slots=True)
class PasskeyLine:
    """A passkey of one's own. Times in ms since 1970."""

    id: str
    label: str
    created: int
    used: int | None


@dataclass(frozen=True, slots=True)
class SessionLine:
    """Where one is signed in; `here` is the browser that asks. Times in ms since 1970."""

    id: str
    here: bool
    method: str
    agent: str
    created: int
    seen: int


@dataclass(frozen=True, slots=True)
class AccountView:
    """How one signs in, and where one is signed in.

    `is_fresh`: the sign-in is young enough to change how one signs in. `may_have_passkeys`: the
    pages have a host name that passkeys can be bound to.
    """

    login: str
    has_password: bool
    is_fresh: bool
    may_have_passkeys: bool
    passkeys: list[PasskeyLine]
    has_app: bool
    needs_more: bool
    codes_left: int
    sessions: list[SessionLine]


@dataclass(frozen=True, slots=True)
class AppView:
    """The secret of an authenticator app that is being set up: as letters, and as a picture."""

    secret: str
    address: str
    picture: str


@dataclass(frozen=True, slots=True)
class CodesView:
    """Codes of one use, shown this once."""

    codes: list[str]
