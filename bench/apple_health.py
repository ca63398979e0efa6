"""What importing Apple Health's export costs, beside a bare pull parse of the same file.

    make bench NAME=apple_health          50 MB
    python -m bench.apple_health 2000     2 GB

The file is made here: a watch's heart rate and steps, a cuff and a thermometer, with the metadata
Apple writes. It is imported into a PostgreSQL of its own that syncs every commit, by a process of
its own, so that the memory it takes is its own.
"""

import asyncio
import multiprocessing
import resource
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from importlib import import_module
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import XMLPullParser

import psycopg

from bench.report import finish, table
from homeward.bus import Bus
from homeward.cli._apple_file import CHUNK
from homeward.engines.child import running
from homeward.engines.nats import Nats
from homeward.engines.postgres import Postgres
from homeward.guard.sealing import Wrapping
from homeward.services.contract import Tools
from homeward.settings import load
from homeward.store import Store, migrate
from homeward.store.keyring import Keyring

MEGABYTES = 50
START = datetime(2016, 1, 1, tzinfo=UTC)
HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n<HealthData locale="en_GB">\n'
RECORD = (
    ' <Record type="HKQuantityTypeIdentifier{kind}" sourceName="{source}" sourceVersion="10.1"'
    ' device="&lt;&lt;HKDevice: 0x2830&gt;, name:Apple Watch, model:Watch, hardware:Watch6,1&gt;"'
    ' unit="{unit}" creationDate="{at}" startDate="{at}" endDate="{at}" value="{value}">\n'
    '  <MetadataEntry key="HKMetadataKeyHeartRateMotionContext" value="0"/>\n </Record>\n'
)


def make(path: Path, size: int) -> int:
    """Write an export of about so many bytes; how many records it has."""
    count = done = 0
    with path.open("w") as file:
        file.write(HEAD)
        while done < size:
            at = (START + timedelta(seconds=40 * count)).strftime("%Y-%m-%d %H:%M:%S +0000")
            lines = [("HeartRate", "Watch", "count/min", 55 + count % 60)]
            lines.append(("StepCount", "Phone", "count", count % 90))
            if count % 1_000 == 0:
                lines.append(("BloodPressureSystolic", "Cuff", "mmHg", 110 + count % 50))
                lines.append(("BodyTemperature", "Thermometer", "degC", 36.6))
            for kind, source, unit, value in lines:
                done += file.write(
                    RECORD.format(kind=kind, source=source, unit=unit, at=at, value=value)
                )
            count += 1
        file.write("</HealthData>\n")
    return count


def bare(path: Path) -> None:
    """Pull every element of the file and look at none of it."""
    parser = XMLPullParser(("start", "end"))
    root: Any = None
    with path.open("rb") as file:
        while data := file.read(CHUNK):
            parser.feed(data)
            for event, element in parser.read_events():
                if root is None:
                    root = element
                elif event == "end" and element.tag == "Record":
                    root.clear()


async def importing(path: Path, postgres_url: str, nats_url: str) -> None:
    """Import the file, as the command does."""
    settings = replace(load({})[0], postgres_url=postgres_url, nats_url=nats_url)
    keys = Keyring(lambda: Wrapping([bytes(range(32))]))
    imported = import_module("homeward.cli.import").imported
    waiting = import_module("homeward.services.record.importing")
    waiting.WAITING_BYTES_MAX = 2**62  # nobody folds here
    async with (
        Store.open(postgres_url, size_max=2, keys=keys) as store,
        Bus.open(nats_url, "bench") as bus,
    ):
        await imported(Tools(store, bus, settings, lambda: datetime.now(UTC)), path, 1)


def _timed(sent: Any, work: Callable[[], None]) -> None:
    began = time.perf_counter()
    work()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    sent.send((time.perf_counter() - began, peak))


def apart(work: Callable[[], None]) -> tuple[float, int]:
    """Do it in a process of its own: seconds, and the memory it took at most."""
    spawn = multiprocessing.get_context("fork")
    received, sent = spawn.Pipe(duplex=False)
    process = spawn.Process(target=_timed, args=(sent, work))
    process.start()
    found = received.recv()
    process.join()
    return found


def main() -> None:
    """Make the file, parse it, import it."""
    megabytes = int(sys.argv[1]) if len(sys.argv) > 1 else MEGABYTES
    folder = Path(tempfile.mkdtemp(prefix="homeward-bench-"))
    folder.chmod(0o711)
    path = folder / "export.xml"
    postgres, nats = Postgres(folder), Nats(folder)
    try:
        make(path, megabytes * 1_000_000)
        size = path.stat().st_size
        with running(postgres), running(nats):
            migrate(postgres.url)
            with psycopg.connect(postgres.url, autocommit=True) as sql:
                sql.execute(
                    "insert into patient (record_number, name, birth_date, sex)"
                    " values ('1', 'Anna', '1950-03-01', 'female')"
                )
            parse, parse_peak = apart(lambda: bare(path))
            whole, peak = apart(lambda: asyncio.run(importing(path, postgres.url, nats.url)))
            with psycopg.connect(postgres.url) as sql:
                row = sql.execute("select readings from import_run").fetchone()
        readings = row[0] if row else 0
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    table(
        (f"{size / 1e6:,.0f} MB", "seconds", "MB/s", "peak MB"),
        [
            ("bare pull parse", f"{parse:.1f}", f"{size / 1e6 / parse:.1f}",
             f"{parse_peak / 1e6:.0f}"),
            (f"import, {readings:,} readings", f"{whole:.1f}", f"{size / 1e6 / whole:.1f}",
             f"{peak / 1e6:.0f}"),
        ],
    )  # fmt: skip
    finish(
        "apple_health",
        {
            "import_per_bare_parse": whole / parse,
            "peak_bytes": peak,
            "bytes_per_second": size / whole,
            "readings_per_second": readings / whole,
            "size_bytes": size,
        },
    )


if __name__ == "__main__":
    main()
