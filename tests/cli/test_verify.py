"""What `homeward verify` finds weak, and that it looks rather than assumes."""

import asyncio
import os
import socket
import ssl
import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from homeward.cli import _weak_checks as weak
from homeward.cli import commands
from homeward.cli._audit_checks import sealed
from homeward.cli._found import Found, Grade
from homeward.cli._right_checks import of_database, people
from homeward.engines.audit_key import keep_audit_key
from homeward.engines.certificates import Authority
from homeward.services.contract import Tools
from homeward.services.people.sessions import keep_bounds
from homeward.services.trail.sealing import seal
from homeward.settings import Settings, load
from homeward.store import Store
from homeward.store.guarded import Account, look
from homeward.store.sql import Query

PLAIN, _ = load({"HOMEWARD_DATA": "/nowhere"})
NOW = datetime.now(UTC)


def wrong(found: list[Found]) -> list[str]:
    return [each.what for each in found if each.grade is Grade.WRONG]


def test_settings_as_they_come_weaken_nothing() -> None:
    assert [each.grade for each in weak.weak_settings(PLAIN)] == [Grade.WELL]


@pytest.mark.parametrize(
    ("name", "value", "grade"),
    [
        ("mqtt_open_port", 1883, Grade.WRONG),
        ("mqtt_conformance_port", 1884, Grade.WRONG),
        ("demo", True, Grade.WRONG),
        ("oidc_issuer", "http://login.hospital.org", Grade.WRONG),
        ("cold_url", "s3://bucket/x?endpoint=http://s3.hospital.org", Grade.WRONG),
        ("board_lock_seconds", 0, Grade.WORRY),
        ("session_seconds_max", 86_400, Grade.WORRY),
        ("messages_may_name_health", True, Grade.WORRY),
        ("log_level", "debug", Grade.WORRY),
    ],
)
def test_a_setting_that_weakens_is_named_with_its_fix(
    name: str, value: object, grade: Grade
) -> None:
    (found,) = weak.weak_settings(replace(PLAIN, **{name: value}))
    assert found.grade is grade
    assert name in found.what + found.fix
    assert found.fix


def test_mail_in_the_clear_is_for_this_machine_alone() -> None:
    mail = replace(PLAIN, smtp_security="none", smtp_host="mail.hospital.org")
    assert wrong(list(weak.weak_settings(mail))) == ["mail goes out unencrypted"]
    assert wrong(list(weak.weak_settings(replace(mail, smtp_host="localhost")))) == []


def test_a_secret_that_others_can_read_is_found_wherever_it_lies(tmp_path: Path) -> None:
    for name in ("keys/deep/people.key", "certificates/server.key", "certificates/server.pem"):
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch()
        file.chmod(0o644)  # whatever the umask is
    (tmp_path / "keys" / "audit.pem").touch(0o600)
    found = wrong(list(weak.secrets(replace(PLAIN, data=tmp_path))))
    assert [each.split(" ")[0] for each in found] == [
        str(tmp_path / "certificates/server.key"), str(tmp_path / "keys/deep/people.key"),
    ]  # fmt: skip


def test_a_listener_in_the_clear_is_found_and_one_on_loopback_let_be() -> None:
    with socket.create_server(("0.0.0.0", 0)) as outside, socket.create_server(("127.0.0.1", 0)):
        port = outside.getsockname()[1]
        found = wrong(list(weak.of_processes([os.getpid()])))
    assert found == [f"port {port} on 0.0.0.0 is open to the network and speaks no TLS"]
    assert wrong(list(weak.of_processes([os.getpid()]))) == []


@pytest.mark.parametrize("wants_certificate", [False, True])
def test_one_that_speaks_tls_is_well(tmp_path: Path, wants_certificate: bool) -> None:
    """Also a door that wants a certificate of whoever comes, and gets none."""
    authority = Authority.open(tmp_path / "certificates")
    authority.issue_server(["localhost"], NOW)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    folder = tmp_path / "certificates"
    context.load_cert_chain(folder / "server.pem", folder / "server.key")
    if wants_certificate:
        context.verify_mode = ssl.CERT_REQUIRED
        context.maximum_version = ssl.TLSVersion.TLSv1_2  # where the refusal comes within it
    with socket.create_server(("0.0.0.0", 0)) as listener:
        answering = threading.Thread(target=_answer, args=(listener, context))
        answering.start()
        found = list(weak.of_processes([os.getpid()]))
        answering.join()
    assert wrong(found) == []
    assert f"port {listener_port(found)} on 0.0.0.0 speaks TLS" in [each.what for each in found]


def listener_port(found: list[Found]) -> str:
    return next(each.what.split(" ")[1] for each in found if "speaks TLS" in each.what)


def _answer(listener: socket.socket, context: ssl.SSLContext) -> None:
    raw, _ = listener.accept()
    try:
        context.wrap_socket(raw, server_side=True).close()
    except (ssl.SSLError, OSError):
        raw.close()


def test_accounts_above_row_security_are_found(database_url: str) -> None:
    sound = look(database_url, 3)
    assert (sound.open_tables, sound.loose_tables, sound.altered) == ((), (), ())
    assert (sound.writable, sound.changeable) == ((), ())
    assert sound.tables > 25
    assert wrong(list(of_database(sound, embedded=True))) == []
    bad = Account("homeward_web", is_super=False, goes_past=True, makes_roles=False)
    for people_of, embedded, said in (
        (bad, True, "row security does not hold for homeward_web"),
        (None, True, "the account homeward_web is missing"),
        (sound.people, False, "the platform's own account homeward is above row security"),
    ):
        found = wrong(list(of_database(replace(sound, people=people_of), embedded=embedded)))
        assert found == [said]


