"""The control packets a client sends besides PUBLISH: their bytes to what they say. Pure."""

from homeward.connectors.mqtt.fields import (
    AUTHENTICATION_METHOD,
    MAXIMUM_PACKET_SIZE,
    MESSAGE_EXPIRY,
    RECEIVE_MAXIMUM,
    REQUEST_PROBLEM_INFORMATION,
    SESSION_EXPIRY,
    SUBSCRIPTION_IDENTIFIER,
    TOPIC_ALIAS_MAXIMUM,
    WILL,
    WILL_DELAY,
    Reader,
    properties,
)
from homeward.connectors.mqtt.packets import (
    V5,
    V311,
    Acknowledge,
    Connect,
    Disconnect,
    Filter,
    Kind,
    Reason,
    Subscribe,
    Unsubscribe,
    Violation,
    Will,
)

FILTERS_MAX = 16


def connect(reader: Reader) -> Connect:
    """CONNECT (3.1)."""
    if reader.binary() != b"MQTT":
        raise Violation(Reason.UNSUPPORTED_VERSION, "a protocol that is not MQTT 3.1.1 or 5")
    version = reader.number(1)
    if version not in (V311, V5):
        raise Violation(Reason.UNSUPPORTED_VERSION, f"MQTT protocol level {version}")
    flags, keep_alive = reader.number(1), reader.number(2)
    has_will, will_qos, will_retain = flags & 4 != 0, flags >> 3 & 3, flags & 0x20 != 0
    if flags & 1 or will_qos == 3 or (not has_will and flags & 0x38):
        raise Violation(Reason.MALFORMED, f"CONNECT flags {flags:#04x}")
    if version == V311 and flags & 0x40 and not flags & 0x80:
        raise Violation(Reason.MALFORMED, "a password without a user name")
    found = properties(reader, Kind.CONNECT) if version == V5 else {}
    client_id = reader.text()
    will = _will(reader, version, will_qos, will_retain) if has_will else None
    # The certificate says who this is, so the user name is free for what it runs.
    firmware = reader.text() if flags & 0x80 else ""
    if flags & 0x40:
        reader.binary()
    method = found.get(AUTHENTICATION_METHOD)
    return Connect(
        version=version,
        client_id=client_id,
        keep_alive=keep_alive,
        clean_start=flags & 2 != 0,
        will=will,
        session_expiry=int(found.get(SESSION_EXPIRY, 0)),
        packet_bytes_max=int(found.get(MAXIMUM_PACKET_SIZE, 0)),
        receive_maximum=int(found.get(RECEIVE_MAXIMUM, 65_535)),
        topic_aliases_max=int(found.get(TOPIC_ALIAS_MAXIMUM, 0)),
        wants_reasons=found.get(REQUEST_PROBLEM_INFORMATION, 1) != 0,
        authentication_method=None if method is None else str(method),
        firmware=firmware,
    )


def _will(reader: Reader, version: int, qos: int, retain: bool) -> Will:
    kept = bytearray()
    found = properties(reader, WILL, kept) if version == V5 else {}
    topic = reader.text()
    if not topic or "+" in topic or "#" in topic:
        raise Violation(Reason.TOPIC_INVALID, "a will for no topic, or for a wildcard")
    expiry = found.get(MESSAGE_EXPIRY)
    return Will(
        topic,
        reader.binary(),
        qos,
        retain,
        int(found.get(WILL_DELAY, 0)),
        bytes(kept),
        None if expiry is None else int(expiry),
    )


def _packet_id(reader: Reader) -> int:
    packet_id = reader.number(2)
    if not packet_id:
        raise Violation(Reason.PROTOCOL_ERROR, "packet identifier 0")
    return packet_id


def acknowledge(kind: Kind, reader: Reader, is_v5: bool) -> Acknowledge:
    """PUBACK, PUBREC, PUBREL, PUBCOMP (3.4 to 3.7)."""
    packet_id = _packet_id(reader)
    reason = 0
    if is_v5 and not reader.is_done:
        reason = reader.number(1)
        if not reader.is_done:
            properties(reader, kind)
    return Acknowledge(kind, packet_id, reason)


def subscribe(reader: Reader, is_v5: bool) -> Subscribe:
    """SUBSCRIBE (3.8)."""
    packet_id = _packet_id(reader)
    found = properties(reader, Kind.SUBSCRIBE) if is_v5 else {}
    identifier = int(found.get(SUBSCRIPTION_IDENTIFIER, 0))
    filters: list[Filter] = []
    while not reader.is_done:
        name, options = _filter(reader), reader.number(1)
        reserved, handling = (0xC0, options >> 4 & 3) if is_v5 else (0xFC, 0)
        if options & reserved or options & 3 == 3 or handling == 3:
            raise Violation(Reason.MALFORMED, f"subscription options {options:#04x}")
        no_local, as_published = options & 4 != 0, options & 8 != 0
        if no_local and name.startswith("$share/"):
            raise Violation(Reason.PROTOCOL_ERROR, "a shared subscription cannot be no-local")
        filters.append(Filter(name, options & 3, no_local, as_published, handling, identifier))
    _bound_filters(len(filters))
    return Subscribe(packet_id, tuple(filters))


def unsubscribe(reader: Reader, is_v5: bool) -> Unsubscribe:
    """UNSUBSCRIBE (3.10)."""
    packet_id = _packet_id(reader)
    if is_v5:
        properties(reader, Kind.UNSUBSCRIBE)
    filters: list[str] = []
    while not reader.is_done:
        filters.append(_filter(reader))
    _bound_filters(len(filters))
    return Unsubscribe(packet_id, tuple(filters))


def _filter(reader: Reader) -> str:
    name = reader.text()
    if not name:
        raise Violation(Reason.MALFORMED, "an empty topic filter")
    return name


def _bound_filters(count: int) -> None:
    if not count:
        raise Violation(Reason.PROTOCOL_ERROR, "no topic filter at all")
    if count > FILTERS_MAX:
        raise Violation(Reason.PROTOCOL_ERROR, f"{count} topic filters; {FILTERS_MAX} are allowed")


def disconnect(reader: Reader, is_v5: bool) -> Disconnect:
    """DISCONNECT (3.14)."""
    reason, expiry = 0, None
    if is_v5 and not reader.is_done:
        reason = reader.number(1)
        if not reader.is_done:
            expiry = properties(reader, Kind.DISCONNECT).get(SESSION_EXPIRY)
    return Disconnect(reason, None if expiry is None else int(expiry))
