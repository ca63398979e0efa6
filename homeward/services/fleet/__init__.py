"""The fleet: which devices there are, their papers, and who wears them."""
