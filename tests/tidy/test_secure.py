"""What must not be written: rules of our own, beside ruff's (S) in `make check`."""

import ast
import math
import re
import subprocess
from collections import Counter
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCES = sorted((ROOT / "homeward").rglob("*.py"))
TRACKED = [
    name
    for name in subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split("\n")
    if name
]


@cache
def tree_of(path: Path) -> ast.AST:
    """Read once for all rules."""
    return ast.parse(path.read_text())


@cache
def calls(tree: ast.AST) -> list[tuple[str, ast.Call]]:
    """What it calls: as written, and the call."""
    return [(ast.unparse(node.func), node) for node in ast.walk(tree) if isinstance(node, ast.Call)]


def _keyword(call: ast.Call, name: str) -> str:
    return next((ast.unparse(each.value) for each in call.keywords if each.arg == name), "")


def runs_code_from_data(tree: ast.AST) -> Iterator[int]:
    """Objects that run code as they are read, and text that becomes a program."""
    names = {
        "eval", "exec", "compile", "pickle.load", "pickle.loads", "marshal.loads", "shelve.open",
        "yaml.load", "os.system", "os.popen", "joblib.load", "torch.load", "np.fromfile",
    }  # fmt: skip
    for name, call in calls(tree):
        if name in names or (name == "np.load" and _keyword(call, "allow_pickle") == "True"):
            yield call.lineno


def asks_a_shell(tree: ast.AST) -> Iterator[int]:
    for name, call in calls(tree):
        if (
            _keyword(call, "shell") not in ("", "False")
            or name == "asyncio.create_subprocess_shell"
        ):
            yield call.lineno


def trusts_anybody(tree: ast.AST) -> Iterator[int]:
    """TLS that verifies nobody."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr in ("CERT_NONE", "CERT_OPTIONAL"):
            yield node.lineno
    for name, call in calls(tree):
        if _keyword(call, "verify") == "False" or _keyword(call, "check_hostname") == "False":
            yield call.lineno
        if name.endswith("_create_unverified_context"):
            yield call.lineno


def listens_without_our_profile(tree: ast.AST) -> Iterator[int]:
    """A server's context is made within the profile, or not at all."""
    for name, call in calls(tree):
        is_server = any("PROTOCOL_TLS_SERVER" in ast.unparse(each) for each in call.args)
        if name.endswith("SSLContext") and is_server and not _is_within(tree, call, "hardened"):
            yield call.lineno


def _is_within(tree: ast.AST, inner: ast.Call, name: str) -> bool:
    return any(outer_name == name and inner in ast.walk(outer) for outer_name, outer in calls(tree))


def writes_values_into_sql(tree: ast.AST) -> Iterator[int]:
    """SQL with values written into it; a value travels beside its statement."""
    words = re.compile(
        r"(?i)^\s*(select\s|insert into\s|update\s\w+\sset\s|delete from\s|with\s+\w+\s+as\s*\()"
    )
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            first = node.values[0] if node.values else None
            text = first.value if isinstance(first, ast.Constant) else ""
            if isinstance(text, str) and words.match(text):
                yield node.lineno


def compares_secrets_by_equals(tree: ast.AST) -> Iterator[int]:
    """What can be guessed at is compared in constant time, or as a hash by the record."""
    secret = re.compile(r"(?i)(password|token|secret|signature|hmac)$")
    for node in ast.walk(tree):
        if isinstance(node, ast.Compare) and isinstance(node.ops[0], (ast.Eq, ast.NotEq)):
            sides = [ast.unparse(node.left), *map(ast.unparse, node.comparators)]
            if any(secret.search(each) for each in sides) and not any(
                each in ("None", "''", "0") or each[:1] in "'\"" for each in sides
            ):
                yield node.lineno


def logs_what_an_error_says(tree: ast.AST) -> Iterator[int]:
    """log.exception and exc_info write an error's message: it may hold a patient's values."""
    for name, call in calls(tree):
        if name.endswith("log.exception") or _keyword(call, "exc_info") not in ("", "False"):
            yield call.lineno


def makes_markup_of_text(tree: ast.AST) -> Iterator[int]:
    for name, call in calls(tree):
        if name.endswith(("HTMLResponse", "Markup", "jinja2.Template")):
            yield call.lineno


