"""Foreign scanners at a running installation: sslyze at listeners, schemathesis at routes.

    python -m bench._scans FOLDER    where the scanners' programs are (make security)

The installation is one as delivered whose pages and doors are open to the network. Each scanner's
own exit status decides.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from bench._outside import Outside, open_ports, papers
from homeward.api.app import every_route
from homeward.api.openapi import document
from homeward.drill.house import temporary_folder
from homeward.engines.nats import free_port
from homeward.services.people.routes import COOKIE

SCANS = Path(__file__).parents[1] / "requirements/scans"
LOGIN, PASSWORD = "scan", "four grey geese"
EXAMPLES = 20  # requests that schemathesis makes of each operation, in each of its phases
ROLES = ("patient", "nurse", "doctor", "administrator", "engineer")  # who lies there first
ON_EVERY_WARD = ("nurse", "doctor")
# They end the session that all else is asked by.
SIGN_OUT = "^/api/(session|account/(sessions.*|password)|wards/.*/lock)$"


@contextmanager
def outside() -> Iterator[Outside]:
    """An installation that other machines may reach."""
    with temporary_folder("scans") as folder:
        house = Outside(folder, {
            "HOMEWARD_WEB_HOST": "0.0.0.0", "HOMEWARD_MQTT_HOST": "0.0.0.0",
            "HOMEWARD_HTTP_INGEST_PORT": str(free_port()),
            "HOMEWARD_REQUESTS_PER_SECOND_MAX": "0",  # else most of it would be told to wait
        })  # fmt: skip
        try:
            house.start()
            yield house
        finally:
            house.stop()


def tls(house: Outside, tools: Path) -> bool:
    """Whether every listener is within the profile."""
    root = house.data.certificates / "root.pem"
    ports = [str(port) for port in open_ports(house)]
    words = [tools / "python", SCANS / "tls.py", root, papers(house), *ports]
    return not subprocess.run(words, check=False).returncode


def lies_at_home(house: Outside, login: str) -> None:
    """Give them a record: the first there is, so that its number is often guessed."""
    house.run("ward", "add", "Home team", "--home")
    house.run(
        "patient", "add", "S-1", "--name", "Scan", "--born", "1950-01-01", "--account", login,
        "--ward", "Home team", "--bed", "Home",
    )  # fmt: skip


def routes(house: Outside, tools: Path, role: str) -> bool:
    """Whether every route answers as the document says, whatever somebody of this role sends."""
    login = f"{LOGIN}-{role}"
    house.run(
        "person", "add", login, "--name", f"Scan {role}", "--role", role, "--password", PASSWORD,
        *(["--every-ward"] if role in ON_EVERY_WARD else []),
    )  # fmt: skip
    if role == "patient":
        lies_at_home(house, login)
    root = house.data.certificates / "root.pem"
    url = f"https://localhost:{house.web_port}"
    said = {"login": login, "password": PASSWORD}
    answer = httpx.post(f"{url}/api/session", json=said, verify=str(root))
    answer.raise_for_status()
    place = house.folder / "openapi.json"
    place.write_text(json.dumps(document(every_route())))
    words = [
        tools / "schemathesis", "run", place, "--url", url, f"--tls-verify={root}",
        "--header", f"Cookie: {COOKIE}={answer.cookies[COOKIE]}",
        "--checks", "not_a_server_error,status_code_conformance,response_schema_conformance",
        "--phases", "examples,coverage,fuzzing", "--max-examples", str(EXAMPLES),
        "--exclude-path-regex", SIGN_OUT, "--seed", "7", "--suppress-health-check", "all",
    ]  # fmt: skip
    env = os.environ | {"NO_PROXY": "localhost", "NO_COLOR": "1"}
    return not subprocess.run(words, check=False, env=env, cwd=house.folder).returncode


def main(tools: Path) -> None:
    """Fail where a scanner found something."""
    with outside() as house:
        well = [tls(house, tools), *(routes(house, tools, each) for each in ROLES)]
    if not all(well):
        raise SystemExit(1)


if __name__ == "__main__":
    main(Path(sys.argv[1]).absolute())
