"""The bill of materials names all that is installed for us, and what needs what."""

import json
import re
import tomllib
from importlib.metadata import version
from pathlib import Path

from click.testing import CliRunner

from homeward.cli.sbom import command, plain

ROOT = Path(__file__).parents[2]


def test_everything_that_is_asked_for_is_in_it() -> None:
    said = json.loads(CliRunner().invoke(command).output)
    assert (said["bomFormat"], said["specVersion"]) == ("CycloneDX", "1.6")
    found = {each["purl"]: each for each in said["components"]}
    assert len(found) == len(said["components"]), "each once"
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    for each in project["dependencies"]:
        name = plain(re.split(r"[\[>=<; ]", each)[0])
        assert f"pkg:pypi/{name}@{version(name)}" in found
    pages = json.loads((ROOT / "web/package.json").read_text())["dependencies"]
    for name, wanted in pages.items():
        assert f"pkg:npm/{name.replace('@', '%40')}@{wanted}" in found
    assert not any("vitest" in purl for purl in found), "what only builds or tests is not in it"


def test_what_needs_what_is_said_of_each() -> None:
    said = json.loads(CliRunner().invoke(command).output)
    references = {each["bom-ref"] for each in said["components"]}
    references.add(said["metadata"]["component"]["bom-ref"])
    assert {each["ref"] for each in said["dependencies"]} == references
    for each in said["dependencies"]:
        assert set(each["dependsOn"]) <= references
