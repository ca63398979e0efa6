"""Checks an exported audit with the public key alone, and with checkpoints held outside.

    python check.py FILE --key KEY [--checkpoint FILE]...

Nothing here is shared with what writes the log: this file, Python and `cryptography` are enough, on
a machine that never saw Homeward. What is checked is written in docs/guides/audit.md:

- each row is at its place, and is what was sealed: SHA-256 of a zero byte and the row;
- a row that is gone left its hash, a later row says that rows before a place go, and six years lie
  between what was signed after the one and after the other: none goes unseen, and none sooner;
- each checkpoint is signed (Ed25519), names the one before it, and its root is that of all rows
  before it (RFC 6962, 2.1);
- each checkpoint that was held outside is one of those, to the letter. This is what a holder of the
  key cannot get around: a log written and signed anew has other checkpoints.
"""

import argparse
import base64
import binascii
import hashlib
import json
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import BinaryIO

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

HEAD = b"homeward-audit-export 1"
CHECKPOINT = b"homeward-audit 1 "
KEPT = timedelta(days=6 * 365)  # 45 CFR 164.316(b)(2)(i)
HASH = re.compile(rb"[0-9a-f]{64}")
PLACE = re.compile(r"[0-9]{1,18}")
MONTH = 7  # letters of a time that say its month
LINE_BYTES_MAX = 4 * 2**20  # one row names a ward's patients: nine bytes each
FAULTS_MAX = 100
WORDS = 7


class Unsound(Exception):
    """A key or a checkpoint that cannot be one."""


@dataclass(frozen=True)
class Signed:
    """A checkpoint as it is written. `before`: SHA-256 of the one before, or `-`."""

    line: bytes
    size: int
    root: bytes
    before: bytes
    at: str


@dataclass
class Gone:
    """Rows without what they said, one after the other; `at`: by when the last was signed."""

    first: int
    last: int
    at: str = ""


@dataclass
class Report:
    """What was found. It is sound where there are no faults."""

    rows: int = 0
    gone: int = 0  # of them: so many were taken away once they were old, leaving their hash
    gone_at: str = ""  # by when the last of those was signed
    said: int = 0  # which row says so
    checkpoints: int = 0
    newest: str = ""  # when the last checkpoint was signed
    held: list[tuple[int, str]] = field(default_factory=list)  # those held outside: size, when
    faults: list[str] = field(default_factory=list)
    more: int = 0  # faults beyond the first FAULTS_MAX

    def fault(self, words: str) -> None:
        """One more."""
        if len(self.faults) < FAULTS_MAX:
            self.faults.append(words)
        else:
            self.more += 1


def read_key(text: str) -> Ed25519PublicKey:
    """A public key from its line of text. Raises Unsound."""
    try:
        return Ed25519PublicKey.from_public_bytes(base64.b64decode(text.strip(), validate=True))
    except (binascii.Error, ValueError):
        raise Unsound("that is no public key: 32 bytes in base64") from None


def read_checkpoint(line: bytes, keys: Sequence[Ed25519PublicKey]) -> Signed:
    """A checkpoint's line, without the end of the line. Raises Unsound for one that none of these
    keys has signed."""
    words = line.split(b" ")
    if len(words) != WORDS or not line.startswith(CHECKPOINT):
        raise Unsound("it is no checkpoint")
    body, _, written = line.rpartition(b" ")
    try:
        signature = base64.b64decode(written, validate=True)
        size, root, at = int(words[2]), bytes.fromhex(words[3].decode()), words[5].decode()
    except (binascii.Error, ValueError):
        raise Unsound("it cannot be read") from None
    # One signature has one spelling only: else some of its letters could be changed unseen.
    if base64.b64encode(signature) != written or not any(
        _is_signed(key, signature, body) for key in keys
    ):
        raise Unsound("its signature is not of this key")
    return Signed(line, size, root, words[4], at)


def _is_signed(key: Ed25519PublicKey, signature: bytes, body: bytes) -> bool:
    try:
        key.verify(signature, body)
    except InvalidSignature:
        return False
    return True


class Log:
    """The log so far, as roots of whole trees from the largest to the smallest."""

    def __init__(self) -> None:
        self.stack: list[tuple[int, bytes]] = []  # how many leaves, and their root
        self.size = 0

    def add(self, leaf: bytes) -> None:
        """One more row, by its hash."""
        count = 1
        while self.stack and self.stack[-1][0] == count:
            _, left = self.stack.pop()
            leaf = hashlib.sha256(b"\x01" + left + leaf).digest()
            count *= 2
        self.stack.append((count, leaf))
        self.size += 1

    def root(self) -> bytes:
        """Of all rows so far."""
        if not self.stack:
            return hashlib.sha256(b"").digest()
        whole = self.stack[-1][1]
        for _, left in self.stack[-2::-1]:
            whole = hashlib.sha256(b"\x01" + left + whole).digest()
        return whole


