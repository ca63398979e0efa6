"""Every package that is asked for says why it is, and under which licence; none binds us."""

import json
import re
import tomllib
from collections.abc import Iterable
from importlib import metadata
from itertools import chain
from pathlib import Path

from homeward.cli._third_party import WHERE, locked, packages

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
PAGES = json.loads((ROOT / "web/package.json").read_text())
# What may be used without a duty on the code that uses it, as names of licences hold these words.
FREE = (
    "MIT",
    "BSD",
    "Apache",
    "MPL",
    "Mozilla",
    "PSF",
    "0BSD",
    "Zlib",
    "CC0",
    "LGPL",
    "EPL",
    "OFL",
)
BINDING = re.compile(r"\bA?GPL|General Public License(?!.*Lesser)", re.IGNORECASE)


def names(words: Iterable[str]) -> set[str]:
    return {re.split(r"[\[>=<;~ ]", each)[0].lower() for each in words}


def licence_of(name: str) -> str:
    about = metadata.metadata(name)
    kinds = [each for each in about.get_all("Classifier", []) if each.startswith("License ::")]
    said = about.get("License-Expression") or " ".join(kinds) or about.get("License") or ""
    return said.split("\n")[0]


def test_every_package_asked_for_has_its_reason_and_its_licence() -> None:
    project, groups = PROJECT["project"], PROJECT["dependency-groups"]
    asked = {
        "runs": names(project["dependencies"]),
        "extra": names(chain(*project["optional-dependencies"].values())),
        "tests": names(chain(*groups.values())),
        "pages": set(PAGES["dependencies"]),
        "page tests": set(PAGES["devDependencies"]),
    }
    for where in WHERE:
        said = {each.name: each for each in packages() if each.where == where}
        assert set(said) == asked[where], where
        assert all(each.why and each.licence for each in said.values())


def test_the_licence_is_the_one_the_package_says() -> None:
    wrong = []
    for each in packages():
        if each.where.startswith("page"):
            continue
        try:
            said = licence_of(each.name)
        except metadata.PackageNotFoundError:  # an extra that is not installed here
            continue
        first = re.split(r"[- ]", each.licence)[0]
        if said and first not in said and "OSI Approved" not in said:
            wrong.append(f"{each.name}: {said}, not {each.licence}")
    assert not wrong


def test_nothing_that_runs_is_under_a_licence_that_binds_what_uses_it() -> None:
    wrong = []
    for name in locked():
        try:
            said = licence_of(name)
        except metadata.PackageNotFoundError:  # for another system
            continue
        lesser = said.replace("LGPL", "").replace("Lesser General Public License", "")
        if BINDING.search(lesser) or not any(word in said for word in FREE):
            wrong.append(f"{name}: {said}")
    assert not wrong
