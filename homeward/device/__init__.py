"""The client library for people who build devices: connect, number, keep, send again."""

from homeward.device.client import AsyncDevice, Device

__all__ = ["AsyncDevice", "Device"]
