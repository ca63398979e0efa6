"""A gateway in words (a TOML file), its requests, its answers and its delivery reports. Pure."""

import hashlib
import hmac
import json
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode

from homeward.model.errors import Misconfigured, Refused, Unreadable
from homeward.model.message import Message, Progress

METHODS = ("POST", "PUT", "GET")
REFERENCE_LETTERS_MAX = 200
REPORT_BYTES_MAX = 64 * 1024
TAUGHT = (Progress.DELIVERED, Progress.SEEN, Progress.ACKNOWLEDGED, Progress.FAILED)


@dataclass(frozen=True, slots=True)
class Success:
    """When an answer means that the gateway has taken a message: 2xx, and what its JSON says."""

    path: str = ""
    equals: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Report:
    """How the gateway tells later what became of a message, and how it proves to be itself.

    `secret` is what it signs the body with (`hmac-sha256`, hex, in `header`), or what it sends
    along as it is (`shared`).
    """

    secret: str
    header: str
    reference: str
    status: str
    style: str = "hmac-sha256"
    delivered: tuple[str, ...] = ()
    seen: tuple[str, ...] = ()
    acknowledged: tuple[str, ...] = ()
    failed: tuple[str, ...] = ()

    def progress_of(self, status: str) -> Progress | None:
        """What a status means; None where it tells nothing new."""
        found = [each for each in TAUGHT if status in getattr(self, each.value)]
        return found[0] if found else None


@dataclass(frozen=True, slots=True)
class Gateway:
    """One gateway. `json`, `form` or `body` is what is sent; {placeholders} are filled in."""

    url: str
    method: str = "POST"
    headers: Mapping[str, str] = field(default_factory=dict)
    json: Any = None
    form: Mapping[str, str] | None = None
    body: str | None = None
    idempotency_header: str = ""
    reference: str = ""
    success: Success = field(default_factory=Success)
    report: Report | None = None


@dataclass(frozen=True, slots=True)
class Request:
    """What is sent."""

    method: str
    url: str
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Told:
    """What a delivery report says: which message, and how far it came."""

    reference: str
    progress: Progress | None
    status: str


def gateway(text: str) -> Gateway:
    """A gateway from its file. Raises Misconfigured, naming what is wrong."""
    try:
        told = tomllib.loads(text)
    except (ValueError, RecursionError) as error:  # of TOML, or of a number that is none
        raise Misconfigured(f"the gateway's file: {error}") from None
    known = {each.name for each in fields(Gateway)}
    for name in told.keys() - known:
        raise Misconfigured(f"the gateway's file: there is no {name!r}")
    try:
        success = Success(**_tuples(told.pop("success", {})))
        report = Report(**_tuples(told.pop("report"))) if "report" in told else None
        made = Gateway(**told, success=success, report=report)
        _check_kinds(made)
    except TypeError as error:
        raise Misconfigured(f"the gateway's file: {error}") from None
    _check(made)
    return made


def _check_kinds(made: Gateway) -> None:
    """Raise Misconfigured where a number, a flag or a list stands for a text."""
    texts: list[Any] = [made.url, made.method, made.idempotency_header, made.reference]
    texts += [made.success.path, *made.success.equals]
    for table in (made.headers, made.form or {}):
        if not isinstance(table, dict):
            raise Misconfigured("the gateway's headers and form are tables of names and texts")
        texts += table.values()
    if made.body is not None:
        texts.append(made.body)
    if made.report is not None:
        for each in fields(Report):
            value = getattr(made.report, each.name)
            texts += value if isinstance(value, tuple) else [value]
    if not all(isinstance(each, str) for each in texts):
        raise Misconfigured("the gateway's file: what should be a text is none")


def _tuples(table: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: tuple(map(str, value)) if isinstance(value, list) else value
        for name, value in table.items()
    }


def _check(made: Gateway) -> None:
    bodies = [each for each in (made.json, made.form, made.body) if each is not None]
    if len(bodies) > 1:
        raise Misconfigured("the gateway's file: say one of json, form and body")
    if made.method not in METHODS:
        raise Misconfigured(f"the gateway's method must be one of {', '.join(METHODS)}")
    whole = json.dumps([made.url, bodies])
    if "{address}" not in whole or not any(f"{{{name}}}" in whole for name in ("text", "sentence")):
        raise Misconfigured("the gateway's file must use {address}, and {sentence} or {text}")
    if made.report is not None:
        if made.report.style not in ("hmac-sha256", "shared"):
            raise Misconfigured("the gateway's report.style must be hmac-sha256 or shared")
        if len(made.report.secret) < 16:
            raise Misconfigured("the gateway's report.secret is too short: 16 letters or more")
        if not made.reference:
            raise Misconfigured("the gateway's reports need `reference`: where an answer names it")


