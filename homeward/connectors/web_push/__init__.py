"""Web push: messages to browsers and installed pages, encrypted for the one that asked."""
