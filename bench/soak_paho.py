"""Eclipse Paho's interoperability suites, for MQTT 3.1.1 and 5, against a door of our own.

    PAHO=path/of/paho.mqtt.testing make soak NAME=paho
    PAHO=... python -m bench.soak_paho

PAHO is a checkout of https://github.com/eclipse/paho.mqtt.testing, which is run as it is (see
bench/_paho_suite.py). Both suites speak to a door with its conformance port open; nothing of it
reaches a record, so no engine is started. Ends with an error where a case does not pass that is not
on the list of known ones, docs/reference/mqtt.md; some cases watch the clock, so one that does not
pass runs once more, alone, and that is said.
"""

import asyncio
import json
import os
import subprocess
import sys
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from bench.report import finish, table
from homeward.connectors.mqtt.listen import conformance
from homeward.engines.nats import free_port
from homeward.settings import Settings

SUITES = {"v311": "client_test.py", "v5": "client_test5.py"}
SECONDS_MAX = 600  # for one suite; it takes two to three minutes, mostly asleep
# Cases that do not pass, by suite, each with its reason: empty, and to stay so.
KNOWN: dict[str, dict[str, str]] = {"v311": {}, "v5": {}}
SCRIPT = Path(__file__).with_name("_paho_suite.py")


@dataclass(frozen=True, slots=True)
class Case:
    """What became of one case."""

    suite: str
    name: str
    passed: bool
    why: str
    seconds: float


class Apart:
    """As much of a Link as a door asks for that has no platform behind it."""

    is_full = False

    def __init__(self, port: int) -> None:
        self.settings = replace(Settings(), mqtt_conformance_port=port)

    def now(self) -> datetime:
        """The time."""
        return datetime.now(UTC)


async def run(suite: str, checkout: Path, port: int, *only: str) -> list[Case]:
    """Run a suite, or some of its cases. Raises SystemExit where it does not come to an end."""
    place = checkout / "interoperability" / SUITES[suite]
    process = await asyncio.create_subprocess_exec(
        sys.executable, SCRIPT, place, str(port), *only,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, cwd=place.parent,
    )  # fmt: skip
    try:
        async with asyncio.timeout(SECONDS_MAX):
            said, _ = await process.communicate()
    except TimeoutError:
        process.kill()
        raise SystemExit(f"{place.name} did not end within {SECONDS_MAX} s") from None
    lines = [line for line in said.decode(errors="replace").splitlines() if '{"case"' in line]
    cases = [json.loads(line) for line in lines]
    if not cases:
        raise SystemExit(f"{place.name} ran no case:\n{said.decode(errors='replace')[-2000:]}")
    return [Case(suite, c["case"], c["passed"], c["why"], c["seconds"]) for c in cases]


async def all_cases(checkout: Path) -> list[Case]:
    """Both suites, one after the other: they use the same client ids and topics."""
    port = free_port()
    cases: list[Case] = []
    async with conformance(Apart(port), port):  # type: ignore[arg-type]
        for suite in SUITES:
            for case in await run(suite, checkout, port):
                if not case.passed and case.name not in KNOWN[suite]:
                    print(f"{suite} {case.name} once more: {case.why}", flush=True)
                    (case,) = await run(suite, checkout, port, case.name)
                cases.append(case)
    return cases


def main() -> None:
    """Run, print the table, and end with the figures."""
    checkout = Path(os.environ.get("PAHO", ""))
    if not os.environ.get("PAHO") or not (checkout / "interoperability").is_dir():
        raise SystemExit(
            "PAHO must name a checkout of https://github.com/eclipse/paho.mqtt.testing:\n"
            "    PAHO=path/of/paho.mqtt.testing make soak NAME=paho"
        )
    cases = asyncio.run(all_cases(checkout.resolve()))
    rows = [
        (f"{c.suite} {c.name}", "passed" if c.passed else f"NOT PASSED {c.why}", f"{c.seconds:.1f}")
        for c in cases
    ]
    table(("case", "", "s"), rows)
    figures: dict[str, object] = {}
    for suite in SUITES:
        passed = [case.passed for case in cases if case.suite == suite]
        figures |= {f"{suite}_passed": sum(passed), f"{suite}_failed": len(passed) - sum(passed)}
    finish("paho", figures)
    news = [c.name for c in cases if not c.passed and c.name not in KNOWN[c.suite]]
    if news:
        raise SystemExit(f"not passed, and not known: {', '.join(news)}")


if __name__ == "__main__":
    main()
