"""Checks an exported audit by itself: it shares no code with what writes it (see check.py)."""
