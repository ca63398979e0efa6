"""What the routes of scores in use give and take. Times are milliseconds since 1970 UTC."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SwitchShown:
    """What one level says of a score. `by` is None where it says nothing; `is_on` is then, too,
    what holds there."""

    scope: str
    name: str
    is_on: bool
    by: str | None
    at: int | None
    reason: str | None


@dataclass(frozen=True, slots=True)
class OwnShown:
    """Where a hospital's own table comes from. `trouble`: why it is not computed, if it is not."""

    version: int | None
    sha256: str
    signer: str
    fingerprint: str
    by: str
    at: int
    reason: str
    trouble: str | None


@dataclass(frozen=True, slots=True)
class ScoreUse:
    """One score: whom it is meant for, whether it is in use here, and by whose word.

    `levels` are from the site to here. `chart` is the one a patient is scored by; None where it is
    not meant for them, and for a ward or the site. `is_leading`: they are known by it. `leads`
    counts whom it leads of those here now, `only_for` who would then have no leading score at all.
    `own_wards` and `own_patients` have a switch of their own.
    """

    score: str
    label: str
    about: str
    whom: str
    is_meant_to_lead: bool
    is_on: bool
    by_default: bool
    levels: list[SwitchShown]
    chart: str | None
    is_leading: bool
    leads: int
    only_for: int
    own_wards: list[str]
    own_patients: int
    own: OwnShown | None


@dataclass(frozen=True, slots=True)
class KeyLine:
    """A key that signs own tables, as it stands."""

    name: str
    fingerprint: str
    is_trusted: bool
    by: str
    at: int
    reason: str


@dataclass(frozen=True, slots=True)
class SwitchLine:
    """One line of the history. `is_on` None: as the wider setting says."""

    id: int
    score: str
    is_on: bool | None
    at: int
    by: str
    reason: str


@dataclass(frozen=True, slots=True)
class ScoresInUse:
    """The scores of a patient, a ward or (neither) the site. `people` are those here now, and
    `without` of them have no early-warning score.

    `age` and `is_pregnant` are what chose a patient's; `age` is None where nobody knows it.
    """

    patient_id: int | None
    ward_id: int | None
    ward: str | None
    people: int
    without: int
    age: int | None
    is_pregnant: bool
    scores: list[ScoreUse]
    keys: list[KeyLine]
    history: list[SwitchLine]


@dataclass(frozen=True)
class NewSwitch:
    """On, off, or (None) as the wider setting says. `is_said`: they confirm who is left without."""

    score: str
    is_on: bool | None
    reason: str = ""
    is_said: bool = False
