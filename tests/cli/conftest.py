"""Installations for tests of the command line."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.installation import Installation


@pytest.fixture
def installation() -> Iterator[Installation]:
    """An installation that is not started yet."""
    yield from _installed()


@pytest.fixture(scope="module")
def running() -> Iterator[Installation]:
    """One that runs, shared by a module's tests."""
    for installed in _installed():
        installed.start_and_wait()
        yield installed


def _installed() -> Iterator[Installation]:
    folder = Path(tempfile.mkdtemp(prefix="homeward-test-"))
    folder.chmod(0o711)
    installed = Installation(folder)
    try:
        yield installed
    finally:
        if installed.process is not None:
            installed.stop()
        shutil.rmtree(folder, ignore_errors=True)
