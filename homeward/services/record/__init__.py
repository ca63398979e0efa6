"""The record: takes in what devices send, keeps it, packs it."""