Rule = Callable[[ast.AST], Iterator[int]]
# With the files in which it is meant, and why.
RULES: dict[Rule, dict[str, str]] = {
    runs_code_from_data: {},
    asks_a_shell: {},
    trusts_anybody: {
        "homeward/connectors/device_tls.py": "certificates are given there to who has none yet",
        "homeward/engines/enrolment.py": "fetches the root, which it holds against its token",
        "homeward/cli/_checks.py": "asks our own pages on our own machine whether they are well",
    },
    listens_without_our_profile: {},
    writes_values_into_sql: {
        "homeward/store/door.py": "seconds, constants of its own",
        "homeward/store/sealed.py": "tables and columns, constants of its own",
    },
    compares_secrets_by_equals: {},
    logs_what_an_error_says: {},
    makes_markup_of_text: {},
}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_nothing_breaks_the_rule(rule: Rule) -> None:
    meant = RULES[rule]
    found = [
        f"{name}:{line}"
        for path in SOURCES
        if (name := str(path.relative_to(ROOT))) not in meant
        for line in rule(tree_of(path))
    ]
    assert not found


BAD = {
    runs_code_from_data: "pickle.loads(x)",
    asks_a_shell: "subprocess.run(x, shell=True)",
    trusts_anybody: "context.verify_mode = ssl.CERT_NONE",
    listens_without_our_profile: "c = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)",
    writes_values_into_sql: "f'select * from patient where name = {name}'",
    compares_secrets_by_equals: "if given_password == account.password: pass",
    logs_what_an_error_says: "log.exception('x')",
    makes_markup_of_text: "HTMLResponse(x)",
}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_the_rule_finds_what_it_is_for(rule: Rule) -> None:
    assert list(rule(ast.parse(BAD[rule])))


# -- secrets -------------------------------------------------------------------------------------

SECRETS = {
    "a private key": re.compile(
        r"-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----\s*\n\s*[A-Za-z0-9+/]{40}"
    ),
    "a key of AWS": re.compile(r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b"),
    "a token of GitHub": re.compile(r"\bgh[pousr]_[A-Za-z0-9]{36}\b"),
    "a token of Slack": re.compile(r"\bxox[abprs]-[A-Za-z0-9-]{10,}"),
    "a key of Google": re.compile(r"\bAIza[0-9A-Za-z_-]{35}\b"),
    "a JSON web token": re.compile(r"\beyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.[\w-]{10,}"),
    "a password in an address": re.compile(r"\b[a-z]+://[^\s:/@{}$%<>\"']+:(?!password)[^\s:/@{}$%<>\"']{12,}@"),
}  # fmt: skip
LONG = re.compile(r"[\"'=:\s]([A-Za-z0-9+/_-]{40,})[\"'\s]")
ENTROPY_BITS = 4.6  # a letter of random base64 has 6, of words and identifiers about 4
HASHED = ("requirements/", "web/package-lock.json", "docs/reference/", "tests/upgrades/",
          "deploy/helm")  # fmt: skip
# The vectors of RFC 8291, appendix A; and what is planted below.
VECTORS = {"tests/connectors/reach/test_web_push.py", "tests/tidy/test_secure.py"}
BINARY = {".png", ".woff2", ".ico", ".npz", ".xz", ".hex", ".bin"}


def entropy(text: str) -> float:
    counts = Counter(text)
    return -sum(n / len(text) * math.log2(n / len(text)) for n in counts.values())


def secrets_in(text: str) -> list[str]:
    found = [what for what, pattern in SECRETS.items() if pattern.search(text)]
    for match in LONG.finditer(text):
        is_path = match[1].count("/") > 2 or match[1].count("_") > 2 or match[1].count("-") > 3
        if not is_path and entropy(match[1]) > ENTROPY_BITS:
            found.append(f"what looks like a key: {match[1][:6]}...")
    return found


def test_no_secret_is_in_the_repository() -> None:
    found = []
    for name in TRACKED:
        path = ROOT / name
        if path.suffix in BINARY or name.startswith(HASHED) or not path.is_file():
            continue
        if name in VECTORS:
            continue
        found += [f"{name}: {what}" for what in secrets_in(path.read_text(errors="replace"))]
    assert not found


@pytest.mark.parametrize(
    "text",
    [
        "-----BEGIN PRIVATE "
        + "KEY-----\n"
        + "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIB"
        + "\n",
        "key = 'AKIA" + "IOSFODNN7EXAMPLE'",
        "url = 'postgres://admin:" + "hunter2hunter2@db'",
        "k = '" + "q9Zr7Vt2LxPw8NcKf4Hs6Jd1Yb3Ga5Em0UoXiTzRvWk" + "'",
    ],
)
def test_a_planted_secret_is_found(text: str) -> None:
    assert secrets_in(text)
