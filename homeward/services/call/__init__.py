"""Calls people, one after the other, until somebody answers."""
