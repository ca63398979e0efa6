"""Two versions beside one another: where the one before comes from, and where both run."""
