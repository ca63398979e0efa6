"""What the routes of plans take and give. Times are milliseconds since 1970 UTC."""

from dataclasses import dataclass, field
from datetime import time
from typing import Annotated

from pydantic import Field

from homeward.clinical import plan as p
from homeward.model.choice import Language

Key = Annotated[str, Field(pattern=r"^[a-z0-9_]{1,40}$")]
Label = Annotated[str, Field(min_length=1, max_length=120)]
Clock = Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]
Minutes = Annotated[int, Field(ge=0, le=12 * 60)]


@dataclass(frozen=True)
class NewItem:
    """One line of a plan, as somebody wants it. `at`: times of day, such as 07:30."""

    key: Key
    kind: p.Kind
    label: Label
    at: Annotated[list[Clock], Field(max_length=p.TIMES_MAX)]
    weekdays: Annotated[list[int], Field(max_length=7)] = field(
        default_factory=lambda: list(p.EVERY_DAY)
    )
    vitals: Annotated[list[str], Field(max_length=6)] = field(default_factory=list[str])
    reference: Annotated[str, Field(max_length=300)] = ""
    before_minutes: Minutes = p.BEFORE_MINUTES
    after_minutes: Minutes = p.AFTER_MINUTES

    def item(self) -> p.Item:
        """As the judgement knows it. Raises Unreadable."""
        return p.Item(
            self.key, self.kind, self.label.strip(), tuple(map(time.fromisoformat, self.at)),
            tuple(self.weekdays), tuple(self.vitals), self.reference, self.before_minutes,
            self.after_minutes,
        )  # fmt: skip


@dataclass(frozen=True)
class NewHomePlan:
    """A plan as somebody wants it; `carer_after_minutes` None: a carer is never told. `instead_of`:
    the number of the plan that it was changed from. `first_rota`: who is called first for what is
    missed or warned of, by the number of their rota; None: the ward's chain alone."""

    condition: Key
    items: Annotated[list[NewItem], Field(max_length=p.ITEMS_MAX)]
    language: Language = Language.ENGLISH
    carer_after_minutes: Annotated[int | None, Field(ge=0, le=p.CARER_AFTER_MINUTES_MAX)] = (
        p.CARER_AFTER_MINUTES
    )
    instead_of: Annotated[int | None, Field(ge=1, lt=2**63)] = None
    first_rota: Annotated[int | None, Field(ge=1, lt=2**63)] = None

    def plan(self) -> p.Plan:
        """As the judgement knows it. Raises Unreadable."""
        items = tuple(each.item() for each in self.items)
        return p.Plan(self.condition, items, self.language, self.carer_after_minutes)


@dataclass(frozen=True)
class Ended:
    """Which plan is over."""

    condition: Key


@dataclass(frozen=True)
class HomeAnswer:
    """Something was done, or (`is_excused`) need not be."""

    due: Annotated[int, Field(ge=1, lt=2**63)]
    is_excused: bool = False


@dataclass(frozen=True, slots=True)
class ItemShown:
    """One line of a plan; of what is over of it, how much was due and done, and how much rested
    since the patient lay in hospital."""

    key: str
    kind: p.Kind
    label: str
    at: list[str]
    weekdays: list[int]
    vitals: list[str]
    reference: str
    before_minutes: int
    after_minutes: int
    expected: int
    done: int
    rested: int


@dataclass(frozen=True, slots=True)
class HomeDueShown:
    """Something that is or was due. `day` is that of the patient's wall; `state`: open, done,
    missed, excused, or rested (they lay in hospital)."""

    id: int
    plan_id: int
    item: str
    kind: str
    at: int
    day: str
    opens: int
    closes: int
    state: str
    came: int | None


@dataclass(frozen=True, slots=True)
class FirstRota:
    """Who is called first. On another ward its rota of the same name is; where there is none, or
    nobody is on call by it, the ward's chain."""

    id: int
    name: str


@dataclass(frozen=True, slots=True)
class HomePlanShown:
    """A plan that holds, with what was kept of it in four weeks."""

    id: int
    condition: str
    made: int
    made_by: str
    language: str
    carer_after_minutes: int | None
    items: list[ItemShown]
    expected: int
    done: int
    first_rota: FirstRota | None


@dataclass(frozen=True, slots=True)
class InHospital:
    """Since when a patient lies on a ward, and on which."""

    since: int
    ward: str


@dataclass(frozen=True, slots=True)
class HomePlansShown:
    """Every plan of a patient, and what is due from four weeks ago to two days ahead. In hospital
    all of them rest."""

    now: int
    plans: list[HomePlanShown]
    dues: list[HomeDueShown]
    in_hospital: InHospital | None


@dataclass(frozen=True, slots=True)
class TemplateShown:
    """A plan to begin with; `is_own`: the hospital's, in the place of the one that came along."""

    name: str
    is_own: bool
    language: str
    carer_after_minutes: int | None
    items: list[ItemShown]
    first_rota: FirstRota | None
