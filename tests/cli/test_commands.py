"""The command line itself: one file a command, plain errors, quick to start."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from homeward.cli import commands
from homeward.cli.settings import MASK, effective, environment
from homeward.model.errors import Misconfigured
from homeward.settings import Settings, load

HEAVY = ("fastapi", "numpy", "psycopg", "nats", "cryptography", "uvicorn")


def homeward(*words: str, folder: Path, **extra: str) -> subprocess.CompletedProcess[str]:
    clean = {k: v for k, v in os.environ.items() if not k.startswith("HOMEWARD_")}
    return subprocess.run(
        [sys.executable, "-m", "homeward.cli", *words],
        capture_output=True,
        text=True,
        cwd=folder,
        env={**clean, **extra},
    )


def test_every_command_is_found_and_says_what_it_does():
    context = commands.make_context("homeward", ["--help"], resilient_parsing=True)
    names = commands.list_commands(context)
    assert {"doctor", "run", "settings", "up"} <= set(names)
    for name in names:
        found = commands.get_command(context, name)
        assert found is not None
        assert found.help, f"{name} says nothing about itself"
        assert found.name == name


def test_one_process_alone_wants_engines_to_be_named(tmp_path: Path):
    told = homeward("run", "door", folder=tmp_path, HOMEWARD_DATA=str(tmp_path / "data"))
    assert (told.returncode, told.stdout) == (1, "")
    assert told.stderr.startswith("homeward: HOMEWARD_POSTGRES_URL is not set: `homeward up`")


@pytest.mark.parametrize("name", ["doors", "door-x", "nurse", "tell-2", ""])
def test_a_process_there_is_not_is_named(tmp_path: Path, name: str):
    told = homeward("run", name, folder=tmp_path)
    assert told.returncode == 2
    assert f"there is no process {name!r}; there are door, watch, work, web" in told.stderr


@pytest.mark.parametrize("module", ["homeward.cli", "homeward.cli.up", "homeward.cli.settings"])
def test_what_stays_or_must_be_quick_imports_little(module: str):
    script = f"import sys, {module}; print([m for m in {HEAVY} if m in sys.modules])"
    told = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert told.stdout == "[]\n"


def test_an_unknown_setting_is_one_plain_line(tmp_path: Path):
    told = homeward("settings", folder=tmp_path, HOMEWARD_WEBPORT="1")
    assert (told.returncode, told.stdout) == (1, "")
    assert told.stderr == (
        "homeward: there is no setting 'webport'; `homeward settings` lists them all\n"
    )


def test_settings_say_where_each_value_came_from(tmp_path: Path):
    (tmp_path / "homeward.toml").write_text('web_port = 8001\nlog_level = "debug"\n')
    told = homeward("settings", "--json", folder=tmp_path, HOMEWARD_WEB_PORT="9000")
    rows = {row["name"]: row for row in json.loads(told.stdout)}
    assert (rows["web_port"]["value"], rows["web_port"]["source"]) == (
        9000,
        "environment HOMEWARD_WEB_PORT",
    )
    assert rows["log_level"]["source"] == "homeward.toml"
    assert rows["mqtt_port"]["source"] == "default"
    assert set(rows) == set(Settings.__dataclass_fields__)
    assert all(row["meaning"] for row in rows.values())


@pytest.mark.parametrize("form", [[], ["--json"]])
def test_secrets_are_masked(tmp_path: Path, form: list[str]):
    url = "postgresql://homeward:s3cret@db.example/homeward"
    told = homeward("settings", *form, folder=tmp_path, HOMEWARD_POSTGRES_URL=url)
    assert "s3cret" not in told.stdout
    assert MASK in told.stdout


def test_a_spoiled_settings_file_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    Path("homeward.toml").write_text("web_port = ")
    with pytest.raises(Misconfigured, match=r"homeward\.toml"):
        effective()
    Path("homeward.toml").write_bytes(b"\xff")
    with pytest.raises(Misconfigured, match=r"homeward\.toml"):
        effective()


def test_root_does_not_keep_the_record_under_a_closed_folder(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv("HOMEWARD_DATA", raising=False)
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    assert effective()[0].data == Path("/var/lib/homeward")
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    assert effective()[0].data == Path("~/.local/share/homeward").expanduser()
    monkeypatch.setenv("HOMEWARD_DATA", "here")
    assert effective()[0].data == Path.cwd() / "here"


def test_a_child_gets_exactly_the_supervisors_settings():
    plain, _ = load({"HOMEWARD_DEMO": "yes", "HOMEWARD_ANSWER_SECONDS": "30"})
    again, _ = load(environment(plain))
    assert again == plain
