"""Security decisions, pure."""
