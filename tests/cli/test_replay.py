"""`homeward replay` says what it cannot do before it connects anywhere."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from homeward.cli.replay import command
from homeward.model.errors import Misconfigured


@pytest.fixture
def device(tmp_path: Path) -> str:
    """A folder that looks enrolled."""
    told = {"name": "m", "mqtt_host": "127.0.0.1", "mqtt_port": 1}
    (tmp_path / "device.json").write_text(json.dumps(told))
    (tmp_path / "night.csv").write_text("time,HR\n0,72\n1,73\n")
    return str(tmp_path)


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (["--since", "yesterday"], "not a time such as"),
        (["--start", "2026-03-01T08:00"], "no zone"),
        (["--start", "tomorrow"], "not a time such as"),
        (["--since", "1h", "--speed", "2"], "not two"),
        (["--since", "1h", "--start", "2026-03-01T08:00Z"], "not two"),
        (["--map", "HR=heartbeat:/min"], "vital is one of"),
        (["--only", "person"], "not COLUMN=TEXT"),
    ],
)
def test_what_cannot_be_is_said_at_once(device, options, says):
    words = [f"{device}/night.csv", "--device", device, *options]
    result = CliRunner().invoke(command, words)
    assert isinstance(result.exception, Misconfigured)
    assert says in str(result.exception)
