"""Whoever was erased is nowhere: in no file, log, backup, archive, export, answer or browser.

    make soak NAME=erasure

A whole installation with a cold store, a backup of every second and a browser at its pages. A
patient has something unmistakable written of them wherever anything can be (tests/planted.py), was
measured two months ago, and that has left for the cold store. Before the erasure the same search
finds them where they must be: in the answers, and in an export that names them. Afterwards it looks
into every file of the installation and of the browser, compressed ones opened, into every answer
that an administrator or a nurse is given, into what is exported then, and into the backup of
before, restored and opened by the keys that are kept since.
"""

import asyncio
import gzip
import re
import sys
from collections.abc import Iterator, Sequence, Set
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
from playwright.async_api import async_playwright

from bench import _ageing
from bench._database_cuts import leaves, measured
from bench.fuzz.odd_requests import operations
from bench.installation import Installation, installation
from bench.report import finish, table
from homeward.api.app import every_route
from homeward.api.openapi import document
from homeward.bus import Bus
from homeward.cli._rotating import take_in
from homeward.engines.child import running
from homeward.engines.postgres import Postgres
from homeward.engines.wrapping_key import reads
from homeward.services.contract import Tools
from homeward.services.people.routes import COOKIE
from homeward.settings import Settings, load
from homeward.store import Store
from homeward.store.keyring import Keyring
from homeward.store.sealed import PLACES
from homeward.store.sql import Query
from tests.browser.conftest import CHROMIUM, FLAGS
from tests.planted import CANARIES, NURSE, PASSWORD, plant

NUMBER = CANARIES[1]
PIECES = {  # as a part of a file or an answer says them
    word: re.compile(b"|".join(
        re.escape(form.encode())
        for form in {word, quote(word), quote(word, safe=""), word.replace(" ", "+")}
    ), re.IGNORECASE)
    for word in (*CANARIES, NURSE)
}  # fmt: skip
UTF16 = {word: word.encode("utf-16-le") for word in CANARIES}
READS = ("nora", "ada")


def said(body: bytes) -> set[str]:
    """Which of the words these bytes say."""
    found = {word for word, form in PIECES.items() if form.search(body)}
    return found | {word for word, form in UTF16.items() if form in body}


def in_files(folder: Path) -> tuple[set[str], int, int]:
    """Which words any file below says; how many files and bytes that were."""
    found, files, size = set[str](), 0, 0
    for path in folder.rglob("*"):
        if path.is_symlink() or not path.is_file():
            continue
        try:
            body = path.read_bytes()
        except FileNotFoundError:  # it went meanwhile, and with it what it said
            continue
        files, size = files + 1, size + len(body)
        found |= said(body) | said(str(path).encode())
        if body[:2] == b"\x1f\x8b":
            found |= said(gzip.decompress(body))
        if path.suffix == ".parquet":
            found |= said(_table(path))
    return found, files, size


def _table(path: Path) -> bytes:
    from pyarrow.parquet import read_table

    return str(read_table(path).to_pydict()).encode()


def settled(house: Installation) -> None:
    """What is in memory is in the files, and a new file of the log has begun."""
    with house.connect() as sql:
        for order in ("checkpoint", "select pg_switch_wal()", "checkpoint"):
            sql.execute(order.encode())


@contextmanager
def settings_of(house: Installation) -> Iterator[Settings]:
    """Its settings, as a command beside it reads them."""
    plain, _ = load({})
    run = house.run_file
    yield replace(plain, data=house.data.path, postgres_url=run["postgres_url"])


async def planted(house: Installation) -> int:
    """The patient, who was measured two months ago, and that has left; their number."""
    with settings_of(house) as settings:
        keys = Keyring(reads(settings))
        async with (
            Store.open(settings.postgres_url, size_max=2, keys=keys) as store,
            Bus.open(house.bus_url("web")) as bus,
        ):
            patient = await plant(Tools(store, bus, settings, lambda: datetime.now(UTC)))
    cold = house.folder / "cold"
    cold.mkdir(exist_ok=True)
    with house.connect() as sql:
        leaves(sql)
        measured(sql, patient, datetime.now(UTC) - timedelta(days=60))
    url, where = settings.postgres_url, f"file://{cold}"
    for what in ("compaction", "retiring"):
        await _ageing.main(what, url, where, house.folder)
    return patient


