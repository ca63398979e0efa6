"""The examples, run as a newcomer runs them."""

import shutil
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).parents[2] / "examples"
LINES_MAX = 30


@pytest.mark.parametrize("path", sorted(EXAMPLES.iterdir()), ids=lambda path: path.name)
def test_an_example_is_short(path: Path):
    assert len([line for line in path.read_text().splitlines() if line]) < LINES_MAX


def device(demo, name: str) -> dict:
    """What the registry says of a device, to the engineer."""
    devices = demo.signed_in("eli").get("/api/devices").json()
    return {each["name"]: each for each in devices}[name]


@pytest.fixture(scope="module")
def own(demo) -> Path:
    """The folder that the five lines leave behind."""
    if shutil.which("mosquitto_pub", path=demo.environment["PATH"]) is None:
        pytest.skip("mosquitto_pub is not installed (Debian: mosquitto-clients)")
    done = demo.run("sh", str(EXAMPLES / "own_device.sh"), "my-oximeter")
    assert done.returncode == 0, done.stdout + done.stderr
    return demo.folder / "my-oximeter"


def test_your_own_device_in_five_lines(demo, own):
    assert demo.until(lambda: device(demo, own.name)["last_seen"])
    assert device(demo, own.name)["bed"] == "3-01"
    assert device(demo, own.name)["quarantined"] == 0


def test_the_same_device_by_paho(demo, own):
    before = device(demo, own.name)["last_seen"] or 0
    done = demo.run("python", str(EXAMPLES / "own_device_paho.py"), own.name, "1")
    assert done.returncode == 0, done.stderr
    assert demo.until(lambda: (device(demo, own.name)["last_seen"] or 0) > before)
    assert device(demo, own.name)["quarantined"] == 0


def test_a_recording_played_twice_under_one_boot_adds_nothing(demo, own):
    rows = "".join(f"{second},{60 + second % 7}\n" for second in range(0, 600, 2))
    (demo.folder / "night.csv").write_text("seconds,temp\n" + rows.replace(",6", ",36."))
    words = ("replay", "night.csv", "--device", own.name, "--start", "2026-01-05T03:00:00Z")
    words += ("--boot", "1", "--map", "temp=temperature:Cel")
    for _ in range(2):
        done = demo.homeward(*words)
        assert done.returncode == 0, done.stdout + done.stderr
        assert "300 readings" in done.stdout
        assert "0 refused" in done.stdout
