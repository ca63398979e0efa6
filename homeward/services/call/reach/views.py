"""What the routes of reaching people take and give. Times are ms since 1970 UTC."""

from dataclasses import dataclass
from typing import Annotated, Literal

from annotated_types import MaxLen
from pydantic import Field

Priority = Literal["high", "medium", "low"]
AfterSeconds = Annotated[int, Field(ge=0, le=3600)]
Label = Annotated[str, MaxLen(60)]
Address = Annotated[str, MaxLen(2_000)]


@dataclass(frozen=True)
class NewContact:
    """A way to reach me. The address of a push is the browser's subscription, as JSON."""

    way: Literal["web_push", "email", "sms", "voice"]
    address: Address
    label: Label = ""
    after_seconds: AfterSeconds = 0
    priority_min: Priority = "medium"
    may_name_health: bool = False


@dataclass(frozen=True)
class ContactChange:
    """What is to be different about one way."""

    label: Label
    after_seconds: AfterSeconds
    priority_min: Priority
    may_name_health: bool


@dataclass(frozen=True)
class ContactOrder:
    """Every contact's id, first to last."""

    ids: Annotated[list[int], MaxLen(20)]


@dataclass(frozen=True)
class PushMoved:
    """A browser's new subscription, and the address of the one it replaces."""

    old_endpoint: Address
    subscription: Address


@dataclass(frozen=True)
class MessageProgress:
    """What a device says of a message: it came, or its person has opened it."""

    progress: Literal["delivered", "seen"]


@dataclass(frozen=True, slots=True)
class ContactView:
    """One way, and how the newest message by it fared. `endpoint` tells a browser which is its
    own; for a push `address` is empty."""

    id: int
    place: int
    way: str
    address: str
    endpoint: str | None
    label: str
    after_seconds: int
    priority_min: str
    may_name_health: bool
    verified: int | None
    last_state: str | None
    last_at: int | None
    last_error: str | None
    last_is_final: bool | None
    last_is_test: bool | None


@dataclass(frozen=True, slots=True)
class WayView:
    """One way, and whether this installation can send by it."""

    way: str
    is_set_up: bool


@dataclass(frozen=True, slots=True)
class LostContactView:
    """A way that ended by itself: its address exists no more."""

    id: int
    way: str
    label: str
    ended: int


@dataclass(frozen=True, slots=True)
class ReachView:
    """How I am reached."""

    contacts: list[ContactView]
    ways: list[WayView]
    lost: list[LostContactView]
    push_key: str
    site_names_health: bool


@dataclass(frozen=True, slots=True)
class DeliveryView:
    """How far one message came."""

    id: int
    contact_id: int
    state: str
    created: int
    sent: int | None
    delivered: int | None
    seen: int | None
    ended: int | None
    is_final: bool
    error: str | None
    attempts: int


@dataclass(frozen=True, slots=True)
class TargetView:
    """Where a message's link leads. All empty for a test. `is_letter`: to what was written."""

    alarm_id: int | None
    patient_id: int | None
    ward_id: int | None
    is_letter: bool = False


@dataclass(frozen=True, slots=True)
class MessageShown:
    """One message of a call, and how far it came. `at` is when it came that far."""

    way: str
    label: str
    state: str
    at: int
    error: str | None


@dataclass(frozen=True, slots=True)
class MyCall:
    """For what I was called, why I, and what was sent to me. As `CallShown` where names agree."""

    id: int
    alarm_id: int
    patient_id: int | None
    priority: str
    text: str
    ward: str
    created: int
    seen: int | None
    ended: int | None
    outcome: str | None
    via: str
    target: str
    until: int | None
    because: str
    messages: list[MessageShown]
