"""The one door to NATS: tells at once, remembers nothing."""

from homeward.bus.nerve import Bus
from homeward.bus.subjects import SUBJECTS, Subject

__all__ = ["SUBJECTS", "Bus", "Subject"]
