"""The verifier stands alone: it runs where there is no Homeward, and says where it went wrong."""

import shutil
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import homeward.verifier.check as module
from homeward.guard.audit import EXPORT_HEAD, Checkpoint, exported
from homeward.guard.merkle import Tree, leaf_hash
from homeward.guard.signed import make_key, written

NOW = datetime(2026, 3, 1, 8, tzinfo=UTC)


def file_of(folder: Path, rows: int) -> tuple[Path, Path, Path]:
    """An export, the key it is checked with, and its last checkpoint."""
    private_pem, public = make_key()
    lines, tree, line = [EXPORT_HEAD.encode()], Tree(), None
    for place in range(rows):
        content = b'{"id":%d}' % place
        tree.add(leaf_hash(content))
        lines.append(exported(place, leaf_hash(content), content))
        line = Checkpoint(tree.size, tree.root, line, NOW).signed(private_pem)
        lines.append(line.encode() + b"\n")
    paths = folder / "audit", folder / "key", folder / "checkpoint"
    paths[0].write_bytes(b"".join(lines))
    paths[1].write_text(written(public) + "\n")
    paths[2].write_text(f"{line}\n")
    return paths


def run_alone(folder: Path, *words: Path | str) -> subprocess.CompletedProcess[str]:
    """A copy of the one file, by a Python that knows of no Homeward."""
    alone = folder / "alone" / "check.py"
    alone.parent.mkdir(exist_ok=True)
    shutil.copy(Path(module.__file__), alone)
    return subprocess.run(
        [sys.executable, "-P", alone, *words], cwd=alone.parent, env={}, capture_output=True,
        text=True,
    )  # fmt: skip


def test_one_file_and_a_python_are_enough(tmp_path: Path) -> None:
    export, key, held = file_of(tmp_path, 5)
    done = run_alone(tmp_path, export, "--key", key, "--checkpoint", held)
    assert (done.returncode, done.stderr) == (0, "")
    assert "5 rows are what was sealed" in done.stdout
    assert "held outside and found here: the first 5 rows" in done.stdout
    body = export.read_bytes()
    export.write_bytes(body.replace(b'{"id":3}', b'{"id":9}'))
    done = run_alone(tmp_path, export, "--key", key, "--checkpoint", held)
    assert done.returncode == 1
    assert "row 3: it is not what was sealed" in done.stdout
    export.write_bytes(body)
    key.write_text("nonsense")
    done = run_alone(tmp_path, export, "--key", key)
    assert (done.returncode, done.stdout) == (2, "")
    assert "no public key" in done.stderr


def test_it_says_what_it_cannot_know(tmp_path: Path) -> None:
    export, key, _ = file_of(tmp_path, 2)
    said = module.said(module.check_file(str(export), [key.read_text()], []))
    assert "No checkpoint from outside was compared" in said


def test_a_checkpoint_of_another_key_is_none(tmp_path: Path) -> None:
    export, _, _ = file_of(tmp_path, 2)
    other = written(make_key()[1])
    report = module.check_file(str(export), [other], [])
    assert [each for each in report.faults if "not of this key" in each]


def test_faults_are_bounded(tmp_path: Path) -> None:
    export, key, _ = file_of(tmp_path, 300)
    export.write_bytes(export.read_bytes().replace(b'"id"', b'"no"'))
    report = module.check_file(str(export), [key.read_text()], [])
    assert len(report.faults) == module.FAULTS_MAX
    assert report.more > 0
