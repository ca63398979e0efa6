"""Every subject on the bus: what it carries, who may publish, who may listen."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Subject:
    """One subject. A trailing `*` stands for one id."""

    name: str
    carries: str
    publishers: tuple[str, ...]
    listeners: tuple[str, ...]


SUBJECTS: tuple[Subject, ...] = (
    Subject("hot.readings", "rows of model.frame.HOT", ("record", "observe"), ("watch", "api")),
    Subject(
        "hot.waves.*",
        "i64 patient, i64 device, then the device's frame",
        ("record",),
        ("api", "watch"),
    ),
    Subject(
        "hot.alarm",
        "alarms ahead of their rows (JSON list, id 0), while they are written; `resolved`: no more",
        ("watch",),
        ("api",),
    ),
    Subject(
        "told.alarm", "one alarm (JSON), after its row is committed", ("watch",), ("call", "api")
    ),
    Subject(
        "told.observation",
        "somebody entered an observation or corrected one (JSON: patient_id), after its commit",
        ("observe",),
        ("watch",),
    ),
    Subject("told.score", "one score (JSON), after its row is committed", ("watch",), ("api",)),
    Subject("told.call", "one call (JSON), after its row is committed", ("call",), ("api", "cli")),
    Subject(
        "told.device",
        "a device came, went or changed (JSON)",
        ("fleet", "record", "simulate"),
        ("watch", "api", "record", "fleet"),
    ),
    Subject(
        "told.session",
        "sessions ended (JSON: person_id for all of theirs, or tokens by their hash), after their "
        "commit",
        ("people",),
        ("api",),
    ),
    Subject(
        "told.erased",
        "a patient was erased: what was opened of anybody is forgotten (empty), after its commit",
        ("people",),
        ("cli",),
    ),
    Subject(
        "told.rights",
        "somebody may see others now (JSON, nothing in it), after its commit",
        ("people",),
        ("api",),
    ),
    Subject("told.quarantine", "something was put aside (JSON)", ("record",), ()),
    Subject(
        "told.trouble",
        "the platform itself is in trouble (JSON)",
        ("record", "cli", "call", "bus", "sentinel", "fleet", "watch", "trail"),
        ("watch", "api"),
    ),
    Subject(
        "told.limits",
        "a setting of a rule was made (JSON: rule, patient_id, ward_id), or ended (its id)",
        ("watch",),
        ("watch",),
    ),
    Subject(
        "told.counts",
        "a door's counters: received, stored, told (JSON)",
        ("record",),
        ("watch", "api"),
    ),
    Subject(
        "told.silences",
        "who is silent in one share of the patients (JSON), each second",
        ("watch",),
        ("watch",),
    ),
    Subject("told.sentinel", "one round of the sentinel (JSON)", ("sentinel",), ()),
    Subject(
        "command.*",
        "one device may be due a command or its configuration, or is at another door now (empty)",
        ("fleet", "record"),
        ("record",),
    ),
    Subject(
        "beat.*",
        "a process is alive (JSON: name, now); beat.guard: what was heard of one share of the "
        "patients is judged and written",
        ("cli", "watch"),
        ("api", "watch"),
    ),
)