class Check:
    """One file's lines, one after the other."""

    def __init__(self, keys: Sequence[Ed25519PublicKey], held: Sequence[Signed]) -> None:
        self._keys = keys
        self._held = {each.line for each in held}
        self._log = Log()
        self._before: Signed | None = None
        self._gone: list[Gone] = []
        self._saying: list[tuple[int, int]] = []  # not signed yet: before which place, by which row
        self._said = (0, "", 0)  # the last that was: before which, by when signed, by which row
        self.report = Report()

    def row(self, line: bytes) -> None:
        """A row: its place, the hash it was sealed with, what it says; between them tabs."""
        place, report = self._log.size, self.report
        words = line.split(b"\t", 2)
        if len(words) != 3:
            report.fault(f"row {place}: the line is neither a row nor a checkpoint")
            words = [b"", b"", line]
        number, sealed, content = words
        leaf = hashlib.sha256(b"\x00" + content).digest()
        if not content and HASH.fullmatch(sealed):
            leaf = bytes.fromhex(sealed.decode())
            self._is_gone(place)
        if number != str(place).encode():
            report.fault(
                f"row {place}: the line says it is row {_said(number)}: rows were removed, "
                "inserted or put in another order"
            )
        if sealed != leaf.hex().encode():
            report.fault(f"row {place}: it is not what was sealed")
        elif (before := _says_gone(content)) is not None and before <= place:
            self._saying.append((before, place))
        self._log.add(leaf)

    def _is_gone(self, place: int) -> None:
        last = self._gone[-1] if self._gone else None
        if last is not None and last.last == place - 1 and not last.at:
            last.last = place
        else:
            self._gone.append(Gone(place, place))

    def _are_signed(self, at: str) -> None:
        """What came since the last checkpoint. Runs of one month are one: there are few then."""
        if self._gone and not self._gone[-1].at:
            for each in reversed(self._gone):
                if each.at:
                    break
                each.at = at
            *_, before, last = [Gone(-2, -2), *self._gone]
            if before.last == last.first - 1 and before.at[:MONTH] == at[:MONTH]:
                self._gone[-2:] = [Gone(before.first, last.last, at)]
        for before_place, row in self._saying:
            self._said = max(self._said, (before_place, at, row))
        self._saying.clear()

    def _judge_gone(self) -> None:
        """Of every row that is gone: is it said, and was it old enough then?"""
        report, (before, at, row) = self.report, self._said
        for each in self._gone:
            unsaid = max(each.first, before)
            if unsaid <= each.last:
                report.fault(f"{_rows(unsaid, each.last)}: gone, and no row of this log says so")
            if each.first < before and not _is_old(each.at, at):
                last = min(each.last, before - 1)
                report.fault(
                    f"{_rows(each.first, last)}: gone, as row {row} says, but signed only by "
                    f"{each.at or 'nobody'}: it was to be kept for six years"
                )
            report.gone += each.last - each.first + 1
            report.gone_at = max(report.gone_at, each.at)
        report.said = row

    def checkpoint(self, line: bytes) -> None:
        """A checkpoint: of the rows before it."""
        after = f"the checkpoint after row {self._log.size - 1}"
        since = f"rows {self._before.size if self._before else 0} to {self._log.size - 1}"
        try:
            signed = read_checkpoint(line, self._keys)
        except Unsound as error:
            self.report.fault(f"{after}: {error}")
            return
        if signed.size != self._log.size:
            self.report.fault(
                f"{after} is of {signed.size} rows: rows were removed or inserted in {since}"
            )
        elif signed.root != self._log.root():
            self.report.fault(f"{after} is of another log: {since} or earlier are not what was")
        before = b"-" if self._before is None else _hash(self._before.line)
        if signed.before != before:
            self.report.fault(f"{after} does not follow the one before it here")
        self._are_signed(signed.at)
        self._held.discard(line)
        self._before = signed
        self.report.checkpoints += 1

    def end(self, held: Sequence[Signed]) -> Report:
        """After the last line."""
        report, last = self.report, self._before
        report.rows = self._log.size
        self._judge_gone()
        report.newest = last.at if last else ""
        signed = last.size if last else 0
        if signed != self._log.size or not signed:
            report.fault(f"rows {signed} to {self._log.size}: no checkpoint comes after them")
        for each in held:
            if each.line not in self._held:
                report.held.append((each.size, each.at))
            elif each.size > signed:
                report.fault(
                    f"the log was cut off: a checkpoint held outside, of {each.at}, is of "
                    f"{each.size} rows; here are {self._log.size}"
                )
            else:
                report.fault(
                    f"a checkpoint held outside, of {each.at}, of {each.size} rows, is not among "
                    f"those of this log: rows 0 to {each.size - 1}, or their checkpoints, are not "
                    "what was"
                )
        return report


