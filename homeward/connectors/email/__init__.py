"""Email: messages by your own mail server."""
