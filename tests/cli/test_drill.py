"""What may be broken where, before anything is."""

import pytest
from click.testing import CliRunner

from homeward.cli import drill
from homeward.drill.faults import FAULTS
from homeward.model.errors import Misconfigured


def test_every_fault_is_listed_with_what_it_needs():
    said = CliRunner().invoke(drill.command, ["list"]).output
    assert all(f"{name:<11}" in said for name in FAULTS)
    assert "(needs a twin, root)" in said


@pytest.mark.parametrize(
    "words",
    [
        ["flood"],
        ["kill", "--component", "kettle"],
        ["disk-full", "--here", "--yes"],
        ["power-cut", "--here", "--yes"],
        ["kill", "--component", "supervisor", "--here", "--yes"],
    ],
)
def test_what_there_is_not_or_would_not_be_survived_is_refused(words):
    done = CliRunner().invoke(drill.command, ["run", *words])
    assert isinstance(done.exception, Misconfigured)


def test_the_running_installation_is_broken_only_after_a_yes():
    done = CliRunner().invoke(drill.command, ["run", "kill", "--here"], input="n\n")
    assert done.exit_code == 1
    assert "RUNNING installation" in done.output


@pytest.mark.parametrize(
    ("said", "seconds"), [("30s", 30), ("2m", 120), ("5", 5), ("1h", None), ("0s", None)]
)
def test_a_span_is_seconds_or_minutes(said, seconds):
    if seconds is None:
        done = CliRunner().invoke(drill.command, ["run", "cut", "--for", said])
        assert done.exit_code == 2
    else:
        assert drill.Span().convert(said, None, None) == seconds
