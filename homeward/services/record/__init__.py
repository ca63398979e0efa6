"""The record: takes in what devices send, keeps it, packs it.

`intake.Intake` is the hand-over (in the door's process); SERVICE is the packing.
"""

from homeward.services.contract import Service
from homeward.services.record import work

SERVICE = Service("record", work=work.work)
