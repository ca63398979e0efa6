"""`homeward score`, as somebody types it."""

import json

import pytest
from click.testing import CliRunner

from homeward.cli.score import command

ALL = {
    "respiratory_rate": "24",
    "oxygen_saturation": "91.5",
    "on_oxygen": "false",
    "systolic": "105",
    "pulse": "118",
    "consciousness": "A",
    "temperature": "38.4",
}


def run(*words: str) -> tuple[int, str]:
    result = CliRunner().invoke(command, ["news2", *words])
    return result.exit_code, result.output


def pairs(**changed: str) -> list[str]:
    return [f"{name}={value}" for name, value in {**ALL, **changed}.items()]


def test_json_gives_total_parts_range_risk_and_interval() -> None:
    code, output = run(*pairs(), "--json")
    assert code == 0
    score = json.loads(output)
    assert [score[key] for key in ("total", "low", "high", "risk", "interval", "scale")] == [
        *[8, 8, 8],
        "high",
        "continuous",
        1,
    ]
    assert {part["parameter"]: part["points"] for part in score["parts"]} == {
        "respiratory_rate": 2,
        "oxygen_saturation": 2,
        "on_oxygen": 0,
        "systolic": 1,
        "pulse": 2,
        "consciousness": 0,
        "temperature": 1,
    }


def test_what_is_left_out_makes_a_range() -> None:
    code, output = run("respiratory_rate=24", "heart_rate=118", "--json")
    score = json.loads(output)
    assert code == 0
    assert (score["total"], score["low"], score["high"]) == (None, 4, 18)
    assert score["risk_at_worst"] == "high"
    assert "temperature" in score["missing"]
    assert "pulse" not in score["missing"]


def test_the_second_scale() -> None:
    words = pairs(oxygen_saturation="97", on_oxygen="true")
    first, second = (
        json.loads(run(*words, f"spo2_scale={scale}", "--json")[1]) for scale in (1, 2)
    )
    assert (first["total"], second["total"]) == (8, 11)


def test_the_table_says_it_in_words() -> None:
    code, output = run(*pairs())
    assert code == 0
    assert "risk: high; observe: continuous" in output
    assert "Royal College of Physicians" in output
    code, output = run("pulse=70")
    assert code == 0
    assert "0 to 17" in output
    assert "high not ruled out" in output


@pytest.mark.parametrize(
    ("words", "fix"),
    [
        ([], "for example"),
        (["puls=70"], "it takes respiratory_rate"),
        (["pulse"], "for example pulse=72"),
        (["pulse="], "for example pulse=72"),
        (["pulse=fast"], "a number in /min"),
        (["pulse=nan"], "check the number"),
        (["temperature=98.6"], "it is in °C"),
        (["oxygen_saturation=101"], "outside 0 to 100"),
        (["consciousness=X"], "A (alert)"),
        (["on_oxygen=perhaps"], "true or false"),
        (["spo2_scale=3", "pulse=70"], "1 or 2"),
        (["pulse=70", "pulse=80"], "given twice"),
    ],
)
def test_a_mistake_is_answered_with_its_fix(words: list[str], fix: str) -> None:
    code, output = run(*words)
    assert code == 2
    assert fix in output
    assert "Traceback" not in output
