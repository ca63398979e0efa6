"""`homeward docs`: write the reference pages from the code itself."""

import re
from collections.abc import Callable, Iterator
from importlib import import_module
from importlib.resources import files
from pathlib import Path
from typing import Any

import click

from homeward.cli._papers import SAFETY
from homeward.cli._papers_pages import safety_pages
from homeward.cli._third_party import third_party_page
from homeward.model.errors import HomewardError

REFERENCE = Path(__file__).parents[2] / "docs" / "reference"
GATT_TABLES = REFERENCE.parents[1] / "web" / "src" / "gatt" / "tables.json"
NOTE = (
    "<!-- Written by `make docs` from the code. Do not edit: the suite fails when it differs. -->"
)


def _table(head: tuple[str, ...], rows: list[tuple[object, ...]]) -> str:
    lines = [" | ".join(head), " | ".join("---" for _ in head)]
    lines += [" | ".join(_cell(each) for each in row) for row in rows]
    return "\n".join(f"| {line} |" for line in lines)


def _cell(value: object) -> str:
    return str("" if value is None else value).replace("|", "\\|").replace("\n", " ")


def settings_page() -> str:
    """Every setting."""
    from dataclasses import fields

    from homeward.settings import PREFIX, Settings

    rows: list[tuple[object, ...]] = [
        (f"`{f.name}`", f"`{PREFIX}{f.name.upper()}`", f"`{f.default}`", f.metadata["meaning"])
        for f in fields(Settings)
    ]
    words = (
        "Environment over `homeward.toml` (in the working folder) over default; "
        "`homeward settings` shows each effective value and where it came from."
    )
    return f"# Settings\n\n{words}\n\n" + _table(
        ("setting", "environment", "default", "meaning"), rows
    )


def vitals_page() -> str:
    """Every vital sign and waveform, and the units each may arrive in."""
    from homeward.model.unit import ACCEPTED
    from homeward.model.vital import VITALS
    from homeward.model.wave import WAVES

    rows: list[tuple[object, ...]] = [
        (
            f"`{v.name}`", v.label, v.unit, ", ".join(f"`{u}`" for u in ACCEPTED[v.name]),
            v.loinc, v.mdc, f"{v.possible[0]:g} to {v.possible[1]:g}",
            f"{v.stale_seconds} s", f"{v.score_seconds} s", v.index,
        )
        for v in VITALS
    ]  # fmt: skip
    head = (
        "vital", "label", "kept in", "accepted units", "LOINC", "MDC", "possible",
        "blank on screens after", "out of scores after", "number in frames",
    )  # fmt: skip
    waves: list[tuple[object, ...]] = [
        (w.index, f"`{w.name}`", w.label, w.mdc, w.unit) for w in WAVES
    ]
    wave_head = ("number in frames", "waveform", "label", "MDC", "unit")
    return f"# Vital signs and waveforms\n\n{_table(head, rows)}\n\n## Waveforms\n\n" + _table(
        wave_head, waves
    )


def rules_page() -> str:
    """Every rule, by its own docstring, with its limits for every age."""
    from homeward.clinical.rule import discover

    parts = ["# Rules\n\nEach is one file under `homeward/clinical/rules/`, with its cases beside"]
    parts[0] += (
        " the tests. The words are the rule's own. The limits are what a patient is judged by"
        " unless somebody set others (see [Limits](../guides/limits.md)); a value at a limit is"
        " not beyond it. To a delay comes up to one interval of the vital before it and one after,"
        " and what judging takes: the limits page of a patient shows the sum."
    )
    for rule in discover():
        module = import_module(f"homeward.clinical.rules.{rule.name}")
        words = (module.__doc__ or "").strip()
        parts.append(f"## `{rule.name}` (version {rule.version})\n\n{words}")
        parts.append(_limits_of(rule))
    return "\n\n".join(parts)


