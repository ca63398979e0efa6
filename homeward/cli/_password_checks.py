"""What `homeward doctor` and `homeward verify` find of the passwords that may be chosen here."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from homeward.cli._found import Found, Grade
from homeward.settings import Settings

DAYS_MAX = 400  # the list grows; a year, and time to fetch the next one
KNOWN = "password"  # none has been stolen more often: a list without it is no list
GUIDE = "docs/guides/signing-in.md"


def passwords(settings: Settings) -> Iterator[Found]:
    """Whether stolen passwords are refused, and by a list that is one."""
    from homeward.services.people.new_password import is_listed  # brings argon2

    if not settings.breached_passwords:
        what = "of stolen passwords only the most common are refused"
        yield Found(Grade.DUTY, what, f"fetch the list, set breached_passwords ({GUIDE})")
        return
    path = Path(settings.breached_passwords)
    try:
        with path.open("rb") as file:
            is_list = is_listed(file, KNOWN)
    except OSError as error:
        what = f"nobody can choose a password: breached_passwords cannot be read: {error.strerror}"
        yield Found(Grade.WRONG, what, f"is {path} there, and readable by us?")
        return
    fetched = datetime.fromtimestamp(path.stat().st_mtime, UTC)
    if not is_list:
        what = f"{path} is no sorted list of SHA-1 hashes: it lacks the commonest password"
        yield Found(Grade.WRONG, what, f"fetch it anew ({GUIDE})")
    elif (datetime.now(UTC) - fetched).days > DAYS_MAX:
        what = f"the list of stolen passwords is of {fetched:%Y-%m-%d}"
        yield Found(Grade.WORRY, what, f"fetch it anew ({GUIDE})")
    else:
        yield Found(Grade.WELL, f"stolen passwords are refused, by the list of {fetched:%Y-%m-%d}")
