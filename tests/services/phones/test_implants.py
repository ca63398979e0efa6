"""A report of an implant is kept once, sealed, and shown with what somebody should look at."""

import pytest

from homeward.model.errors import Unreadable
from homeward.services.contract import Tools
from homeward.services.phones.implants import keep, reports

REPORT = (
    rb"MSH|^~\&|Remote|Maker|Home|Clinic|20260115120000||ORU^R01|1|P|2.6" + b"\r"
    b"PID|1||P1\rOBR|1|||S^Session|||20260115115900\r"
    b"OBX|1|ST|DEVICE_SERIAL^Serial^L||PZC600368S|||||F\r"
    b"OBX|2|NM|721344^MDC_IDC_MSMT_BATTERY_VOLTAGE^MDC||2.65|V|2.2-2.8|L|||F\r"
)


async def test_it_is_kept_once_and_read_anew(tools: Tools):
    async with tools.store.pool.connection() as connection:
        await connection.execute(
            "insert into patient (record_number, name, birth_date, sex)"
            " values ('1', 'Anna', '1950-03-01', 'female')"
        )
    door = tools.store.door()
    for is_new in (True, False):
        _, was_new = await keep(door, 1, REPORT, tools.now())
        assert was_new == is_new
    (shown,) = await reports(door, 1)
    assert (shown.serial, shown.sender) == ("PZC600368S", "Remote Maker")
    assert [each.code for each in shown.alerts] == ["MDC_IDC_MSMT_BATTERY_VOLTAGE"]
    assert len(shown.items) == 2
    async with tools.store.pool.connection() as connection:
        cursor = await connection.execute("select body::text from implant_report")
        assert str((await cursor.fetchall())[0][0]).startswith("sealed:patient/1:")
        cursor = await connection.execute("select count(*) from inbox")
        assert await cursor.fetchall() == [(0,)], "it is nobody's reading, and rings nothing"


async def test_what_is_none_is_not_kept(tools: Tools):
    with pytest.raises(Unreadable):
        await keep(tools.store.door(), 1, b"PID|1", tools.now())
