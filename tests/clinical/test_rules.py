"""Every rule against the cases a clinician can read, in `rules/<rule>.toml`."""

import tomllib
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from homeward.clinical.limit import Limit
from homeward.clinical.rule import Rule
from homeward.clinical.rules import RULES
from homeward.model.alarm import Finding
from homeward.model.reading import Reading
from homeward.model.vital import Vital

CASES = Path(__file__).parent / "rules"
START = datetime(2026, 3, 1, tzinfo=UTC)
SECONDS = {"s": 1, "min": 60}


def case_file(rule: Rule) -> dict[str, Any]:
    return tomllib.loads((CASES / f"{rule.name}.toml").read_text())


def written_cases() -> Iterator[Any]:
    for rule in RULES:
        if not (CASES / f"{rule.name}.toml").exists():
            continue  # the test of the folder says so
        file = case_file(rule)
        for case in file["case"]:
            unit = file.get("unit", "s")
            yield pytest.param(rule, case, unit, id=f"{rule.name}: {case['name']}")


ALL_CASES = list(written_cases())


def readings_of(vital: Vital, written: Sequence[Sequence[float]], unit: str) -> list[Reading]:
    """[time, value] is one reading; [from, to, every, value] a stretch of them."""
    pairs: list[tuple[float, float]] = []
    for item in written:
        if len(item) == 2:
            pairs.append((item[0], item[1]))
            continue
        start, end, every, value = item
        steps = int((end - start) / every + 1e-9)
        pairs += [(start + step * every, value) for step in range(steps + 1)]
    assert pairs == sorted(pairs, key=lambda pair: pair[0]), "readings are out of order"
    scale = SECONDS[unit]
    return [Reading(vital, value, START + timedelta(seconds=at * scale)) for at, value in pairs]


Windows = dict[str, list[Reading]]


def moments(rule: Rule, case: dict[str, Any], unit: str) -> list[Windows]:
    """The windows a rule is given at each reading: those of its vitals that are fresh then."""
    written = case["readings"]
    if not isinstance(written, dict):
        written = {rule.vital.name: written}
    vitals = {vital.name: vital for vital in rule.vitals}
    every = [
        (vitals[name], readings_of(vitals[name], each, unit)) for name, each in written.items()
    ]
    order = sorted(
        (reading.at, place, number)
        for place, (_, readings) in enumerate(every)
        for number, reading in enumerate(readings)
    )
    found: list[Windows] = []
    windows: Windows = {}
    for at, place, number in order:
        vital, readings = every[place]
        windows[vital.name] = readings[: number + 1]
        found.append(
            {
                name: window
                for name, window in windows.items()
                if at - window[-1].at <= timedelta(seconds=vitals[name].stale_seconds)
            }
        )
    return found


def newest(windows: Windows) -> datetime:
    return max(window[-1].at for window in windows.values())


def play(rule: Rule, given: Sequence[Windows], unit: str) -> tuple[list[str], list[Finding]]:
    """What happened, as lines like `25 s high` and `60 s over`, and each line's finding."""
    lines: list[str] = []
    findings: list[Finding] = []
    now: Finding | None = None
    for windows in given:
        found = rule.ask(windows, now is not None)
        at = (newest(windows) - START).total_seconds() / SECONDS[unit]
        if found is None and now is not None:
            lines.append(f"{at:g} {unit} over")
        elif found is not None and (now is None or found.priority != now.priority):
            lines.append(f"{at:g} {unit} {found.priority}")
            findings.append(found)
        now = found
    return lines, findings


@pytest.mark.parametrize(("rule", "case", "unit"), ALL_CASES)
def test_the_rule_decides_as_its_case_says(rule: Rule, case: dict[str, Any], unit: str) -> None:
    if "limit" in case and rule.limit is not None:
        rule = rule.with_limit(Limit(rule.limit.side, **case["limit"]))
    lines, findings = play(rule, moments(rule, case, unit), unit)
    assert lines == ([] if case["expect"] == "quiet" else case["expect"])
    if "text" in case:
        assert findings[0].text == case["text"]
    if "since" in case:
        assert findings[0].since == START + timedelta(seconds=case["since"] * SECONDS[unit])


def test_every_rule_has_a_case_file_and_every_case_file_a_rule() -> None:
    assert sorted(path.stem for path in CASES.glob("*.toml")) == [rule.name for rule in RULES]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_quiet_cases_come_first_and_every_rule_can_find_something(rule: Rule) -> None:
    expected = [case["expect"] for case in case_file(rule)["case"]]
    assert expected[0] == "quiet"
    assert any(each != "quiet" for each in expected)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_every_rule_says_what_why_and_after_whom(rule: Rule) -> None:
    first, _, rest = rule.about.partition("\n")
    assert first.endswith(".")
    assert rest.strip()


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_no_news_is_not_good_news(rule: Rule) -> None:
    for is_open in (False, True):
        with pytest.raises(ValueError, match="empty window"):
            rule.judge([], is_open)


@pytest.mark.parametrize(("rule", "case", "unit"), ALL_CASES)
def test_a_restart_that_rebuilds_the_window_decides_the_same(
    rule: Rule, case: dict[str, Any], unit: str
) -> None:
    """The rule needs the window it asks for, and nothing older."""
    for windows in moments(rule, case, unit):
        rebuilt = {
            name: [
                each
                for each in window
                if each.at >= window[-1].at - timedelta(seconds=rule.window_seconds)
            ]
            for name, window in windows.items()
        }
        for is_open in (False, True):
            assert rule.ask(rebuilt, is_open) == rule.ask(windows, is_open)
