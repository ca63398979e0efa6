"""Any order, any duplication, any moment to fold or compact: the record is the set of readings."""

from collections import Counter
from datetime import timedelta
from itertools import count

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from homeward.model.vital import BY_INDEX, BY_NAME
from homeward.services.record.compact import compact
from homeward.services.record.fold import fold
from homeward.store.chunks import micros, samples
from tests.services.record.conftest import TEN

HOUR = timedelta(hours=1)
numbers = count(1)

readings = st.tuples(
    st.sampled_from(["pulse", "temperature", "glucose"]),
    st.sampled_from([40.0, 36.5, 36.625, 37.123456789]),
    st.integers(0, 7199).map(lambda n: TEN + timedelta(seconds=n, microseconds=n % 3)),
)
messages = st.tuples(
    st.sampled_from(["monitor", "spare"]),
    st.integers(1, 2),  # boot
    st.integers(0, 9),  # sequence
    st.lists(readings, min_size=1, max_size=4),
)
steps = st.lists(
    st.one_of(
        messages,
        st.integers(0, 30),  # an earlier message once more
        st.sampled_from(["fold", "compact"]),
    ),
    min_size=1,
    max_size=30,
)


@given(steps)
@settings(
    max_examples=30,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
async def test_the_record_is_the_set_of_readings(house, plan):
    names = await new_patient_with_devices(house)
    sent = []
    for step in plan:
        if step == "fold":
            await fold(house.store, TEN + 3 * HOUR)
        elif step == "compact":
            await compact(house.store, TEN + 4 * HOUR)
        elif isinstance(step, int):
            if sent:
                await house.sends(sent[step % len(sent)])
        else:
            device, boot, seq, values = step
            # (device, boot, sequence) names a message; a device that uses one twice loses nothing
            sent.append(house.delivery(names[device], seq, *values, boot=boot))
            await house.sends(sent[-1])
    expected = {
        (reading.vital.index, message.device_id, micros(reading.at), reading.value)
        for message in sent
        for reading in message.readings
    }
    assert await held(house) == Counter(expected)
    await fold(house.store, TEN + 3 * HOUR)
    await compact(house.store, TEN + 4 * HOUR)
    assert await held(house) == Counter(expected)
    assert BY_INDEX.keys() >= {each[0] for each in expected}


async def new_patient_with_devices(house, since=TEN - HOUR):
    """Every example has its own, so that examples do not see each other."""
    number = next(numbers)
    await house.patient(f"carl-{number}")
    house.patients["carl"] = house.patients[f"carl-{number}"]
    names = {kind: f"{kind}-{number}" for kind in ("monitor", "spare")}
    for name in names.values():
        await house.device(name)
        await house.wears("carl", name, since)
    return names


async def held(house):
    """Every sample, counted: a double would show."""
    vitals = [BY_NAME[name].index for name in ("pulse", "temperature", "glucose")]
    found = await samples(house.store.door(), house.patients["carl"], vitals, 0, 2**60)
    rows = [row for each in found.values() for row in each]
    return Counter(
        (int(row["vital"]), int(row["device"]), int(row["at"]), float(row["value"])) for row in rows
    )