# -- asking --------------------------------------------------------------------------------------


def answers(house: Installation, patient: int) -> tuple[set[str], int]:
    """Which words any answer says to a nurse and to an administrator; how many answered."""
    found, answered = set[str](), 0
    for login in READS:
        with httpx.Client(base_url=house.url, timeout=30) as client:
            known = {"login": login, "password": PASSWORD}
            client.headers["cookie"] = f"{COOKIE}=" + str(
                client.post("/api/session", json=known).raise_for_status().cookies[COOKIE]
            )
            for path in _paths(patient):
                answer = client.get(path)
                answered += answer.status_code == 200
                found |= said(answer.content) | said(str(answer.headers).encode())
            for words in (NUMBER, *CANARIES[0].split()):
                answer = client.post("/api/patients/search", json={"search": words})
                found |= said(answer.content)
    return found, answered


def _paths(patient: int) -> list[str]:
    """Every question that may be asked of a patient, or of nobody in particular."""
    known = {"patient_id": str(patient), "ward_id": "1", "person_id": "1", "alarm_id": "1"}
    paths: list[str] = []
    for each in operations(document(every_route())):
        names = re.findall(r"{(\w+)}", each.path)
        if each.method != "GET" or not set(names) <= set(known):
            continue
        path = each.path
        for name in names:
            path = path.replace(f"{{{name}}}", known[name])
        paths.append(path)
    return paths


async def looked_at(house: Installation, patient: int, profile: Path) -> set[str]:
    """People look at their pages in a browser that keeps what it may; which words it showed."""
    shown = set[str]()
    pages = {
        "nora": [
            "/", "/wards/1", "/wards/1/handover", "/alarms", f"/patients/{patient}",
            f"/patients/{patient}/limits",
        ],
        "ada": ["/access", "/audit", "/rota"],
        "zq": ["/", "/data", "/told", "/consent", "/looked", "/reached", "/account"],
    }  # fmt: skip
    async with async_playwright() as play:
        for login, paths in pages.items():
            context = await play.chromium.launch_persistent_context(
                str(profile), executable_path=CHROMIUM, args=FLAGS.split()
            )
            page = await context.new_page()
            await page.goto(house.url)
            await page.get_by_label("Sign-in name").fill(login)
            await page.get_by_label("Password", exact=True).fill(PASSWORD)
            await page.get_by_role("button", name="Sign in", exact=True).click()
            await page.get_by_label("Sign-in name").wait_for(state="detached")
            for path in paths:
                await page.goto(house.url + path)
                await page.wait_for_load_state("networkidle")
                shown |= said((await page.content()).encode())
            await context.clear_cookies()
            await context.close()
    return shown


# -- erasing -------------------------------------------------------------------------------------


def erased(house: Installation) -> None:
    """As an administrator does it: out of bed, erased, the keys saved anew."""
    house.run("patient", "discharge", NUMBER)
    house.run("patient", "erase", NUMBER, "--yes")
    house.run("keys", "save", str(house.folder / "patients.keys"))


def exported(house: Installation, patient: int, folder: Path) -> None:
    """Every export there is, of them and of everybody."""
    for form in ("csv", "parquet"):
        words = ("--vitals", "--format", form, "--identified", "--out", str(folder / form))
        house.run("export", f"erased {patient}", *words)
    words = ("--deidentify", "safe-harbor", "--without-consent", "--out", str(folder / "all"))
    house.run("export", *words)
    house.run("patient", "export", f"erased {patient}", "--to", str(folder / "whole"))


