"""What apps on phones say: documents of the Nightscout interface, and what they ask for."""

from contextlib import suppress

from bench.fuzz.targets import RECEIVED, Target
from homeward.connectors.clouds.parse import call_of as cloud_call
from homeward.connectors.http_ingest.parse import told_in
from homeward.connectors.nightscout.parse import call_of, shown_by
from homeward.model.errors import Missing, Refused, Unreachable, Unreadable
from homeward.standards import (
    fhir_observation,
    hl7_ack,
    mapped,
    open_wearables,
    openmhealth,
    svix,
    withings,
)
from homeward.standards.apple_health import Reader
from homeward.standards.idco import parse as parse_report
from homeward.standards.mapped import mapping_of
from homeward.standards.mapping_templates import check as check_mapping
from homeward.standards.nightscout import bodies_of, reading_of, understood
from homeward.standards.nightscout_query import asked_v1, asked_v3

ENTRY = b'{"type":"sgv","date":1772355599000,"sgv":120,"direction":"Flat","device":"x"}'
BOLUS = b'[{"eventType":"Meal Bolus","created_at":"2026-03-01T09:59:59Z","insulin":4.5,"carbs":45}]'


def documents(body: bytes) -> int:
    """Every document of a body, in each collection that has its own rules."""
    count = 0
    for collection in ("entries", "treatments", "devicestatus"):
        for each in bodies_of(body):
            document = understood(collection, each, RECEIVED)
            count += reading_of(collection, document, RECEIVED) is not None
    return count


def _asked(data: bytes) -> object:
    method, _, target = data.decode("latin-1").partition(" ")
    call = call_of(method, target)
    shown_by(call, {b"authorization": data[:40]})
    asked = asked_v1(call.query, 10) if call.version == 1 else asked_v3(call.query)
    return asked.since(), asked.until(RECEIVED), asked.holds({"date": 1772355599000, "sgv": 120})


def _lines() -> list[bytes]:
    return [
        b"GET /api/v1/entries.json?count=5&find[sgv][$gte]=100&find[dateString][$lte]=2026-03-01",
        b"GET /api/v3/treatments/history/1772355599000?limit=10&fields=_all",
        b"PATCH /api/v3/treatments/95e1a6e3-1146-5d6a-a3f1-41567cae0895?token=x-0123",
        b"GET /api/v2/authorization/request/phone-0123456789abcdef",
    ]


EXPORT = (
    b'<HealthData><Record type="HKQuantityTypeIdentifierHeartRate" sourceName="Watch" '
    b'unit="count/min" endDate="2026-03-01 10:59:00 +0100" value="72"/></HealthData>'
)


def _exports() -> list[bytes]:
    return [EXPORT, b'<?xml version="1.0"?><!DOCTYPE HealthData [<!ELEMENT Me ANY>]>' + EXPORT]


def _streamed(body: bytes) -> int:
    """In two pieces, as a disk gives them."""
    reader, half = Reader(round(RECEIVED.timestamp() * 1e6)), len(body) // 2
    return len(reader.feed(body[:half])) + len(reader.feed(body[half:], ends=True))


REPORT = (
    rb"MSH|^~\&|Remote|Maker|Home|Clinic|20260115120000||ORU^R01|1|P|2.6" + b"\r"
    b"PID|1||P1\rOBR|1|||S^Session\r"
    b"OBX|1|NM|721344^MDC_IDC_MSMT_BATTERY_VOLTAGE^MDC||2.65|V|2.2-2.8|L|||F\r"
)
POINT = (
    b'{"header":{"id":"1","schema_id":{"namespace":"omh","name":"heart-rate","version":"2.0"}},'
    b'"body":{"heart_rate":{"value":60,"unit":"beats/min"},'
    b'"effective_time_frame":{"date_time":"2026-03-01T09:59:00Z"}}}'
)
OBSERVATION = (
    b'{"resourceType":"Observation","status":"final","code":{"coding":[{"system":'
    b'"http://loinc.org","code":"8867-4"}]},"effectiveDateTime":"2026-03-01T09:59:00Z",'
    b'"valueQuantity":{"value":72,"system":"http://unitsofmeasure.org","code":"/min"}}'
)
BUNDLE = b'{"resourceType":"Bundle","entry":[{"resource":' + OBSERVATION + b"}]}"

STEPS = (
    POINT.replace(b"heart-rate", b"step-count")
    .replace(
        b'"heart_rate":{"value":60,"unit":"beats/min"}', b'"step_count":{"value":60,"unit":"steps"}'
    )
    .replace(
        b'"date_time":"2026-03-01T09:59:00Z"',
        b'"time_interval":{"end_date_time":"2026-03-01T09:59:00Z",'
        b'"duration":{"value":9,"unit":"min"}}',
    )
)
DEVICE_MAPPING = (
    b'{"templateType":"CollectionContent","template":[{"templateType":"JsonPathContent","template":'
    b'{"typeName":"hr","timestampExpression":"$.at","values":[{"valueName":"hr",'
    b'"valueExpression":"$.hr"}]}}]}'
)
FHIR_MAPPING = (
    b'{"templateType":"CollectionFhir","template":[{"templateType":"CodeValueFhir","template":'
    b'{"typeName":"hr","codes":[{"system":"http://loinc.org","code":"8867-4","display":"x"}],'
    b'"value":{"valueName":"hr","unit":"/min","valueType":"SampledData"}}}]}'
)

