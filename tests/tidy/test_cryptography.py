"""docs/safety/cryptography.toml names each algorithm the code uses, and none besides."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from homeward.cli._cryptography import inventory

ROOT = Path(__file__).parents[2]
# What a name in the code stands for; the first that fits. None: no algorithm of its own.
NAMES: tuple[tuple[str, str | None], ...] = (
    ("hashlib.sha256", "SHA-256"),
    ("hashlib.sha1", "SHA-1"),
    ("hashlib.blake2b", "BLAKE2b"),
    ("hashlib.file_digest", None),  # its second word says which
    ("hmac.compare_digest", None),
    ("hmac.digest", None),  # its last word says which
    ("hmac.new", None),
    ("secrets.compare_digest", None),
    ("secrets", "chance"),
    ("os.urandom", "chance"),
    ("random.SystemRandom", "chance"),
    ("cryptography.exceptions", None),
    ("cryptography.x509", "X.509"),
    ("cryptography.hazmat.primitives.asymmetric.ec", "P-256"),
    ("cryptography.hazmat.primitives.asymmetric.ed25519", "Ed25519"),
    ("cryptography.hazmat.primitives.asymmetric.utils", None),
    ("cryptography.hazmat.primitives.ciphers.aead.AESGCM", "AES-GCM"),
    ("cryptography.hazmat.primitives.hashes.SHA256", "SHA-256"),
    ("cryptography.hazmat.primitives.kdf.hkdf.HKDF", "HKDF-SHA-256"),
    ("cryptography.hazmat.primitives.serialization.BestAvailableEncryption", "PKCS #8"),
    ("cryptography.hazmat.primitives.serialization.pkcs7", "X.509"),
    ("cryptography.hazmat.primitives.serialization", None),
    ("argon2", "argon2id"),
    ("webauthn", "WebAuthn"),
    ("joserfc", "JWS"),
    ("ssl", "TLS"),
)  # fmt: skip
FAMILIES = {name.partition(".")[0] for name, _ in NAMES} - {"os", "random"}
BY_WORD = {"sha256": "SHA-256", "hashlib.sha256": "SHA-256", "hashlib.sha1": "SHA-1"}
# What stands in texts that are no Python.
TEXTS = {
    ".sql": {r"\bsha256\(": "SHA-256", r"\bgen_random_uuid\(": "chance",
             r"\b(?:md5|digest|crypt|hmac|encrypt|pgp_\w+)\(": "unknown to us"},
    ".ts": {r"\bcrypto\.(?:randomUUID|getRandomValues)": "chance",
            r"\bcrypto\.subtle": "unknown to us", r"\bnavigator\.credentials": "WebAuthn"},
    ".py": {r"scram-sha-256": "SCRAM-SHA-256"},
}  # fmt: skip
TEXTS[".tsx"] = TEXTS[".js"] = TEXTS[".ts"]


def in_python(text: str) -> Iterator[str]:
    """Each algorithm a module uses; `unknown:` and its name for what the table has not."""
    tree = ast.parse(text)
    known = dict(_imported(tree))
    digests: set[ast.AST] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = _dotted(node.func, known)
            if name in ("hmac.digest", "hmac.new", "hashlib.file_digest"):
                word = node.args[-1]
                digests.add(word)
                kind = BY_WORD.get(_dotted(word, known) or getattr(word, "value", ""), "unknown")
                yield f"HMAC-{kind}" if name.startswith("hmac") else kind
        elif isinstance(node, ast.Attribute | ast.Name) and node not in digests:
            name = _dotted(node, known)
            if name.partition(".")[0] in FAMILIES or name in ("os.urandom", "random.SystemRandom"):
                yield from _algorithm(name)


def _algorithm(name: str) -> Iterator[str]:
    for prefix, kind in NAMES:
        if name == prefix or name.startswith(f"{prefix}."):
            if kind:
                yield kind
            return
    # Part of a name of the table: the rest of it follows in a node around this one.
    if not any(prefix.startswith(f"{name}.") for prefix, _ in NAMES):
        yield f"unknown: {name}"


def _imported(tree: ast.AST) -> Iterator[tuple[str, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((each.asname or each.name, each.name) for each in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            for each in node.names:
                yield each.asname or each.name, f"{node.module}.{each.name}"


def _dotted(node: ast.AST, known: dict[str, str]) -> str:
    """What an expression names, by its whole name; empty where that is nothing imported."""
    if isinstance(node, ast.Name):
        return known.get(node.id, "")
    if isinstance(node, ast.Attribute):
        before = _dotted(node.value, known)
        return f"{before}.{node.attr}" if before else ""
    return ""


def uses_in(path: Path) -> set[str]:
    text = path.read_text()
    patterns = TEXTS.get(path.suffix, {})
    found = {kind for pattern, kind in patterns.items() if re.search(pattern, text)}
    return found | set(in_python(text)) if path.suffix == ".py" else found


def sources() -> Iterator[Path]:
    yield ROOT / "hatch_build.py"
    yield from (path for path in (ROOT / "homeward").rglob("*") if path.suffix in (".py", ".sql"))
    for folder in (ROOT / "web/src", ROOT / "web/public"):
        yield from (path for path in folder.rglob("*") if path.suffix in (".ts", ".tsx", ".js")
                    and ".test." not in path.name)  # fmt: skip


def test_each_algorithm_the_code_uses_is_in_the_inventory_and_no_other() -> None:
    found = {(kind, str(path.relative_to(ROOT))) for path in sources() for kind in uses_in(path)}
    said = {(use.algorithm, file) for use in inventory().use for file in use.code}
    assert sorted(found - said) == [], "used, and not in docs/safety/cryptography.toml"
    assert sorted(said - found) == [], "in docs/safety/cryptography.toml, and not used"


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("import hashlib\nhashlib.sha256(b'')", {"SHA-256"}),
        ("import hashlib as h\nh.md5(b'')", {"unknown: hashlib.md5"}),
        ("from hashlib import sha1\nsha1(b'')", {"SHA-1"}),
        ("import hashlib, hmac\nhmac.digest(k, b'', hashlib.sha256)", {"HMAC-SHA-256"}),
        ("import hashlib, hmac\nhmac.new(k, b'', 'md5')", {"HMAC-unknown"}),
        ("def f():\n    import secrets\n    return secrets.token_bytes(8)", {"chance"}),
        ("from cryptography.hazmat.primitives.asymmetric import rsa\nrsa.generate_private_key()",
         {"unknown: cryptography.hazmat.primitives.asymmetric.rsa",
          "unknown: cryptography.hazmat.primitives.asymmetric.rsa.generate_private_key"}),
        ("from cryptography.hazmat.primitives.asymmetric import ec\nec.SECP256R1()", {"P-256"}),
        ("from random import random\nrandom()", set()),
    ],
)  # fmt: skip
def test_a_use_is_found_however_it_is_written(text: str, kinds: set[str]) -> None:
    assert set(in_python(text)) == kinds


def test_what_the_record_and_the_pages_use_is_found(tmp_path: Path) -> None:
    for name, text, kind in (
        ("a.sql", "select md5(name) from patient", "unknown to us"),
        ("a.ts", "await crypto.subtle.digest('SHA-1', body)", "unknown to us"),
        ("a.tsx", "crypto.randomUUID()", "chance"),
    ):
        (tmp_path / name).write_text(text)
        assert uses_in(tmp_path / name) == {kind}


# Where a name of a file with a key is written in the code.
KEY_FILE = re.compile(r"\"(\w[\w.-]*\.(?:key|password|pem))\"")
NO_KEYS = {"ca.pem", "cert.pem", "server.pem", "root.pem", "devices-ca.pem"}  # certificates alone


def test_each_file_that_holds_a_key_is_said_where_it_lies() -> None:
    lies = " ".join(key.lies for key in inventory().key)
    written = {
        name
        for path in (ROOT / "homeward").rglob("*.py")
        for name in KEY_FILE.findall(path.read_text())
    }
    assert len(written - NO_KEYS) >= 8
    assert {name for name in written - NO_KEYS if name not in lies} == set()


def test_each_key_is_told_through_its_life_and_is_long_enough() -> None:
    """NIST SP 800-57 part 1, revision 5, table 2: 112 bits of strength at least."""
    keys = inventory().key
    assert len({key.name for key in keys}) == len(keys)
    for key in keys:
        assert all(getattr(key, field) for field in key.__struct_fields__), key.name
        assert key.bits >= 112, key.name