async def opened_again(house: Installation, at: datetime) -> tuple[set[str], int]:
    """The backup of before, restored and opened by today's keys: which words any column says."""
    target = house.folder / "restored"
    backups = house.folder / "backups"
    house.run("restore", str(backups), "--to", str(target), "--at", at.isoformat())
    house.run("keys", "load", str(house.folder / "patients.keys"), "--to", str(target))
    found, read = set[str](), 0
    with running(Postgres(target)) as engine:
        plain, _ = load({})
        settings = replace(plain, data=target, postgres_url=engine.url)
        await take_in(settings)
        async with Store.open(engine.url, keys=Keyring(reads(settings))) as store:
            for place in PLACES:
                text = f"select {place.column} as said from {place.table}"
                rows = await store.door().all(Query("said", text.encode(), ""), dict)
                read += len(rows)
                found |= said("\n".join(str(row["said"]) for row in rows).encode())
    return found, read


Places = dict[str, tuple[set[str], int, int]]


def tell(places: Places, theirs: set[str], rest: Sequence[Set[str]], asked: tuple[int, int]) -> int:
    """A table of what each place says of them, and the log, the answers and the old backup; how
    many words that are."""
    answered, texts = asked
    rows = [(name, f"{files:,}", f"{size / 1e6:,.0f} MB", _words(found & theirs))
            for name, (found, files, size) in places.items()]  # fmt: skip
    named = (
        ("what it printed", 1),
        ("answers", answered),
        ("texts of the backup of before", texts),
    )
    rows += [(name, f"{count:,}", "", _words(found))
             for (name, count), found in zip(named, rest, strict=True)]  # fmt: skip
    table(("after the erasure, in", "files or answers", "size", "says of them"), rows)
    return sum(len(found & theirs) for found, *_ in places.values()) + sum(map(len, rest))


def measure() -> dict[str, Any]:
    """All of it; the figures."""
    extra = {
        "HOMEWARD_COLD_URL": "file://{folder}/cold", "HOMEWARD_BACKUP_FOLDER": "{folder}/backups",
    }  # fmt: skip
    theirs: set[str] = set(CANARIES)
    with installation(**extra) as house:
        patient = asyncio.run(planted(house))
        profile, before, after = (house.folder / name for name in ("browser", "before", "after"))
        shown = asyncio.run(looked_at(house, patient, profile))
        told, answered = answers(house, patient)
        house.run("patient", "export", NUMBER, "--to", str(before))
        held = in_files(before)[0]
        house.run("backup")
        with house.connect() as sql:
            at = sql.execute("select clock_timestamp()").fetchone()
        assert at is not None
        for path in before.iterdir():  # whoever was given it has it: not ours any more
            path.unlink()
        erased(house)
        exported(house, patient, after)
        house.run("backup")
        settled(house)
        told_after, answered_after = answers(house, patient)
        again, texts = asyncio.run(opened_again(house, at[0]))
        settled(house)
        places = {
            name: in_files(house.folder / name)
            for name in ("data", "backups", "cold", "browser", "after", "restored")
        }
        log = said((house.folder / "up.log").read_bytes())
    rest = (log & theirs, told_after & theirs, again & theirs)
    hits = tell(places, theirs, rest, (answered_after, texts))
    return {
        "hits": hits,
        "files": sum(files for _, files, _ in places.values()),
        # The search finds what is there: before, and what is nobody's to erase.
        "shown_before": len(shown & theirs), "answers_before": answered,
        "said_before": len(told & theirs), "exported_before": len(held & theirs),
        "cold_files": places["cold"][1],
        "control_data": int(NURSE in places["data"][0]),
        "control_backup": int(NURSE in places["backups"][0]),
    }  # fmt: skip


def _words(found: Set[str]) -> str:
    return ", ".join(sorted(found)) or "nothing"


def main() -> None:
    """Fail where anything of them is left, or the search could not have found it."""
    figures = measure()
    finish("erasure", figures)
    found = ("shown_before", "said_before", "exported_before", "cold_files", "control_data",
             "control_backup")  # fmt: skip
    if figures["hits"] or not all(figures[name] for name in found):
        sys.exit(1)


if __name__ == "__main__":
    main()
