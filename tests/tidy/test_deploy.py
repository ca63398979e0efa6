"""What deploy/ holds: units systemd accepts, a chart Kubernetes would, a container file that copies
what there is. Where a checker is not installed its test is skipped (deploy/README.md).
"""

import importlib.util
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
UNITS = sorted((ROOT / "deploy/systemd").glob("homeward*.*e*"))
CHART = ROOT / "deploy/helm/homeward"
PROGRAM = "/opt/homeward/bin/homeward"
EXPOSURE_MAX = 2.0  # of systemd-analyze security: 0 is closed, 10 open
VALUES = {"publicNames": ["homeward.example.org"], "secrets": {"trusted": "homeward-trusted"}}
KUBERNETES = "1.27.0"  # the oldest the chart says it needs


@pytest.fixture
def units(tmp_path: Path) -> list[Path]:
    """The units, for the program as it is installed here."""
    here = str(Path(sys.executable).parent / "homeward")
    for each in UNITS:
        if each.suffix in (".service", ".target"):
            (tmp_path / each.name).write_text(each.read_text().replace(PROGRAM, here))
    return sorted(tmp_path.iterdir())


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd is not installed here")
def test_systemd_accepts_every_unit(units: list[Path]) -> None:
    words = ["systemd-analyze", "verify", "--man=no", *map(str, units)]
    done = subprocess.run(words, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd is not installed here")
def test_every_unit_is_closed_as_far_as_it_can_be(units: list[Path]) -> None:
    services = [str(each) for each in units if each.suffix == ".service"]
    words = ["systemd-analyze", "security", "--offline=true", *services]
    done = subprocess.run(words, capture_output=True, text=True)
    found = re.findall(r"exposure level for (\S+): ([\d.]+)", done.stdout)
    assert len(found) == len(services), done.stdout + done.stderr
    assert [name for name, level in found if float(level) > EXPOSURE_MAX] == []


def test_there_is_a_unit_for_every_process_of_a_cluster() -> None:
    from homeward.cli.run import PROCESSES

    started = {
        found[1]
        for unit in UNITS
        if (found := re.search(rf"ExecStart={PROGRAM} run ([a-z]+)", unit.read_text()))
    }
    assert started == PROCESSES.keys() - {"demo", "backup"} | {"prepare"}


def test_the_container_file_copies_what_there_is() -> None:
    text = (ROOT / "deploy/container/Containerfile").read_text().replace("\\\n", " ")
    lines = [line.split() for line in text.splitlines() if line and not line.startswith("#")]
    known = {"FROM", "RUN", "COPY", "WORKDIR", "ENV", "USER", "VOLUME", "EXPOSE", "STOPSIGNAL"}
    assert [words[0] for words in lines if words[0] not in known] == ["ENTRYPOINT", "CMD"]
    sent = (ROOT / ".containerignore").read_text().splitlines()
    copied = [w for words in lines if words[0] == "COPY" and "--from" not in words[1]
              for w in words[1:-1]]  # fmt: skip
    assert copied
    assert [each for each in copied if not (ROOT / each).exists() or f"!{each}" not in sent] == []


def rendered(values: dict[str, Any]) -> list[dict[str, Any]]:
    """Every object of the chart, by Helm itself."""
    helm = pytest.importorskip("helm_python", reason="the package helm-python-sdk is not installed")
    yaml = pytest.importorskip("yaml")
    with helm.Chart.load(str(CHART)) as chart:
        files = chart.render(values, name="ward", namespace="homeward")
    objects = [each for name, text in files.items() if name.endswith(".yaml")
               for each in yaml.safe_load_all(text)]  # fmt: skip
    return [each for each in objects if each]


@pytest.mark.parametrize(
    "values", [VALUES, {"publicNames": ["a"], "settings": {"HOMEWARD_X": "1"}}]
)
def test_kubernetes_knows_every_object_of_the_chart(values: dict[str, Any]) -> None:
    if importlib.util.find_spec("kubernetes_validate") is None:
        pytest.skip("the package kubernetes-validate is not installed")
    import kubernetes_validate

    objects = rendered(values)
    kinds = [each["kind"] for each in objects]
    assert {kind: kinds.count(kind) for kind in kinds} == {
        "Deployment": 5, "PodDisruptionBudget": 4, "Service": 2, "Job": 1,
    }  # fmt: skip
    for each in objects:
        kubernetes_validate.validate(each, KUBERNETES, strict=True)


def test_the_chart_refuses_values_it_does_not_know() -> None:
    with pytest.raises(Exception, match="publicNames"):
        rendered({"publicNames": []})


def test_every_setting_the_chart_gives_is_one() -> None:
    from homeward.settings import load

    named = set(re.findall(r"HOMEWARD_[A-Z_]+", "".join(
        each.read_text() for each in (CHART / "templates").iterdir()
    ) + (ROOT / "deploy/systemd/homeward.env.example").read_text()))  # fmt: skip
    _, origins = load({})
    assert named <= {f"HOMEWARD_{each.name.upper()}" for each in origins}
