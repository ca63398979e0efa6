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
    """A secret, shown this once, and the address an app is given; empty: apps cannot come in."""

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


@dataclass(frozen=True, slots=True)
class ImplantItemView:
    """One thing a report says, in its own words. `counts` false: it says that it is wrong; `at` as
    the report writes it."""

    section: str
    group: str
    code: str
    text: str
    said: str
    unit: str
    range: str
    is_alert: bool
    counts: bool
    at: str


@dataclass(frozen=True, slots=True)
class ImplantReportView:
    """A report of an implanted device; `at` is when it was asked, as the report writes it."""

    id: int
    received: int
    sender: str
    model: str
    serial: str
    at: str
    alerts: list[ImplantItemView]
    items: list[ImplantItemView]


@dataclass(frozen=True, slots=True)
class CloudAccount:
    """An account of a cloud to link a device with: `service` is open-wearables or withings,
    `account` the cloud's own name of them (withings: empty, its owner says so by signing in)."""

    service: str
    account: str = ""


@dataclass(frozen=True, slots=True)
class CloudLinkView:
    """A link a device had. `is_known`: whose account it is, is known; `is_open`: its owner gave
    leave to ask there; `trouble`: why nothing comes, empty: it does."""

    service: str
    account: str
    is_known: bool
    is_open: bool
    made: int
    made_by: str | None
    heard: int | None
    trouble: str
    ended: int | None
    ended_by: str | None


@dataclass(frozen=True, slots=True)
class NewCloudLinkView:
    """A link that was made. `url`: where its owner signs in and gives leave, good for a day, and
    `qr` the same as a picture (SVG text); empty: nothing is asked of them."""

    url: str
    qr: str


@dataclass(frozen=True, slots=True)
class OpenCloudLinkView:
    """A link that is open. `is_known`: whose account it is, is known; `is_asked`: the cloud is
    asked from here; `is_late`: its owner did not give leave in the time they had; `is_theirs`: who
    wears the device is who was linked. `ward` and `bed`: where who wears it lies."""

    device: str
    status: str
    service: str
    account: str
    is_known: bool
    is_asked: bool
    is_late: bool
    is_worn: bool
    is_theirs: bool
    ward: str | None
    bed: str | None
    made: int
    made_by: str | None
    heard: int | None
    trouble: str


@dataclass(frozen=True, slots=True)
class CloudsView:
    """Clouds as they are set up, and every link that is open. `open_wearables`: the address that is
    registered there; empty: nothing is taken from it. `withings`: owners can be sent there."""

    open_wearables: str
    withings: bool
    links: list[OpenCloudLinkView]
