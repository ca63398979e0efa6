"""How an edge makes itself heard: a command of the operator's, and the device itself.

The command (HOMEWARD_EDGE_SOUND_COMMAND) is run when an alarm begins to sound, each minute while
it does, and once when it falls silent. What it is about stands in its environment.
"""

import asyncio
import logging
import os
import shlex
from collections.abc import Callable
from contextlib import suppress

import msgspec

from homeward.edge.alarms import Episode, shown

AGAIN_SECONDS = 60.0
COMMAND_SECONDS_MAX = 30.0
COMMANDS_MAX = 20  # at once; past it only the log says so
TECHNICAL = "technical"
log = logging.getLogger("homeward.edge")

TellDevice = Callable[[str, bytes], None]


class Sounder:
    """Sounds alarms, and the edge's own troubles."""

    def __init__(self, command: str, tell: TellDevice) -> None:
        self._words = shlex.split(command)
        self._tell = tell
        self._sounding: dict[str, dict[str, str]] = {}
        self._running: set[asyncio.Task[None]] = set()

    def alarm(self, episode: Episode, is_on: bool) -> None:
        """An alarm begins to sound, or falls silent."""
        said = {
            "HOMEWARD_ALARM_DEVICE": episode.device,
            "HOMEWARD_ALARM_CONDITION": episode.condition,
            "HOMEWARD_ALARM_PRIORITY": episode.finding.priority,
            "HOMEWARD_ALARM_TEXT": episode.finding.text,
        }
        self._sound(f"{episode.device} {episode.condition}", said, is_on)
        body = msgspec.json.encode({"alarm": "on" if is_on else "off"} | dict(shown(episode)))
        self._tell(episode.device, body)

    def trouble(self, text: str, is_on: bool) -> None:
        """The edge itself is in trouble, or no longer."""
        said = {"HOMEWARD_ALARM_CONDITION": TECHNICAL, "HOMEWARD_ALARM_TEXT": text}
        said["HOMEWARD_ALARM_PRIORITY"] = "medium"
        self._sound(TECHNICAL, said, is_on)

    async def run(self) -> None:
        """Sound again what still sounds, until cancelled."""
        while True:
            await asyncio.sleep(AGAIN_SECONDS)
            for said in tuple(self._sounding.values()):
                self._start(said)

    async def close(self) -> None:
        """Leave no command running."""
        for task in self._running:
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)

    def _sound(self, key: str, said: dict[str, str], is_on: bool) -> None:
        said |= {"HOMEWARD_ALARM": "on" if is_on else "off"}
        if is_on:
            self._sounding[key] = said
        else:
            self._sounding.pop(key, None)
        self._start(said)

    def _start(self, said: dict[str, str]) -> None:
        if not self._words:
            return
        if len(self._running) >= COMMANDS_MAX:
            log.error("the sound command is not started: %d of it run already", COMMANDS_MAX)
            return
        task = asyncio.create_task(self._command(said))
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    async def _command(self, said: dict[str, str]) -> None:
        process = None
        try:
            async with asyncio.timeout(COMMAND_SECONDS_MAX):
                process = await asyncio.create_subprocess_exec(
                    *self._words, env={**os.environ, **said}, stdin=asyncio.subprocess.DEVNULL
                )
                if await process.wait():
                    log.error("the sound command failed with %d", process.returncode)
        except TimeoutError:
            log.error("the sound command took longer than %.0f s", COMMAND_SECONDS_MAX)
        except OSError as error:
            log.error("the sound command cannot be run: %s", error.strerror)
        finally:
            if process is not None and process.returncode is None:
                with suppress(ProcessLookupError):
                    process.kill()
                await process.wait()
