"""Every subject on the bus: what it carries, who may publish, who may listen, by part and process.

nats-server itself refuses whatever else a process says or wants to hear (decision 39).
"""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Subject:
    """One subject. A trailing `*` stands for one id.

    Who publishes and who listens are parts of the code: folders, or a module of one (watch.ledger)
    that runs where the rest of its folder does not.
    """

    name: str
    carries: str
    publishers: tuple[str, ...]
    listeners: tuple[str, ...]
    in_own_name: bool = False  # the id is the publishing process: none speaks for another


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
        "told.alarm",
        "one alarm (JSON), after its row is committed",
        ("watch.ledger",),
        ("call", "api"),
    ),
    Subject(
        "told.observation",
        "somebody entered an observation or corrected one (JSON: patient_id), after its commit",
        ("observe",),
        ("watch",),
    ),
    Subject("told.score", "one score (JSON), after its row is committed", ("watch",), ("api",)),
    Subject("told.call", "one call (JSON), after its row is committed", ("call",), ("api", "call")),
    Subject(
        "told.device",
        "a device came, went or changed (JSON)",
        ("fleet", "record", "simulate"),
        ("watch", "api", "record", "fleet"),
    ),
    Subject(
        "told.letter",
        "somebody wrote to a patient or as one, or read it (JSON: patient_id), after its commit",
        ("plan",),
        ("api",),
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
        ("record", "cli", "call", "bus", "sentinel", "fleet", "watch", "trail", "api"),
        ("watch", "api"),
    ),
    Subject(
        "told.limits",
        "a setting of a rule was made (JSON: rule, patient_id, ward_id), or ended (its id)",
        ("watch", "watch.limits"),
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
        "beat.guard",
        "what was heard of one share of the patients is judged and written (JSON: share, shares, "
        "now)",
        ("watch",),
        ("api", "watch"),
    ),
    Subject(
        "beat.*",
        "a process is alive (JSON: name, now)",
        ("cli",),
        ("api", "watch"),
        in_own_name=True,
    ),
)

# Beside the table: whoever is let in may ask a server what it is let do, and is answered apart.
WHO_AM_I = "$SYS.REQ.USER.INFO"  # nats-server 2.10 and later
EVERYWHERE = ("bus", "cli")  # every process tells troubles, and forgets whoever is erased
# Which parts speak in which process: those of cli.run.PROCESSES, what the supervisor runs to its
# end, and `command`, which any command of an administrator is.
PARTS: Mapping[str, tuple[str, ...]] = {
    "door": ("record", "fleet"),
    "watch": ("watch", "watch.ledger", "watch.limits"),
    "work": ("call", "sentinel", "fleet", "trail"),
    "web": (
        "api", "call", "fleet", "observe", "people", "plan", "sentinel", "watch.ledger",
        "watch.limits",
    ),
    "pack": ("record",),
    "backup": (),
    "demo": ("simulate",),
    "prepare": ("fleet",),
    "tell": (),
    "command": ("fleet", "people"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class May:
    """What one process may say and hear: subjects, `*` for any id."""

    tell: tuple[str, ...]
    hear: tuple[str, ...]


def may(process: str) -> May:
    """What the parts that speak in a process may, and nothing else. Raises KeyError."""
    parts = {*PARTS[process], *EVERYWHERE}
    tell = (
        each.name.replace("*", process) if each.in_own_name else each.name
        for each in SUBJECTS
        if parts & {*each.publishers}
    )
    return May(tuple(tell), tuple(each.name for each in SUBJECTS if parts & {*each.listeners}))


def inbox(account: str) -> str:
    """Where answers to an account come, and to nobody else."""
    return f"_INBOX.{account}"
