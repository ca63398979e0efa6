"""Real engines for every test: one PostgreSQL and one NATS a session, one database a test."""

import gc
import os
import shutil
import sys
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

import psycopg
import pytest
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from psycopg.conninfo import conninfo_to_dict

from homeward.bus import Bus
from homeward.engines.child import running
from homeward.engines.nats import Nats, free_port
from homeward.engines.postgres import WEB_ACCOUNT, Postgres
from homeward.guard.sealing import Wrapping
from homeward.services.contract import Tools
from homeward.settings import Settings, load
from homeward.store import Store, migrate
from homeward.store.keyring import Keyring
from homeward.store.migrate import let_in
from tests import proven

REPOSITORY = Path(__file__).parents[1]
TEMPLATE = "template_migrated"
WRAPPING = Wrapping([bytes(range(32))])
PATIENTS_KEY = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="  # the same, for a setting
MEMORY = Path("/dev/shm")
MEMORY_BYTES_MIN = 2 * 2**30  # for the engines of every worker
_numbers = count(1)
_finished: list[str] = []


# No test fails because the machine was slow.
hypothesis_settings.register_profile(
    "unhurried", deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
hypothesis_settings.load_profile("unhurried")

# Folders whose tests mostly wait, for minutes, for whole installations: they begin first, so that
# nobody waits for them at the end.
WAITING = ("sentinel", "examples", "cli", "stories", "browser")


# httpcore looks for it, again and again, at each step of each request; it is not installed.
sys.modules.setdefault("sniffio", None)  # type: ignore[arg-type]


def pytest_configure(config: pytest.Config) -> None:
    """Note what passes: the papers of docs/safety stand on it."""
    proven.watch(config)
    gc.disable()  # what is collected stays until the end


def pytest_collection_finish() -> None:
    """What was imported and collected is not looked through for garbage again."""
    gc.collect()
    gc.freeze()
    gc.enable()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the tests that wait longest; within a folder the order stays."""

    def place(item: pytest.Item) -> int:
        folder = item.path.relative_to(REPOSITORY / "tests").parts[0]
        return WAITING.index(folder) if folder in WAITING else len(WAITING)

    items.sort(key=place)


@pytest.fixture(autouse=True)
def umask() -> Iterator[None]:
    """Commands close what they write to others, for the whole process: the next test is no part of
    that."""
    before = os.umask(0o022)
    os.umask(before)
    yield
    os.umask(before)


@dataclass(frozen=True)
class Engines:
    """The session's engines. `data` is their folder; keys and certificates may go there too."""

    data: Path
    postgres: Postgres
    nats: Nats

    @property
    def postgres_url(self) -> str:
        """The cluster's own, unmigrated database; a test's database is `database_url`."""
        return self.postgres.url

    @property
    def nats_url(self) -> str:
        return self.nats.url


def _in_memory() -> Path | None:
    """Where files are kept in memory, if there is room: each test makes six hundred of them."""
    has_room = MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > MEMORY_BYTES_MIN
    return MEMORY if has_room else None


@pytest.fixture(scope="session")
def engines() -> Iterator[Engines]:
    """PostgreSQL and NATS, started once a session and once a worker of xdist."""
    folder = Path(tempfile.mkdtemp(prefix="homeward-test-", dir=_in_memory()))
    postgres, nats = Postgres(folder, durable=False), Nats(folder)
    try:
        with running(postgres), running(nats):
            with psycopg.connect(postgres.url, autocommit=True) as admin:
                admin.execute(f"create database {TEMPLATE}")
            migrate(postgres.database_url(TEMPLATE))
            let_in(postgres.url, postgres.web_url)
            yield Engines(folder, postgres, nats)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def database_url(engines: Engines) -> Iterator[str]:
    """A fresh, migrated, empty database of this test's own."""
    name = f"test_{next(_numbers)}"
    with psycopg.connect(engines.postgres_url, autocommit=True) as admin:
        for finished in _finished[:-1]:
            admin.execute(f"drop database {finished} with (force)")
            _finished.remove(finished)
        admin.execute(f"create database {name} template {TEMPLATE} strategy file_copy")
        # What may be done in a database itself is no part of its template.
        admin.execute(f"revoke temporary on database {name} from public")
    yield engines.postgres.database_url(name)
    # Dropped two tests later: by then its last connection has quite gone, and nobody waits.
    _finished.append(name)


@pytest.fixture
async def store(engines: Engines, database_url: str) -> AsyncIterator[Store]:
    """A store on this test's own database. Its address is `database_url`, also `store.url`."""
    name = conninfo_to_dict(database_url)["dbname"]
    web_url = engines.postgres.database_url(str(name), WEB_ACCOUNT)
    keys = Keyring(lambda: WRAPPING)
    async with Store.open(database_url, web_url=web_url, keys=keys) as opened:
        opened.url = database_url
        yield opened


@pytest.fixture
async def bus(engines: Engines) -> AsyncIterator[Bus]:
    """A connection to the session's NATS."""
    async with Bus.open(engines.nats_url) as opened:
        yield opened


@pytest.fixture
def settings(engines: Engines, database_url: str, open_folder: Path) -> Settings:
    """Settings of an installation on this test's database, with free ports and its own folder."""
    plain, _ = load({})
    return replace(
        plain,
        data=open_folder,
        postgres_url=database_url,
        nats_url=engines.nats_url,
        web_port=free_port(),
        mqtt_port=free_port(),
        http_ingest_port=0,
        patients_key=PATIENTS_KEY,
    )


@pytest.fixture
def tools(store: Store, bus: Bus, settings: Settings) -> Tools:
    """What a service's work is given; the clock is the real one (see `dataclasses.replace`)."""
    return Tools(store, bus, settings, lambda: datetime.now(UTC))


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A short temporary folder that the database's account may enter; pytest's own is closed."""
    folder = Path(tempfile.mkdtemp(prefix="homeward-test-"))
    folder.chmod(0o711)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def port() -> Callable[[], int]:
    """Gives free ports of loopback."""
    return free_port


@pytest.fixture(scope="session")
def data() -> Path:
    """The folder of recordings beside the repository, or a skip."""
    folder = REPOSITORY.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("the recordings beside the repository (../shared/data) are not here")
    return folder


@pytest.fixture
def pace() -> int:
    """Requests a second that a page's server lets somebody make. A test asks faster than people: 0
    is no bound; a browser is bound as delivered."""
    return 0
