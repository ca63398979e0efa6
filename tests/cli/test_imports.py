"""What a process imports, it keeps: each stays within what its own work needs."""

import os
import subprocess
import sys

import pytest

WEB = {"fastapi", "pydantic", "starlette", "uvicorn", "aiohttp"}
ENGINES = {"numpy", "psycopg", "nats", "uvloop", "cryptography"}
CASES = {
    "supervisor": (("homeward.cli.demo", "homeward.cli.up"), WEB | ENGINES),
    "door": (
        ("homeward.cli.run", "homeward.connectors.mqtt.listen", "homeward.services.record.intake"),
        WEB,
    ),
    "watch": (("homeward.cli.run", "homeward.services.watch.work"), WEB),
    "work": (("homeward.cli.run", "homeward.services.call.work"), WEB),
    "pack": (("homeward.cli.run", "homeward.services.record.work"), WEB),
    "sentinel": (
        ("homeward.cli.sentinel", "homeward.sentinel.watch", "homeward.sentinel.config"),
        WEB | {"numpy", "psycopg", "nats", "uvloop"},
    ),
    "demo": (("homeward.cli.run", "homeward.simulate.demo"), WEB),
    "web": (("homeward.cli.run", "homeward.api.serve"), {"aiohttp"}),
}


@pytest.mark.parametrize("process", CASES)
def test_a_process_imports_only_what_its_work_needs(process: str) -> None:
    modules, unwanted = CASES[process]
    lines = [f"import {module}" for module in modules]
    lines += ["import sys", "print(*sys.modules)"]
    done = subprocess.run(
        [sys.executable, "-c", "\n".join(lines)], capture_output=True, text=True, check=True
    )
    imported = set(done.stdout.split())
    assert set(modules) <= imported
    assert not unwanted & imported


def test_a_command_starts_no_threads_to_multiply_with() -> None:
    """OpenBLAS starts one for each core as numpy is imported, which takes longer than the rest."""
    lines = "import homeward.cli, numpy, os; print(len(os.listdir('/proc/self/task')))"
    clean = {name: value for name, value in os.environ.items() if name != "OPENBLAS_NUM_THREADS"}
    done = subprocess.run(
        [sys.executable, "-c", lines], env=clean, capture_output=True, text=True, check=True
    )
    assert done.stdout == "1\n"
