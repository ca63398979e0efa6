"""Bluetooth's health profiles: what meters send, read exactly. Tables, and one reader for all."""
