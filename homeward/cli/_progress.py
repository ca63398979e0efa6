"""How far a long command has come, where somebody looks."""

from typing import Self

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn


class Bar:
    """One bar; on something that is no terminal it says nothing."""

    def __init__(self) -> None:
        console = Console(stderr=True)
        self._shown = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            TextColumn("{task.percentage:>3.0f} %"),
            console=console,
            transient=True,
            disable=not console.is_terminal,
        )
        self._task = self._shown.add_task("", total=None)

    def __enter__(self) -> Self:
        self._shown.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._shown.stop()

    def begin(self, what: str, total: int | None = None) -> None:
        """Something new begins, of so many pieces; None: nobody knows how many."""
        self._shown.reset(self._task, description=what, total=total)

    def step(self, count: int) -> None:
        """So many more are done."""
        self._shown.update(self._task, advance=count)

    def copying(self, done: int, total: int) -> None:
        """So many bytes of all are copied."""
        self._shown.update(self._task, description="copying", completed=done, total=total)
