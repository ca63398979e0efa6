"""Recordings replayed through what watches waves."""
