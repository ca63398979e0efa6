"""From the inbox to the cold store: at every stage the record is the set of readings it was sent.

Readings come late, out of order, twice, and corrected (another value of the same moment, which is
another reading), before and after what they belong to was folded, compacted, rolled up and let go.
"""

from collections import Counter
from datetime import timedelta

import numpy as np
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from homeward.model.vital import BY_NAME
from homeward.services.record import retention
from homeward.services.record.compact import compact
from homeward.services.record.days import roll_days
from homeward.services.record.fold import fold
from homeward.services.record.retention import Retention
from homeward.services.record.retire import Retirement
from homeward.store.chunks import micros, trend
from homeward.store.cold import Cold
from homeward.store.packed import DAY_US
from tests.services.record.conftest import TEN
from tests.services.record.test_every_order import held, new_patient_with_devices

pytest.importorskip("pyarrow", reason="comes with homeward[cold]")

VITALS = ("pulse", "temperature")
MIDNIGHT = TEN.replace(hour=0)
LATER = MIDNIGHT + timedelta(days=60)
DAYS = 3

readings = st.tuples(
    st.sampled_from(VITALS),
    st.sampled_from([40.0, 36.5, 36.625, 37.123456789]),
    # Few enough moments that some are hit twice, on both sides of midnight and of hours.
    st.sampled_from([0, 1, 3_599, 3_600, 3_601, 86_399, 86_400, 90_000, 200_000]).map(
        lambda n: MIDNIGHT + timedelta(seconds=n, microseconds=n % 3)
    ),
)
messages = st.tuples(
    st.sampled_from(["monitor", "spare"]),
    st.integers(0, 9),  # sequence
    st.lists(readings, min_size=1, max_size=4),
)
AGES = ("fold", "compact", "days", "leave")
steps = st.lists(
    st.one_of(
        messages,
        st.integers(0, 30),  # an earlier message once more
        st.sampled_from(AGES),
    ),
    min_size=1,
    max_size=14,
)
_PULSE = ("monitor", 0, [("pulse", 40.0, MIDNIGHT)])
_CORRECTED = ("monitor", 1, [("pulse", 36.5, MIDNIGHT)])


@pytest.fixture
async def old(house, tmp_path):
    """Vitals of more than a month ago leave for a folder."""
    (tmp_path / "cold").mkdir()
    house.store.cold = Cold(f"file://{tmp_path}/cold")
    (row,) = await house.sql(
        "insert into person (login, name, role, password_hash) "
        "values ('ada', 'Ada', 'administrator', '') returning id"
    )
    wanted = Retention("vitals", hot_days=31)
    await retention.decide(house.store.door(), wanted, "by the test", row["id"], TEN)
    return house


# Once through all, then the same again and a correction, through all.
@example([_PULSE, *AGES, 0, _CORRECTED, *AGES])
@example([_PULSE, "fold", "compact", 0, "fold", "days", "leave", _CORRECTED, "fold", "leave"])
@given(steps)
@settings(
    max_examples=8,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
async def test_at_every_stage_the_record_is_the_set_of_readings(old, plan):
    names = await new_patient_with_devices(old, since=MIDNIGHT)
    sent = []
    for step in plan:
        if step in AGES:
            await age(old, step)
        elif isinstance(step, int):
            if sent:
                await old.sends(sent[step % len(sent)])
        else:
            device, seq, values = step
            sent.append(old.delivery(names[device], seq, *values))
            await old.sends(sent[-1])
        await is_read(old, sent)
    for step in AGES:
        await age(old, step)
        await is_read(old, sent)
    for table in ("inbox", "minute_chunk", "hour_chunk", "day_to_roll"):
        assert await old.count(table) == 0, "all has left"
    (counted,) = await old.sql(
        "select (select sum(rows) from cold_part where patient_id = %(p)s)::bigint as cold, "
        "(select sum(samples) from day_chunk where patient_id = %(p)s)::bigint as days",
        p=old.patients["carl"],
    )
    number = len(expected(sent)) or None
    assert counted == {"cold": number, "days": number}


async def age(house, step):
    """Do all of one kind of work that is due."""
    if step == "leave":
        retirement = Retirement(house.store, house.tools.settings.data)
        while await retirement.step(LATER):
            pass
    elif step == "fold":
        while (await fold(house.store, LATER)).messages:
            pass
    else:
        work = {"compact": compact, "days": roll_days}[step]
        while await work(house.store, LATER):
            pass


def expected(sent):
    return {
        (reading.vital.index, message.device_id, micros(reading.at), reading.value)
        for message in sent
        for reading in message.readings
    }


async def is_read(house, sent):
    """Every reading once, and the extremes of each day in a chart of days."""
    wanted = expected(sent)
    assert await held(house) == Counter(wanted)
    start = micros(MIDNIGHT)
    indexes = [BY_NAME[name].index for name in VITALS]
    found = await trend(
        house.store.door(), house.patients["carl"], indexes, start, start + DAYS * DAY_US, DAYS
    )
    for index in indexes:
        values = [(at, value) for vital, _, at, value in wanted if vital == index]
        if not values:
            assert index not in found
            continue
        ats, numbers = map(np.array, zip(*values, strict=True))
        days = (ats - start) // DAY_US
        said = found[index]
        assert list(said.low) == [numbers[days == day].min() for day in np.unique(days)]
        assert list(said.high) == [numbers[days == day].max() for day in np.unique(days)]