def _limits_of(rule: Any) -> str:
    from homeward.clinical.limit import shown_unit

    vitals = ", ".join(f"`{vital.name}`" for vital in rule.vitals)
    whom = "everybody" if rule.only is None else rule.only.name
    if rule.limit is None:
        return f"Looks at {vitals}, {rule.window_seconds} s back; for {whom}. It is on or off."
    everybody = "everybody else" if rule.limits else "everybody"
    whose = [(who.name, limit) for who, limit in rule.limits] + [(everybody, rule.limit)]
    rows: list[tuple[object, ...]] = [
        (
            who, f"{limit.side} {limit.limit:g}", f"{limit.delay_seconds} s",
            "" if limit.extreme is None else f"{limit.extreme:g}",
            f"{limit.clear_limit:g}", f"{limit.clear_seconds} s",
        )
        for who, limit in whose
    ]  # fmt: skip
    unit = shown_unit(rule.vital)
    head = ("who", f"rings {unit}", "after", "at once beyond", "ends at", "after ")
    return f"Looks at {vitals}.\n\n{_table(head, rows)}"


def scores_page() -> str:
    """Every score, by its own docstring and its charts."""
    from homeward.clinical.scores import SCORERS

    words = (
        "Each is one file under `homeward/clinical/scores/`, its table as data. Everybody "
        "has the one meant for them; what is missing or too old makes a score a range. A hospital "
        "adds its own as a [signed table](../guides/own-scores.md)."
    )
    parts = [f"# Scores\n\n{words}"]
    for scorer in SCORERS:
        use = "in use unless switched off" if scorer.is_on else "off unless switched on"
        table = scorer.table
        parts.append(f"## {table.label}\n\n`{table.name}`, version {scorer.version}, {use}.")
        parts.append(scorer.about)
        levels = [*table.levels, *([table.single] if table.single else [])]
        rows: list[tuple[object, ...]] = [
            (
                f"{level.points} in one parameter" if level is table.single
                else f"{level.points} and above",
                level.risk, level.interval,
                f"`{level.condition}`, {level.priority}" if level.condition else "",
            )
            for level in levels
        ]  # fmt: skip
        parts.append(_table(("points", "risk", "observe", "alarm"), rows))
        for chart in scorer.charts:
            parts.append(_score_chart(chart.name, chart))
    return "\n\n".join(parts)


def _score_chart(title: str, chart: Any) -> str:
    """One chart: a row for each vital a parameter may come from."""
    rows: list[tuple[object, ...]] = []
    for parameter in chart.parameters:
        for source in parameter.sources:
            cells = [
                f"{band.text}: {'–'.join(str(each) for each in sorted(band.choices))}"
                for band in source.bands
            ]
            rows.append((parameter.label, f"`{source.vital.name}`", ", ".join(cells)))
    head = f"### {title}\n\n" if title else ""
    return head + _table(("parameter", "from", "value: points"), rows)


def signals_page() -> str:
    """Every wave rule, and what they all stand on, by their own docstrings."""
    from homeward.clinical.signals.rules import RULES

    words = "Rules of waveforms, each one file under `homeward/clinical/signals/rules/`. What any "
    words += "of them finds is raised unless a good signal shows that it cannot be so."
    parts = [f"# Waveforms\n\n{words}"]
    for rule in sorted(RULES, key=lambda rule: rule.name):
        off = "" if rule.is_on else ", off by default"
        head = f"## `{rule.name}` (version {rule.version}, {rule.priority}{off})"
        covers = ", ".join(f"`{name}`" for name in rule.covers)
        more = f"\n\nWhile it holds these are not raised beside it: {covers}." if covers else ""
        parts.append(f"{head}\n\n{rule.about.strip()}{more}")
    parts.append("## What they stand on")
    for module in ("signal", "signals.lead", "signals.pulse", "signals.sight", "signals.claim",
                   "signals.ring", "signals.bedside"):  # fmt: skip
        name = f"homeward.clinical.{module}"
        parts.append(f"### `{name}`\n\n{(import_module(name).__doc__ or '').strip()}")
    return "\n\n".join(parts)


def alarms_page() -> str:
    """The life cycle of an alarm, drawn from its table."""
    from homeward.clinical.episode import draw

    words = (
        "One episode is one condition of one patient or device. Vocabulary: IEC 60601-1-8. "
        "The picture is drawn from the table the code runs on "
        "(`homeward/clinical/episode.py`)."
    )
    return f"# The life of an alarm\n\n{words}\n\n```mermaid\n{draw().strip()}\n```"


