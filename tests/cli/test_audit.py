"""`homeward audit` and what the operator does, at the terminal of an installation's database."""

import asyncio
import stat
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from homeward.cli import commands
from homeward.cli._audit_checks import audit
from homeward.cli._found import Grade
from homeward.engines.audit_key import keep_audit_key
from homeward.services.trail.sealing import seal
from homeward.settings import Settings
from homeward.store import Store
from homeward.store.sql import Query

Homeward = Callable[..., Result]
NOW = datetime(2026, 5, 1, 9, tzinfo=UTC)
NOTED = "select role, action, kind, cardinality(patient_ids) as patients, route from audit"


@pytest.fixture
def homeward(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Homeward:
    """Runs a command as the operator would."""
    for name in ("data", "postgres_url", "nats_url", "patients_key"):
        monkeypatch.setenv(f"HOMEWARD_{name.upper()}", str(getattr(settings, name)))
    return lambda *words: CliRunner().invoke(commands, words)


async def test_what_the_operator_does_is_audited_sealed_exported_and_checked(
    store: Store, settings: Settings, homeward: Homeward, tmp_path: Path
) -> None:
    async def run(*words: str) -> str:
        result = await asyncio.to_thread(homeward, *words)
        assert result.exit_code == 0, result.output + str(result.exception)
        return result.output

    await run("ward", "add", "Ward 3")
    place = ("--ward", "Ward 3", "--bed")
    await run("patient", "add", "R-1", "--name", "Anna", "--born", "1950-03-01", *place, "3-01")
    await run("patient", "move", "R-1", *place, "3-02")
    await run("device", "add", "monitor-1", "--kind", "monitor")
    await run("device", "bind", "monitor-1", "R-1")
    await run("device", "bind", "monitor-1", "nobody")
    word = ("--password", "several words of my own")
    await run("person", "add", "nora", "--name", "Nora", "--role", "nurse", *word)
    await run("person", "works", "nora", "--ward", "Ward 3")
    await run("person", "role", "nora", "doctor")
    await run("person", "password", "nora", *word)
    await run("person", "codes", "nora")
    await run("person", "disable", "nora")
    noted = await store.door().all(Query("test", NOTED.encode(), ""), tuple)
    assert [tuple(row) for row in noted] == [
        ("operator", "C", "patient", 1, "homeward patient add"),
        ("operator", "U", "patient", 1, "homeward patient move"),
        ("operator", "U", "patient", 1, "homeward device bind"),
        ("operator", "U", "patient", 1, "homeward device bind"),
        ("operator", "C", "account", 0, "homeward person add"),
        ("operator", "U", "account", 0, "homeward person works"),
        ("operator", "U", "account", 0, "homeward person role"),
        ("operator", "U", "account", 0, "homeward person password"),
        ("operator", "U", "account", 0, "homeward person codes"),
        ("operator", "U", "account", 0, "homeward person disable"),
    ]
    line = await seal(store, keep_audit_key(settings.data), NOW)
    export, key, held = (tmp_path / name for name in ("audit.log", "key", "held"))
    await run("audit", "export", str(export))
    assert stat.S_IMODE(export.stat().st_mode) == 0o600
    assert "Anna" not in export.read_text()
    assert "R-1" not in export.read_text()
    assert "nora" not in export.read_text()
    key.write_text(await run("audit", "key"))
    held.write_text(await run("audit", "checkpoint"))
    assert held.read_text() == f"{line}\n"
    words = ("audit", "verify", str(export), "--key", str(key), "--checkpoint", str(held))
    assert "10 rows are what was sealed" in await run(*words)
    export.write_bytes(export.read_bytes().replace(b'"U"', b'"R"', 1))
    result = await asyncio.to_thread(homeward, *words)
    assert result.exit_code == 1
    assert "row 1: it is not what was sealed" in result.output


def test_doctor_warns_where_nobody_outside_holds_a_checkpoint(
    settings: Settings, tmp_path: Path
) -> None:
    def found(witness: str) -> tuple[Grade, str]:
        (one,) = audit(replace(settings, data=tmp_path, audit_witness=witness))
        return one.grade, one.what

    assert found("")[0] is Grade.WORRY
    assert found(str(tmp_path / "missing"))[0] is Grade.WRONG
    assert found("http://witness.example/audit")[0] is Grade.WRONG
    assert found("https://witness.example/audit") == (
        Grade.WELL, "the audit's checkpoints go to witness.example",
    )  # fmt: skip
    (tmp_path / "outside").mkdir()
    grade, words = found(str(tmp_path / "outside"))
    assert (grade, "on the disk of what they vouch for" in words) == (Grade.WORRY, True)
