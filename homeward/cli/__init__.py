"""The command line: one command a file, found by walking this folder.

A command is imported only when it is asked for, so that `homeward score` need not wait for the
web server's imports.
"""

import os
import sys
from importlib import import_module
from pathlib import Path

import click

from homeward import __version__
from homeward.model.errors import HomewardError

FAILED = 1
# Before anybody imports numpy: else OpenBLAS starts a thread for each core, in every command, for
# matrices that are never large here.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")


class Commands(click.Group):
    """Every module of this folder that has a `command`."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Their names."""
        names = sorted(path.stem for path in Path(__file__).parent.glob("[!_]*.py"))
        return [name for name in names if self.get_command(ctx, name) is not None]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of this name, imported now."""
        if not (Path(__file__).parent / f"{cmd_name}.py").is_file() or cmd_name.startswith("_"):
            return None
        module = import_module(f"homeward.cli.{cmd_name}")
        return getattr(module, "command", None)


@click.command(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="homeward")
def commands() -> None:
    """Homeward: the Internet of Medical Things, from home to ward."""


def main() -> None:
    """Run one command; what went wrong is told in one line, without a traceback."""
    try:
        commands(prog_name="homeward")
    except HomewardError as error:
        click.echo(f"homeward: {error}", err=True)
        sys.exit(FAILED)


if __name__ == "__main__":
    main()