async def test_a_policy_that_is_gone_counts_as_none(store: Store, database_url: str) -> None:
    for text in ("drop policy seen on relative", "drop policy platform on relative"):
        await store.door().run(Query("test", text.encode(), ""))
    assert look(database_url, 3).open_tables == ("relative",)


EVERYBODY = """
create or replace function guard_patients() returns bigint[] language plpgsql stable
    security definer set search_path = pg_catalog, public, pg_temp as $$
begin
    return array(select id from public.patient);
end $$"""


async def test_rights_that_somebody_rewrote_are_found(store: Store, database_url: str) -> None:
    for text in (EVERYBODY, "alter policy seen on relative using (true)"):
        await store.door().run(Query("test", text.encode(), ""))
    found = look(database_url, 3)
    assert (found.loose_tables, found.altered) == (("relative",), ("guard_patients",))
    assert wrong(list(of_database(found, embedded=True))) == [
        "a policy gives people every row of relative",
        "the function guard_patients is not that of this version",
    ]


PEOPLE = """
insert into person (name, login, role, password_hash, created) values
    ('Ada', 'ada', 'administrator', 'x', now()), ('Nora', 'nora', 'nurse', 'x', now()),
    ('Old', 'old', 'doctor', null, now() - interval '100 days')"""
EVERYWHERE = """
insert into ward_staff (person_id, starts) select id, now() from person where login = 'nora'"""
ANNA = """
insert into patient (record_number, name, birth_date, sex)
values ('R-1', 'Anna', '1950-03-01', 'female')"""
OPENED = """
insert into emergency_access (patient_id, person_id, reason, starts, ends)
select patient.id, person.id, 'Found unconscious.', now() - interval '4 days', now()
from patient, person where login = 'nora'"""


async def test_row_security_that_ends_no_sign_in_is_found(tools: Tools) -> None:
    words = "row security does not end a sign-in when the settings say"

    async def found() -> list[str]:
        return wrong(await asyncio.to_thread(lambda: list(people(tools.settings))))

    assert await found() == [words]  # no page was ever served from it
    await keep_bounds(tools)
    assert await found() == []
    longer = "update session_bounds set seconds_max = seconds_max * 10"
    await tools.store.door().run(Query("test", longer.encode(), ""))
    assert await found() == [words]


async def test_who_may_come_in_and_see_everybody_is_said(store: Store, tools: Tools) -> None:
    settings = tools.settings
    await keep_bounds(tools)
    for text in (PEOPLE, EVERYWHERE, ANNA, OPENED):
        await store.door().run(Query("test", text.encode(), ""))
    found = await asyncio.to_thread(lambda: list(people(settings)))
    said = [(each.grade, each.what) for each in found]
    assert (Grade.DUTY, "nora (nurse) may see every patient of every ward") in said
    assert (Grade.DUTY, "ada may say who sees whom") in said
    assert (Grade.WORRY, "a password alone lets them in: 1 administrator, 1 nurse") in said
    assert (Grade.WORRY, "nobody signed in for 90 days as old") in said
    assert wrong(found) == ["1 records opened in an emergency wait for a review"]
    assert (Grade.WELL, "waves: never deleted") in said
    stricter = replace(settings, second_factor_roles="nurse, administrator")
    found = await asyncio.to_thread(lambda: list(people(stricter)))
    assert "no staff comes in by a password alone" in [each.what for each in found]


NOTE = """
insert into audit (at, role, action, subtype, patient_ids, kind, purpose, outcome, route)
values (%(at)s, 'operator', 'R', 'read', '{1}', 'patient', 'TREAT', 0, 'homeward')"""


async def test_the_audit_is_checked_row_by_row(
    store: Store, settings: Settings, tmp_path: Path
) -> None:
    async def found() -> list[Found]:
        return await asyncio.to_thread(lambda: list(sealed(settings)))

    async def note(at: datetime) -> None:
        await store.door().run(Query("test", NOTE.encode(), ""), at=at)

    key = keep_audit_key(settings.data)
    assert [each.grade for each in await found()] == [Grade.WORRY]
    await note(NOW)
    await seal(store, key, NOW)
    (well,) = await found()
    assert (well.grade, well.what[:42]) == (
        Grade.WELL,
        "1 rows of the audit are what was sealed, u",
    )
    await note(NOW - timedelta(minutes=6))
    assert "wait to be sealed" in wrong(await found())[0]
    await seal(store, key, NOW)
    for text in ("alter table audit disable trigger all", "update audit set kind = 'alarm'"):
        await store.door().run(Query("test", text.encode(), ""))
    assert "the audit: row 0: it is not what was sealed" in wrong(await found())


def test_where_nothing_runs_there_is_nothing_to_verify(
    open_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOMEWARD_DATA", str(open_folder / "data"))
    told = CliRunner().invoke(commands, ["verify"])
    assert told.exit_code == 1
    assert "does not run" in str(told.exception)
    assert not (open_folder / "data").exists()
