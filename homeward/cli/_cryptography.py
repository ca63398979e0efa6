"""The inventory of keys, algorithms and certificates, and its page.

ASVS 5.0.0, 11.1.1 and 11.1.2; the life of each key in the phases of NIST SP 800-57 part 1, revision
5, section 7. That no use in the code is missing is seen by tests/tidy/test_cryptography.py.
"""

import msgspec

from homeward.cli._papers import SAFETY, read

HEAD = """# Keys and algorithms

Every key there is, every algorithm, and where each is used. The suite fails where the code uses one
that is not named here, or no longer uses one that is. All of it is carried out by OpenSSL (through
`cryptography` and Python's `ssl`), by argon2's reference code, or by Python's own `hashlib`, `hmac`
and `secrets`: none of it is ours. Chance is the system's. Written in
`docs/safety/cryptography.toml`; reviewed with each release and whenever one of these changes."""
KEYS = """## Keys

One key, one purpose. A private key is one machine's alone, or with several machines that of those
that do the same work ([cluster](../guides/cluster.md)); a shared secret is known to its two ends.
Files with keys are their owner's alone (mode 0600), which `homeward verify` looks at. *Known* says
what to do where somebody may have had it."""
USES = """## Algorithms

| algorithm | strength | what for | where |
| --- | --- | --- | --- |
"""


class Key(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One kind of key, through its life."""

    name: str
    algorithm: str
    bits: int  # of strength, or of chance where it is a secret
    protects: str
    never: str  # what it must not be used for
    made: str
    lies: str
    life: str
    ends: str
    known: str


class Use(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One algorithm for one purpose, and the files that name it."""

    algorithm: str
    strength: str
    purpose: str
    code: tuple[str, ...]


class Inventory(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All of it."""

    key: tuple[Key, ...]
    use: tuple[Use, ...]


def inventory() -> Inventory:
    """All of it. Raises Misconfigured."""
    return read(SAFETY / "cryptography.toml", Inventory)


def cryptography_page() -> str:
    """The page."""
    found = inventory()
    keys = [_of_key(key) for key in found.key]
    rows = [
        f"| {use.algorithm} | {use.strength} | {use.purpose} "
        f"| {', '.join(f'`{each}`' for each in use.code)} |"
        for use in found.use
    ]
    return "\n\n".join([HEAD, KEYS, *keys, USES + "\n".join(rows)])


def _of_key(key: Key) -> str:
    lines = (
        ("is", f"{key.algorithm}, {key.bits} bits"),
        ("protects", key.protects),
        ("never", key.never),
        ("made", key.made),
        ("lies", key.lies),
        ("life", key.life),
        ("ends", key.ends),
        ("known", key.known),
    )
    return f"### {key.name}\n\n" + "\n".join(f"- *{name}*: {what}" for name, what in lines)
