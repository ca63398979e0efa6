"""An exchange between clients of this machine, for conformance suites: nothing of it is kept.

Suites speak to arbitrary topics, as a broker's clients do. Homeward is no broker; but what reads,
answers, resends, retains and says wills here is the machinery devices meet, with another policy.
"""

from homeward.connectors.mqtt.loopback.policy import Loopback

__all__ = ["Loopback"]
