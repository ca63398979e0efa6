"""Errors, sorted by who must act. The class docstring is the default message."""

import traceback


class HomewardError(Exception):
    """Something went wrong."""

    def __init__(self, message: str | None = None) -> None:
        super().__init__(message or (type(self).__doc__ or "").strip())


class Unreadable(HomewardError):
    """The device sent something we cannot read: keep the bytes in quarantine and go on."""


class Unreachable(HomewardError):
    """The other side is away: retry with back-off."""


class Full(Unreachable):
    """No room is left on the disk: retry, and ask a person to make some."""


class Refused(HomewardError):
    """The credentials were rejected: stop and ask a person."""


class Misconfigured(HomewardError):
    """These settings cannot work: stop at start-up and name the setting."""


class Forbidden(HomewardError):
    """You may not do this."""


class NotOnTeam(Forbidden):
    """You are not on this patient's team. In an emergency you may open the record with a reason."""


class ClosedByPatient(Forbidden):
    """The patient closed this part of the record. In an emergency you may open it with a reason."""


class Missing(HomewardError):
    """There is no such thing."""


class Conflict(HomewardError):
    """Somebody was first."""


class TooOften(HomewardError):
    """You ask too often: wait, then ask again."""

    def __init__(self, seconds: float) -> None:
        super().__init__()
        self.seconds = seconds


def place_of(error: BaseException) -> str:
    """What failed and where, for a log; never its message, which may hold a patient's values."""
    return f"{type(error).__qualname__}\n{''.join(traceback.format_tb(error.__traceback__))}"
