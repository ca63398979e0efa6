"""Clouds of wearables: events that they push, and what they are asked for."""

from homeward.connectors.clouds.listen import opened

__all__ = ["opened"]