def request(made: Gateway, message: Message) -> Request:
    """What is sent for this message."""
    filled = {
        "address": message.address,
        "title": message.title,
        "text": message.text,
        "sentence": message.sentence,
        "link": message.link,
        "priority": message.priority.value,
        "id": str(message.id),
    }
    headers = {name.lower(): _fill(value, filled) for name, value in made.headers.items()}
    body = b""
    if made.json is not None:
        headers.setdefault("content-type", "application/json")
        body = json.dumps(_fill(made.json, filled), ensure_ascii=False).encode()
    elif made.form is not None:
        headers.setdefault("content-type", "application/x-www-form-urlencoded")
        body = urlencode(_fill(dict(made.form), filled)).encode()
    elif made.body is not None:
        body = _fill(made.body, filled).encode()
    if made.idempotency_header:
        headers[made.idempotency_header.lower()] = f"homeward-{token_of(message)}"
    url = _fill(made.url, {name: quote(value, safe="") for name, value in filled.items()})
    return Request(made.method, url, headers, body)


def token_of(message: Message) -> str:
    """The same over every attempt, and no other message's."""
    return f"{message.link.rpartition('/')[2]}-{message.id}"


def _fill(template: Any, filled: Mapping[str, str]) -> Any:
    if isinstance(template, str):
        for name, value in filled.items():
            # A value is never looked through again: what it holds is not a placeholder.
            template = template.replace(f"{{{name}}}", value.replace("{", "{\0"))
        return template.replace("{\0", "{")
    if isinstance(template, Mapping):
        return {name: _fill(value, filled) for name, value in template.items()}
    if isinstance(template, list):
        return [_fill(value, filled) for value in template]
    return template


def is_taken(made: Gateway, body: bytes) -> bool:
    """Whether an answer of 2xx means that it took the message. Raises Unreadable."""
    if not made.success.path:
        return True
    return str(at_path(_json(body), made.success.path)) in made.success.equals


def reference_in(made: Gateway, body: bytes) -> str:
    """The gateway's own name for the message; empty where it gave none."""
    if not made.reference:
        return ""
    try:
        return str(at_path(_json(body), made.reference))[:REFERENCE_LETTERS_MAX]
    except Unreadable:
        return ""


def at_path(thing: Any, path: str) -> Any:
    """`messages.0.id` in JSON. Raises Unreadable where there is nothing."""
    for step in path.split("."):
        try:
            thing = thing[int(step)] if isinstance(thing, list) else thing[step]
        except (KeyError, IndexError, TypeError, ValueError):
            raise Unreadable(f"the gateway's answer has no {path}") from None
    if thing is None or isinstance(thing, (dict, list)):
        raise Unreadable(f"the gateway's answer has no {path}")
    return thing


def _json(body: bytes) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        raise Unreadable("the gateway's answer is no JSON") from None


def told(report: Report, headers: Mapping[str, str], body: bytes) -> Told:
    """What a delivery report says. Raises Refused where it is not the gateway's, Unreadable."""
    sent = headers.get(report.header.lower(), "")
    if report.style == "shared":
        expected = report.secret
    else:
        sent = sent.removeprefix("sha256=").lower()
        expected = hmac.new(report.secret.encode(), body, hashlib.sha256).hexdigest()
    if not hmac.compare_digest(sent.encode(), expected.encode()):
        raise Refused("This report is not signed by the gateway.")
    said = _said(body)
    status = str(at_path(said, report.status))
    reference = str(at_path(said, report.reference))
    return Told(reference, report.progress_of(status), status[:REFERENCE_LETTERS_MAX])


def _said(body: bytes) -> Any:
    """JSON, or a form."""
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        pass
    try:
        pairs: Sequence[tuple[str, str]] = parse_qsl(body.decode(), strict_parsing=True)
    except ValueError:
        raise Unreadable("the report is neither JSON nor a form") from None
    return dict(pairs)
