"""Routes name who may. One that names nobody cannot be made."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from homeward.model.errors import Forbidden, Misconfigured
from homeward.model.person import Actor, Role

STAFF = frozenset({Role.NURSE, Role.DOCTOR})
EVERYBODY = frozenset(Role) - {Role.SENTINEL}
# Not relatives: they hear of one patient what that patient chose, and nothing else.
INSIDERS = EVERYBODY - {Role.RELATIVE}
# For the few routes that work before anyone has signed in (sign-in, enrolment by token).
NOBODY_YET: frozenset[Role] = frozenset()


@dataclass(frozen=True, slots=True)
class Route:
    """One HTTP route and the roles that may use it.

    `before_sign_in` must be said aloud for a route that anybody on the network may call.
    Raises Misconfigured for a route without roles.
    """

    method: str
    path: str
    handler: Callable[..., Any]
    roles: frozenset[Role]
    before_sign_in: bool = False

    def __post_init__(self) -> None:
        if bool(self.roles) == self.before_sign_in:
            raise Misconfigured(f"{self.method} {self.path} must say who may use it")


def may_use(route: Route, actor: Actor | None) -> bool:
    """Whether this actor (None: nobody signed in) may use this route."""
    return route.before_sign_in or (actor is not None and actor.role in route.roles)


def must_see(actor: Actor | None, patient_id: int) -> None:
    """Let staff see every patient, a patient see themselves, and the sentinel its pretend one.

    Raises Forbidden for everybody else: engineers and administrators see no clinical data.
    """
    if actor is not None and actor.role in STAFF:
        return
    own = (Role.PATIENT, Role.SENTINEL)
    if actor is not None and actor.role in own and actor.patient_id == patient_id:
        return
    raise Forbidden
