"""The Nightscout interface: uploaders that people already run send here, and read back."""

from homeward.connectors.nightscout.listen import opened

__all__ = ["opened"]
