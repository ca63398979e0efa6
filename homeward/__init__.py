"""Homeward: the Internet of Medical Things, from home to ward."""

__version__ = "0.1.0"
