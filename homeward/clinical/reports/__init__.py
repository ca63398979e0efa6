"""What somebody measured at home, read as the guidelines of their condition read it."""
