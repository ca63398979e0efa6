"""My contacts, tests and receipts, over HTTP."""

import hashlib
import hmac
import json
from dataclasses import replace
from pathlib import Path

import pytest

from homeward.engines.push_key import public_push_key
from homeward.model.message import Progress, Receipt, Way
from homeward.model.person import Role
from homeward.services.call.reach.outbox import claim, note
from homeward.settings import Settings
from tests.api.conftest import House, house, sql
from tests.peers import Subscriber

__all__ = ["house"]

MINE = {"way": "email", "address": "nora@hospital.test"}
SECRET = "a shared secret of length"


@pytest.fixture
def settings(settings: Settings, tmp_path: Path) -> Settings:
    """A site with a mail server, a gateway for text messages and a push service of its own."""
    file = tmp_path / "sms.toml"
    file.write_text(
        'url = "https://gateway.test/{address}"\nbody = "{text}"\nreference = "id"\n[report]\n'
        f'secret = "{SECRET}"\nheader = "X-Signature"\nreference = "id"\nstatus = "status"\n'
        'delivered = ["delivered"]\nfailed = ["undelivered"]\n'
    )
    return replace(
        settings, smtp_host="127.0.0.1", push_services="push.test", sms_gateway=str(file)
    )


@pytest.fixture
async def nurse(house: House):
    """A nurse at a browser."""
    async with await house.client(Role.NURSE) as client:
        yield client


async def added(client, **contact):
    answer = await client.post("/api/reach/contacts", json={**MINE, **contact})
    assert answer.status_code == 200, answer.text
    return answer.json()["contacts"]


async def test_ways_are_added_changed_put_in_order_and_removed_and_nothing_is_overwritten(
    house, nurse
):
    contacts = await added(nurse)
    contacts = await added(nurse, address="nora@home.test", label="At home")
    assert [each["address"] for each in contacts] == ["nora@hospital.test", "nora@home.test"]
    order = {"ids": [contacts[1]["id"], contacts[0]["id"]]}
    contacts = (await nurse.post("/api/reach/order", json=order)).json()["contacts"]
    assert [each["label"] for each in contacts] == ["At home", ""]
    change = {"label": "Home", "after_seconds": 60, "priority_min": "high", "may_name_health": True}
    path = f"/api/reach/contacts/{contacts[0]['id']}"
    contacts = (await nurse.post(path, json=change)).json()["contacts"]
    assert {name: contacts[0][name] for name in change} == change
    assert (await nurse.delete(f"/api/reach/contacts/{contacts[1]['id']}")).status_code == 204
    left = (await nurse.get("/api/reach")).json()["contacts"]
    assert [each["label"] for each in left] == ["Home"]
    rows = await house.store.door().all(
        sql("select ended_reason as why, created_by, ended_by from contact order by id"), dict
    )
    me = house.ids["nurse"]
    assert [row["why"] for row in rows].count(None) == 1
    assert {row["why"] for row in rows} == {None, "put in another order", "changed", "removed"}
    assert {row["created_by"] for row in rows} == {me}
    assert {row["ended_by"] for row in rows} == {me, None}


@pytest.mark.parametrize(
    "wrong",
    [
        {"address": "no address"},
        {"address": "a@b, c@d"},
        {"address": "a@b.org\nBcc: c@d.org"},
        {"way": "sms", "address": "12"},
        {"way": "other", "address": "json://10.0.0.1/"},
        {"way": "web_push", "address": "{}"},
        {"way": "web_push", "address": Subscriber("https://10.0.0.1/admin").address},
        {"way": "web_push", "address": Subscriber("https://127.0.0.1/admin").address},
        {"way": "web_push", "address": Subscriber("http://push.test/1").address},
        {"way": "web_push", "address": Subscriber("https://u:p@push.test/1").address},
        {"after_seconds": 4000},
        {"priority_min": "whatever"},
        {"address": "x" * 3000},
    ],
)
async def test_what_cannot_be_is_refused(nurse, wrong):
    answer = await nurse.post("/api/reach/contacts", json={**MINE, **wrong})
    assert answer.status_code == 422
    assert (await nurse.get("/api/reach")).json()["contacts"] == []


