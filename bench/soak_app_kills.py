"""The patient's app in Chromium, killed with SIGKILL fifty times while values are entered and sent.

    make soak NAME=app_kills
    python -m bench.soak_app_kills 50

The installation, the browser, its disk and the line between them are real: three kills of four fall
without a network, around the click that enters a value; the fourth while what waits is
sent, half of them with an answer that the line lost. Then the network is back and the app opens
once more. What a page said is kept must be in the record, and nothing twice.
"""

import asyncio
import sys
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
from playwright.async_api import async_playwright

from bench._app_kills import Telephone, lives
from bench._line import line_to
from bench.installation import PASSWORD, Installation, fill_ward, installation, seal
from bench.report import finish, table
from homeward.model.vital import BY_NAME
from homeward.services.people.routes import COOKIE
from homeward.services.people.sign_in import hash_password
from homeward.store import Store
from homeward.store.chunks import samples

KILLS, SEED = 50, 1809
LOGIN = "bench-patient"
CHARTED_SECONDS_MAX = 60.0
MUST_BE_NONE = ("lost", "duplicates", "never_entered")


def patient_of(house: Installation) -> int:
    """A patient with an account of their own."""
    [(_, patient)] = fill_ward(house, 1)
    with house.connect() as sql:
        words = "insert into person (name, login, password_hash, role) values "
        row = sql.execute(
            words + "('Bed 1', %s, %s, 'patient') returning id", (LOGIN, hash_password(PASSWORD))
        ).fetchone()
        assert row is not None
        sql.execute("update patient set person_id = %s where id = %s", (row[0], patient))
    seal(house)
    return patient


async def weights(house: Installation, patient: int, least: int) -> list[float]:
    """What the record has, once it has so many of them, or no more come."""
    with house.connect() as sql:
        url = sql.info.dsn + f" password={sql.info.password}"
    index, end = BY_NAME["weight"].index, datetime.now(UTC) + timedelta(minutes=5)
    span = (946_684_800_000_000, round(end.timestamp() * 1e6))
    found: list[float] = []
    async with Store.open(url) as store:
        for _ in range(round(CHARTED_SECONDS_MAX)):
            rows = await samples(store.door(), patient, [index], *span)
            found = [float(row["value"]) for row in rows.get(index, ())]
            if len(found) >= least:
                break
            await asyncio.sleep(1)
    return found


def session_of(house: Installation) -> dict[str, object]:
    """The cookie of the patient, as a browser keeps it."""
    answer = httpx.post(f"{house.url}/api/session", json={"login": LOGIN, "password": PASSWORD})
    answer.raise_for_status()
    # A browser sends a secure cookie to loopback, but takes one only from an https address.
    https = house.url.replace("http://", "https://")
    return {"name": COOKIE, "value": answer.cookies[COOKIE], "url": https, "secure": True}


async def killed(
    house: Installation, patient: int, cookie: dict[str, object], kills: int
) -> dict[str, float]:
    """All lives of one telephone."""
    entered = kills - kills // 4
    with tempfile.TemporaryDirectory(prefix="homeward-telephone-") as folder:
        async with line_to(int(house.url.rsplit(":", 1)[1])) as line, async_playwright() as player:
            phone = Telephone(player, Path(folder), line, cookie)
            record = lambda: weights(house, patient, entered)  # noqa: E731
            return await lives(phone, kills, SEED, record)


def main() -> None:
    """Print the table, then the figures."""
    kills = int(sys.argv[1]) if len(sys.argv) > 1 else KILLS
    with installation() as house:
        patient = patient_of(house)
        figures = asyncio.run(killed(house, patient, session_of(house), kills))
    rows = [(key.replace("_", " "), f"{value:g}") for key, value in figures.items()]
    table(("a telephone, its browser killed", ""), rows)
    finish("app_kills", figures)
    if any(figures[each] for each in MUST_BE_NONE):
        raise SystemExit(1)


if __name__ == "__main__":
    main()
