"""People, alarms, calls and scores as screens know them. Times are ms since 1970 UTC.

Rows of the views `patient_shown`, `alarm_shown` and `call_shown`, and what travels on `told.alarm`,
`told.call` and `told.score`.
"""

from dataclasses import dataclass

from homeward.model.consent import Part


@dataclass(frozen=True, slots=True)
class PatientShown:
    """A patient and where they are. `birth_date` by ISO 8601, `age` in whole years today.

    `closed`: the parts of their record that they closed to who asks: what is not there is not to be
    seen, and that nothing is there says nothing.
    """

    id: int
    name: str
    record_number: str
    birth_date: str
    age: int
    sex: str
    oxygen_scale: int
    ward_id: int | None
    ward: str | None
    bed: str | None
    closed: list[Part]


@dataclass(frozen=True, slots=True)
class AlarmShown:
    """One episode, with names and places.

    `rung` is when it last began to need somebody, `cause_id` the alarm whose cause it shares.
    """

    id: int
    patient_id: int | None
    patient: str | None
    ward_id: int | None
    bed: str | None
    device: str | None
    condition: str
    kind: str
    priority: str
    state: str
    text: str
    patient_text: str | None
    value: float | None
    limit: float | None
    since: int
    measured: int | None
    received: int | None
    raised: int
    rung: int
    acknowledged: int | None
    acknowledged_by: str | None
    acknowledged_reason: str | None
    paused_until: int | None
    paused_by: str | None
    cause_id: int | None
    cleared: int | None
    resolved: int | None


@dataclass(frozen=True, slots=True)
class CallShown:
    """One person called for one alarm.

    Why they: `via` in words, of the kind `target`, `until` when on that rota; and `because` of
    what came of the calls before.
    """

    id: int
    alarm_id: int
    patient_id: int | None
    audience: str
    person_id: int
    person: str
    step: int
    round: int
    created: int
    due: int
    seen: int | None
    ended: int | None
    outcome: str | None
    via: str
    target: str
    until: int | None
    because: str


@dataclass(frozen=True, slots=True)
class PartShown:
    """One parameter of a score; `points` is None where the input is missing or too old."""

    parameter: str
    label: str
    value: str | None
    points: int | None
    at: int | None
    age_seconds: float | None
    is_missing: bool


@dataclass(frozen=True, slots=True)
class ScoreShown:
    """One score; `total` is None while inputs are missing, `low` to `high` is what it can be.

    `interval_seconds` is the longest until the next observation: 0 is continuous, None unknown.
    `label` is its name for people, `chart` the age band or scale used, `said` its result in words;
    `is_leading`: the score this patient is known by. `note` is what a reader must know of it,
    `risk_at_worst` the risk that missing inputs cannot rule out.
    """

    name: str
    at: int
    total: int | None
    low: int
    high: int
    risk: str
    interval: str
    scale: int
    parts: list[PartShown]
    interval_seconds: int | None = None
    label: str = "NEWS2"  # what was kept before scores had a label was this one
    chart: str = ""
    said: str = ""
    is_leading: bool = True
    note: str | None = None
    risk_at_worst: str | None = None


@dataclass(frozen=True, slots=True)
class ScoreTold:
    """A score and whose it is, as told on the bus and kept in `score.detail`."""

    patient_id: int
    score: ScoreShown
