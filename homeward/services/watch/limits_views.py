"""What the routes of limits give and take. Times are milliseconds since 1970 UTC."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from homeward.clinical.limit import shown_unit, worst_delay_seconds
from homeward.clinical.rule import Rule
from homeward.clinical.setting import Choice, InForce
from homeward.services.watch.pace import JUDGED_SECONDS
from homeward.services.watch.wave_settings import AS_RULES, LABEL

SCOPES = ("site", "ward", "patient")
SITE = "The whole site"


@dataclass(frozen=True, slots=True)
class LimitShown:
    """A limit, and how late it may ring at worst, in seconds, judging included (IEC 60601-1-8,
    6.4): None where nobody knows how often the vital comes."""

    limit: float
    clear_limit: float
    delay_seconds: int
    clear_seconds: int
    extreme: float | None
    worst_seconds: float | None
    extreme_worst_seconds: float | None


@dataclass(frozen=True, slots=True)
class LevelShown:
    """What a wider level has of a rule: the site, or the ward. `by` is None where it says nothing
    of its own and has what lies above it."""

    scope: str
    name: str
    is_on: bool
    limit: LimitShown | None
    by: str | None
    role: str | None
    at: int | None
    expires: int | None
    reason: str | None


@dataclass(frozen=True, slots=True)
class RuleShown:
    """One rule of a patient, a ward or the site: as it is, by default, and who made it different.

    `scope` is where what is in force was said (patient, ward, site; None: by default). `whose`
    names the people a default is for where it is not everybody's. `levels` are those it inherits
    from, the widest first; `own_wards` and `own_patients` who below has a setting of their own,
    whom a change here does not reach. `setting`: the number of the setting in force; 0: none.
    """

    rule: str
    title: str
    vital: str
    label: str
    unit: str
    decimals: int
    side: str | None
    priority: str | None
    possible: tuple[float, float]
    delay_seconds_max: int
    is_on: bool
    now: LimitShown | None
    default: LimitShown | None
    default_is_on: bool
    floor: LimitShown | None
    floor_is_on: bool
    whose: str | None
    differs: bool
    scope: str | None
    by: str | None
    role: str | None
    at: int | None
    expires: int | None
    reason: str | None
    interval_seconds: float | None
    trouble: str | None
    levels: list[LevelShown]
    own_wards: list[str]
    own_patients: int
    setting: int


@dataclass(frozen=True, slots=True)
class SettingShown:
    """One line of the history: what was set, by whom, why, until when, and how it ended."""

    id: int
    rule: str
    choice: str
    limit: float | None
    clear_limit: float | None
    delay_seconds: int | None
    clear_seconds: int | None
    extreme: float | None
    at: int
    by: str
    role: str
    reason: str
    expires: int | None
    ended: int | None
    because: str | None


@dataclass(frozen=True, slots=True)
class LimitsShown:
    """What is watched and how, of a patient, a ward or (neither) the site, and what was ever
    changed there."""

    patient_id: int | None
    ward_id: int | None
    ward: str | None
    rules: list[RuleShown]
    history: list[SettingShown]


@dataclass(frozen=True, slots=True)
class Said:
    """Who said a setting."""

    id: int
    by: str
    role: str
    at: int
    expires: int | None
    reason: str


@dataclass(frozen=True)
class NewSetting:
    """What somebody wants set. `is_said`: they confirm what will not ring any more. `instead_of`:
    the `setting` that stood on the screen, 0 where none did; None: whatever holds."""

    rule: str
    choice: Choice
    reason: str = ""
    limit: float | None = None
    clear_limit: float | None = None
    delay_seconds: int = 0
    clear_seconds: int = 0
    extreme: float | None = None
    expires: int | None = None
    is_said: bool = False
    instead_of: int | None = None


@dataclass(frozen=True, slots=True)
class Replayed:
    """What a setting would have done, so far: `now` and `proposed` alarms of so many `days` and
    of the patients of this step. `after` is where to go on asking; None: that was all.

    `limit` is the setting with its delays at worst; `must_be_said` what has to be confirmed;
    `needs_doctor` why a nurse may not make it. Not `is_known`: what was not judged then and has no
    limit to judge by now.
    """

    patients: int
    patients_all: int
    now: int
    proposed: int
    readings: int
    hours: int
    days: int
    after: int | None
    is_known: bool
    limit: LimitShown | None
    must_be_said: str | None
    needs_doctor: str | None


@dataclass(frozen=True, slots=True)
class Below:
    """Who has a setting of their own below a level: wards by name, and how many patients."""

    wards: Sequence[str] = ()
    patients: int = 0


def rule_shown(
    each: InForce, said: Mapping[int, Said], intervals: Mapping[str, float],
    levels: Sequence[tuple[str, str, InForce]], below: Below,
) -> RuleShown:  # fmt: skip
    """One rule in force as screens know it; `levels` are the wider ones, with their names."""
    default, vital = each.default, each.default.vital
    interval = intervals.get(vital.name)
    setting = each.setting
    who = None if setting is None else said.get(setting.id)
    return RuleShown(
        rule=default.name,
        title=default.about.split("\n")[0].rstrip("."),
        vital=vital.name,
        label=_label(default),
        unit=shown_unit(vital),
        decimals=vital.decimals,
        side=None if default.limit is None else str(default.limit.side),
        priority=None if default.words is None else str(default.words.priority),
        possible=vital.possible,
        delay_seconds_max=default.delay_seconds_max,
        is_on=each.rule is not None,
        now=limit_shown(each.rule, interval),
        default=limit_shown(default, interval),
        default_is_on=default.is_on,
        floor=limit_shown(each.floor, interval),
        floor_is_on=each.floor is not None,
        whose=whose(default),
        differs=is_different(each),
        scope=_scope(each),
        by=None if who is None else who.by,
        role=None if who is None else who.role,
        at=None if who is None else who.at,
        expires=None if who is None else who.expires,
        reason=None if who is None else who.reason,
        interval_seconds=interval,
        trouble=each.trouble,
        levels=[_level(scope, name, wider, said, interval) for scope, name, wider in levels],
        own_wards=list(below.wards),
        own_patients=below.patients,
        setting=0 if setting is None else setting.id,
    )


def _level(
    scope: str, name: str, wider: InForce, said: Mapping[int, Said], interval: float | None
) -> LevelShown:
    setting = wider.setting
    own = None if setting is None or _scope(wider) != scope else said.get(setting.id)
    return LevelShown(
        scope, name, wider.rule is not None, limit_shown(wider.rule, interval),
        None if own is None else own.by,
        None if own is None else own.role,
        None if own is None else own.at,
        None if own is None else own.expires,
        None if own is None else own.reason,
    )  # fmt: skip


def limit_shown(rule: Rule | None, interval: float | None) -> LimitShown | None:
    """A rule's limit, with its delays at worst."""
    if rule is None or rule.limit is None:
        return None
    limit = rule.limit
    worst = extreme_worst = None
    if interval is not None:
        worst = worst_delay_seconds(limit, interval, rule.window_seconds) + JUDGED_SECONDS
        extreme_worst = None if limit.extreme is None else interval + JUDGED_SECONDS
    return LimitShown(
        limit.limit, limit.clear_limit, limit.delay_seconds, limit.clear_seconds, limit.extreme,
        worst, extreme_worst,
    )  # fmt: skip


def whose(default: Rule) -> str | None:
    """For whom this default is, where it is not for everybody."""
    found = next((who for who, limit in default.limits if limit == default.limit), None)
    return None if found is None else found.name


def is_different(each: InForce) -> bool:
    """Whether this rule is not as the house has it."""
    if each.rule is None or not each.default.is_on:
        return (each.rule is not None) != each.default.is_on
    return each.rule.limit != each.default.limit


def differing(every: Sequence[InForce]) -> int:
    """How many rules are not as the house has them."""
    return sum(map(is_different, every))


def _label(rule: Rule) -> str:
    return LABEL if rule.name in AS_RULES else " & ".join(each.label for each in rule.vitals)


def _scope(each: InForce) -> str | None:
    if each.setting is None:
        return None
    return SCOPES[each.setting.rank]
