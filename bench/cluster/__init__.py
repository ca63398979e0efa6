"""A whole cluster on one machine: each of its machines is a network namespace on a bridge."""
