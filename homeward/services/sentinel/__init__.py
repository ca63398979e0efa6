"""What the sentinel measured, and whether it still does."""
