"""Reaches people away from the pages: their contacts, what was sent, and how far it came."""
