"""Reports of implants, in the shapes that vendors' exports and IHE PCD-09 have."""

import pytest

from homeward.model.errors import Unreadable
from homeward.standards.idco import alerts, parse

VENDOR = "\r".join(
    [
        r"MSH|^~\&|PACEMAKER^1.0|MAKER|HOME|CLINIC|20260125094500||ORU^R01|MSG3|P|2.5.1|||AL|AL",
        "PID|1||PAT003^^^CLINIC^MR||DEMO^PATIENT^C||19701220|M",
        "OBR|1|ORD005|SPEC005|DEVICE_INTERROGATION^Device Interrogation^LN|||20260125094500",
        "OBX|1|ST|DEVICE_MODEL^Device Model^LN||MODEL DR|||||F|||20260125094500",
        "OBX|2|ST|DEVICE_SERIAL^Device Serial Number^LN||ABT321654|||||F|||20260125094500",
        "OBX|3|NM|BATTERY_VOLTAGE^Battery Voltage^LN||2.75|V|2.4-2.8||||F|||20260125094500",
        "OBX|4|ST|BATTERY_STATUS^Battery Status^LN||ERI|||||A|||20260125094500",
        "OBX|5|NM|ESTIMATED_LONGEVITY^Estimated Longevity^LN||6|months|||||F",
        "OBX|6|NM|RA_LEAD_IMPEDANCE^RA Lead Impedance^LN||550|Ohm|200-1500||||F",
        "OBX|7|ST|PACING_MODE^Pacing Mode^LN||DDD|||||F",
        "OBR|2|ORD003|SPEC003|ARRHYTHMIA_LOG^Arrhythmia Log^LN|||20260120143000",
        "OBX|1|NM|AF_EPISODE_COUNT^AF Episode Count^LN||5|episodes|||||F",
        "OBX|2|ED|EGM_STRIP_1^EGM Strip^LN||^APPLICATION^BASE64^QXRyaWFs|||||F",
    ]
)
IDCO = "\n".join(
    [
        r"MSH|^~\&|Remote|Maker|Home|Hospital|20260115120000+0100||ORU^R01^ORU_R01|1|P|2.6"
        "|||||||UNICODE UTF-8",
        "PID|1||model:Secura/serial:PZC600368S^^^MDT^U||Doe^John",
        "OBR|1|||754050^MDC_IDC_ENUM_SESS_TYPE_RemoteScheduled^MDC|||20260115115900+0100",
        "OBX|1|ST|720898^MDC_IDC_DEV_MODEL^MDC||Secura|||||||F",
        "OBX|2|NM|721344^MDC_IDC_MSMT_BATTERY_VOLTAGE^MDC||2.65|V^V^UCUM|2.2-2.8|L|||F",
        r"OBX|3|NM|722433^MDC_IDC_MSMT_LEADCHNL_RV_IMPEDANCE_VALUE^MDC||> 4000|Ohm||HH|||F",
        r"OBX|4|CWE|731000^MDC_IDC_STAT_TACHYTHERAPY_SHOCKS^MDC||1^one \T\ only^MDC|||||||F",
        "OBX|5|NM|8867-4^Herzfrequenz^LN||72|bpm||N|||W",
    ]
)  # fmt: skip


def test_a_vendors_export_is_read_with_its_sections():
    report = parse(VENDOR.encode())
    assert (report.model, report.serial, report.patient) == ("MODEL DR", "ABT321654", "PAT003")
    said = {each.code: (each.section, each.said, each.number, each.unit) for each in report.items}
    assert said["BATTERY_VOLTAGE"] == ("battery", "2.75", 2.75, "V")
    assert said["ESTIMATED_LONGEVITY"] == ("battery", "6", 6.0, "months")
    assert said["RA_LEAD_IMPEDANCE"] == ("leads", "550", 550.0, "Ohm")
    assert said["PACING_MODE"] == ("settings", "DDD", None, "")
    assert said["AF_EPISODE_COUNT"] == ("therapies", "5", 5.0, "episodes")
    assert "characters" in said["EGM_STRIP_1"][1]
    assert [each.code for each in alerts(report)] == ["BATTERY_STATUS"]
    assert {each.group for each in report.items} == {"Device Interrogation", "Arrhythmia Log"}


def test_every_number_of_the_patient_and_every_word_of_a_value_is_read():
    """The hospital's number stands behind the maker's, and a value may be several."""
    both = IDCO.replace("^^^MDT^U|", "^^^MDT^U~4711^^^Hospital^MR|").replace(
        r"1^one \T\ only^MDC", "1^first^MDC~MDC_IDC_ENUM_BATTERY_STATUS_RRT"
    )
    report = parse(both.encode())
    assert report.numbers == ("model:Secura/serial:PZC600368S", "4711")
    (shocks,) = (each for each in report.items if each.code.endswith("SHOCKS"))
    assert shocks.said == "first, MDC_IDC_ENUM_BATTERY_STATUS_RRT"
    assert shocks.is_alert


def test_idco_is_read_by_its_names_and_nothing_is_made_up():
    report = parse(b"\x0b" + IDCO.encode() + b"\x1c\r")
    said = {each.code: each for each in report.items}
    assert report.model == "Secura"
    assert report.patient == "model:Secura/serial:PZC600368S"
    assert report.at == "20260115115900+0100"
    assert said["MDC_IDC_MSMT_BATTERY_VOLTAGE"].number == 2.65
    impedance = said["MDC_IDC_MSMT_LEADCHNL_RV_IMPEDANCE_VALUE"]
    assert (impedance.number, impedance.said, impedance.section) == (None, "> 4000", "leads")
    assert said["MDC_IDC_STAT_TACHYTHERAPY_SHOCKS"].said == "one & only"
    assert not said["8867-4"].counts, "it says itself that it is wrong"
    assert [each.code for each in alerts(report)] == [
        "MDC_IDC_MSMT_BATTERY_VOLTAGE",
        "MDC_IDC_MSMT_LEADCHNL_RV_IMPEDANCE_VALUE",
    ]


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b"", "segments"),
        (b"PID|1", "does not begin with MSH"),
        (b"MSH|^^^^|a|b|c|d|e||ORU^R01|1", "separators"),
        (rb"MSH|^~\&|a|b|c|d|e||ADT^A01|1", "no ORU"),
        (rb"MSH|^~\&|a|b|c|d|e||ORU^R01|1", "no observation"),
        (rb"MSH|^~\&|a|b|c|d|e||ORU^R01|1|P|2.5||||||BIG5", "character set"),
        (b"MSH|^~\\&|a|b|c|d|e||ORU^R01|1\rOBX|1|ST|x||\xff", "is not utf-8"),
    ],
)
def test_what_is_no_report_is_refused_with_the_reason(body, why):
    with pytest.raises(Unreadable, match=why):
        parse(body)
