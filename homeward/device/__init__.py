"""The client library for people who build devices: enrol, connect, number, keep, send again."""
