"""The jobs, one folder each, strangers to each other: they speak by the bus and by SQL."""
