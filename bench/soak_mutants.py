"""Mutants: small lies told to the code that judges, one at a time; the tests must notice each.

    make soak NAME=mutants                      every file of FILES
    python -m bench.soak_mutants limit alarm    those whose path holds such a word, or is of a group
    python -m bench.soak_mutants --every 5      each fifth mutant of every file
    python -m bench.soak_mutants --again LOG    those only that survived in this one's own output

Which lies: bench/mutants/lies.py. Each is told to a forked process of its own, one for each core,
which runs the tests named beside the file and stops at the first that fails: killed. One whose
tests all pass has survived: a test is missing, or the lie changes nothing, and then
bench/equivalent_mutants.txt names it with the reason, reviewed like code. In each group of files
95 % of those that change anything must be killed.

Why our own: mutmut works on a copy of the tree with other module names, and cosmic-ray starts the
whole test command anew for each mutant; here one that has all libraries loaded already is forked.
"""

import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.mutants.asked import PASSED, Tests
from bench.mutants.lies import mutants, truth
from bench.mutants.processes import ROOT, forget, load, module_of, race
from bench.mutants.telling import ask_anew, ask_in_place
from bench.report import finish, table

EQUIVALENT = Path(__file__).with_name("equivalent_mutants.txt")
SCORE_MIN = 0.95
CONTROL = -1  # the number of what is no mutant, and must pass


def _of(folder: str, *names: str) -> tuple[str, ...]:
    return tuple(f"tests/{folder}/test_{name}.py" for name in names)


def _clinical(*names: str) -> tuple[str, ...]:
    return _of("clinical", *names)


def _watch(*names: str) -> tuple[str, ...]:
    return _of("services/watch", *names)


RULES = _clinical("bounds", "second_opinion", "rules")
EACH_RULE = (*RULES, *_clinical("limit", "shock_index", "systolic_falling"))
SCORES = _clinical("score_tables", "scores", "news2", "score_file")

# Each file that judges, and the tests that hold it; none of them needs a database.
FILES: dict[str, dict[str, tuple[str, ...]]] = {
    "rules": {
        "clinical/limit.py": (*_clinical("limit", "setting", "gate"), *RULES),
        "clinical/rule.py": (*_clinical("limit", "gate", "rule"), *RULES),
        "clinical/gate.py": _clinical("gate"),
        "clinical/window.py": _clinical("window", "limit"),
        "clinical/setting.py": (*_clinical("setting"), *_watch("orders")),
        "clinical/ages.py": (*_clinical("ages", "setting", "limit"), *RULES),
        "clinical/subject.py": _clinical("subject"),
        "clinical/clock.py": _clinical("clock"),
        "clinical/plausible.py": _clinical("plausible"),
        "clinical/replayed.py": _clinical("replayed"),
        "clinical/source.py": _clinical("source"),
        "clinical/evidence.py": _clinical("evidence"),
        "clinical/observation.py": _clinical("observation"),
    },
    "scores": {
        "clinical/score.py": SCORES,
        "clinical/score_file.py": _clinical("score_file", "score_file_edges"),
        "clinical/score_table.py": SCORES,
        "clinical/scoring.py": (*_clinical("scoring", "news2_alarms", "score_file_edges"), *SCORES),
    },
    "alarm": {
        "clinical/episode.py": _clinical("episode"),
        "clinical/silence.py": _clinical("silence"),
        "clinical/cause.py": _clinical("cause"),
        "clinical/steadiness.py": _clinical("steadiness"),
        "services/watch/conditions.py": _watch("conditions"),
        "services/watch/troubles.py": _watch("troubles"),
        "services/watch/counters.py": _watch("counters"),
        "services/watch/storms.py": _watch("storms"),
        "services/watch/steadiness.py": _watch("steadiness"),
    },
    "escalation": {
        "services/call/chain.py": _of("services/call", "chain"),
        "services/call/rota.py": _of("services/call", "rota"),
        "services/call/quiet.py": _of("services/call", "quiet", "rota"),
    },
}


def files() -> dict[str, tuple[str, tuple[str, ...]]]:
    """All of them, each with its group and tests: rules and scores, one a file, are found."""
    found = {
        f"homeward/{path}": (group, tests)
        for group, each in FILES.items()
        for path, tests in each.items()
    }
    for group, tests in (("rules", EACH_RULE), ("scores", SCORES)):
        for path in sorted((ROOT / "homeward/clinical" / group).glob("[a-z]*.py")):
            found[str(path.relative_to(ROOT))] = group, tests
    return found


