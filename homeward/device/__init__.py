"""The client library for people who build devices: connect, number, keep, send again."""
