"""What our processes write of themselves: a record begins at the margin, and nothing else does.

What a peer said may stand in a record, a name it chose or the words of its refusal. It begins no
record of its own, and no terminal that shows the log obeys it (ASVS 5.0.0, 16.4.1).
"""

import logging
import sys

FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"
# The ends of lines that str.splitlines knows besides, and what a terminal would obey.
_ODD = {code: f"\\x{code:02x}" for code in (*range(9), *range(11, 32), *range(127, 160))}
_ODD |= {0x2028: "\\u2028", 0x2029: "\\u2029"}


class Margin(logging.Formatter):
    """A record, its further lines set in."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as it is written."""
        return super().format(record).translate(_ODD).replace("\n", "\n    ")


def write_logs(level: str) -> None:
    """Write what is of this level and above to standard error."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(Margin(FORMAT))
    logging.basicConfig(level=level.upper(), handlers=[handler])
