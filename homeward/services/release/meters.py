"""What meters said beside their numbers, for the whole copy and for its page to read."""

from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from homeward.clinical.words import ENGLISH, WORDS, Speech
from homeward.services.release.gather import Q, Whose, paged
from homeward.standards import fhir_meters as fhir
from homeward.standards.fhir_record import Resource
from homeward.standards.gatt.beside import Beside, Together, contexts_of, number_of, together
from homeward.standards.gatt.glucose import CONTEXT

# UCUM as people write it.
_UNITS = MappingProxyType(
    {
        "mm[Hg]": "mmHg", "Cel": "°C", "[degF]": "°F", "[lb_av]": "lb", "[in_i]": "in",
        "Ohm": "Ω", "kg/m2": "kg/m²",
    }
)  # fmt: skip
Row = Mapping[str, Any]
Rows = list[dict[str, Any]]


async def meter_records(of: Whose) -> AsyncIterator[list[Resource]]:
    """Every packet once: measurements with their contexts, and contexts that go with none."""
    async for page in paged(of.door, Q.meter_records, patient=of.patient):
        rows = await _with(of, page)
        yield list(_of_page({row["id"] for row in page}, rows, of.patient))


async def newest(of: Whose, rows_max: int) -> list[Together]:
    """The newest measurements, the newest first; of each packet its rows, with how many there are
    in all."""
    page = await of.door.all(Q.newest_meter_records, dict, patient=of.patient, rows_max=rows_max)
    return list(together(page, contexts_of(await _with(of, page)))) if page else []


def in_words(one: Together, say: Speech) -> tuple[str, str, str]:
    """Its values as they were sent, what was said with them, and what the meter's clock said."""
    if one.found is None:
        return (say("summary.unread"), "", "")
    values = [
        f"{_vital(each.vital.name, say)}: {_number(each.value, each.unit, say)}"
        for each in one.found.quantities
    ] + [
        f"{_vital(name, say)}: {say('summary.no_reading', why=_word(why, say))}"
        for name, why in one.found.missing.items()
    ]
    clock = say.minute(one.found.said) if one.found.said else ""
    return ("; ".join(values), "; ".join(_said(each, say) for each in one.beside), clock)


def _said(one: Beside, say: Speech) -> str:
    key = f"beside.name.{one.name}"
    name = say(key) if key in WORDS[ENGLISH.language] else one.name.replace("_", " ")
    if _is_number(one):
        return f"{name}: {_number(Decimal(one.value), one.unit, say)}"
    return f"{name}: {', '.join(_word(each, say) for each in one.words)}"


def _is_number(one: Beside) -> bool:
    return one.value.lstrip("-").replace(".", "", 1).isdigit()


def _word(word: str, say: Speech) -> str:
    key = f"beside.word.{word}"
    return say(key) if key in WORDS[ENGLISH.language] else word.replace("_", " ")


def _vital(name: str, say: Speech) -> str:
    return say(f"summary.vital.{name}")


def _number(value: Decimal, unit: str, say: Speech) -> str:
    """As the meter sent it: every digit, in its own unit."""
    text = format(value, "f")
    number = say.number(float(value), len(text.partition(".")[2]))
    return say.measured(number, _UNITS.get(unit, unit)) if unit not in ("", "1") else number


async def _with(of: Whose, page: Sequence[Row]) -> Rows:
    return await of.door.all(
        Q.meter_records_with, dict, patient=of.patient,
        numbers=sorted({row["number"] for row in page if row["number"] is not None}),
        times=[row["at"] for row in page if row["number"] is None],
    )  # fmt: skip


def _of_page(ids: set[int], rows: Rows, patient: int) -> Iterator[Resource]:
    """What of `rows` begins on the page of these ids: the rest is on another one."""
    contexts = contexts_of(rows)
    measurements = [row for row in rows if row["of"] != CONTEXT.uuid]
    used: set[tuple[Any, ...]] = set()
    for one in together(measurements, contexts):
        used |= {_packet(one.context)} if one.context else set()
        if one.found is None:  # two that cannot be read need not be one
            alone = [Together((row,), None, None, ()) for row in one.rows if row["id"] in ids]
            yield from (fhir.meter_record(each, patient) for each in alone)
        elif one.rows[0]["id"] in ids:
            yield fhir.meter_record(one, patient)
    newest = {number_of(row): row["id"] for row in rows if row["of"] == CONTEXT.uuid}
    for row in rows:
        if row["of"] == CONTEXT.uuid and row["id"] in ids and _packet(row) not in used:
            yield fhir.meter_context(row, patient, newest[number_of(row)] != row["id"])


def _packet(row: Row) -> tuple[Any, ...]:
    """The same from whichever telephone."""
    return row["device_id"], row["number"], row["octets"]
