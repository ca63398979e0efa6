"""Pretend bodies: seeded, pure in time steps, without a clock."""
