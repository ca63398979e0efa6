"""What an installation is told: the table of settings, and where each is read from."""

from homeward.settings.reading import PREFIX, Origin, load
from homeward.settings.table import LOOPBACK, Settings

__all__ = ["LOOPBACK", "PREFIX", "Origin", "Settings", "load"]
