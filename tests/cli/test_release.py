"""`homeward patient export`, `homeward export` without identity, and holds, at the terminal."""

import asyncio
import json
import stat
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from pydicom import Dataset

from homeward.cli import commands
from homeward.settings import Settings
from homeward.store import Store
from homeward.store.sql import Query
from tests.services.release.test_dicom import file_of

Homeward = Callable[..., Result]


@pytest.fixture
def homeward(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Homeward:
    """Runs a command as the operator would."""
    for name in ("data", "postgres_url", "nats_url", "patients_key"):
        monkeypatch.setenv(f"HOMEWARD_{name.upper()}", str(getattr(settings, name)))
    return lambda *words: CliRunner().invoke(commands, words)


async def test_a_record_goes_out_and_is_accounted_for(
    store: Store, homeward: Homeward, tmp_path: Path
) -> None:
    async def run(*words: str, code: int = 0) -> str:
        result = await asyncio.to_thread(homeward, *words)
        assert result.exit_code == code, result.output + str(result.exception)
        return result.output + str(result.exception or "")

    await run("ward", "add", "Ward 3")
    place = ("--ward", "Ward 3", "--bed", "3-01")
    await run("patient", "add", "R-1", "--name", "Anna", "--born", "1950-03-01", *place)
    whole, bare = tmp_path / "whole", tmp_path / "bare"
    said = ("--for", "Dr. Lind", "--purpose", "A second opinion")
    assert "files are in" in await run("patient", "export", "R-1", "--to", str(whole), *said)
    assert stat.S_IMODE(whole.stat().st_mode) == 0o700
    bundle = json.loads((whole / "bundle.json").read_text())
    assert bundle["entry"][0]["resource"]["name"] == [{"text": "Anna"}]
    assert (whole / "summary.pdf").read_bytes().startswith(b"%PDF-")
    assert "not empty" in await run("patient", "export", "R-1", "--to", str(whole), code=1)
    every = ("export", "--deidentify", "safe-harbor", "--without-consent")
    await run(*every, "--out", str(bare))
    assert all("Anna" not in file.read_text() for file in bare.iterdir())
    await run("export", "--deidentify", "shifted", "--identified", "--out", "x", code=2)
    await run("export", "--out", "x", code=2)
    text = b"select recipient, purpose, way from disclosure"
    rows = await store.door().all(Query("test", text, ""), tuple)
    assert [tuple(row) for row in rows] == [("Dr. Lind", "A second opinion", "terminal")]
    text = b"select route from audit where route like '%export%' order by id"
    routes = [row["route"] for row in await store.door().all(Query("test", text, ""), dict)]
    assert routes == ["homeward patient export", "homeward export --deidentify --without-consent"]


async def test_pictures_go_out_without_whose_they_are(homeward: Homeward, tmp_path: Path) -> None:
    dataset, source, out = Dataset(), tmp_path / "1.dcm", tmp_path / "out"
    dataset.PatientName, dataset.Modality = "Anna", "CT"
    file_of(source, dataset)
    words = ("dicom", "deidentify", str(source), "--out", str(out))
    result = await asyncio.to_thread(homeward, *words)
    assert result.exit_code == 0, result.output
    (place,) = out.iterdir()
    assert b"Anna" not in place.read_bytes()
    assert (await asyncio.to_thread(homeward, *words)).exit_code == 1


async def test_a_hold_names_who_and_why(store: Store, homeward: Homeward) -> None:
    async def run(*words: str) -> Result:
        return await asyncio.to_thread(homeward, *words)

    text = b"insert into person (name, login, role) values ('Ada', 'ada', 'administrator')"
    await store.door().run(Query("test", text, ""))
    await run("ward", "add", "Ward 3")
    place = ("--ward", "Ward 3", "--bed", "3-01")
    await run("patient", "add", "R-1", "--name", "Anna", "--born", "1950-03-01", *place)
    said = ("R-1", "--why", "A claim", "--by", "ada")
    assert (await run("retention", "hold", *said, "--until", "2027-03-05")).exit_code == 0
    shown = (await run("retention", "holds")).output
    assert "R-1 held since" in shown
    assert "by Ada: A claim, looked at again on 2027-03-05" in shown
    assert (await run("retention", "hold", *said)).exit_code != 0
    assert (await run("retention", "release", *said)).exit_code == 0
    assert "by Ada: A claim" in (await run("retention", "holds")).output
