"""The receiver of clouds under `homeward up`: an event of Open Wearables and a notice of Withings.

The clouds themselves are pretended: the event is signed as Svix signs, and Withings answers from a
thread of the test, as its reference says.
"""

import asyncio
import base64
import hashlib
import hmac
import json
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import psycopg
import pytest

from homeward.engines.nats import free_port
from homeward.model.vital import BY_INDEX
from homeward.store import Store
from homeward.store.newest import newest
from tests.cli.conftest import installed
from tests.cli.installation import Installation, until
from tests.connectors.clouds.conftest import KEY, SECRET, USER, Peer

WORN = """
select device_id, patient_id from association join device on device.id = device_id
where name = %s"""


@pytest.fixture(scope="module")
def peer() -> Iterator[Peer]:
    """Withings, in a thread of its own."""
    made, loop, is_there = Peer(), asyncio.new_event_loop(), threading.Event()

    async def serve() -> None:
        server = await asyncio.start_server(made.serve, "127.0.0.1", 0)
        made.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        is_there.set()

    def run() -> None:
        loop.create_task(serve())
        loop.run_forever()

    thread = threading.Thread(target=run)
    thread.start()
    assert is_there.wait(20)
    yield made
    loop.call_soon_threadsafe(loop.stop)
    thread.join()
    loop.close()


@pytest.fixture(scope="module")
def house(peer: Peer) -> Iterator[Installation]:
    """An installation to which clouds come; Anna wears two devices of theirs."""
    for made in installed():
        made.environment |= {
            "HOMEWARD_CLOUDS_PORT": str(free_port()),
            "HOMEWARD_CLOUDS_URL": "https://clouds.example",
            "HOMEWARD_OPEN_WEARABLES_SECRET": SECRET,
            "HOMEWARD_WITHINGS_CLIENT": "homeward:a-secret",
            "HOMEWARD_WITHINGS_URL": peer.url,
        }
        made.start_and_wait()
        made.does("ward", "add", "Ward 3")
        place = ("--ward", "Ward 3", "--bed", "3-01")
        made.does("patient", "add", "R-1", "--name", "Anna", "--born", "1950-03-01", *place)
        for name in ("annas-watch", "annas-scale"):
            made.does("device", "add", name, "--kind", "cloud")
            made.does("device", "bind", name, "R-1", "--since", "2026-01-01")
        yield made


def test_an_event_of_a_watch_is_in_the_record(house: Installation):
    words = ("--service", "open-wearables", "--account", USER)
    house.does("device", "cloud", "annas-watch", *words)
    at = int(time.time())
    measured = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(at - 60))
    sample = {
        "timestamp": measured, "zone_offset": "+00:00", "type": "heart_rate", "value": 62,
        "unit": "bpm", "source": {"provider": "garmin"}, "is_daily_total": None,
    }  # fmt: skip
    data = {"user_id": USER, "provider": "garmin", "samples": [sample]}
    body = json.dumps({"type": "heart_rate.created", "data": data}).encode()
    signed = hmac.digest(KEY, f"msg_1.{at}.".encode() + body, hashlib.sha256)
    headers = {"svix-id": "msg_1", "svix-timestamp": str(at), "content-type": "application/json"}
    forged = headers | {"svix-signature": f"v1,{base64.b64encode(bytes(32)).decode()}"}
    assert _asks(house, "/open-wearables", body, forged)[0] == 401
    true = headers | {"svix-signature": f"v1,{base64.b64encode(signed).decode()}"}
    status, said = _asks(house, "/open-wearables", body, true)
    assert (status, json.loads(said)["stored"]) == (200, 1)
    until(lambda: _newest(house, "annas-watch") == [62.0], "the pulse is in the record")


def test_leave_and_a_notice_of_withings_bring_what_is_there(house: Installation, peer: Peer):
    told = house.does("device", "cloud", "annas-scale", "--service", "withings")
    url = next(word for word in told.split() if word.startswith("https://account.withings.com"))
    state = parse_qs(urlsplit(url).query)["state"][0]
    back = urlencode({"state": state, "code": "a-code"})
    status, page = _asks(house, f"/withings/back?{back}")
    assert (status, "<h1>Done</h1>" in page) == (200, True)
    until(lambda: len(_ordered(peer)) == 3, "notices are ordered")
    at = int(time.time())
    peer.news.append(
        {
            "grpid": 1, "attrib": 0, "date": at - 60, "created": at, "modified": at, "category": 1,
            "measures": [{"type": 1, "value": 725, "unit": -1}],
        }
    )  # fmt: skip
    notice = urlencode({"userid": "12345", "appli": "1"}).encode()
    path = urlsplit(_ordered(peer)[0]["callbackurl"]).path
    assert _asks(house, path, notice)[0] == 200
    until(lambda: _newest(house, "annas-scale") == [72.5], "the weight is in the record")


def _asks(
    house: Installation, path: str, body: bytes | None = None, headers: dict[str, str] | None = None
) -> tuple[int, str]:
    port = house.environment["HOMEWARD_CLOUDS_PORT"]
    request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", body, headers or {})
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def _ordered(peer: Peer) -> list[dict[str, Any]]:
    return [form for path, form in peer.asked if path == "/notify"]


def _newest(house: Installation, device: str) -> list[float]:
    """The newest values of this device that are in the record, folded or not yet."""
    with psycopg.connect(house.run.postgres_url) as sql:
        found = sql.execute(WORN, (device,)).fetchone()
    assert found is not None
    return asyncio.run(_of_device(house.run.postgres_url, *found))


async def _of_device(url: str, device: int, patient: int) -> list[float]:
    async with Store.open(url) as store:
        kept = await newest(store.door(), [patient], BY_INDEX, 0)
    return [round(each.value, 2) for each in kept[patient].values() if each.device == device]
