"""Errors, sorted by who must act. The class docstring is the default message.

A message is English, for staff and for whoever reads the API. `code` stays the same when it is
worded anew: by it the pages of patients and relatives say it in their language
(web/src/languages/en/refusals.ts); a test holds that none they can meet is without words.
"""

import traceback


class HomewardError(Exception):
    """Something went wrong."""

    code = "failed"

    def __init__(self, message: str | None = None, code: str = "") -> None:
        super().__init__(message or (type(self).__doc__ or "").strip())
        self.code = code or type(self).code


class Unreadable(HomewardError):
    """The device sent something we cannot read: keep the bytes in quarantine and go on."""

    code = "unreadable"


class Unreachable(HomewardError):
    """The other side is away: retry with back-off."""

    code = "away"


class Full(Unreachable):
    """No room is left on the disk: retry, and ask a person to make some."""


class Refused(HomewardError):
    """The credentials were rejected: stop and ask a person."""

    code = "refused"


class Misconfigured(HomewardError):
    """These settings cannot work: stop at start-up and name the setting."""


class Forbidden(HomewardError):
    """You may not do this."""

    code = "forbidden"


class NotOnTeam(Forbidden):
    """You are not on this patient's team. In an emergency you may open the record with a reason."""

    code = "not_on_team"


class ClosedByPatient(Forbidden):
    """The patient closed this part of the record. In an emergency you may open it with a reason."""

    code = "closed"


class AtRest(NotOnTeam):
    """This record rests at the patient's wish. Alarms go on; in an emergency you may open it."""

    code = "at_rest"


class Missing(HomewardError):
    """There is no such thing."""

    code = "missing"


class Conflict(HomewardError):
    """Somebody was first."""

    code = "conflict"


class TooOften(HomewardError):
    """You ask too often: wait, then ask again."""

    code = "too_often"

    def __init__(self, seconds: float) -> None:
        super().__init__()
        self.seconds = seconds


def place_of(error: BaseException) -> str:
    """What failed and where, for a log; never its message, which may hold a patient's values."""
    return f"{type(error).__qualname__}\n{''.join(traceback.format_tb(error.__traceback__))}"
