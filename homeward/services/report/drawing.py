"""A report on one sheet of A4: what the screen shows, in the same words."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from homeward.clinical.reports.page import Band, Figure, Line, Page, Plot
from homeward.clinical.words import ENGLISH, Speech
from homeward.services import paper, right_to_left
from homeward.services.paper import ACCENT, INK, LINE, QUIET
from homeward.services.report.making import Made

COLUMNS = 3
PLOT_WIDTH, PLOT_HEIGHT = 480.0, 170.0
LEFT, BOTTOM, TOP = 34.0, 16.0, 12.0
BANDS = ("#d5ecec", "#8fcaca")
CURVES = (ACCENT, "#7a4b94")
WARNING = "#a13a00"
BOUND = "#3b7d3a"


def sheet(made: Made) -> bytes:
    """The PDF."""
    return paper.bound(made.page.title, laid_out(made), made.say)


def laid_out(made: Made) -> list[Any]:
    """What is on it, one below the other."""
    from reportlab.platypus import Spacer

    page, whose = made.page, made.whose
    say = made.say
    small = paper.style(8, QUIET, say)
    lead = say(
        "report.whose", name=whose.name, born=say.day(date.fromisoformat(whose.birth_date)),
        record=whose.record_number, span=page.span, made=say.minute(made.at), zone=made.zone,
    )  # fmt: skip
    flow: list[Any] = [
        paper.words(page.title, paper.style(20, INK, say)), paper.words(lead, small), Spacer(1, 6),
    ]  # fmt: skip
    if page.lacking:
        flow += [paper.words(page.lacking, paper.style(10, WARNING, say)), Spacer(1, 6)]
    flow += [_tiles(page.figures, say), Spacer(1, 8)]
    if page.plot is not None:
        flow += [
            paper.words(f"{page.plot.label} ({page.plot.unit})", small),
            _drawn(page.plot, say),
        ]
    if page.rows:
        flow += [Spacer(1, 6), paper.table(paper.Part("", page.head, page.rows), say)]
    flow += [Spacer(1, 6), *(paper.words(note, small) for note in (*page.notes, page.source))]
    return flow


def _tiles(figures: Sequence[Figure], say: Speech) -> Any:
    from reportlab.platypus import Table, TableStyle

    cells = [[paper.words(text, style) for text, style in _told(each, say)] for each in figures]
    cells += [[] for _ in range(-len(cells) % COLUMNS)]
    order = slice(None, None, -1 if say.is_right_to_left else 1)
    rows = [cells[first : first + COLUMNS][order] for first in range(0, len(cells), COLUMNS)]
    table = Table(rows, colWidths=[PLOT_WIDTH / COLUMNS] * COLUMNS)
    table.setStyle(
        TableStyle([("VALIGN", (0, 0), (-1, -1), "TOP"), ("LINEBELOW", (0, 0), (-1, -1), 0.4, LINE),
                    paper.edge(say), ("TOPPADDING", (0, 0), (-1, -1), 2),
                    ("BOTTOMPADDING", (0, 0), (-1, -1), 3)])
    )  # fmt: skip
    return table


def _told(figure: Figure, say: Speech) -> list[tuple[str, Any]]:
    small = paper.style(8, QUIET, say)
    lines = [(figure.name, small), (figure.value, paper.style(13, INK, say))]
    if figure.target:
        met = {True: "report.met", False: "report.not_met", None: "report.not_judged"}
        style = paper.style(8, WARNING, say) if figure.is_met is False else small
        words = say("report.target", target=figure.target, met=say(met[figure.is_met]))
        lines.append((words, style))
    return lines


def _drawn(plot: Plot, say: Speech) -> Any:
    from reportlab.graphics.shapes import Drawing, Polygon, PolyLine, String
    from reportlab.graphics.shapes import Line as Stroke
    from reportlab.lib.colors import HexColor

    drawing = Drawing(PLOT_WIDTH, PLOT_HEIGHT)
    low, high = extent(plot)
    ends = [*plot.x, *(at for at, _ in plot.ticks)]
    first, last = min(ends), max(ends)

    def x(at: float) -> float:
        return LEFT + (at - first) / ((last - first) or 1) * (PLOT_WIDTH - LEFT)

    def y(value: float) -> float:
        return BOTTOM + (value - low) / (high - low) * (PLOT_HEIGHT - BOTTOM - TOP)

    def word(at: float, height: float, text: str, anchor: Any) -> String:
        line, name = right_to_left.alone(text, paper.font())
        return String(at, height, line, fontName=name, fontSize=7,
                      fillColor=HexColor(QUIET), textAnchor=anchor)  # fmt: skip

    for band, colour in zip(plot.bands, BANDS, strict=False):
        for points in _outlines(plot.x, band):
            flat = [each for at, value in points for each in (x(at), y(value))]
            drawing.add(Polygon(flat, fillColor=HexColor(colour), strokeColor=None))
    for bound in marks(plot):
        drawing.add(Stroke(LEFT, y(bound), PLOT_WIDTH, y(bound), strokeColor=HexColor(BOUND),
                           strokeWidth=0.7, strokeDashArray=[3, 2]))  # fmt: skip
        drawing.add(word(LEFT - 4, y(bound) - 2.5, _short(bound, say), "end"))
    for curve, colour in zip(plot.curves, CURVES, strict=False):
        for run in runs(plot.x, curve.values):
            flat = [each for at, value in run for each in (x(at), y(value))]
            drawing.add(PolyLine(flat, strokeColor=HexColor(colour), strokeWidth=1.2))
    for at, text in plot.ticks:
        anchor = "start" if at == first else "end" if at == last else "middle"
        drawing.add(word(x(at), 4, text, anchor))
    return drawing


def _short(value: float, say: Speech) -> str:
    return say.number(value, 0 if value == round(value) else 1)


def extent(plot: Plot) -> tuple[float, float]:
    """From which to which value a plot goes: all that is drawn, and some air."""
    lines = [*(each.values for each in plot.curves), *(each.low for each in plot.bands),
             *(each.high for each in plot.bands), plot.target]  # fmt: skip
    values = [each for line in lines for each in line if each is not None]
    air = (max(values) - min(values)) * 0.06 or 1.0
    return min(values) - air, max(values) + air


def marks(plot: Plot) -> list[float]:
    """Where the axis says a number: at the bounds of the target, else at the least and the most."""
    bounds = [each for each in plot.target if each is not None]
    drawn = [each for curve in plot.curves for each in curve.values if each is not None]
    return bounds or sorted({min(drawn), max(drawn)})


def runs(x: Sequence[float], values: Line) -> list[list[tuple[float, float]]]:
    """Where a line is drawn without a gap."""
    found: list[list[tuple[float, float]]] = [[]]
    for at, value in zip(x, values, strict=True):
        if value is None:
            found.append([])
        else:
            found[-1].append((at, value))
    return [run for run in found if len(run) > 1]


def _outlines(x: Sequence[float], band: Band) -> list[list[tuple[float, float]]]:
    """Around each piece of a band: along its top, and back along its bottom."""
    pairs = zip(runs(x, band.high), runs(x, band.low), strict=True)
    return [[*high, *reversed(low)] for high, low in pairs]


def title_of(page: Page) -> str:
    """What a file of it is called: letters that every header and disk takes."""
    return ENGLISH(page.name).lower().replace(" ", "-")
