"""Malformed input by the million: for every parser in this process, and over every socket."""
