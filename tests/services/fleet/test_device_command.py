"""`homeward device`, from the first command to the papers on the device."""

import asyncio
import json
import re
from datetime import UTC, datetime

import pytest
from click.testing import CliRunner

from homeward.cli.device import command
from homeward.model.errors import Conflict, Missing, Unreadable
from tests.conftest import PATIENTS_KEY


@pytest.fixture
def typed(house, monkeypatch):
    """Type a command on this installation; what it prints. Raises what it raises."""
    settings = house.tools.settings
    monkeypatch.setenv("HOMEWARD_DATA", str(settings.data))
    monkeypatch.setenv("HOMEWARD_POSTGRES_URL", settings.postgres_url)
    monkeypatch.setenv("HOMEWARD_PATIENTS_KEY", PATIENTS_KEY)
    monkeypatch.setenv("HOMEWARD_NATS_URL", settings.nats_url)
    monkeypatch.setenv("HOMEWARD_WEB_PORT", str(settings.web_port))

    async def type_it(*words):
        run = CliRunner().invoke
        result = await asyncio.to_thread(run, command, words, catch_exceptions=True)
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result.output

    return type_it


async def test_from_registering_to_papers_in_two_commands(house, typed, tmp_path):
    await house.patient("R-1")
    said = await typed("add", "monitor-7", "--kind", "monitor", "--patient", "R-1")
    assert "monitor-7 is registered." in said
    url, token = re.search(r"homeward device enrol (\S+) (\S+) --out monitor-7", said).groups()
    house.clock[0] = datetime.now(UTC)  # commands have no other clock than the real one
    async with house.served() as served:
        assert served == url
        papers = tmp_path / "papers"
        said = await typed("enrol", url, token, "--out", str(papers))
    assert "monitor-7 is enrolled" in said
    assert json.loads((papers / "device.json").read_text())["name"] == "monitor-7"
    listed = await typed("list")
    assert "monitor-7  monitor, not connected, on a patient without a bed" in listed
    assert "R-1" not in listed


async def test_an_edge_is_told_its_own_command(house, typed):
    said = await typed("add", "cupboard", "--kind", "edge", "--door", "cupboard.local:8883")
    assert re.search(r"homeward edge cupboard --server http\S+ --token \S+ --host 0\.0\.0\.0", said)


async def test_a_device_goes_from_one_patient_to_nobody(house, typed):
    await house.patient("R-1")
    await typed("add", "cgm-1", "--kind", "cgm")
    assert "R-1 wears it" in await typed("bind", "cgm-1", "R-1")
    assert "nobody wears it" in await typed("bind", "cgm-1", "nobody")
    with pytest.raises(Missing, match="no patient"):
        await typed("bind", "cgm-1", "R-9")


async def test_a_revoked_device_stays_revoked(house, typed):
    await typed("add", "cgm-1", "--kind", "cgm")
    assert "is revoked" in await typed("revoke", "cgm-1", "--reason", "lost on the bus")
    assert "cgm-1  cgm, revoked" in await typed("list")
    with pytest.raises(Conflict, match="was revoked"):
        await typed("token", "cgm-1")


async def test_what_a_device_measures_may_be_said(house, typed):
    await typed("add", "own-1", "--kind", "home made", "--expects", "pulse=5")
    assert await house.sql("select expects from device") == [{"expects": {"pulse": 5.0}}]
    with pytest.raises(Unreadable, match="heart_rate=1"):
        await typed("add", "own-2", "--kind", "home made", "--expects", "pulse")


async def test_an_empty_fleet_says_what_to_do(house, typed):
    assert "homeward device add" in await typed("list")
