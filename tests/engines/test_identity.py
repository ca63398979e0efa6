"""The account the database runs as: made once, whoever asks, and however many at once."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ASK = "from homeward.engines.identity import database_identity as who; print(who())"
AT_ONCE = 6
ROUNDS = 4


def _may_unshare() -> bool:
    unshare = shutil.which("unshare")
    if unshare is None or os.geteuid() != 0:
        return False
    return subprocess.run([unshare, "--mount", "true"], capture_output=True).returncode == 0


@pytest.mark.skipif(not _may_unshare(), reason="needs root and a mount namespace of its own")
def test_two_installations_that_start_at_once_agree_on_the_account(tmp_path: Path):
    """Real `useradd`s on a copy of /etc that only they see."""
    asks = f"for i in $(seq {AT_ONCE}); do {sys.executable} -c '{ASK}' & done; wait"
    known = "getent passwd homeward-pg | cut -d: -f3,4"
    away = "sed -i /^homeward-pg:/d"
    for number in range(ROUNDS):
        etc = tmp_path / str(number)
        shutil.copytree("/etc", etc, symlinks=True)
        files = [str(etc / name) for name in ("passwd", "group", "shadow", "gshadow")]
        words = f"{away} {' '.join(files)}; mount --bind {etc} /etc; {asks}; {known}"
        done = subprocess.run(
            ["unshare", "--mount", "bash", "-c", words], capture_output=True, text=True, check=True
        )
        *said, account = done.stdout.replace(")Identity", ")\nIdentity").split("\n")[:-1]
        uid, gid = account.split(":")
        assert [line for line in said if line] == [f"Identity(uid={uid}, gid={gid})"] * AT_ONCE
