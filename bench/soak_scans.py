"""What others' scanners say: TLS of every listener, requests of every kind, and the code.

    make soak NAME=scans

sslyze holds each listener of a running installation that leaves the machine against Mozilla's
intermediate profile; schemathesis makes requests of the OpenAPI document, as a doctor; bandit reads
the code. Each lives in an environment of its own under .stamps, since their libraries are not ours;
where one cannot be installed this fails, and says so. Nobody
here knows which weaknesses packages are known to have: that takes a database that is not on this
machine.
"""

import json
import subprocess
import sys
import venv
from pathlib import Path

from bench._outside import Outside, open_ports, papers
from bench.installation import LOGIN, cookie, fill_ward, installation
from bench.report import finish, table
from homeward.api.app import every_route
from homeward.api.openapi import document
from homeward.drill.house import temporary_folder
from homeward.engines.nats import free_port

ROOT = Path(__file__).parents[1]
TOOLS = {
    "sslyze": "sslyze==6.3.1",
    "schemathesis": "schemathesis==4.32.5",
    "bandit": "bandit==1.9.4",
}
EXAMPLES = 50  # of each operation
SUMMARY_LINES = 25
SEVERITIES = ("LOW", "MEDIUM", "HIGH")


def tool(name: str) -> Path:
    """A tool in an environment of its own, installed where it is not."""
    folder = ROOT / ".stamps" / name
    program = folder / "bin" / name
    if not program.exists():
        print(f"Installing {TOOLS[name]} into {folder.relative_to(ROOT)}.", flush=True)
        venv.create(folder, with_pip=True)
        pip = [str(folder / "bin" / "pip"), "install", "--quiet", TOOLS[name]]
        if subprocess.run([*pip, "--disable-pip-version-check"]).returncode:
            raise SystemExit(f"{TOOLS[name]} cannot be installed here: nothing was scanned")
    return program


def tls() -> list[tuple[str, int, list[str]]]:
    """Each open listener, and what sslyze finds outside the profile."""
    program = tool("sslyze")
    with temporary_folder("scans") as folder:
        house = Outside(folder, {
            "HOMEWARD_WEB_HOST": "0.0.0.0", "HOMEWARD_MQTT_HOST": "0.0.0.0",
            "HOMEWARD_HTTP_INGEST_PORT": str(free_port()),
        })  # fmt: skip
        house.start()
        try:
            both = papers(house)
            names = {house.web_port: "pages", house.mqtt_port: "MQTT door"}
            return [
                (names.get(port, "HTTPS door"), port, _scanned(program, port, both))
                for port in open_ports(house)
            ]
        finally:
            house.stop()


def _scanned(program: Path, port: int, both: Path) -> list[str]:
    words = [
        str(program), "--mozilla_config", "intermediate", "--cert", str(both), "--key", str(both),
        f"localhost:{port}",
    ]  # fmt: skip
    done = subprocess.run(words, capture_output=True, text=True)
    lines = done.stdout.splitlines()
    begins = next((n for n, line in enumerate(lines) if "COMPLIANCE" in line.upper()), 0)
    said = [line.strip() for line in lines[begins + 1 :] if line.strip()]
    if done.returncode == 0:
        return []
    return [line for line in said if line.startswith("*")] or said[-5:] or ["it could not scan"]


def requests() -> int:
    """How many operations of the OpenAPI document schemathesis got a server error out of."""
    program = tool("schemathesis")
    with installation() as house:
        fill_ward(house, 2)
        with house.connect() as sql:
            sql.execute("update person set role = 'doctor' where login = %s", (LOGIN,))
        described = house.folder / "openapi.json"
        described.write_text(json.dumps(document(every_route())))
        words = [
            str(program), "run", str(described), "--url", house.url, "--checks",
            "not_a_server_error", "--max-examples", str(EXAMPLES), "--seed", "1", "--exclude-path",
            "/api/session", "--header", f"Cookie: {cookie(house)['cookie']}", "--no-color",
        ]  # fmt: skip
        done = subprocess.run(words, capture_output=True, text=True, cwd=house.folder)
    print("\n".join(done.stdout.splitlines()[-SUMMARY_LINES:]))
    if done.returncode and "Server error" not in done.stdout:
        raise SystemExit(f"schemathesis did not run:\n{done.stdout}{done.stderr}")
    return done.stdout.count("- Server error")


def code() -> dict[str, int]:
    """How many findings of each severity bandit has."""
    words = [str(tool("bandit")), "--quiet", "--format", "json", "--recursive", "homeward"]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True)
    found = json.loads(done.stdout)["results"]
    for each in found:
        if each["issue_severity"] == "HIGH":
            print(f"{each['filename']}:{each['line_number']}: {each['issue_text']}")
    return {one: sum(each["issue_severity"] == one for each in found) for one in SEVERITIES}


def main() -> None:
    """Fail where a listener is outside the profile, or the code has a finding of high severity."""
    listeners, server_errors, findings = tls(), requests(), code()
    table(("listener", "port", "outside the profile"), [
        (name, port, "; ".join(unfit) or "nothing") for name, port, unfit in listeners
    ])  # fmt: skip
    table(("bandit", "findings"), [(one.lower(), count) for one, count in findings.items()])
    unfit = sum(bool(each) for _, _, each in listeners)
    finish("scans", {
        "listeners": len(listeners), "listeners_unfit": unfit, "bandit_high": findings["HIGH"],
        "server_errors": server_errors,
    })  # fmt: skip
    if unfit or server_errors or findings["HIGH"]:
        sys.exit(1)


if __name__ == "__main__":
    main()
