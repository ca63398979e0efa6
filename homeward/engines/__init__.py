"""The servers Homeward brings along, the data folder they live in, and its certificates."""
