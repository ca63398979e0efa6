"""What a fresh machine installs: locked by hash, and from nowhere in particular."""

import importlib.util
import re
import tomllib
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[2]
LOCKS = ("runtime", "dev")
NAME = re.compile(r"[A-Za-z0-9._-]+")
TARGETS = ["run", "test", "check", "bench", "soak", "security", "docs", "sbom"]


def locked(name: str) -> dict[str, str]:
    """Each package of a lock and everything said about it."""
    text = (ROOT / "requirements" / f"{name}.lock").read_text().replace("\\\n", " ")
    return {line.partition("==")[0]: line for line in text.splitlines() if line.strip()}


def plain(requirement: str) -> str:
    found = NAME.match(requirement)
    assert found
    return found[0].lower()


@pytest.mark.parametrize("name", LOCKS)
def test_every_locked_package_has_a_version_and_a_hash(name: str):
    for package, line in locked(name).items():
        assert NAME.fullmatch(package), line
        assert "--hash=sha256:" in line, package


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_names_no_host_and_no_path(name: str):
    text = (ROOT / "requirements" / f"{name}.lock").read_text()
    assert not re.search(r"://|index-url|find-links|^#|/", text, re.MULTILINE)


def test_the_locks_hold_what_the_project_asks_for():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    asked = {plain(each) for each in project["project"]["dependencies"]}
    assert asked <= set(locked("runtime"))
    groups = [*project["project"]["optional-dependencies"].values()]
    groups.append(project["dependency-groups"]["dev"])
    wanted = asked | {plain(each) for group in groups for each in group}
    assert wanted <= set(locked("dev"))


def test_both_locks_agree():
    versions = [{name: line.split()[0] for name, line in locked(lock).items()} for lock in LOCKS]
    runtime, dev = versions
    assert runtime.items() <= dev.items()


def test_there_are_these_targets():
    text = (ROOT / "Makefile").read_text()
    targets = re.findall(r"^([a-z]+):", text, re.MULTILINE)
    assert targets == TARGETS
    assert f".PHONY: {' '.join(TARGETS)} " in text


@pytest.fixture
def build() -> ModuleType:
    spec = importlib.util.spec_from_file_location("hatch_build", ROOT / "hatch_build.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_pages_are_built_again_when_a_source_changes(build: ModuleType, tmp_path: Path):
    source = tmp_path / "web" / "src" / "main.tsx"
    source.parent.mkdir(parents=True)
    source.write_text("one")
    pages = build.Pages(tmp_path)
    assert not pages.are_fresh
    pages.built.mkdir(parents=True)
    (pages.built / "index.html").touch()
    assert not pages.are_fresh, "built by nobody knows whom"
    (pages.built / ".stamp").write_text(pages.digest())
    assert pages.are_fresh
    (tmp_path / "web" / "node_modules").mkdir()
    (tmp_path / "web" / "node_modules" / "left-pad.js").touch()
    assert pages.are_fresh, "what npm brings is no source"
    source.write_text("two")
    assert not pages.are_fresh


def test_a_package_with_built_pages_needs_no_sources(build: ModuleType, tmp_path: Path):
    pages = build.Pages(tmp_path)
    pages.built.mkdir(parents=True)
    (pages.built / "index.html").touch()
    (pages.built / ".stamp").write_text("of other sources")
    assert pages.are_fresh