async def test_a_way_the_site_has_not_set_up_is_not_taken(nurse):
    wanted = {"way": "voice", "address": "+44 20 7946 0000"}
    assert (await nurse.post("/api/reach/contacts", json=wanted)).status_code == 409
    ways = (await nurse.get("/api/reach")).json()["ways"]
    assert {each["way"]: each["is_set_up"] for each in ways} == {
        "web_push": True, "email": True, "sms": True, "voice": False,
    }  # fmt: skip


async def test_the_same_browser_again_is_still_one_way_and_its_keys_stay_here(house, nurse):
    browser = Subscriber("https://push.test/1")
    await added(nurse)
    await added(nurse, way="web_push", address=browser.address, label="Phone")
    renewed = Subscriber("https://push.test/1")
    contacts = await added(nurse, way="web_push", address=renewed.address, label="Phone")
    assert [each["way"] for each in contacts] == ["email", "web_push"]
    assert contacts[1]["endpoint"] == "https://push.test/1"
    assert contacts[1]["address"] == ""
    told = (await nurse.get("/api/reach")).json()
    assert told["push_key"] == public_push_key(house.tools.settings.data)


async def test_nobody_has_more_ways_than_can_be_used(nurse):
    for number in range(8):
        await added(nurse, address=f"n{number}@hospital.test")
    answer = await nurse.post("/api/reach/contacts", json={**MINE, "address": "n9@hospital.test"})
    assert answer.status_code == 422


async def test_my_ways_are_mine_alone(house, nurse):
    (contact,) = await added(nurse)
    async with await house.client(Role.DOCTOR) as doctor:
        assert (await doctor.get("/api/reach")).json()["contacts"] == []
        path = f"/api/reach/contacts/{contact['id']}"
        change = {"label": "", "after_seconds": 0, "priority_min": "high", "may_name_health": True}
        assert (await doctor.post(path, json=change)).status_code == 404
        assert (await doctor.delete(path)).status_code == 404
        assert (await doctor.post(f"{path}/test")).status_code == 404
        assert (await doctor.post("/api/reach/order", json={"ids": [contact["id"]]})).is_error
    assert len((await nurse.get("/api/reach")).json()["contacts"]) == 1


async def sent_test(house, client):
    """A test on its way: its delivery, and the message as a connector has it."""
    (contact,) = await added(client)
    delivery = (await client.post(f"/api/reach/contacts/{contact['id']}/test")).json()
    (message,) = await claim(house.tools, tuple(Way), 10)
    return delivery, message


async def test_a_test_shows_how_far_it_came(house, nurse):
    delivery, message = await sent_test(house, nurse)
    assert delivery["state"] == "queued"
    assert message.sentence == "Homeward: this is a test. Nothing is wrong."
    path = f"/api/reach/messages/{delivery['id']}"
    await note(house.tools, Receipt(message.id, Progress.SENT, house.tools.now(), is_final=True))
    assert (await nurse.get(path)).json()["state"] == "sent"
    token = message.link.rpartition("/")[2]
    async with await house.client(None) as phone:
        said = {"progress": "delivered"}
        receipt = f"/api/messages/{token}/receipt"
        assert (await phone.post(receipt, json=said)).status_code == 204
        assert (await phone.post("/api/messages/nonsense/receipt", json=said)).status_code == 404
        for wrong in ({"progress": "acknowledged"}, {"progress": "failed"}, {}):
            assert (await phone.post(receipt, json=wrong)).status_code == 422
        assert (await phone.post(f"/api/messages/{token}/open")).status_code == 401
    assert (await nurse.get(path)).json()["state"] == "delivered"
    opened = await nurse.post(f"/api/messages/{token}/open")
    assert opened.json() == {
        "alarm_id": None,
        "patient_id": None,
        "ward_id": None,
        "is_letter": False,
    }
    assert (await nurse.get(path)).json()["state"] == "seen"
    assert (await nurse.get("/api/reach")).json()["contacts"][0]["verified"] is not None


