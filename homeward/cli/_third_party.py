"""The page of third parties: each package that is asked for, with its licence and its reason."""

import re

import msgspec

from homeward.cli._papers import ROOT, SAFETY, read

_LOCKED = re.compile(r"^([\w.-]+)==(\S+)", re.MULTILINE)
HEAD = """# Third parties

What Homeward is made of besides its own code: each package that is asked for, under which licence,
and why it and not code of our own. Every version is locked with its hash. What they bring along is
listed at the end; none of it is under a licence that would bind what uses it. Written in
`docs/safety/third-party.toml`."""
WHERE = {
    "runs": "What runs",
    "extra": "What is installed where it is wanted",
    "pages": "What the pages are made of",
    "tests": "What tests and builds need",
    "page tests": "What tests and builds of the pages need",
}


class Package(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One of them. The licence in the words of SPDX."""

    name: str
    where: str
    licence: str
    why: str


class Packages(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All of them."""

    package: tuple[Package, ...]


def packages() -> tuple[Package, ...]:
    """All of them. Raises Misconfigured."""
    return read(SAFETY / "third-party.toml", Packages).package


def locked() -> dict[str, str]:
    """Each package of what runs, and of what that brings along: its name and version."""
    return dict(_LOCKED.findall((ROOT / "requirements" / "runtime.lock").read_text()))


def third_party_page() -> str:
    """The page."""
    parts = [HEAD]
    for where, title in WHERE.items():
        rows = [
            f"| `{each.name}` | {each.licence} | {each.why} |"
            for each in packages()
            if each.where == where
        ]
        head = "| package | licence | why |\n| --- | --- | --- |\n"
        parts.append(f"## {title}\n\n{head}" + "\n".join(rows))
    asked = {each.name for each in packages()}
    brought = ", ".join(
        f"{name} {version}" for name, version in sorted(locked().items()) if name not in asked
    )
    return "\n\n".join([*parts, f"## What they bring along\n\n{brought}."])
