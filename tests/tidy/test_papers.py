"""The papers of docs/safety name what there is; a run that proves less than they claim fails."""

import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from homeward.cli import _papers as papers
from homeward.cli._papers import Control, Hazard, Line, Risk, Stands

ROOT = Path(__file__).parents[2]
HERE = "tests/tidy/test_papers.py::test_every_paper_names_what_there_is"
ASVS = {
    1: 27,
    2: 11,
    3: 19,
    4: 10,
    5: 9,
    6: 35,
    7: 18,
    8: 7,
    9: 7,
    10: 29,
    11: 14,
    12: 9,
    13: 13,
    14: 9,
    15: 13,
    16: 16,
    17: 7,
}
CLAIMS = """
from tests import proven
proven.claims = lambda: {"H-1": frozenset({"test_it.py::test_two", "test_it.py::test_one"})}
pytest_configure = proven.watch
"""
TESTS = """
import pytest
@pytest.mark.parametrize("case", [1, 2])
def test_one(case): ...
def test_two(): ...
"""
SKIPPED = TESTS.replace("[1, 2]", "[1, pytest.param(2, marks=pytest.mark.skip)]")


def test_every_paper_names_what_there_is() -> None:
    assert papers.faults() == []


def test_every_hazard_of_the_log_is_there() -> None:
    log = papers.hazards()
    assert [each.id for each in log] == [f"H-{number}" for number in range(1, len(log) + 1)]
    assert len(log) >= 22


def test_every_requirement_of_the_asvs_has_its_line_and_many_their_tests() -> None:
    """Levels 1 and 2 of 5.0.0 have 253, in chapters of so many."""
    lines = papers.tables()["asvs"].line
    chapters = Counter(int(line.id.split(".")[0]) for line in lines)
    assert chapters == ASVS
    assert sum(line.stands is Stands.HELD for line in lines) >= 120


def test_each_way_to_claim_too_much_is_found() -> None:
    sound = Control("It does.", ("homeward/cli/docs.py",), (HERE,))
    bad = Risk("catastrophic", "high")
    hollow = Control(
        "It does not.", ("homeward/no_such.py",), ("tests/tidy/test_papers.py::test_no",)
    )
    hazard = Hazard(
        "H-0", "It.", "Harm.", (), bad, bad, "", (sound, hollow, Control("So.", (), ()))
    )
    assert list(papers._of_hazard(hazard)) == [
        "H-0 is not made any better",
        "H-0: homeward/no_such.py is not there",
        "H-0: tests/tidy/test_papers.py::test_no is not there",
        "H-0: 'So.' names no code",
        "H-0: 'So.' names no test",
    ]
    lines = [
        Line("1", Stands.HELD),
        Line("2", Stands.OPEN),
        Line("3", Stands.HELD, by=("what is not",)),
        Line("4", Stands.OPERATOR, by=("it",), note="Theirs."),
        Line("5", Stands.PARTLY, by=("it",)),
    ]
    found = [fault for line in lines for fault in papers._of_line(line, {"it": sound})]
    assert found == [
        "held or partly, it names controls; and else none",
        "open: the note says what, or why",
        "there is no control what is not",
        "held or partly, it names controls; and else none",
        "partly: the note says what, or why",
    ]


@pytest.mark.parametrize(
    ("tests", "words", "code", "said"),
    [
        (TESTS, [], 0, "3 passed"),
        (SKIPPED, ["-p", "xdist", "-n", "1"], 1, "H-1: test_it.py::test_one"),
        (TESTS.replace("test_two", "test_other"), [], 1, "H-1: test_it.py::test_two"),
        (TESTS, ["-k", "two"], 0, "Not proven by this part of the suite: H-1."),
    ],
    ids=["all of it", "one case is skipped", "one is gone", "a part"],
)  # fmt: skip
def test_a_whole_run_that_proves_less_than_is_claimed_fails(
    tmp_path: Path, tests: str, words: list[str], code: int, said: str
) -> None:
    (tmp_path / "conftest.py").write_text(CLAIMS)
    (tmp_path / "test_it.py").write_text(tests)
    (tmp_path / "pytest.ini").write_text(f"[pytest]\ntestpaths = .\npythonpath = {ROOT}\n")
    run = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *words]
    quick = {**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    done = subprocess.run(run, cwd=tmp_path, env=quick, capture_output=True, text=True)
    assert said in done.stdout
    assert done.returncode == code
