"""Every parser of Homeward, a family a file. tests/tidy/test_fuzzed.py holds the list complete."""
