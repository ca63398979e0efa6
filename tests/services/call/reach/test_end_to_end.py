"""From an alarm to a mail, a push and a text message at real servers, and back."""

import asyncio
import json
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from homeward.cli._outbound import outbound
from homeward.connectors.keep_running import Trouble
from homeward.engines.push_key import keep_push_key
from homeward.model.message import Way
from homeward.services.call.reach import contacts
from tests.peers import Mails, Site, Subscriber

GATEWAY = 'url = "{url}/sms"\nidempotency_header = "Idempotency-Key"\n[json]\nto = "{{address}}"\n'
GATEWAY += 'text = "{{sentence}} {{link}}"\n'
CANARIES = ("Zebra", "Quagga", "bed-77", "SpO", "oxygen_low", "QX-4711")


class Town:
    """The servers outside, and the person who is reached by them."""

    def __init__(self, reach, mails: Mails, push: Site, gateway: Site) -> None:
        self.reach, self.house = reach, reach.house
        self.mails, self.push, self.gateway = mails, push, gateway
        self.browser = Subscriber(f"{push.url}/browser")
        self.told: list[Trouble] = []

    async def tell(self, trouble: Trouble) -> None:
        self.told.append(trouble)

    async def has(self, name: str, way: Way, address: str, **more) -> None:
        change = contacts.Change(self.house.people[name], None, self.house.now, "test")
        await contacts.add(self.house.store.door(), change, contacts.Wish(way, address, **more))

    async def alarm(self) -> None:
        patient = await self.house.patient("Zebra Quagga", "Ward 3")
        await self.house.sql("update patient set record_number = 'QX-4711'")
        await self.house.sql("update stay set bed = 'bed-77'")
        await self.house.alarm(patient)

    async def until(self, claim: str, what: str) -> None:
        """The calls go on, a pass each 50 ms, until a claim about the record is true."""
        async with asyncio.timeout(30):
            while True:
                self.house.now = datetime.now(UTC)
                await self.house.passes()
                if (await self.house.sql(f"select {claim}"))[0][0]:
                    return
                await asyncio.sleep(0.05)


@pytest.fixture
def town(reach, trusted: Path, tmp_path: Path):
    @asynccontextmanager
    async def opened(**changes):
        reach.house.now = datetime.now(UTC)
        keep_push_key(tmp_path)
        async with (
            Mails().serving(trusted) as mails,
            Site().serving(trusted) as push,
            Site().serving(trusted) as gateway,
        ):
            file = tmp_path / "sms.toml"
            file.write_text(GATEWAY.format(url=gateway.url))
            own = {
                "data": tmp_path, "smtp_host": "127.0.0.1", "smtp_port": mails.port,
                "mail_from": "homeward@hospital.test", "sms_gateway": str(file),
            }  # fmt: skip
            tools = reach.tools
            settings = replace(tools.settings, **{**own, **changes})
            tools = replace(tools, settings=settings, now=lambda: datetime.now(UTC))
            town = Town(reach, mails, push, gateway)
            task = asyncio.create_task(outbound(tools, town.tell))
            try:
                yield town
            finally:
                task.cancel()
                await asyncio.wait([task])
                assert task.cancelled(), task.exception()

    return opened


async def test_an_alarm_reaches_its_nurse_by_every_way_and_says_nothing_of_the_patient(town):
    """H-20 on the wire: what each server got, byte for byte."""
    async with town() as here:
        await here.has("nora", Way.WEB_PUSH, here.browser.address)
        await here.has("nora", Way.EMAIL, "nora@hospital.test")
        await here.has("nora", Way.SMS, "+442079460000")
        began = asyncio.get_running_loop().time()
        await here.alarm()
        await here.until("count(*) = 3 and bool_and(state = 'sent') from delivery", "all sent")
        took = asyncio.get_running_loop().time() - began
        pushed = here.browser.opens(here.push.got[0].body)
        wire = [json.dumps(pushed), here.mails.raw[0].decode(), here.gateway.got[0].body.decode()]
    assert took < 15
    assert pushed["text"] == "high alarm, Ward 3."
    assert here.gateway.got[0].json["text"].startswith("Homeward: high alarm, Ward 3. http")
    assert not [(canary, text) for text in wire for canary in CANARIES if canary in text]
    # Three ways, three links: each proves its own message.
    assert len({pushed["link"], here.gateway.got[0].json["text"].split()[-1]}) == 2
    assert not here.told


async def test_a_gateway_that_fails_twice_gets_one_message(town):
    async with town() as here:
        here.gateway.says.extend([(500, {}, b""), (500, {}, b"")])
        await here.has("nora", Way.SMS, "+442079460000")
        await here.alarm()
        await here.until("bool_and(state = 'sent') from delivery", "sent at last")
        assert await here.house.sql("select attempts from delivery") == [(3,)]
    assert len({each.headers["idempotency-key"] for each in here.gateway.got}) == 1


async def test_a_way_that_is_not_set_up_fails_at_once_and_says_why(town):
    async with town(smtp_host="") as here:
        await here.has("nora", Way.EMAIL, "nora@hospital.test")
        await here.has("nora", Way.SMS, "+442079460000", after_seconds=60)
        await here.alarm()
        await here.until("count(*) = 1 from delivery where state = 'sent'", "by the next way")
        rows = await here.house.sql("select state, error from delivery order by id")
    assert rows[0] == ("failed", "no mail server is set up (smtp_host)")
    assert len(here.gateway.got) == 1


async def test_a_browser_that_is_gone_is_retired(town):
    async with town() as here:
        here.push.usual = (410, {}, b"")
        await here.has("nora", Way.WEB_PUSH, here.browser.address)
        await here.alarm()
        await here.until("bool_and(state = 'failed') from delivery", "failed")
        rows = await here.house.sql("select ended is not null, ended_reason from contact")
    assert rows == [(True, "gone: the browser no longer takes pushes")]
    assert len(here.push.got) == 1


async def test_a_server_that_comes_back_gets_its_mail(town, trusted):
    async with town() as here:
        port = here.mails.port
        here.mails.says.append("421 shutting down")
        await here.has("nora", Way.EMAIL, "nora@hospital.test")
        await here.alarm()
        await here.until("max(attempts) >= 1 from delivery", "tried")
        await here.until("bool_and(state = 'sent') from delivery", "sent once it was back")
    assert len(here.mails.got) == 1
    assert port
