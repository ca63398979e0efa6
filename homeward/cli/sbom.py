"""`homeward sbom`: what this installation is made of (CycloneDX 1.6)."""

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path
from typing import Any
from uuid import uuid4

import click

NAME = re.compile(r"[A-Za-z0-9._-]+")
PAGES_LOCK = Path(__file__).parents[2] / "web" / "package-lock.json"  # in a clone alone


@click.command("sbom")
def command() -> None:
    """Print what this installation is made of: a bill of materials in CycloneDX 1.6 (JSON).

    Every Python package that Homeward needs and that is installed here, in its version here; in a
    clone also the packages its pages are built of.
    """
    click.echo(json.dumps(document(datetime.now(UTC)), indent=1))


def document(now: datetime) -> dict[str, Any]:
    """The bill of materials, as of now."""
    ours = distribution("homeward")
    parts = {plain(each.name): each for each in _needed(ours)}
    root = _python(ours) | {"type": "application"}
    pages = list(_pages())
    needs: dict[str, list[str]] = {each["bom-ref"]: [] for each in pages}
    for each in (ours, *parts.values()):
        needs[_reference(each)] = sorted(
            _reference(parts[name]) for name in _asked(each) if name in parts
        )
    needs[root["bom-ref"]] = sorted([*needs[root["bom-ref"]], *(p["bom-ref"] for p in pages)])
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{uuid4()}",
        "version": 1,
        "metadata": {"timestamp": now.isoformat(timespec="seconds"), "component": root},
        "components": [*map(_python, parts.values()), *pages],
        "dependencies": [{"ref": ref, "dependsOn": on} for ref, on in sorted(needs.items())],
    }


def plain(name: str) -> str:
    """A package's name in the one form that compares (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()


def _needed(root: Distribution) -> Iterator[Distribution]:
    """What it needs, and what that needs, each once: as far as it is installed."""
    seen, waiting = {plain(root.name)}, [root]
    while waiting:
        for name in _asked(waiting.pop()):
            if name in seen:
                continue
            seen.add(name)
            try:
                found = distribution(name)
            except PackageNotFoundError:
                continue  # of another system or an extra that is not used
            waiting.append(found)
            yield found


def _asked(each: Distribution) -> list[str]:
    names = (NAME.match(line) for line in each.requires or ())
    return [plain(found[0]) for found in names if found]


def _reference(each: Distribution) -> str:
    return f"pkg:pypi/{plain(each.name)}@{each.version}"


def _python(each: Distribution) -> dict[str, Any]:
    said = each.metadata.json
    name = str(said.get("license_expression") or said.get("license") or "").split("\n")[0][:100]
    licences = [{"license": {"name": name}}] if name else []
    return {
        "type": "library",
        "bom-ref": _reference(each),
        "name": plain(each.name),
        "version": each.version,
        "purl": _reference(each),
        "licenses": licences,
    }


def _pages() -> Iterator[dict[str, Any]]:
    """What the pages are built of, and carry."""
    if not PAGES_LOCK.is_file():
        return
    for place, said in json.loads(PAGES_LOCK.read_text())["packages"].items():
        name = place.rpartition("node_modules/")[2]
        if not name or said.get("dev"):
            continue
        reference = f"pkg:npm/{name.replace('@', '%40')}@{said['version']}"
        licences = [{"license": {"name": said["license"]}}] if "license" in said else []
        yield {
            "type": "library",
            "bom-ref": reference,
            "name": name,
            "version": said["version"],
            "purl": reference,
            "licenses": licences,
        }
