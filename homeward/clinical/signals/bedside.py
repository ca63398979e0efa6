"""One patient's waves, watched: frames in, conditions out. No clock, no I/O: time is an argument.

What is contradicted by a good signal is no alarm of the patient's but one of the ECG's, at once: a
technical one that says where to look. It is low (whoever looks at the board sees it) and becomes
medium (somebody is called) when it goes on for a minute: an ECG that cannot be believed for so long
is an ECG that is missing. A condition shown by a lead that is poor, with nothing against it, is
both: the alarm, and the word about the electrodes.

A condition once raised ends only when a usable lead has not shown it for ten seconds, never because
something else contradicts it meanwhile: chest compressions make pulses.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from homeward.clinical.signal import KIND_OF, WINDOW_SECONDS, Floats
from homeward.clinical.signals.claim import Shown, WaveRule
from homeward.clinical.signals.ring import Ring
from homeward.clinical.signals.rules import RULES
from homeward.clinical.signals.sight import Sight, look
from homeward.model.alarm import Finding, Priority

ARTEFACT = "ecg_artefact"
ARTEFACT_TEXT = "ECG: artefact, check electrodes"
POOR_TEXT = "ECG: poor signal, check electrodes"
ARTEFACT_PATIENT_TEXT = (
    "Your heart trace is disturbed. Please check the electrodes on your chest and lie still."
)
FRESH_SECONDS = 3.0  # a wave that stopped says nothing of now; that it stopped others say
LATE_SECONDS = 30.0  # what is told so late belongs to charts
CLEAR_SECONDS = 10.0
ARTEFACT_CLEAR_SECONDS = 30.0
ARTEFACT_LONG_SECONDS = 60.0
RINGS_MAX = 12
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
CONDITIONS = frozenset({ARTEFACT, *(rule.name for rule in RULES)})


@dataclass(frozen=True, slots=True)
class Seen:
    """What one look says of one condition: a finding while it holds, None once it is over."""

    condition: str
    finding: Finding | None
    detail: Mapping[str, Any] = field(default_factory=dict[str, Any])


class Bedside:
    """Watches one patient's waves."""

    def __init__(self, rules: Sequence[WaveRule] = RULES) -> None:
        self.rules = rules
        self._rings: dict[tuple[int, str], Ring] = {}
        self._heard: dict[tuple[int, str], datetime] = {}
        self._heights: dict[str, float] = {}
        self._looked: datetime | None = None
        self._shown: dict[str, datetime] = {}  # when each condition was last shown
        self._artefact_since: datetime | None = None

    def take(
        self, device: int, wave: str, start_us: int, rate: float, samples: Floats, now: datetime
    ) -> None:
        """Take in a stretch of one wave of one device; those that say nothing here are left."""
        kind = KIND_OF.get(wave)
        if kind is None:
            return
        ends = _EPOCH + timedelta(microseconds=start_us, seconds=len(samples) / rate)
        if abs(now - ends) > timedelta(seconds=LATE_SECONDS):
            return
        key = (device, wave)
        ring = self._rings.get(key)
        if ring is None:
            if len(self._rings) >= RINGS_MAX:
                self._forget_oldest()
            is_second = any(ring.name == wave for ring in self._rings.values())
            ring = self._rings[key] = Ring(f"{wave} of {device}" if is_second else wave, kind)
        heard = self._heard.setdefault(key, now)
        if not ring.put(start_us, rate, samples):
            if now - heard <= timedelta(seconds=FRESH_SECONDS):
                return  # heard before: it says nothing of now
            # Nothing but what is older for so long: the device's clock went back.
            ring = self._rings[key] = Ring(ring.name, kind)
            ring.put(start_us, rate, samples)
        self._heard[key] = now

    def look(self, now: datetime, holding: Collection[str] = ()) -> list[Seen]:
        """What the waves say now; `holding` are the conditions that hold already."""
        sight = self.sight(now)
        return [] if sight is None else self.judge(sight, now, holding)

    def judge(self, sight: Sight, now: datetime, holding: Collection[str] = ()) -> list[Seen]:
        """What this sight says."""
        found = {rule.name: rule.find(sight) for rule in self.rules}
        seen: list[Seen] = []
        raised = self._raised(found, holding)
        for rule in self.rules:
            shown = found[rule.name]
            if shown:
                self._shown[rule.name] = now
            if rule.name in raised:
                finding = self._finding(rule, raised[rule.name], now)
                seen.append(Seen(rule.name, finding, _detail(rule, shown, sight)))
            elif rule.name in holding and self._is_over(rule.name, sight, now):
                seen.append(Seen(rule.name, None, _detail(rule, shown, sight)))
        return seen + self._artefact(found, raised, sight, holding, now)

    def sight(self, now: datetime) -> Sight | None:
        """What there is to see now; None where no lead has been heard of late."""
        fresh = now - timedelta(seconds=FRESH_SECONDS)
        traces = [ring.trace() for key, ring in self._rings.items() if self._heard[key] >= fresh]
        lately = 1.0 if self._looked is None else (now - self._looked).total_seconds()
        sight = look(traces, self._heights, min(max(lately, 0.0) + 0.01, WINDOW_SECONDS))
        self._looked = now
        if not sight.leads:
            return None
        self._heights |= {lead.name: lead.height for lead in sight.leads}
        return sight

    def _raised(
        self, found: Mapping[str, list[Shown]], holding: Collection[str]
    ) -> dict[str, Shown]:
        """What is shown and not contradicted; what a worse condition includes is left out."""
        raised: dict[str, Shown] = {}
        covered: set[str] = set()
        for rule in self.rules:
            clear = [shown for shown in found[rule.name] if not shown.is_contradicted]
            if rule.name in covered and rule.name not in holding:
                continue
            if clear:
                raised[rule.name] = clear[0]
            if clear or rule.name in holding:
                covered |= set(rule.covers)
        return raised

    def _finding(self, rule: WaveRule, shown: Shown, now: datetime) -> Finding:
        since = now + timedelta(seconds=shown.begins)
        return Finding(rule.priority, rule.words(shown), since, shown.value, rule.limit)

    def _is_over(self, name: str, sight: Sight, now: datetime) -> bool:
        """Whether usable leads have not shown it for long enough."""
        if not sight.usable_leads:
            self._shown[name] = now  # nobody can say that it is over
        last = self._shown.setdefault(name, now)
        return now - last >= timedelta(seconds=CLEAR_SECONDS)

    def _artefact(
        self,
        found: Mapping[str, list[Shown]],
        raised: Mapping[str, Shown],
        sight: Sight,
        holding: Collection[str],
        now: datetime,
    ) -> list[Seen]:
        contradicted = {
            name: shown for name, shown in found.items() if any(x.is_contradicted for x in shown)
        }
        bad = {lead.name for lead in sight.leads if lead.is_poor}
        poor = [name for name, shown in raised.items() if shown.lead in bad]
        if not contradicted and not poor:
            last = self._shown.setdefault(ARTEFACT, now)
            if ARTEFACT in holding and (now - last).total_seconds() >= ARTEFACT_CLEAR_SECONDS:
                self._artefact_since = None
                return [Seen(ARTEFACT, None)]
            return []
        last = self._shown.get(ARTEFACT)
        is_new = last is None or (now - last).total_seconds() >= ARTEFACT_CLEAR_SECONDS
        if self._artefact_since is None or is_new:
            self._artefact_since = now
        self._shown[ARTEFACT] = now
        long = (now - self._artefact_since).total_seconds() >= ARTEFACT_LONG_SECONDS
        finding = Finding(
            Priority.MEDIUM if long else Priority.LOW,
            ARTEFACT_TEXT if contradicted else POOR_TEXT,
            self._artefact_since,
            patient_text=ARTEFACT_PATIENT_TEXT,
        )
        against = {
            name: sorted({other for each in shown for other in each.against})
            for name, shown in contradicted.items()
        }
        return [Seen(ARTEFACT, finding, {"contradicted": against, "quality": sight.quality()})]

    def _forget_oldest(self) -> None:
        oldest = min(self._heard, key=lambda key: self._heard[key])
        del self._heard[oldest], self._rings[oldest]


def _detail(rule: WaveRule, shown: Sequence[Shown], sight: Sight) -> dict[str, Any]:
    """What decided, for the ledger: which leads, what against them, how good each wave was."""
    return {
        "rule": rule.name,
        "version": rule.version,
        "leads": [each.lead for each in shown],
        "against": sorted({name for each in shown for name in each.against}),
        "quality": sight.quality(),
    }
