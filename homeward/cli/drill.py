"""`homeward drill`: break something on purpose, and see whether alarms come back."""

import asyncio
import re
import sys
import tempfile
from collections.abc import Callable, Coroutine
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from homeward.cli.settings import effective, environment
from homeward.model.errors import Misconfigured

if TYPE_CHECKING:
    from homeward.drill.faults import Fault
    from homeward.drill.report import Report
    from homeward.settings import Settings

SECONDS_MAX = 600.0
WARNING = (
    "This breaks the RUNNING installation on purpose ({what}). Patients may be without alarms for "
    "as long as it takes. Look after them otherwise meanwhile. Go on?"
)


class Span(click.ParamType):
    """Seconds or minutes, as in 30s or 2m."""

    name = "span"

    def convert(self, value: Any, param: Any, ctx: Any) -> float:
        if isinstance(value, float):
            return value
        found = re.fullmatch(r"(\d+(?:\.\d+)?)(s|m)?", value)
        seconds = float(found[1]) * (60 if found[2] == "m" else 1) if found else 0.0
        if not 0 < seconds <= SECONDS_MAX:
            self.fail(f"{value!r} is no span; write 30s or 2m, at most {SECONDS_MAX / 60:.0f}m")
        return seconds


@click.group("drill")
def command() -> None:
    """Break something on purpose, and see that nothing is lost and alarms come back."""


@command.command("list")
def list_faults() -> None:
    """What can be broken, and what that needs."""
    from homeward.drill.faults import COMPONENTS, FAULTS

    for fault in FAULTS.values():
        needs = "a twin, root" if fault.needs_disk else "a twin" if fault.is_of_twin else ""
        click.echo(f"{fault.name:<11}{fault.meaning}{f' (needs {needs})' if needs else ''}")
    click.echo(f"components of kill: {', '.join(COMPONENTS)}")


@command.command("run")
@click.argument("name", metavar="FAULT")
@click.option("--for", "seconds", type=Span(), help="How long it lasts, as in 30s or 2m.")
@click.option("--component", default="door", show_default=True, help="Which process kill kills.")
@click.option("--on", type=click.Choice(["twin"]), help="A twin made for this: as it comes.")
@click.option("--here", is_flag=True, help="Break the running installation instead of a twin.")
@click.option("--yes", is_flag=True, help="With --here: do not ask.")
@click.option("--report", type=click.Path(dir_okay=False, path_type=Path),
              help="Write the report into this file too, as JSON.")  # fmt: skip
def run(
    name: str, seconds: float | None, component: str, on: str | None, here: bool, yes: bool,
    report: Path | None,
) -> None:  # fmt: skip
    """Break FAULT (see `homeward drill list`), mend it, and report. Exit code 1: a bar failed.

    As it comes this happens on a twin: a fresh installation of this version with these settings, in
    a temporary folder and on loopback, that reaches nobody. A pretend patient falls ill in the
    moment the fault begins.
    """
    fault, seconds = chosen(name, component, seconds)
    if here and on:
        raise click.UsageError("--here and --on twin exclude each other")
    settings, _ = effective()
    if here:
        _refuse_here(fault, component)
        if not yes:
            click.confirm(WARNING.format(what=fault.meaning), abort=True)
        told = _here(fault, seconds, component)
    else:
        told = _on_twin(settings, fault, seconds, component)
    click.echo(told.text())
    if report is not None:
        report.write_text(told.json() + "\n")
    sys.exit(0 if told.is_passed else 1)


def chosen(name: str, component: str, seconds: float | None) -> "tuple[Fault, float]":
    """The fault of this name, and how long it lasts. Raises Misconfigured."""
    from homeward.drill.faults import COMPONENTS, FAULTS

    fault = FAULTS.get(name)
    if fault is None:
        raise Misconfigured(f"there is no fault {name!r}; there are {', '.join(FAULTS)}")
    if component not in COMPONENTS:
        raise Misconfigured(f"there is no {component!r}; there are {', '.join(COMPONENTS)}")
    return fault, fault.seconds if seconds is None else seconds


def _refuse_here(fault: "Fault", component: str) -> None:
    if fault.is_of_twin:
        raise Misconfigured(f"{fault.name} is for a twin only: your record would not survive it")
    if component == "supervisor":
        raise Misconfigured("the supervisor is killed on a twin only: who would start yours again?")


def _on_twin(settings: "Settings", fault: "Fault", seconds: float, component: str) -> "Report":
    from homeward.cli._pretend import keep_sentinel
    from homeward.drill.drilled import drill
    from homeward.drill.scene import Scene, staged
    from homeward.drill.twin import papers_of, twin

    has_disk = fault.needs_disk or (fault.name == "disk-stall" and _may_mount())
    click.echo("Making a twin ...", err=True)
    with twin(settings, environment(settings), has_disk=has_disk) as (house, disk, reached):

        async def act(scene: Scene) -> "Report":
            scene.house, scene.disk, scene.component = house, disk, component
            return await drill(scene, fault, seconds, "a twin")

        return asyncio.run(_on(lambda: staged(reached, papers_of(house), keep_sentinel), act))


def _may_mount() -> bool:
    from homeward.drill.disk import why_not

    return not why_not()


def _here(fault: "Fault", seconds: float, component: str) -> "Report":
    from homeward.cli._pretend import keep_sentinel
    from homeward.cli._reach import reach
    from homeward.drill.drilled import drill, well_again
    from homeward.drill.scene import Scene, staged

    settings = reach()

    async def act(scene: Scene) -> "Report":
        scene.component = component
        told = await drill(scene, fault, seconds, f"the installation in {settings.data}")
        await well_again(scene)
        return told

    with tempfile.TemporaryDirectory(prefix="homeward-drill-") as papers:
        alone = replace(settings, sentinel_calls="")
        return asyncio.run(_on(lambda: staged(alone, Path(papers), keep_sentinel), act))


async def _on(
    stage: Callable[[], Any], act: Callable[[Any], Coroutine[Any, Any, "Report"]]
) -> "Report":
    async with stage() as scene:
        return await act(scene)
