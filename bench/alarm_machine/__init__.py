"""The alarm machine held against a second opinion of it: stories, the house, the reference."""
