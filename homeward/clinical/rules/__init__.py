"""The rules of the house, one a file, found by walking this folder."""

from homeward.clinical.rule import discover

RULES = discover()
