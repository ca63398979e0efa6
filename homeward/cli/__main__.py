"""`python -m homeward.cli`."""

from homeward.cli import main

main()
