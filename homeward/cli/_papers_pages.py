"""The pages of docs/safety, written from the papers."""

from collections import Counter
from collections.abc import Iterable, Sequence

from homeward.cli import _papers as papers
from homeward.cli._cryptography import cryptography_page
from homeward.cli._data_classes import data_page
from homeward.cli._papers import Control, Hazard, Line, Stands, Table

WIDE = "<br>"
NOTE = (
    "<!-- Written by `make docs` from the TOML file of the same name. Do not edit: the suite fails "
    "when it differs. -->\n"
)
HAZARDS = """# Hazards

ISO 14971:2019, clauses 5 to 7 and 10, in the words and the matrix of DCB0129: 1 and 2 acceptable, 3
tolerable where more cannot reasonably be done, 4 and 5 not put into service. How likely each is, is
our estimate without figures from service; whoever puts Homeward into service makes their own. A run
of the whole suite (`make test`) fails where a test named here did not pass in it."""


def safety_pages() -> dict[str, str]:
    """Each page of docs/safety that is written from its TOML file, by its name."""
    named = papers.controls()
    pages = {f"{stem}.md": _table_page(table, named) for stem, table in papers.tables().items()}
    pages["hazards.md"] = _hazards_page(papers.hazards())
    pages["cryptography.md"] = cryptography_page()
    pages["data.md"] = data_page()
    return {name: f"{NOTE}{text}\n" for name, text in pages.items()}


def _cell(text: str) -> str:
    return text.strip().replace("|", "\\|").replace("\n", " ")


def _shown(control: Control) -> str:
    where = ", ".join(f"`{each}`" for each in control.code)
    tests = WIDE.join(f"`{each}`" for each in control.tests)
    return f"{_cell(control.does)} | {where} | {tests}"


def _hazards_page(log: tuple[Hazard, ...]) -> str:
    head = "| hazard | before | after |\n| --- | --- | --- |\n"
    short = head + "\n".join(
        f"| [{each.id}](#{each.id.lower()}) {_cell(each.what)} | {each.before.rating} "
        f"| {each.after.rating} |"
        for each in log
    )
    return "\n\n".join([HAZARDS, short, *(_hazard(each) for each in log)])


def _hazard(hazard: Hazard) -> str:
    before, after = (
        f"{risk.severity}, {risk.likelihood}: {risk.rating}"
        for risk in (hazard.before, hazard.after)
    )
    causes = "\n".join(f"- {each}" for each in hazard.causes)
    rows = "\n".join(f"| {_shown(each)} |" for each in hazard.control)
    return (
        f"## {hazard.id}\n\n**{hazard.what}** {hazard.harm}\n\nCauses:\n\n{causes}\n\n"
        f"Before: {before}. After: {after}.\n\n"
        f"| control | code | tests |\n| --- | --- | --- |\n{rows}\n\nWhat is left: {hazard.left}"
    )


def _table_page(table: Table, named: dict[str, Control]) -> str:
    count = Counter(line.stands for line in table.line)
    said = ", ".join(f"{count[each]} {each}" for each in Stands if count[each])
    has_asks = any(line.asks for line in table.line)
    head = ["", *(["what it asks"] if has_asks else []), "stands", "how", "code", "tests"]
    rows = [f"| {' | '.join(head)} |", f"|{' --- |' * len(head)}"]
    rows += [_row(line, named, has_asks=has_asks) for line in table.line]
    words = f"# {table.title}\n\n{table.about.strip()}\n\n{len(table.line)} lines: {said}."
    return "\n\n".join([words, "\n".join(rows)])


def _row(line: Line, named: dict[str, Control], *, has_asks: bool) -> str:
    by = [named[name] for name in line.by]
    how = " ".join(_cell(each) for each in (*(each.does for each in by), line.note) if each)
    code = ", ".join(f"`{name}`" for name in _once(each.code for each in by))
    tests = WIDE.join(f"`{name}`" for name in _once(each.tests for each in by))
    asks = [_cell(line.asks)] if has_asks else []
    return f"| {' | '.join([line.id, *asks, line.stands, how, code, tests])} |"


def _once(lists: Iterable[Sequence[str]]) -> list[str]:
    return list(dict.fromkeys(each for names in lists for each in names))
