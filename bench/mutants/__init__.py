"""Small lies told to the code that judges: what lies there are, and how the tests are asked."""
