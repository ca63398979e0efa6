"""The classes of what is kept, and their page (ASVS 5.0.0, 14.1.1 and 14.1.2; GDPR, 30).

That each table is in one is seen by tests/store/test_classes.py, in the database itself.
"""

import msgspec

from homeward.cli._papers import SAFETY, read

HEAD = """# What is kept, in classes

What is kept of whom, how close it is to somebody, and what that asks for. Each table of the
database is in one class, the highest of what it holds; the suite fails where one is in none.
Written in `docs/safety/data.toml`."""


class Kind(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One class of data, and what it asks for."""

    name: str
    level: str
    what: str
    tables: tuple[str, ...]
    besides: str
    rests: str
    moves: str
    whole: str
    logged: str
    kept: str
    seen: str


class Classes(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"kind": "class"}):
    """All of them."""

    kind: tuple[Kind, ...]


def classes() -> tuple[Kind, ...]:
    """All of them. Raises Misconfigured."""
    return read(SAFETY / "data.toml", Classes).kind


def data_page() -> str:
    """The page."""
    return "\n\n".join([HEAD, *map(_shown, classes())])


def _shown(kind: Kind) -> str:
    lines = (
        ("level", kind.level),
        ("tables", ", ".join(f"`{each}`" for each in kind.tables)),
        ("besides", kind.besides),
        ("at rest", kind.rests),
        ("on its way", kind.moves),
        ("whole", kind.whole),
        ("in logs", kind.logged),
        ("kept", kind.kept),
        ("seen by", kind.seen),
    )
    words = "\n".join(f"- *{name}*: {what}" for name, what in lines)
    return f"## {kind.name}\n\n{kind.what}\n\n{words}"
