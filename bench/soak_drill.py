"""Every drill there is, on twins: nothing acknowledged is lost, and alarms come back.

make soak NAME=drill            every fault, and the kill of every process
python -m bench.soak_drill 5    each for 5 s at most
"""

import asyncio
import sys

from bench.report import finish, table
from homeward.cli._pretend import keep_sentinel
from homeward.cli.settings import environment
from homeward.drill.disk import why_not
from homeward.drill.drilled import drill
from homeward.drill.faults import COMPONENTS, FAULTS
from homeward.drill.report import Report
from homeward.drill.scene import staged
from homeward.drill.twin import papers_of, reaching, twin
from homeward.settings import load


def measure(seconds_max: float) -> dict[str, Report]:
    """Every fault by its name, one after the other on one twin."""
    settings, _ = load({})
    told: dict[str, Report] = {}
    kills = [("kill", component) for component in COMPONENTS]
    others = [(name, "") for name in FAULTS if name != "kill"]
    with twin(settings, environment(settings), has_disk=not why_not()) as (house, disk, _):
        for number, (name, component) in enumerate([*others, *kills]):
            fault = FAULTS[name]
            if fault.needs_disk and disk is None:
                continue

            async def act(number: int = number, component: str = component) -> Report:
                reached, papers = reaching(settings, house), papers_of(house)
                async with staged(reached, papers, keep_sentinel, name=f"drill-{number}") as scene:
                    scene.house, scene.disk = house, disk
                    scene.component = component or scene.component
                    seconds = min(seconds_max, fault.seconds)  # noqa: B023  (run at once)
                    return await drill(scene, fault, seconds, "a twin")  # noqa: B023

            report = told[f"{name} {component}".strip()] = asyncio.run(act())
            print(report.text(), flush=True)
    return told


def main(seconds_max: float) -> None:
    """Fail where a bar failed."""
    told = measure(seconds_max)
    table(
        ("drill", "acknowledged", "lost", "doubled", "alarm, s", "back, s", "passed"),
        [
            (name, f"{r.acknowledged:,}", r.lost, r.doubled, r.alarm_seconds, r.back_seconds,
             "yes" if r.is_passed else "NO")
            for name, r in told.items()
        ],
    )  # fmt: skip
    failed = sum(not each.is_passed for each in told.values())
    figures = {
        "drills": len(told),
        "failed": failed,
        "acknowledged": sum(each.acknowledged for each in told.values()),
        "lost": sum(each.lost for each in told.values()),
        "doubled": sum(each.doubled for each in told.values()),
    }
    finish("drill", figures)
    if failed:
        raise SystemExit(1)


if __name__ == "__main__":
    main(float(sys.argv[1]) if len(sys.argv) > 1 else 10.0)
