"""The supervisor: starts everything, starts again what dies, stops everything in order.

One thread that sleeps until the kernel has news: a child ended, or somebody wants us to stop.
It imports little, so that it stays small beside what it looks after.
"""

import signal
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

from homeward.engines.child import Child, Engine, Recipe, cut_log
from homeward.engines.folder import Process, process
from homeward.model.errors import HomewardError, Misconfigured, Unreachable

# No longer pause: the alarm path is to be back within five seconds, whatever died how often.
BACK_OFF_SECONDS = (0.1, 0.2, 0.5, 1.0, 2.0)
STEADY_SECONDS = 10.0  # a child that lived this long starts with a fresh back-off
LOOK_SECONDS = 0.02
TURN_SECONDS = 30.0  # how often logs are kept within bounds when nothing happens
GIVING_WAY_SECONDS = 2.0  # what has begun since gives way too, within this
SOON_SECONDS = 0.2
WRITE_AGAIN_SECONDS = 1.0  # the run file, after the disk was full
READY_SECONDS = 120.0  # a crashed PostgreSQL first replays its log
DEATHS_MAX = 3  # before a first start is given up
STOPPING = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
HEARD = {*STOPPING, signal.SIGCHLD}

Say = Callable[[str], None]
Teller = Callable[[str, str], Recipe]  # which process ended, and how


@dataclass
class Kept:
    """One process that shall run: how to start it, and how it has been doing."""

    name: str
    recipe: Callable[[], Recipe]
    is_ready: Callable[[int], bool]
    prepare: Callable[[], None] = lambda: None
    child: Child | None = None
    started: float = 0.0
    deaths: int = 0  # in a row, without a steady time between
    ended: str = ""
    refused: Misconfigured | None = None  # no second try will help
    due: float = field(default=0.0)  # when to start it (monotonic)

    @property
    def is_up(self) -> bool:
        """Whether it runs and does its work."""
        return self.child is not None and self.child.is_alive and self.is_ready(self.child.pid)

    def start(self) -> None:
        """Start it; what stands in the way counts as a death."""
        try:
            self.prepare()
            self.child = Child.start(self.recipe())
        except (HomewardError, OSError) as error:  # OSError: a full disk, and it may pass
            self.ended = str(error)
            self.refused = error if isinstance(error, Misconfigured) else None
            self._died()
        self.started = time.monotonic()

    def look(self) -> bool:
        """Whether it has just been found dead."""
        if self.child is None or self.child.is_alive:
            return False
        self.ended = self.child.how_it_ended
        self.child = None
        if time.monotonic() - self.started > STEADY_SECONDS:
            self.deaths = 0
        self._died()
        return True

    def _died(self) -> None:
        self.deaths += 1
        wait = BACK_OFF_SECONDS[min(self.deaths, len(BACK_OFF_SECONDS)) - 1]
        self.due = time.monotonic() + wait


def kept_engine(engine: Engine) -> Kept:
    """An engine as the supervisor keeps it."""
    return Kept(engine.name, engine.recipe, engine.is_ready, engine.prepare)


