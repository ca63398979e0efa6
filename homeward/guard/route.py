"""Routes name who may. One that names nobody cannot be made."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from homeward.model.consent import Let, Part
from homeward.model.errors import Misconfigured
from homeward.model.person import Actor, Role

STAFF = frozenset({Role.NURSE, Role.DOCTOR})
EVERYBODY = frozenset(Role) - {Role.SENTINEL}
# Not relatives: they hear of one patient what that patient chose, and nothing else.
INSIDERS = EVERYBODY - {Role.RELATIVE}
# For the few routes that work before anyone has signed in (sign-in, enrolment by token).
NOBODY_YET: frozenset[Role] = frozenset()


# Why a route reads as the platform.
FIGURES = "figures of the platform or of a ward, in which nobody is seen"
OWN = "each question is for what is the actor's own"
IN_PATH = "what its path names is all it touches"

# What a path may name. Whose record, whose alarm and which ward is asked before the handler begins;
# of all else the handler's own questions find only what is the actor's.
ASKED = ("patient_id", "ward_id", "alarm_id")
FOUND = (
    "access_id", "amendment_id", "call_id", "consent_id", "contact_id", "delivery_id", "entry_id",
    "erasure_id", "invitation_id", "name", "override_id", "passkey", "person_id", "plan_id",
    "restriction_id", "rota_id", "session", "staff_id", "token", "way",
)  # fmt: skip
_NAMED = re.compile(r"{(\w+)}")


@dataclass(frozen=True, slots=True)
class Route:
    """One HTTP route and the roles that may use it.

    `before_sign_in` must be said aloud for a route that anybody on the network may call.
    What is read is read as the session it is read for, by an account that can write nothing;
    `as_platform` is why not: it is no patient's, or what its path names is all it touches. What is
    written is written by the platform, once the actor was found to have a right to it; a POST that
    only asks, because its words must not stand in an address, says `is_question` and is read as the
    session. `part`: of the patient's record it shows that part, which they may have closed.
    `let`: relatives whom the patient let do this use it too, and no others.
    Raises Misconfigured for a route without roles, and for one whose path names what nobody asks
    about.
    """

    method: str
    path: str
    handler: Callable[..., Any]
    roles: frozenset[Role]
    before_sign_in: bool = False
    as_platform: str = ""
    is_question: bool = False
    part: Part | None = None
    let: Let | None = None

    def __post_init__(self) -> None:
        if bool(self.roles) == self.before_sign_in:
            raise Misconfigured(f"{self.method} {self.path} must say who may use it")
        strange = [name for name in self.named if name not in (*ASKED, *FOUND)]
        if strange:
            raise Misconfigured(f"{self.method} {self.path}: nobody asks whose {strange[0]} it is")

    @property
    def is_guarded(self) -> bool:
        """Whether PostgreSQL is asked of each row whether its session may see it."""
        is_read = self.method == "GET" or self.is_question
        return is_read and not self.before_sign_in and not self.as_platform

    @property
    def named(self) -> list[str]:
        """What its path names."""
        return _NAMED.findall(self.path)


def may_use(route: Route, actor: Actor | None) -> bool:
    """Whether this actor (None: nobody signed in) may use this route."""
    return route.before_sign_in or (actor is not None and actor.role in route.roles)
