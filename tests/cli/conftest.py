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
    yield from installed()


@pytest.fixture(scope="module")
def running() -> Iterator[Installation]:
    """One that runs, shared by a module's tests."""
    for made in installed():
        made.start_and_wait()
        yield made


def installed() -> Iterator[Installation]:
    """One in a folder of its own, stopped and removed at the end."""
    folder = Path(tempfile.mkdtemp(prefix="homeward-test-"))
    folder.chmod(0o711)
    made = Installation(folder)
    try:
        yield made
    finally:
        if made.process is not None:
            made.stop()
        shutil.rmtree(folder, ignore_errors=True)
