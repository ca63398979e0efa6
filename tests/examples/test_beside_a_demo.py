"""`homeward demo` from nothing, and the examples run beside it as a newcomer runs them."""

import json
import shutil
from pathlib import Path

import numpy as np
import psycopg
import pytest
from websockets.sync.client import connect

from homeward.engines.folder import DataFolder
from homeward.model.frame import HOT
from homeward.model.ward_frame import unpack_ward
from homeward.simulate.cast import ACCOUNTS, PASSWORD, PATIENTS
from homeward.store.packed import distinct, from_hot, unpack
from tests.examples.test_readme import block

EXAMPLES = Path(__file__).parents[2] / "examples"
LINES_MAX = 30
LIVE_MS = 5_000


def test_it_prints_who_may_sign_in(demo):
    for account in ACCOUNTS:
        assert account.name in demo.said
    assert PASSWORD in demo.said


def test_every_account_may_sign_in(demo):
    for account in ACCOUNTS:
        session = demo.signed_in(account.login).get("/api/session").json()
        assert session["person"]["role"] == account.role.value


def test_every_bed_has_live_numbers_and_a_complete_news2(demo):
    def is_complete(bed, now):
        newest = {vital["vital"]: vital["at"] for vital in bed["vitals"]}
        is_live = now - newest.get("heart_rate", 0) < LIVE_MS
        return is_live and bed["score"] and bed["score"]["total"] is not None

    def complete():
        now = demo.nora.get("/api/health").json()["now"]  # a busy machine may pause after it
        beds = demo.board("Ward 3")
        return beds if all(is_complete(bed, now) for bed in beds.values()) else None

    beds = demo.until(complete)
    for bed in beds.values():
        assert [device["connected"] for device in bed["devices"]] == [True]
        # No monitor knows these: the demo's nurses enter them.
        by_hand = {v["vital"] for v in bed["vitals"] if v["device"] == "by hand"}
        assert by_hand == {"consciousness", "on_oxygen"}
    assert beds["3-07"]["patient"]["oxygen_scale"] == 2


def test_every_bed_draws_its_waveforms(demo):
    patients = {bed["patient"]["id"] for bed in demo.board("Ward 3").values()}
    ward = next(each["id"] for each in demo.nora.get("/api/wards").json() if each["kind"] == "ward")
    url = f"{demo.web.replace('http', 'ws')}/api/live/waves?ward={ward}"
    cookie = {"Cookie": demo.nora.headers["cookie"]}
    drawn: set[int] = set()
    with connect(url, additional_headers=cookie, origin=demo.web) as socket:
        while drawn != patients:
            message = socket.recv(timeout=10)
            assert isinstance(message, bytes)
            stretches = unpack_ward(message).stretches
            for patient in {each.patient for each in stretches}:
                assert len([each for each in stretches if each.patient == patient]) >= 2
                drawn.add(patient)


def test_homes_have_glucose(demo):
    def measured():
        homes = demo.board("Home care").values()
        return homes if all(home["vitals"] for home in homes) else None

    assert {home["vitals"][0]["vital"] for home in demo.until(measured)} == {"glucose"}


def test_charts_begin_before_the_demo_did(demo):
    for bed, hours in (("3-01", 1.9), ("Home 1", 23)):
        ward = "Ward 3" if bed.startswith("3") else "Home care"
        patient = demo.board(ward)[bed]["patient"]["id"]
        now = demo.nora.get("/api/health").json()["now"]

        def extent(patient=patient, now=now):
            answer = demo.nora.get(
                f"/api/patients/{patient}/trend",
                params={"start": now - 86_400_000, "end": now, "points": 100},
            ).json()
            return answer if answer["first"] is not None else None

        trend = demo.until(extent)
        assert now - trend["first"] > hours * 3600 * 1000


def test_nothing_the_demo_sent_was_put_aside(demo):
    listed = demo.homeward("device", "list").stdout
    for patient in PATIENTS:
        assert patient.device in listed
    assert "put aside" not in listed


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


def test_the_same_device_by_the_client_library(demo, own):
    before = device(demo, own.name)["last_seen"] or 0
    done = demo.run("python", str(EXAMPLES / "own_device_homeward.py"), own.name, "1")
    assert done.returncode == 0, done.stderr
    assert "everything is stored" in done.stdout
    assert demo.until(lambda: (device(demo, own.name)["last_seen"] or 0) > before)
    assert device(demo, own.name)["quarantined"] == 0


def test_a_newcomers_own_device_is_on_the_chart(demo):
    """What the README tells to type, as written."""
    port = json.loads((demo.folder / "data-demo" / "run.json").read_text())["mqtt_port"]
    words = block("run beside the demo").replace("8883", str(port)).replace("my-", "readme-")
    done = demo.run("sh", "-euc", words)
    assert done.returncode == 0, done.stdout + done.stderr
    assert demo.until(lambda: device(demo, "readme-oximeter")["last_seen"])
    assert device(demo, "readme-oximeter")["bed"] == "3-01"


WAITING = """
select device.id, body from inbox join device on shelf = device.id %% 16
where inbox.kind = 'readings' and device.name = %s
"""
FOLDED = """
select body from minute_chunk join device on device.id = device_id where name = %s
union all
select body from hour_chunk join device on device.id = device_id where name = %s
"""


def readings_of_nobody(demo, name: str) -> int:
    """How many readings the record holds of a device from when nobody wore it."""
    run = DataFolder(demo.folder / "data-demo").running()
    with psycopg.connect(run.postgres_url) as connection:
        waiting = connection.execute(WAITING, (name,)).fetchall()
        folded = connection.execute(FOLDED, (name, name)).fetchall()
    hot = np.frombuffer(b"".join(body for _, body in waiting), HOT)
    mine = hot[np.isin(hot["device"], [device for device, _ in waiting]) & (hot["patient"] == 0)]
    return len(distinct(np.concatenate([from_hot(mine), *(unpack(body) for (body,) in folded)])))


def test_a_recording_played_twice_under_one_boot_adds_nothing(demo, own):
    rows = "".join(f"{second},{36 + second % 7 / 10}\n" for second in range(0, 4000, 2))
    (demo.folder / "night.csv").write_text("seconds,temp\n" + rows)
    words = ("replay", "night.csv", "--device", own.name, "--start", "2026-01-05T03:00:00Z")
    words += ("--boot", "1", "--map", "temp=temperature:Cel")
    for _ in range(2):
        done = demo.homeward(*words)
        assert done.returncode == 0, done.stdout + done.stderr
        assert "2000 readings" in done.stdout
        assert "4 messages acknowledged, 0 refused" in done.stdout
        assert readings_of_nobody(demo, own.name) == 2000
