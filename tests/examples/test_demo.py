"""`homeward demo` from nothing: a ward and two homes, live."""

import struct

from websockets.sync.client import connect

from homeward.model.frame import unpack_waves
from homeward.simulate.cast import ACCOUNTS, PASSWORD, PATIENTS

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
    def complete():
        beds = demo.board("Ward 3")
        scores = [bed["score"] for bed in beds.values()]
        return beds if all(score and score["total"] is not None for score in scores) else None

    beds = demo.until(complete)
    now = demo.nora.get("/api/health").json()["now"]
    for bed in beds.values():
        newest = {vital["vital"]: vital["at"] for vital in bed["vitals"]}
        assert now - newest["heart_rate"] < LIVE_MS
        assert [device["connected"] for device in bed["devices"]] == [True]
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
            patient, _device = struct.unpack_from("<qq", message)
            assert len(unpack_waves(message[16:]).channels) >= 2
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
