"""The scores of the house, one a file, found by walking this folder."""

from homeward.clinical.score import discover

SCORERS = discover()
