"""What people and their programs hand in: tables of points, keys, addresses, texts for a mail."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import lru_cache

from cryptography.hazmat.primitives.asymmetric import ec

from bench.fuzz.targets import RECEIVED, Target
from homeward.bus.address import read_address
from homeward.bus.grants import lacking, read_answer, refused
from homeward.clinical.questionnaires import BUILT_IN
from homeward.clinical.questions import flags, points, shown
from homeward.clinical.score_file import read as read_scores
from homeward.connectors.email.parse import letter
from homeward.connectors.https import checked_url
from homeward.connectors.web_push.parse import Subscription, encoded, encrypted, point
from homeward.guard.signed import KEY_BYTES, is_signed
from homeward.guard.signed import read as read_signed
from homeward.guard.signed import written as signed_text
from homeward.guard.subjects import may
from homeward.model.alarm import Priority
from homeward.model.errors import Misconfigured, Unreadable
from homeward.model.message import Message, Way
from homeward.services.call.reach.contacts import Wish, checked
from homeward.settings import load
from homeward.standards.fhir_questionnaire import read as read_questionnaire
from homeward.standards.fhir_questionnaire import written

SCORES = """
format = 1
name = "own_ward_pews"
label = "Ward PEWS"
version = 3
source = "Children's guideline 12, approved 2026-03-01"
for = "children"
from_years = 0
below_years = 16
[[levels]]
points = 0
risk = "low"
interval_minutes = 240
[[levels]]
points = 5
risk = "high"
interval_minutes = 30
alarm = "high"
word = "call the registrar"
[single]
points = 3
risk = "medium"
interval_minutes = 60
alarm = "medium"
[[charts]]
[[charts.parameters]]
label = "Heart rate"
from = ["heart_rate", "pulse"]
bands = [ { to = 89, points = 3 }, { from = 90, to = 159, points = 0 }, { from = 160, points = 3 } ]
[[charts.parameters]]
label = "Consciousness"
from = ["consciousness"]
bands = [ { is = ["A"], points = 0 }, { is = ["C", "V", "P", "U"], points = 3 } ]
"""
MESSAGE = Message(
    1, Way.EMAIL, "nora@hospital.test", "Homeward", "a high alarm, Ward 3.", Priority.HIGH,
    "https://ward.test/m/abc123", RECEIVED + timedelta(minutes=5),
)  # fmt: skip


def text_of(read: Callable[[str], object]) -> Callable[[bytes], object]:
    """A reader of text, given bytes: what is no UTF-8 becomes what no keyboard writes."""
    return lambda body: read(body.decode("utf-8", "surrogateescape"))


@lru_cache(maxsize=1)
def _key() -> ec.EllipticCurvePrivateKey:
    return ec.derive_private_key(7, ec.SECP256R1())


def _subscriptions() -> list[bytes]:
    keys = {"p256dh": encoded(point(_key().public_key())), "auth": encoded(bytes(16))}
    endpoint = "https://fcm.googleapis.com/fcm/send/abc"
    return [json.dumps({"endpoint": endpoint, "keys": keys}).encode()]


def _pushed(address: str) -> object:
    return encrypted(b"news", Subscription.read(address), _key(), bytes(16))


def _checked(address: str) -> object:
    wish = Wish(Way.WEB_PUSH, address)
    return [_or_unreadable(replace(wish, way=way)) for way in Way]


def _or_unreadable(wish: Wish) -> object:
    try:
        return checked(wish, load({})[0])
    except Unreadable as error:
        return error


def _mailed(body: bytes) -> bytes:
    """Whatever a device or an edge may have said: what came as UTF-8 and went through a record."""
    words = replace(MESSAGE, text=body.decode("utf-8", "replace"))
    return letter(words, "ward@hospital.test", RECEIVED).as_bytes()


def _signed(text: str) -> object:
    return is_signed(read_signed(text, KEY_BYTES), bytes(64), b"body")


def _settings(text: str) -> object:
    return load({}, text)


def _said_by_nats(body: bytes) -> object:
    return refused(body.decode("utf-8", "replace")) or list(
        lacking(may("watch"), read_answer(body).grants)
    )


def _questionnaires() -> list[bytes]:
    return [json.dumps(written(each)).encode() for each in BUILT_IN.values()]


def _questionnaire(body: bytes) -> object:
    form = read_questionnaire(body)
    assert read_questionnaire(json.dumps(written(form)).encode()) == form
    return [form, shown(form, {}), points(form, {}), flags(form, {})]


TARGETS = (
    Target("questionnaires", ("homeward.standards.fhir_questionnaire:read",
                              "homeward.standards.fhir_elements:Resource"),
           _questionnaires, _questionnaire, (Unreadable,)),
    Target("tables of points", ("homeward.clinical.score_file:read",),
           lambda: [SCORES.encode()], text_of(read_scores), (Misconfigured,)),
    Target("push subscriptions", ("homeward.connectors.web_push.parse:Subscription",
                                  "homeward.connectors.web_push.parse:decoded",
                                  "homeward.connectors.web_push.parse:encrypted"),
           _subscriptions, text_of(_pushed), (Unreadable,)),
    Target("contacts", ("homeward.services.call.reach.contacts:checked",),
           lambda: [*_subscriptions(), b"nora@hospital.test", b"+44 20 7946 0000",
                    b"ntfy://host/topic"], text_of(_checked), (Unreadable,)),
    Target("mails", ("homeward.connectors.email.parse:letter",),
           lambda: ["SpO₂ 86 < 90 %, Ward 3.".encode(), b"two\nlines"], _mailed),
    Target("keys and signatures", ("homeward.guard.signed:read",),
           lambda: [signed_text(bytes(range(KEY_BYTES))).encode()], text_of(_signed),
           (Unreadable,)),
    Target("addresses of NATS", ("homeward.bus.address:read_address",),
           lambda: [b"nats://user:pass@a:4222,b:4222", b"tls://[::1]:4222?ca=x"],
           text_of(read_address), (Misconfigured,)),
    Target("answers of NATS", ("homeward.bus.grants:read_answer", "homeward.bus.grants:refused"),
           lambda: [b'{"server":{"id":"N"},"data":{"permissions":{"publish":{"allow":["a.*"]}}}}',
                    b'nats: permissions violation for publish to "told.alarm"'],
           _said_by_nats, (Unreadable,)),
    Target("web addresses", ("homeward.connectors.https:checked_url",),
           lambda: [b"https://gateway.test:8443/send?to=1", b"http://[::1]/x"],
           text_of(checked_url), (Misconfigured,)),
    Target("homeward.toml", ("homeward.settings.reading:load",),
           lambda: [b'web_port = 8080\ndemo = true\nsmtp_host = "mail"\n'], text_of(_settings),
           (Misconfigured,)),
)  # fmt: skip
