"""Runs one suite of Eclipse Paho's interoperability tests, and says what became of each case.

    python bench/_paho_suite.py CHECKOUT/interoperability/client_test5.py PORT

The suite is run as it is, but for its last line: `unittest.main()` of today refuses the options the
3.1.1 suite leaves in `sys.argv`, and would run every case whose name begins with `test` only. Here
the one case that is called `..._test` runs too. Each case ends as one line of JSON.
"""

import json
import runpy
import sys
import time
import unittest
from pathlib import Path


class Loader(unittest.TestLoader):
    """Also finds `will_message_test` of the 3.1.1 suite."""

    def getTestCaseNames(self, case: type[unittest.TestCase]) -> list[str]:
        """Every case, in the order of their names."""
        return [name for name in sorted(dir(case)) if name.startswith("test") or "_test" in name]


class Result(unittest.TestResult):
    """Prints each case as it ends."""

    def startTest(self, test: unittest.TestCase) -> None:
        """Take the time."""
        super().startTest(test)
        self._began, self._why = time.monotonic(), ""

    def addError(self, test: unittest.TestCase, err: tuple) -> None:
        """It broke down; for a whole class this comes without a start."""
        super().addError(test, err)
        self._why = f"{err[0].__name__}: {err[1]}"
        if not hasattr(test, "_testMethodName"):
            self._say(str(test), 0.0)

    addFailure = addError  # type: ignore[assignment]

    def stopTest(self, test: unittest.TestCase) -> None:
        """Say how it ended."""
        super().stopTest(test)
        self._say(test._testMethodName, time.monotonic() - self._began)

    def _say(self, name: str, seconds: float) -> None:
        case = {"case": name, "passed": not self._why, "why": self._why, "seconds": seconds}
        print("\n" + json.dumps(case), flush=True)


def run_cases() -> None:
    """In place of `unittest.main`."""
    only = set(sys.argv[1:])
    tests = Loader().loadTestsFromModule(sys.modules["__main__"])
    if only:
        cases = [case for group in tests for case in group if case._testMethodName in only]
        tests = unittest.TestSuite(cases)
    result = Result()
    tests.run(result)
    sys.exit(not result.wasSuccessful())


if __name__ == "__main__":
    suite, port, *cases = sys.argv[1:]
    sys.path.insert(0, str(Path(suite).parent))

    def main() -> None:
        """Called by the suite as `unittest.main`, its own options still in place."""
        sys.argv[1:] = cases
        run_cases()

    unittest.main = main  # type: ignore[assignment,misc]
    sys.argv = [suite, "-p", port]
    runpy.run_path(suite, run_name="__main__")
