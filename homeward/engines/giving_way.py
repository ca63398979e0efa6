"""Who goes first on a busy machine: what an alarm waits for, and then what can wait."""

import errno
from contextlib import suppress
from pathlib import Path


def give_way(pid: int, nice: int) -> bool:
    """Give the session of this process, and of those it has started, less of a share; whether all
    have it. Linux lets who is not root say so ten times a second: ask again.

    Linux shares the time out among sessions (sched(7), autogroup), and each of our processes is
    one, as is each that PostgreSQL starts: a nice value alone counts only within it.
    """
    return all(_gives_way(each, nice) for each in (pid, *_started_by(pid)))


def _gives_way(pid: int, nice: int) -> bool:
    file = Path(f"/proc/{pid}/autogroup")
    try:
        if not file.read_text().endswith(f" nice {nice}\n"):
            file.write_text(str(nice))
    except OSError as error:  # it has ended, or this system knows no such thing
        return error.errno != errno.EAGAIN
    return True


def _started_by(pid: int) -> list[int]:
    with suppress(OSError):
        return [int(each) for each in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    return []
