"""The one door to NATS: tells at once, remembers nothing."""

import homeward.bus.lean  # noqa: F401  (before anything else imports nats)
from homeward.bus.nerve import Bus

__all__ = ["Bus"]