def check(
    lines: Iterable[bytes], keys: Sequence[Ed25519PublicKey], held: Sequence[Signed]
) -> Report:
    """Check the lines of an export, each with its end, against checkpoints held outside."""
    checking = Check(keys, held)
    report = checking.report
    head = True
    for line in lines:
        text = line[:-1] if line.endswith(b"\n") else line
        if text is line:
            report.fault("the file ends within a line: it was cut off")
        if len(line) > LINE_BYTES_MAX:
            report.fault("a line is longer than any row")
            break
        if head:
            head = False
            if text != HEAD:
                report.fault("the first line is not that of an exported audit")
        elif text.startswith(CHECKPOINT):
            checking.checkpoint(text)
        else:
            checking.row(text)
    return checking.end(held)


def _says_gone(content: bytes) -> int | None:
    """Before which place rows go by what this row says; None for any other row."""
    try:
        row = json.loads(content) if b'"kind":"audit"' in content else None
    except (ValueError, RecursionError):
        row = None
    if not isinstance(row, dict) or (row.get("action"), row.get("kind")) != ("D", "audit"):
        return None
    place = str(row.get("object", ""))
    return int(place) if PLACE.fullmatch(place) else None


def _is_old(signed: str, said: str) -> bool:
    try:
        return datetime.fromisoformat(said) - datetime.fromisoformat(signed) >= KEPT
    except (ValueError, TypeError):  # no time, or one without its zone beside one that has it
        return False


def _rows(first: int, last: int) -> str:
    return f"row {first}" if first == last else f"rows {first} to {last}"


def _hash(line: bytes) -> bytes:
    return hashlib.sha256(line).hexdigest().encode()


def _said(number: bytes) -> str:
    return number[:20].decode(errors="replace")


def said(report: Report) -> str:
    """The report in words, a line each."""
    lines = [f"WRONG: {each}" for each in report.faults]
    if report.more:
        lines.append(f"WRONG: {report.more} more")
    lines += [f"held outside and found here: the first {size} rows, as of {at}"
              for size, at in report.held]  # fmt: skip
    if not report.faults:
        lines.append(
            f"{report.rows - report.gone} rows are what was sealed, up to {report.newest}; "
            f"{report.checkpoints} checkpoints are signed with this key."
        )
        if report.gone:
            lines.append(
                f"{report.gone} older rows, signed by {report.gone_at}, were taken away after six "
                f"years or more, as row {report.said} says. Their hashes are what was sealed."
            )
        if not report.held:
            lines.append(
                "No checkpoint from outside was compared: whoever has the key could have written "
                "all of it anew."
            )
    return "\n".join(lines)


def read_held(path: str, keys: Sequence[Ed25519PublicKey]) -> list[Signed]:
    """The checkpoints in a file, a line each. Raises Unsound, OSError."""
    lines = [each for each in Path(path).read_bytes().split(b"\n") if each]
    if not lines:
        raise Unsound(f"{path} holds no checkpoint")
    try:
        return [read_checkpoint(each, keys) for each in lines]
    except Unsound as error:
        raise Unsound(f"{path}: {error}") from None


def check_file(path: str, keys: Sequence[str], held: Sequence[str]) -> Report:
    """Check an exported file. Raises Unsound for a key or a held checkpoint, OSError."""
    public = [read_key(each) for each in keys]
    checkpoints = [each for name in held for each in read_held(name, public)]
    with Path(path).open("rb") as file:
        return check(_lines(file), public, checkpoints)


def _lines(file: BinaryIO) -> Iterator[bytes]:
    while line := file.readline(LINE_BYTES_MAX + 1):
        yield line


def main() -> int:
    """The command. 0: it is sound; 1: it is not; 2: it could not be checked."""
    parser = argparse.ArgumentParser(description="Check an exported audit.")
    parser.add_argument("file")
    parser.add_argument("--key", required=True, action="append", help="file of the public key")
    parser.add_argument("--checkpoint", action="append", default=[], help="held outside")
    asked = parser.parse_args()
    try:
        keys = [Path(each).read_text() for each in asked.key]
        report = check_file(asked.file, keys, asked.checkpoint)
    except (OSError, Unsound) as error:
        print(error, file=sys.stderr)
        return 2
    print(said(report))
    return 1 if report.faults else 0


if __name__ == "__main__":
    sys.exit(main())
