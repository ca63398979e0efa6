"""Patients who fall ill and are cared for, each with a device of their own over mutual TLS."""

import asyncio
import time
from dataclasses import dataclass

from bench.alarm_kills.screens import Screen
from homeward.device.connection import Connection
from homeward.model.reading import Reading
from homeward.model.vital import OXYGEN_SATURATION, PULSE
from homeward.store.chunks import moment

CONDITION = "oxygen_low"
LOW, WELL = 70.0, 97.0  # below 80 % nobody waits (clinical/rules/oxygen_low.py)
PAUSE_SECONDS = 0.5  # between two messages of a device
WELL_SECONDS = 17.0  # an episode ends after 15 s of good values
ANSWER_SECONDS_MAX = 8.0  # so long somebody tries to answer before the patient gets well


@dataclass(slots=True)
class Spell:
    """One time of being ill. Seconds since 1970; `ended` is the last low value."""

    patient: int
    began: float
    ended: float = 0.0


class Patient:
    """One patient and the device they wear."""

    def __init__(self, number: int, device: Connection, nurse: Screen) -> None:
        self.id = number
        self.device = device
        self.sent: list[int] = []  # device time of each message (us)
        self.spells: list[Spell] = []
        self.nurse = nurse
        self._value = WELL
        self._is_free = True
        self.is_over = False  # nothing is measured any more

    @property
    def is_ready(self) -> bool:
        """Whether they are well, with no alarm open."""
        return self._is_free and not self.nurse.open_of(self.id)

    async def run(self) -> None:
        """Measure, until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self.device.run())
            while not self.is_over:
                self._say()
                await asyncio.sleep(PAUSE_SECONDS)

    def _say(self) -> None:
        at_ms = time.time_ns() // 1_000_000  # as it travels, and each of its own
        if self.sent:
            at_ms = max(at_ms, self.sent[-1] // 1000 + 1)
        self.sent.append(at_ms * 1000)
        at = moment(at_ms * 1000)
        if self._value < WELL:
            self.spells[-1].ended = at.timestamp()
        pulse = Reading(PULSE, 72.0, at)
        self.device.send([Reading(OXYGEN_SATURATION, self._value, at), pulse])

    def falls_ill(self) -> Spell:
        """From this moment on, by a message of its own."""
        assert self.is_ready
        self._is_free = False
        self.spells.append(Spell(self.id, time.time()))
        self._value = LOW
        self._say()
        return self.spells[-1]

    async def is_cared_for(self, after_seconds: float) -> None:
        """Somebody comes after so long, answers what rings, and the patient gets well."""
        await asyncio.sleep(after_seconds)
        with_answer = asyncio.timeout(ANSWER_SECONDS_MAX)
        try:
            async with with_answer:
                await self._answered()
        except TimeoutError:
            pass  # an outage: then it latches, and is answered once that can be said
        self._value = WELL
        well = time.monotonic()
        while time.monotonic() - well < WELL_SECONDS or self.nurse.open_of(self.id):
            await self._answer()
            await asyncio.sleep(1.0)
        self._is_free = True

    async def _answered(self) -> None:
        while True:
            await self._answer()
            mine = [a for a in self.nurse.open_of(self.id) if a["condition"] == CONDITION]
            if mine and all(each["state"] == "acknowledged" for each in mine):
                return
            await asyncio.sleep(0.3)

    async def _answer(self) -> None:
        for alarm in self.nurse.open_of(self.id):
            if alarm["state"] in ("active", "latched"):
                await self.nurse.acknowledge(alarm["id"])
