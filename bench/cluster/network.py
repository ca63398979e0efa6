"""Machines of a network of their own: namespaces on one bridge, whose links can be cut.

Whoever runs this is on the bridge too, as the ward is. Processes share the disk and the clock;
what is between them is the kernel's own TCP over links that can go dead without a word.
"""

import os
import random
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Self

from homeward.engines.child import Child, Recipe

FIRST = 11  # the last number of the first machine's address
SUBNETS = range(64, 128)  # of 10.x.y.0/24, seldom used for anything


def why_not() -> str | None:
    """Why no such network can be made here; None where it can."""
    if os.geteuid() != 0:
        return "only root makes network namespaces"
    missing = [each for each in ("ip", "nsenter", "setpriv") if _find(each) is None]
    if missing:
        return f"there is no {', no '.join(missing)} (Debian: iproute2, util-linux)"
    name = f"hw{os.getpid()}"
    done = subprocess.run([_find("ip"), "netns", "add", name], capture_output=True, text=True)
    if done.returncode:
        return f"no network namespace can be made: {done.stderr.strip()}"
    _ip("netns", "delete", name)
    return None


def _find(program: str) -> str | None:
    return shutil.which(program) or shutil.which(program, path="/usr/sbin:/sbin")


def _ip(*words: str) -> None:
    done = subprocess.run([_find("ip") or "ip", *words], capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"ip {' '.join(words)}: {done.stderr.strip()}")


@dataclass
class Machine:
    """One namespace, or where none is named this machine, and the processes in it."""

    name: str
    namespace: str
    address: str
    link: str  # our end of its cable
    folder: Path
    processes: dict[str, Child] = field(default_factory=dict)

    def inside(self, recipe: Recipe) -> Recipe:
        """How to start something on this machine. As another account it ends with us too."""
        if not self.namespace:
            return recipe
        words = [_find("nsenter") or "", f"--net=/run/netns/{self.namespace}", "--"]
        if (who := recipe.identity) is not None:
            words += [
                _find("setpriv") or "", f"--reuid={who.uid}", f"--regid={who.gid}",
                "--clear-groups", "--pdeathsig=KILL",
            ]  # fmt: skip
        return replace(recipe, command=(*words, *recipe.command), identity=None)

    def start(self, recipe: Recipe) -> Child:
        """Start something here."""
        child = self.processes[recipe.name] = Child.start(self.inside(recipe))
        return child

    def once(self, recipe: Recipe, seconds: float) -> str:
        """Run something here to its end, at most so long; how it ended."""
        return Child.start(self.inside(recipe)).wait(seconds)

    def kill(self, *names: str) -> None:
        """Kill -9 these processes; all where none is named."""
        for name in names or tuple(self.processes):
            child = self.processes.pop(name)
            child.kill()
            child.wait(10)


class Network:
    """The bridge and its machines."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        tag = f"{random.randrange(16**4):04x}"
        self._bridge = f"hwb{tag}"
        self._tag = tag
        self._subnet = f"10.{random.choice(SUBNETS)}.{random.randrange(256)}"
        self.machines: dict[str, Machine] = {}

    @classmethod
    @contextmanager
    def of(cls, folder: Path, names: Sequence[str]) -> Iterator[Self]:
        """A network with these machines, gone at the end with all that runs on it."""
        network = cls(folder)
        try:
            network._lay(names)
            yield network
        finally:
            network._remove()

    def _lay(self, names: Sequence[str]) -> None:
        _ip("link", "add", self._bridge, "type", "bridge")
        _ip("address", "add", f"{self._subnet}.1/24", "dev", self._bridge)
        _ip("link", "set", self._bridge, "up")
        for number, name in enumerate(names, FIRST):
            space, link = f"hw{self._tag}-{name}", f"hwv{self._tag}{number}"
            _ip("netns", "add", space)
            address = f"{self._subnet}.{number}"
            self.machines[name] = Machine(name, space, address, link, self.folder / name)
            _ip("link", "add", link, "type", "veth", "peer", "name", "eth0", "netns", space)
            _ip("link", "set", link, "master", self._bridge, "up")
            _ip("-n", space, "address", "add", f"{address}/24", "dev", "eth0")
            for each in ("lo", "eth0"):
                _ip("-n", space, "link", "set", each, "up")

    def cut(self, machine: Machine) -> None:
        """Its cable is pulled: no packet comes or goes, and nobody is told."""
        _ip("link", "set", machine.link, "nomaster")

    def join(self, machine: Machine) -> None:
        """The cable is back."""
        _ip("link", "set", machine.link, "master", self._bridge)

    def _remove(self) -> None:
        for machine in self.machines.values():
            machine.kill()
            for words in (("link", "delete", machine.link), ("netns", "delete", machine.namespace)):
                subprocess.run([_find("ip") or "ip", *words], capture_output=True)
        subprocess.run([_find("ip") or "ip", "link", "delete", self._bridge], capture_output=True)
