"""A little of the soak: every parser takes or refuses whatever comes (`make soak NAME=fuzz`)."""

import signal
from collections.abc import Iterator

import pytest

from bench.fuzz import findings
from bench.fuzz.in_process import batches, run_batch
from bench.fuzz.mutate import Mutator
from bench.fuzz.targets import Target, every_target

INPUTS = 250
TARGETS = every_target()


@pytest.fixture(autouse=True)
def alone(tmp_path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Findings of a test are the test's; its alarm clock, too."""
    monkeypatch.setattr(findings, "folder", lambda: tmp_path)
    before = signal.getsignal(signal.SIGPROF)
    yield
    signal.signal(signal.SIGPROF, before)


@pytest.mark.parametrize("name", TARGETS)
def test_samples_are_taken(name: str) -> None:
    """What is mutated begins as something sound: else nothing gets past the first byte."""
    target = TARGETS[name]
    taken = 0
    for sample in target.samples():
        try:
            target.parse(sample)
        except target.refusals:
            continue
        taken += 1
    assert taken, name


@pytest.mark.parametrize("name", TARGETS)
def test_whatever_comes_is_taken_or_refused(name: str) -> None:
    result = run_batch(TARGETS[name], f"1:{name}", INPUTS)
    found = [findings.read(file)[2]["what"] for file in result.files]
    assert not found
    assert result.inputs == INPUTS


def test_a_parser_that_breaks_is_found_and_shown_again() -> None:
    def breaks(body: bytes) -> None:
        if b"\x00" in body:
            raise KeyError("a patient's name")

    target = Target("breaks", (), lambda: [b"a\x00b" * 5], breaks)
    result = run_batch(target, "1", 100)
    assert result.crashes > 50
    assert len(result.files) == 3, "those of one line are one"
    where, data, said = findings.read(result.files[0])
    assert where == "breaks"
    assert b"\x00" in data
    assert "KeyError" in said["what"]


def test_the_same_seed_makes_the_same_inputs() -> None:
    samples = [b'{"value":72.5,"unit":"/min"}', bytes(range(60))]
    made = [[Mutator(seed, samples).next() for _ in range(1)] for seed in ("1", "1", "2")]
    assert made[0] == made[1]
    assert len({Mutator(str(seed), samples).next() for seed in range(200)}) > 100


def test_a_run_gives_every_parser_its_share() -> None:
    plan = batches(100_000, ["a", "b", "c"])
    assert sum(count for _, _, count in plan) == 100_000
    shares = {name: sum(c for n, _, c in plan if n == name) for name in "abc"}
    assert max(shares.values()) - min(shares.values()) <= 2_000
