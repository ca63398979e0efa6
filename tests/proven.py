"""Whether this very run proved what the papers of docs/safety claim.

A run of the whole suite fails where a hazard or a control names a test that did not pass in it. A
run of a part says which hazards it did not prove, and fails for nothing it did not run.
"""

from collections.abc import Iterable

import pytest

from homeward.cli._papers import claims

PARTS = ("keyword", "markexpr", "deselect", "ignore", "ignore_glob", "lf", "collectonly")


class Proof:
    """What passed so far. A test of several cases passed when all that ran did."""

    def __init__(self) -> None:
        self._passed: set[str] = set()
        self._not_passed: set[str] = set()

    def note(self, report: pytest.TestReport) -> None:
        """One step of one test."""
        test = report.nodeid.partition("[")[0]
        if report.outcome != "passed":
            self._not_passed.add(test)
        elif report.when == "call":
            self._passed.add(test)

    def missing(self, tests: Iterable[str]) -> list[str]:
        """Those of them that did not run, were skipped or failed."""
        return sorted(each for each in tests if each not in self._passed - self._not_passed)


_PROOF = pytest.StashKey[Proof]()


def _is_whole(config: pytest.Config) -> bool:
    is_all = config.args_source is pytest.Config.ArgsSource.TESTPATHS
    return is_all and not any(config.getoption(each, None) for each in PARTS)


def _unproven(config: pytest.Config) -> dict[str, list[str]]:
    proof = config.stash[_PROOF]
    found = {claim: proof.missing(tests) for claim, tests in claims().items()}
    return {claim: missing for claim, missing in found.items() if missing}


class Proving:
    """The part of pytest that notes and says it; of several processes, in the one that leads."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        config.stash[_PROOF] = Proof()

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Also of what a worker ran."""
        self._config.stash[_PROOF].note(report)

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """A whole run that proved not all is a failure."""
        is_well = session.exitstatus == pytest.ExitCode.OK
        if is_well and _is_whole(self._config) and _unproven(self._config):
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """What was not proven."""
        unproven = _unproven(self._config)
        if not unproven:
            return
        if not _is_whole(self._config):
            hazards = ", ".join(each for each in unproven if each.startswith("H-"))
            terminalreporter.write_line(f"Not proven by this part of the suite: {hazards}.")
            return
        terminalreporter.section("claims of docs/safety that this run did not prove", red=True)
        for claim, missing in unproven.items():
            terminalreporter.write_line(f"{claim}: {', '.join(missing)}")


def watch(config: pytest.Config) -> None:
    """Begin to note, unless this is a worker of a run that another process leads."""
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(Proving(config), "homeward-proving")