async def test_a_link_is_for_its_own_person(house, nurse):
    _, message = await sent_test(house, nurse)
    token = message.link.rpartition("/")[2]
    async with await house.client(Role.DOCTOR) as doctor:
        assert (await doctor.post(f"/api/messages/{token}/open")).status_code == 404
    rows = await house.store.door().all(sql("select state from delivery"), dict)
    assert rows == [{"state": "queued"}]


async def test_tests_are_bounded(nurse):
    (contact,) = await added(nurse)
    path = f"/api/reach/contacts/{contact['id']}/test"
    codes = [(await nurse.post(path)).status_code for _ in range(21)]
    assert codes == [200] * 20 + [409]


async def test_a_renewed_subscription_takes_the_old_ones_place(house, nurse):
    old, new = Subscriber("https://push.test/old"), Subscriber("https://push.test/new")
    await added(nurse, way="web_push", address=old.address, label="Phone", after_seconds=5)
    said = {"old_endpoint": old.endpoint, "subscription": new.address}
    async with await house.client(None) as worker:
        assert (await worker.post("/api/push/moved", json=said)).status_code == 204
        assert (await worker.post("/api/push/moved", json=said)).status_code == 404
        bad = {"old_endpoint": new.endpoint, "subscription": Subscriber("https://x/1").address}
        assert (await worker.post("/api/push/moved", json=bad)).status_code == 422
    (contact,) = (await nurse.get("/api/reach")).json()["contacts"]
    assert (contact["endpoint"], contact["label"], contact["after_seconds"]) == (
        "https://push.test/new", "Phone", 5,
    )  # fmt: skip


async def test_a_lost_browser_is_told_until_it_is_back(house, nurse):
    browser = Subscriber("https://push.test/1")
    (contact,) = await added(nurse, way="web_push", address=browser.address, label="Phone")
    await nurse.post(f"/api/reach/contacts/{contact['id']}/test")
    (message,) = await claim(house.tools, tuple(Way), 10)
    gone = Receipt(message.id, Progress.FAILED, house.tools.now(), "gone", is_gone=True)
    await note(house.tools, gone)
    told = (await nurse.get("/api/reach")).json()
    assert told["contacts"] == []
    assert [each["label"] for each in told["lost"]] == ["Phone"]
    again = Subscriber("https://push.test/2")
    await added(nurse, way="web_push", address=again.address, label="Phone")
    assert (await nurse.get("/api/reach")).json()["lost"] == []


async def test_a_gateways_report_is_written_down_once_it_is_signed(house, nurse):
    (contact,) = await added(nurse, way="sms", address="+442079460000")
    delivery = (await nurse.post(f"/api/reach/contacts/{contact['id']}/test")).json()
    (message,) = await claim(house.tools, (Way.SMS,), 10)
    await note(house.tools, Receipt(message.id, Progress.SENT, house.tools.now(), reference="SM1"))
    async with await house.client(None) as gateway:

        async def reports(body: dict, path="/api/gateways/sms/report", key=SECRET) -> int:
            raw = json.dumps(body).encode()
            signature = hmac.new(key.encode(), raw, hashlib.sha256).hexdigest()
            said = await gateway.post(path, content=raw, headers={"x-signature": signature})
            return said.status_code

        good = {"id": "SM1", "status": "delivered"}
        assert await reports(good, key="another secret") == 401
        assert await reports({"id": "SM2", "status": "delivered"}) == 404
        assert await reports(good, "/api/gateways/voice/report") == 404
        assert await reports(good, "/api/gateways/email/report") == 404
        assert await reports({"id": "SM1", "status": "on its way"}) == 204
        path = f"/api/reach/messages/{delivery['id']}"
        assert (await nurse.get(path)).json()["state"] == "sent"
        assert await reports(good) == 204
        assert (await nurse.get(path)).json()["state"] == "delivered"
        assert await reports({"id": "SM1", "status": "undelivered"}) == 204
        assert (await nurse.get(path)).json()["state"] == "delivered"


async def test_a_browser_reaches_one_person(house, nurse):
    browser = Subscriber("https://push.test/shared")
    await added(nurse, way="web_push", address=browser.address)
    async with await house.client(Role.DOCTOR) as doctor:
        assert len(await added(doctor, way="web_push", address=browser.address)) == 1
    assert (await nurse.get("/api/reach")).json()["contacts"] == []
