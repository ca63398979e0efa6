"""Ways to tamper with an exported audit, by chance; the strongest has the real key.

Whoever rewrites the log here knows all that its writer knows, and uses its code to seal and sign
what they made of it. What they do not have is the checkpoint that is held outside.
"""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from random import Random

from homeward.guard.audit import CHECKPOINT_HEAD, EXPORT_HEAD, Checkpoint, exported
from homeward.guard.merkle import Tree, leaf_hash

AT = "%Y-%m-%dT%H:%M:%S.%fZ"


@dataclass(frozen=True)
class Log:
    """An exported audit, taken apart: what each row says, and where and when it was signed."""

    contents: tuple[bytes, ...]
    gone: dict[bytes, bytes]  # the hash a row left that is gone, by what stands for it in contents
    signed: tuple[tuple[int, datetime], ...]  # after so many rows, at that time
    private_pem: bytes

    @classmethod
    def of(cls, lines: list[bytes], private_pem: bytes) -> "Log":
        """From the lines of the file."""
        contents: list[bytes] = []
        gone: dict[bytes, bytes] = {}
        signed: list[tuple[int, datetime]] = []
        for line in lines[1:]:
            if line.startswith(CHECKPOINT_HEAD.encode()):
                at = datetime.strptime(line.split(b" ")[5].decode(), AT).replace(tzinfo=UTC)
                signed.append((len(contents), at))
            else:
                _, leaf, content = line[:-1].split(b"\t", 2)
                if not content:
                    content = b'{"gone":%d}' % len(contents)
                    gone[content] = bytes.fromhex(leaf.decode())
                contents.append(content)
        return cls(tuple(contents), gone, tuple(signed), private_pem)

    def written(self) -> list[bytes]:
        """The lines of a file that is in every way in order: sealed and signed anew."""
        lines, tree, before = [EXPORT_HEAD.encode()], Tree(), None
        whole = len(self.contents)
        signed = {min(size, whole): at for size, at in self.signed[:-1]}
        signed[whole] = self.signed[-1][1]
        for place, content in enumerate(self.contents):
            leaf = self.gone.get(content) or leaf_hash(content)
            tree.add(leaf)
            lines.append(exported(place, leaf, b"" if content in self.gone else content))
            if (at := signed.get(tree.size)) is not None:
                before = Checkpoint(tree.size, tree.root, before, at).signed(self.private_pem)
                lines.append(before.encode() + b"\n")
        return lines


def lines_of(body: bytes) -> list[bytes]:
    """The lines of a file, each with its end."""
    return [each for each in re.split(rb"(?<=\n)", body) if each]


Tamper = Callable[[Random, list[bytes], Log], list[bytes]]


def any_byte(chance: Random, lines: list[bytes], _: Log) -> list[bytes]:
    """One byte of the file is another."""
    body = bytearray(b"".join(lines))
    place = chance.randrange(len(body))
    body[place] ^= chance.randrange(1, 256)
    return lines_of(bytes(body))


def line_removed(chance: Random, lines: list[bytes], _: Log) -> list[bytes]:
    """A row or a checkpoint is gone."""
    place = chance.randrange(len(lines))
    return lines[:place] + lines[place + 1 :]


def lines_swapped(chance: Random, lines: list[bytes], _: Log) -> list[bytes]:
    """Two lines are in each other's place."""
    one, other = chance.sample(range(len(lines)), 2)
    changed = list(lines)
    changed[one], changed[other] = changed[other], changed[one]
    return changed


def line_inserted(chance: Random, lines: list[bytes], _: Log) -> list[bytes]:
    """A line stands there twice."""
    place = chance.randrange(len(lines) + 1)
    return [*lines[:place], chance.choice(lines), *lines[place:]]


def cut_off(chance: Random, lines: list[bytes], _: Log) -> list[bytes]:
    """The file ends sooner, in a line or after one."""
    if chance.random() < 0.5:
        return lines[: chance.randrange(len(lines))]
    body = b"".join(lines)
    return lines_of(body[: chance.randrange(len(body))])


def row_resealed(chance: Random, lines: list[bytes], log: Log) -> list[bytes]:
    """A row says something else, and its hash is right again."""
    changed = list(lines)
    rows = [place for place, line in enumerate(lines) if b"\t" in line]
    place = chance.choice(rows)
    number = int(lines[place].split(b"\t")[0])
    content = _forged(chance, log.contents[number])
    changed[place] = exported(number, leaf_hash(content), content)
    return changed


def written_anew(chance: Random, _: list[bytes], log: Log) -> list[bytes]:
    """The holder of the key changes, removes, inserts, reorders or cuts off, and signs it all."""
    contents = list(log.contents)
    place = chance.randrange(len(contents))
    way = chance.randrange(5)
    if way == 0:
        contents[place] = _forged(chance, contents[place])
    elif way == 1:
        del contents[place]
    elif way == 2:
        contents.insert(place, _forged(chance, contents[place]))
    elif way == 3:
        other = chance.randrange(len(contents))
        contents[place], contents[other] = contents[other], contents[place]
        if contents == list(log.contents):
            contents[place] = _forged(chance, contents[place])
    else:
        del contents[place:]
    return replace(log, contents=tuple(contents)).written()


def _forged(chance: Random, content: bytes) -> bytes:
    row = json.loads(content)
    name = chance.choice(sorted(row))
    value = row[name]
    row[name] = chance.randrange(10**9) if isinstance(value, int) else f"{chance.random()}"
    return json.dumps(row, separators=(",", ":")).encode()


TAMPERS: tuple[Tamper, ...] = (
    any_byte, line_removed, lines_swapped, line_inserted, cut_off, row_resealed, written_anew,
)  # fmt: skip
