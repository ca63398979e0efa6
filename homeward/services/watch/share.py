"""A share of the patients: who is watched by one watcher, and what it alone may write.

Patients' ids are dealt out one after the other, so their remainders are even; nobody moves from
one share to another when they change beds. What is about no single patient is share 0's, the
house's: a ward that fell silent, a process, a trouble. So are all silences and clocks, for many of
one cause ring as one.
"""

from dataclasses import dataclass
from datetime import datetime

import numpy as np
import numpy.typing as npt

from homeward.clinical.cause import GATEWAY_CLOCK, GATEWAY_SILENT, WARD_CLOCK, WARD_SILENT
from homeward.clinical.clock import DEVICE_CLOCK
from homeward.clinical.episode import Key
from homeward.clinical.flagged import FLAGGED
from homeward.clinical.observation import OVERDUE
from homeward.clinical.plan import MISSED
from homeward.clinical.sensor import SENSOR_OFF
from homeward.clinical.silence import DEVICE_SILENT
from homeward.model.errors import HomewardError
from homeward.store import Door, queries

Q = queries("homeward.services.watch")
SILENT = "silent_"
DEVICE_GAP = "device_gap"
SILENCES = (SILENT, DEVICE_SILENT, GATEWAY_SILENT, WARD_SILENT, SENSOR_OFF)
CLOCKS = (DEVICE_CLOCK, GATEWAY_CLOCK, WARD_CLOCK)
_OF_THE_HOUSE = (*SILENCES, *CLOCKS, DEVICE_GAP, OVERDUE, MISSED, FLAGGED)

Rows = npt.NDArray[np.void]  # of model.frame.HOT


class Overtaken(HomewardError):
    """Another watcher has this share by now: what we decide is not ours to write."""


@dataclass(frozen=True, slots=True)
class Share:
    """One of `shares`, counted from 0. `epoch` is which of its watchers we are, in their order;
    None where nobody else can be (tests)."""

    number: int = 0
    shares: int = 1
    epoch: int | None = None

    @property
    def is_house(self) -> bool:
        """Whether what is about no single patient is ours."""
        return self.number == 0

    def __str__(self) -> str:
        return f"share {self.number + 1} of {self.shares}"

    def has(self, patient: int) -> bool:
        """Whether this patient is ours."""
        return patient % self.shares == self.number

    def owns(self, key: Key) -> bool:
        """Whether this condition is ours to raise and to end."""
        if key.patient_id is None or key.condition.startswith(_OF_THE_HOUSE):
            return self.is_house
        return self.has(key.patient_id)

    def mine(self, rows: Rows, devices: npt.NDArray[np.int64]) -> Rows:
        """Our patients' readings; and those of others, as nobody's, that one of these devices of
        our patients told: that it speaks, and how late, is for its silence."""
        if self.shares == 1:
            return rows
        is_ours = rows["patient"] % self.shares == self.number
        ours = rows[is_ours | np.isin(rows["device"], devices)]
        ours["patient"][ours["patient"] % self.shares != self.number] = 0
        return ours

    async def hold(self, door: Door) -> None:
        """Within a transaction: that it is ours until this is committed.

        The next watcher takes it by a stronger lock of the same row, so it begins after this and
        what it reads is all we wrote. Raises Overtaken.
        """
        if self.epoch is None:
            return
        held = await door.maybe(Q.hold_share, dict, number=self.number, epoch=self.epoch)
        if held is None:
            raise Overtaken(f"{self}: another watcher has it by now")

    async def mark(self, door: Door, at: datetime) -> None:
        """Leave word that all received before `at` is judged and written. Raises Overtaken."""
        if not await door.run(Q.mark, at=at, number=self.number, epoch=self.epoch):
            raise Overtaken(f"{self}: another watcher has it by now")


EVERYBODY = Share()
