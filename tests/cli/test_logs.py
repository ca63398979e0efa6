"""What somebody else said stands in a log as what it is: part of a record, never one of its own."""

import io
import logging

import pytest

from homeward.cli._logs import FORMAT, Margin

FORGED = "2026-05-01 09:00:00,000 WARNING homeward: all alarms were answered"


@pytest.fixture
def log() -> tuple[logging.Logger, io.StringIO]:
    logger, text = logging.Logger("test"), io.StringIO()
    handler = logging.StreamHandler(text)
    handler.setFormatter(Margin(FORMAT))
    logger.addHandler(handler)
    return logger, text


@pytest.mark.parametrize(
    "end", ["\n", "\r\n", "\r", "\x0b", "\x85", "\u2028", "\u2029", "\x1b[2K\n"]
)
def test_no_name_begins_a_record_of_its_own(
    log: tuple[logging.Logger, io.StringIO], end: str
) -> None:
    logger, text = log
    logger.warning("%s is away", f"ward{end}{FORGED}")
    logger.warning("next")
    records = [line for line in text.getvalue().splitlines() if line[:1].isdigit()]
    assert len(records) == 2
    assert [each.rsplit(": ", 1)[-1].startswith(("ward", "next")) or FORGED in each
            for each in records] == [True, True]  # fmt: skip
    assert "\x1b" not in text.getvalue()


def test_a_trace_is_read_as_before(log: tuple[logging.Logger, io.StringIO]) -> None:
    logger, text = log
    logger.error("work stopped: %s", 'ValueError\n  File "a.py", line 1\n')
    assert text.getvalue().splitlines()[1] == '      File "a.py", line 1'
