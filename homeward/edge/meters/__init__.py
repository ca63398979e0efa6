"""Bluetooth meters near an edge: what they measured comes into its spool, once."""
