"""How old the locks are: what is locked for long misses what its makers mended (SECURITY.md).

    python locks.py DAYS_MAX

Fails where a lock was not renewed for longer, by the history of the repository.
"""

import subprocess
import sys
import time

LOCKS = ("requirements/runtime.lock", "requirements/dev.lock", "requirements/security.lock",
         "web/package-lock.json")  # fmt: skip
DAY_SECONDS = 86_400


def age_days(lock: str, now: float) -> int:
    """Whole days since its last commit. Raises ValueError where there is none."""
    asked = ("git", "log", "-1", "--format=%ct", "--", lock)
    said = subprocess.run(asked, capture_output=True, text=True, check=True).stdout
    return int((now - int(said)) // DAY_SECONDS)


def too_old(days_max: int, now: float) -> list[str]:
    """What is to be renewed, in words."""
    ages = {lock: age_days(lock, now) for lock in LOCKS}
    return [f"{lock} is {age} days old: renew it" for lock, age in ages.items() if age > days_max]


if __name__ == "__main__":
    sys.exit("\n".join(too_old(int(sys.argv[1]), time.time())) or 0)
