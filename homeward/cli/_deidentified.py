"""`homeward export --deidentify`: records of many people without who they are."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn

from homeward.cli._reach import on_tools

if TYPE_CHECKING:
    from homeward.services.contract import Tools


def deidentified(
    record_numbers: Sequence[str], method: str, folder: Path, *, is_agreed: bool
) -> str:
    """Write them; how many are alike, in words. Each patient's audit says that it was done."""

    async def act(tools: "Tools") -> str:
        from homeward.guard.audit import Action
        from homeward.guard.deidentify import Method
        from homeward.services.release.deidentified import people_of, write
        from homeward.services.trail.noting import Act, By, note

        door, now = tools.store.door(), tools.now()
        people = await people_of(door, record_numbers, is_agreed=is_agreed)
        whom = tuple(sorted(person.id for person in people))
        done = Act(Action.EXECUTE, "operation", "patient", patients=whom)
        way = "homeward export --deidentify" + ("" if is_agreed else " --without-consent")
        await note(door, done, By(None, way, now, is_operator=True))
        columns = (BarColumn(), TextColumn("{task.completed} of {task.total} people"))
        with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
            task = progress.add_task("export", total=len(people))

            def told(count: int) -> None:
                progress.update(task, completed=count)

            found = await write(door, people, Method(method), folder, told=told)
        return found.in_words()

    return on_tools("export", act)