EVENT = (
    b'{"type":"heart_rate.created","data":{"user_id":"550e8400-e29b-41d4","samples":[{"timestamp":'
    b'"2026-03-01T09:59:00+01:00","zone_offset":"+01:00","type":"heart_rate","value":62,"unit":'
    b'"bpm","is_daily_total":null},{"timestamp":"2026-03-01T00:00:00Z","zone_offset":"+01:00",'
    b'"type":"steps","value":8432,"unit":"count","is_daily_total":true}]}}'
)
MEASURES = (
    b'{"status":0,"body":{"updatetime":1772355600,"more":1,"offset":2,"measuregrps":[{"attrib":0,'
    b'"date":1772355540,"category":1,"measures":[{"value":89,"type":9,"unit":0},'
    b'{"value":36812,"type":71,"unit":-3}]}]}}'
)
TOKENS = (
    b'{"status":0,"body":{"userid":"12345","access_token":"a","refresh_token":"b",'
    b'"expires_in":10800}}'
)


def _signed(data: bytes) -> None:
    name, _, rest = data.partition(b"|")
    sent, _, body = rest.partition(b"|")
    headers = {b"svix-id": name, b"svix-timestamp": sent, b"svix-signature": body[:200]}
    svix.named(headers, RECEIVED)
    with suppress(Refused):  # but for its signature, which no chance makes
        svix.check((b"0" * 16,), headers, body)


MATCHED = DEVICE_MAPPING.replace(
    b'"typeName":"hr"', b'"typeName":"hr","typeMatchExpression":"$..[?(@hr)]"'
)


def _mapped(body: bytes) -> object:
    mapping = mapping_of(MATCHED.decode(), FHIR_MAPPING.decode())
    return mapped.understand(mapping, body, RECEIVED)


def _acknowledged(data: bytes) -> bytes:
    said = hl7_ack.answer(hl7_ack.head_of(data), hl7_ack.Code.ERROR, RECEIVED, "1", "it is |none")
    assert said.count(b"\r") == 3, "whatever came, it is one ACK"
    return said


def _called(data: bytes) -> object:
    method, _, target = data.decode("latin-1").partition(" ")
    return cloud_call(method, target)


TARGETS = (
    Target("open wearables", ("homeward.standards.open_wearables:understand",),
           lambda: [EVENT], lambda body: open_wearables.understand(body, RECEIVED),
           (Unreadable,)),
    Target("withings measures",
           ("homeward.standards.withings:measures", "homeward.standards.withings:body_of"),
           lambda: [MEASURES], lambda body: withings.measures(body, RECEIVED),
           (Unreadable, Refused, Unreachable)),
    Target("mapped", ("homeward.standards.mapped:understand",),
           lambda: [b'{"at":"2026-03-01T09:59:00Z","hr":72,"more":[{"hr":"71","at":"x"}]}'],
           _mapped, (Unreadable,)),
    Target("mappings", ("homeward.standards.mapped:mapping_of",),
           lambda: [MATCHED, MATCHED.replace(b"@hr", b"@.hr == 'x' && @['at']")],
           lambda body: mapping_of(body.decode("latin-1"), FHIR_MAPPING.decode()), (Unreadable,)),
    Target("hl7 answers", ("homeward.standards.hl7_ack:head_of",), lambda: [REPORT],
           _acknowledged, ()),
    Target("withings tokens", ("homeward.standards.withings:tokens",),
           lambda: [TOKENS], withings.tokens, (Refused, Unreachable)),
    Target("withings notices", ("homeward.standards.withings:notification",),
           lambda: [b"userid=12345&appli=4&startdate=1772355540&enddate=1772355600"],
           withings.notification, (Unreadable,)),
    Target("signed webhooks",
           ("homeward.standards.svix:named", "homeward.standards.svix:check"),
           lambda: [b"msg_1|1772359200|v1,AAAA"], _signed, (Refused,)),
    Target("requests of clouds", ("homeward.connectors.clouds.parse:call_of",),
           lambda: [b"POST /open-wearables", b"HEAD /withings/0123456789abcdef",
                    b"GET /withings/back?state=0123&code=4567"], _called, (Missing,)),
    Target("open mhealth",
           ("homeward.standards.openmhealth:understand",
            "homeward.standards.telling_readings:json_of"),
           lambda: [POINT, STEPS, b"[" + POINT + b"," + POINT + b"]"],
           lambda body: openmhealth.understand(body, RECEIVED), (Unreadable,)),
    Target("mapping templates",
           ("homeward.standards.mapping_templates:check", "homeward.standards.meaning:is_loinc"),
           lambda: [DEVICE_MAPPING, FHIR_MAPPING], check_mapping, (Unreadable,)),
    Target("fhir observations", ("homeward.standards.fhir_observation:understand",),
           lambda: [OBSERVATION, BUNDLE],
           lambda body: fhir_observation.understand(body, RECEIVED), (Unreadable,)),
    Target("apple health", ("homeward.standards.apple_health:Reader",), _exports, _streamed,
           (Unreadable,)),
    Target("implant reports", ("homeward.standards.idco:parse",), lambda: [REPORT], parse_report,
           (Unreadable,)),
    Target("https formats", ("homeward.connectors.http_ingest.parse:told_in",),
           lambda: [POINT], lambda body: told_in(openmhealth.understand, 1, body, RECEIVED),
           (Unreadable,)),
    Target("nightscout documents",
           ("homeward.standards.nightscout:bodies_of", "homeward.standards.nightscout:understood",
            "homeward.standards.nightscout:reading_of"),
           lambda: [ENTRY, BOLUS, b"[" + ENTRY + b"," + ENTRY + b"]"], documents, (Unreadable,)),
    Target("nightscout requests",
           ("homeward.connectors.nightscout.parse:call_of",
            "homeward.standards.nightscout_query:asked_v1",
            "homeward.standards.nightscout_query:asked_v3"),
           _lines, _asked, (Unreadable, Missing)),
)  # fmt: skip
