"""What the pages' code must not do: keep people's data, make markup of text, hinder passwords."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
SOURCES = [
    path
    for path in [*sorted((ROOT / "web/src").rglob("*.ts*")), *(ROOT / "web/public").glob("*.js")]
    if ".test." not in path.name and not path.name.endswith(".d.ts")
]
# Which files keep something in the browser, and what: none of it is anybody's data, but for what a
# patient measured or answered themselves (docs/decisions/0046-outbox.md, 0050-questionnaires.md)
# and whose it is (0054).
MEASURED = "web/src/home/shelf.ts"
KEPT = {
    MEASURED: "what a patient measured or answered, until it is sent; their meters",
    "web/src/home/shell.ts": "the page that opens without a network, and whose name it shows",
    "web/public/scheme.js": "light or dark",
    "web/public/worker.js": "the address a push was moved to; reads what shell.ts keeps",
    "web/src/languages/speaking.ts": "the language this door speaks",
    "web/src/main.tsx": "when this page last loaded anew",
    "web/src/my-wards.ts": "numbers of the wards followed, by the number of who does",
    "web/src/push.ts": "whether this browser is asked for pushes",
    "web/src/session.ts": "the number of who signed out while the server was away, until it heard",
    "web/src/screens/measure/by-hand.tsx": "the unit chosen last, of each vital",
    "web/src/screens/questions/drafts.ts": "answers a patient began, for a day; their questions",
    "web/src/screens/station/chosen.ts": "speed, gain and size",
    "web/src/screens/ward/beds.tsx": "by bed or by risk",
    "web/src/untouched.ts": "when somebody last touched a page of this browser",
    "web/src/waves.ts": "pixels to a millimetre",
}


def using(pattern: str) -> list[tuple[str, str]]:
    """Each place it stands at, and what stands there."""
    return [
        (str(path.relative_to(ROOT)), each)
        for path in SOURCES
        for each in re.findall(pattern, path.read_text())
    ]


def test_what_a_browser_keeps_is_a_reviewed_list_without_anybodys_data() -> None:
    keeping = using(r"\b(?:localStorage|sessionStorage|indexedDB|document\.cookie|caches\.\w+)")
    assert {name for name, _ in keeping} == set(KEPT)


def test_no_text_becomes_markup_or_code() -> None:
    markup = r"dangerouslySetInnerHTML|\.innerHTML|insertAdjacentHTML|document\.write"
    assert using(rf"{markup}|\beval\(|new Function") == []


def test_passwords_are_masked_pasted_and_known_to_password_managers() -> None:
    fields = using(r"(?s)<PasswordInput.*?/>")
    assert len(fields) >= 4
    for _, each in fields:
        assert re.search(r"autoComplete=.*(?:current|new)-password", each)
        assert "onPaste" not in each
    assert using(r'type="password"') == [], "by the one part that masks them"
    assert [each for each in using(r"(?s)<TextInput.*?/>") if "assword" in each[1]] == []


def test_no_key_from_outside_reaches_a_prototype() -> None:
    """Words by such keys, and what is kept by them, lie in a Map; `make security` says the same of
    the syntax tree (requirements/scans/rules.yml)."""
    words = using(r"const \w+: (?:Readonly<)?Record<string,[^=\n]*> = \{")
    spread = using(r"\bObject\.(?:assign|setPrototypeOf)\(|\.__proto__|for \(const \w+ in ")
    written = using(r"\w\[[a-z][\w.]*\] (?:[+?|&]{1,2})?= ")
    assert (words, spread, written) == ([], [], [])
    assert len(using(r" = new Map(?:<.*>)?\(\s*Object\.entries\(")) >= 12


def test_a_link_begins_with_what_we_wrote() -> None:
    """ASVS 5.0.0, 1.2.2: no protocol and no host comes of data, and in a path stand numbers."""
    links = [each for _, each in using(r"\b(?:href|to|src)=\{`([^`]*)`")]
    assert len(links) > 25
    ours = r"/[a-z/]*\$\{|/[a-z/]*$|tel:\$\{|data:image/svg\+xml,\$\{encodeURIComponent\("
    assert [each for each in links if not re.match(ours, each)] == []
    number = re.compile(r"(?:\w+\.)*(?:\w*id|ward|patient|entry\.at)")
    holes = [
        hole for each in links if each[:1] == "/" for hole in re.findall(r"\$\{([^}]*)\}", each)
    ]
    assert {hole for hole in holes if not number.fullmatch(hole)} == set()