def equivalents() -> dict[str, str]:
    """Lies that change nothing, by name, and why."""
    found: dict[str, str] = {}
    name = ""
    for line in EQUIVALENT.read_text().splitlines():
        if line.startswith("    "):
            found[name] = line.strip()
        elif line and not line.startswith("#"):
            name = line.strip()
    return found


@dataclass
class Tally:
    """Of one file, or several."""

    killed: int = 0
    survived: int = 0
    equivalent: int = 0

    @property
    def score(self) -> float:
        """The share of those killed among those that change anything."""
        asked = self.killed + self.survived
        return self.killed / asked if asked else 1.0

    @classmethod
    def of(cls, several: Iterable["Tally"]) -> "Tally":
        """Their sum."""
        total = cls()
        for each in several:
            total.killed += each.killed
            total.survived += each.survived
            total.equivalent += each.equivalent
        return total


def tell(path: str, tests: Sequence[str], is_asked: Callable[[int, str], bool]) -> Tally:
    """The lies of one file that are asked for, by number and name."""
    load(tests)
    forget(module_of(path))
    text, known = (ROOT / path).read_text(), equivalents()
    names = [(each.name, each.line) for each in mutants(path, text)]
    told = {number for number, (name, _) in enumerate(names) if name not in known}
    tally = Tally(equivalent=len(names) - len(told))
    told = frozenset(number for number in told if is_asked(number, names[number][0]))
    seen, results = ask_in_place(path, tests, told)

    asked = Tests(seen)

    def started() -> Iterator[tuple[int, int]]:
        yield CONTROL, ask_anew(truth(path, text), asked)
        for number, mutant in enumerate(mutants(path, text)):
            if number in told and number not in results:
                yield number, ask_anew(mutant, asked)

    anew = {number: code == PASSED for number, code in race(started())}
    if not anew.pop(CONTROL):
        raise SystemExit(f"{path}: its tests fail with no lie told")
    for number, has_survived in sorted((results | anew).items()):
        if has_survived:
            tally.survived += 1
            name, line = names[number]
            print(f"  survived: {name}  (line {line})", flush=True)
        else:
            tally.killed += 1
    return tally


def survivors(log: str) -> dict[str, set[str]]:
    """By file: the names that survived in the output of an earlier run."""
    found: dict[str, set[str]] = {}
    for line in Path(log).read_text().splitlines():
        if line.startswith("  survived: "):
            name = line.removeprefix("  survived: ").rpartition("  (line ")[0]
            found.setdefault(name.split(" ")[0], set()).add(name)
    return found


def main(words: Sequence[str], every: int, again: dict[str, set[str]] | None = None) -> None:
    """Tell them all; fail below the bar."""
    began, tallies, groups = time.monotonic(), dict[str, Tally](), dict[str, list[Tally]]()

    def is_asked(number: int, name: str) -> bool:
        return number % every == 0 if again is None else name in again[name.split(" ")[0]]

    for path, (group, tests) in files().items():
        is_wanted = not words or any(word in path or word == group for word in words)
        if is_wanted and (again is None or path in again):
            done = tallies[path] = tell(path, tests, is_asked)
            groups.setdefault(group, []).append(done)
            took = time.monotonic() - began
            print(f"{path}: {done.killed} killed, {done.survived} survived, {took:.0f} s",
                  flush=True)  # fmt: skip
    total, of_group = Tally.of(tallies.values()), {g: Tally.of(e) for g, e in groups.items()}
    rows = {path.removeprefix("homeward/"): each for path, each in tallies.items()}
    table(
        ("file", "killed", "survived", "equivalent", "score"),
        [
            (name, each.killed, each.survived, each.equivalent, f"{each.score:.1%}")
            for name, each in {**rows, **of_group, "all": total}.items()
        ],
    )
    figures = {
        "files": len(tallies),
        "mutants": total.killed + total.survived + total.equivalent,
        "killed": total.killed,
        "survived": total.survived,
        "equivalent": total.equivalent,
        "score": total.score,
        **{group: each.score for group, each in of_group.items()},
        "least": min(each.score for each in of_group.values()),
        "every": every,
        "seconds": time.monotonic() - began,
    }
    finish("mutants", figures)
    if any(each.score < SCORE_MIN for each in of_group.values()):
        raise SystemExit(1)


def _option(name: str, otherwise: str) -> str:
    """The value after an option, which is taken out of the words."""
    if name not in sys.argv:
        return otherwise
    place = sys.argv.index(name)
    value = sys.argv[place + 1]
    del sys.argv[place : place + 2]
    return value


if __name__ == "__main__":
    step, log = int(_option("--every", "1")), _option("--again", "")
    main(sys.argv[1:], step, survivors(log) if log else None)