def routes_page() -> str:
    """Every HTTP route, the roles that may use it, and what is audited of it."""
    from homeward.api.app import every_route
    from homeward.api.asked_often import bound_of
    from homeward.api.audited import audited_of

    rows: list[tuple[object, ...]] = []
    for route in every_route():
        roles = "*anybody, before sign-in*" if route.before_sign_in else ", ".join(
            sorted(route.roles)
        )  # fmt: skip
        words = (route.handler.__doc__ or "").strip().split("\n")[0]
        audited = audited_of(route)
        rows.append(
            (
                route.method,
                f"`{route.path}`",
                roles,
                audited.said if audited else "",
                bound_of(route),
                words,
            )
        )
    words = "Deny by default: what is not listed is a page of the web app or a 404. "
    words += (
        "A patient reaches only their own record. What each is audited as: an action of FHIR's "
    )
    words += "AuditEvent, of what, and what says whose ([the audit](../guides/audit.md)); nothing "
    words += "where it shows nobody's data. How often it may be asked is bounded where strangers "
    words += "ask and where it costs much ([security](../guides/security.md))."
    head = ("method", "path", "who may", "audited as", "bounded", "what")
    return f"# Routes\n\n{words}\n\n" + _table(head, rows)


def subjects_page() -> str:
    """Every subject on the bus."""
    from homeward.guard.subjects import PARTS, SUBJECTS, may

    rows: list[tuple[object, ...]] = [
        (f"`{s.name}`", s.carries, ", ".join(s.publishers), ", ".join(s.listeners))
        for s in SUBJECTS
    ]
    held: list[tuple[object, ...]] = [
        (
            f"`{each}`",
            *(", ".join(f"`{x}`" for x in said) for said in (may(each).tell, may(each).hear)),
        )
        for each in PARTS
    ]
    words = (
        "Parts are folders of the code, or one module of a folder.\n\n"
        + _table(("subject", "carries", "published by", "heard by"), rows)
        + "\n\n## By process\n\nWhat nats-server lets each process do, and nothing else "
        "([decision 39](../decisions/0039-accounts-on-the-bus.md)). `command` is any command of an "
        "administrator.\n\n"
    )
    return f"# Subjects on the bus\n\n{words}" + _table(("process", "says", "hears"), held)


_COMMENT = re.compile(r"comment on (table|view) (\w+) is\s+'((?:[^']|'')*)'")


def tables_page() -> str:
    """Every table, by its own comment."""
    rows: list[tuple[object, ...]] = []
    for path in sorted(
        files("homeward.store").joinpath("migrations").iterdir(), key=lambda each: each.name
    ):
        for kind, name, comment in _COMMENT.findall(path.read_text()):
            rows.append((f"`{name}`", kind, comment.replace("''", "'"), path.name))
    return "# Tables\n\n" + _table(("name", "kind", "what it holds, who writes it", "from"), rows)


PAGES: dict[str, Callable[[], str]] = {
    "settings.md": settings_page,
    "vitals.md": vitals_page,
    "rules.md": rules_page,
    "scores.md": scores_page,
    "signals.md": signals_page,
    "alarms.md": alarms_page,
    "routes.md": routes_page,
    "subjects.md": subjects_page,
    "tables.md": tables_page,
    "third-party.md": third_party_page,
}


def gatt_tables() -> str:
    """The tables of Bluetooth's profiles, as the pages read them."""
    from homeward.standards.gatt.profiles import as_json

    return as_json().decode()


def pages() -> Iterator[tuple[Path, str]]:
    """Each page's place and its text as the code, or what is written in docs/safety, has it now."""
    for name, write in PAGES.items():
        yield REFERENCE / name, f"{NOTE}\n{write()}\n"
    for name, text in safety_pages().items():
        yield SAFETY / name, text
    yield GATT_TABLES, gatt_tables()


@click.command("docs")
@click.option("--check", is_flag=True, help="Fail where a page differs; write nothing.")
def command(check: bool) -> None:
    """Write docs/reference from the code, and the pages of docs/safety."""
    stale: list[str] = []
    count = 0
    for place, text in pages():
        count += 1
        if place.is_file() and place.read_text() == text:
            continue
        stale.append(place.name)
        if not check:
            place.write_text(text)
    if check and stale:
        raise HomewardError(f"pages are stale: {', '.join(stale)}. Run: make docs")
    click.echo(f"{count} pages, {len(stale)} {'stale' if check else 'new'}")