class Supervisor:
    """Everything that runs, in the order it starts; it stops in the opposite order."""

    def __init__(self, say: Say, changed: Callable[[], None], teller: Teller) -> None:
        """`changed` is called whenever a process was started; `teller` gives a child that
        raises the technical alarm about one that ended: it knows the bus, we do not."""
        self._say, self._changed, self._teller = say, changed, teller
        self._kept: list[Kept] = []
        self._telling: dict[str, Child] = {}
        self._asked: signal.Signals | None = None
        self._is_news = False  # who runs, and the run file does not say so yet

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Hear signals ourselves; at the end stop everything."""
        before = signal.pthread_sigmask(signal.SIG_BLOCK, HEARD)
        try:
            yield
        finally:
            self._stop()
            signal.pthread_sigmask(signal.SIG_SETMASK, before)

    @property
    def is_asked_to_stop(self) -> bool:
        """Whether somebody wants us to stop."""
        return self._asked is not None

    @property
    def processes(self) -> tuple[Process, ...]:
        """Everything that runs now."""
        return tuple(process(k.name, k.child.pid) for k in self._kept if k.child is not None)

    def bring_up(self, wanted: Sequence[Kept]) -> None:
        """Start these side by side and wait until each does its work.

        Raises Unreachable with its last words where one does not come up.
        """
        began = time.monotonic()
        self._kept.extend(wanted)
        waiting = list(wanted)
        while waiting and not self.is_asked_to_stop:
            self._restart_due()
            for each in [each for each in waiting if each.is_up]:
                waiting.remove(each)
                self._say(f"  {each.name:<9} ready after {time.monotonic() - began:.1f} s")
            late = time.monotonic() - began > READY_SECONDS
            for each in waiting:
                if each.refused is not None:
                    raise each.refused
                if late or each.deaths >= DEATHS_MAX:
                    raise Unreachable(self._why_not(each))
            self._hear(LOOK_SECONDS)

    def once(self, recipe: Recipe) -> str:
        """Run a child to its end; its last words. Raises Unreachable where it fails."""
        child = Child.start(recipe)
        while child.is_alive and not self.is_asked_to_stop:
            self._hear(LOOK_SECONDS)
        if self.is_asked_to_stop:
            child.stop()
        elif child.how_it_ended != "exit code 0":
            raise Unreachable(f"{recipe.name} failed: {recipe.last_words()}")
        return recipe.last_words().rpartition("\n")[2]

    def keep(self) -> None:
        """Start again what dies, until somebody wants us to stop."""
        while not self.is_asked_to_stop:
            self._restart_due()
            wait = TURN_SECONDS
            for child in [each.child for each in self._kept if each.child is not None]:
                cut_log(child.recipe.log)
                if child.recipe.nice:
                    wait = min(wait, GIVING_WAY_SECONDS if child.gives_way() else SOON_SECONDS)
            if self._is_news:
                wait = min(wait, WRITE_AGAIN_SECONDS)
            due = [each.due for each in self._kept if each.child is None]
            wait = min([wait, *(at - time.monotonic() for at in due)])
            self._hear(max(wait, 0.0))

    def _restart_due(self) -> None:
        for each in self._kept:
            if each.look():
                self._say(f"  {each.name} ended ({each.ended}); starting it again")
                self._tell(each)
            if each.child is None and each.due <= time.monotonic():
                each.start()
                self._is_news = True
        if self._is_news:
            with suppress(OSError):  # a full disk must not end everything
                self._changed()
                self._is_news = False

    def _tell(self, ended: Kept) -> None:
        """Start telling, unless we are at it already."""
        telling = self._telling.get(ended.name)
        if telling is None or not telling.is_alive:
            recipe = self._teller(ended.name, ended.ended)
            with suppress(HomewardError):  # no process can be started now; the next death tells
                self._telling[ended.name] = Child.start(recipe)

    def _hear(self, seconds: float) -> None:
        """Sleep until a child ends, somebody wants us to stop, or time is up."""
        heard = signal.sigtimedwait(HEARD, seconds)
        if heard is not None and heard.si_signo in STOPPING:
            self._asked = signal.Signals(heard.si_signo)

    def _why_not(self, each: Kept) -> str:
        words = each.recipe().last_words()
        return f"{each.name} did not come up ({each.ended or 'too slow'}): {words}"

    def _stop(self) -> None:
        """Ask the children to stop, together; then the engines they used."""
        engines = [each for each in self._kept if each.name in ("postgres", "nats")]
        children = [each for each in self._kept if each not in engines]
        self._stop_together(list(self._telling.values()))
        for group in (children, engines):
            self._stop_together([each.child for each in group if each.child is not None])
        self._kept.clear()

    def _stop_together(self, children: Sequence[Child]) -> None:
        for child in children:
            child.ask_to_stop()
        until = time.monotonic() + max([c.recipe.stop_seconds for c in children], default=0.0)
        is_hurried = False  # a second Ctrl-C
        while any(child.is_alive for child in children):
            if is_hurried or time.monotonic() > until:
                for child in children:
                    child.kill()
            heard = signal.sigtimedwait(HEARD, LOOK_SECONDS)
            is_hurried = heard is not None and heard.si_signo in STOPPING
