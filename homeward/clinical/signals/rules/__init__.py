"""The wave rules of the house, one a file, found by walking this folder."""

from homeward.clinical.signals.claim import discover

RULES = discover()
