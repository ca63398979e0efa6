"""Draws headings, tables and curves on A4. Knows nothing of records; of use to any service."""

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache, partial
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import numpy as np
import numpy.typing as npt

from homeward.clinical.words import ENGLISH, Speech
from homeward.services import right_to_left

FONT = "Noto Sans"  # Latin, Greek, Cyrillic and Devanagari: people's names
INK, QUIET, LINE, ACCENT = "#10242e", "#52656f", "#c9d6dc", "#0b6e75"
CURVE_HEIGHT, CURVE_WIDTH = 62, 480
CELL_CHARACTERS_MAX = 400
HEADED_MIN = 72  # points of a page: a heading is never alone at its foot
HEADING, HEADED_MAX = 40, 500  # points of a heading with its space, and of what is kept below it
COLUMN_MIN = 70  # points: a day, or a heading's longest word
HEADING_MIN = 14  # points; in larger letters it shows how low Arabic hangs


@dataclass(frozen=True, slots=True)
class Curve:
    """One vital over time: us since 1970, with the lowest, highest and mean of each bucket."""

    at: npt.NDArray[np.int64]
    low: npt.NDArray[np.float64]
    high: npt.NDArray[np.float64]
    mean: npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Part:
    """A heading with a table, and curves below it by their names."""

    title: str
    head: tuple[str, ...]
    rows: Sequence[tuple[str, ...]]
    curves: Mapping[str, Curve] = field(default_factory=dict)


@cache
def font() -> str:
    """Registered once. A variable font: what is drawn is its regular weight."""
    import fontpkg_noto_sans
    from reportlab.pdfbase.pdfmetrics import registerFont
    from reportlab.pdfbase.ttfonts import TTFont

    (place,) = Path(fontpkg_noto_sans.ROOT, "files").glob("NotoSans[[]*.ttf")
    registerFont(TTFont(FONT, str(place)))
    return FONT


def paper(title: str, lead: str, parts: Sequence[Part], say: Speech = ENGLISH) -> bytes:
    """The PDF of a record."""
    from reportlab.platypus import CondPageBreak, Spacer

    big, small, plain = (style(*each, say) for each in ((22, INK), (9, QUIET), (14, ACCENT)))
    flow: list[Any] = [words(title, big), Spacer(1, 6), words(lead, small), Spacer(1, 10)]
    for part in parts:
        flow += [CondPageBreak(_headed(part, say)), words(part.title, plain), Spacer(1, 4)]
        none = words(say("summary.none"), small)
        flow += [table(part, say) if part.rows else none, Spacer(1, 8)]
        for name, curve in part.curves.items():
            flow += [_drawn(name, curve, say), Spacer(1, 4)]
    return bound(title, flow, say)


def _headed(part: Part, say: Speech) -> float:
    """What a heading needs below it: its table's first row, however tall, stands with it."""
    if not part.rows:
        return HEADED_MIN
    _, height = table(part, say, rows_max=1).wrap(CURVE_WIDTH, HEADED_MAX)
    return max(HEADED_MIN, min(HEADED_MAX, HEADING + height))


def bound(title: str, flow: Sequence[Any], say: Speech = ENGLISH) -> bytes:
    """The PDF of what reportlab lays out, one after the other."""
    from reportlab.lib.pagesizes import A4
    from reportlab.platypus import SimpleDocTemplate

    out = io.BytesIO()
    document = SimpleDocTemplate(
        out, pagesize=A4, title=title, author="Homeward", leftMargin=54, rightMargin=54,
        topMargin=48, bottomMargin=48,
    )  # fmt: skip
    footed = partial(_footed, say=say)
    document.build(list(flow), onFirstPage=footed, onLaterPages=footed)
    return out.getvalue()


@cache
def style(size: int, colour: str, say: Speech = ENGLISH) -> Any:
    """How a paragraph of this size (points) and colour is written, as its language is read."""
    from reportlab.lib.colors import HexColor
    from reportlab.lib.enums import TA_LEFT, TA_RIGHT
    from reportlab.lib.styles import ParagraphStyle

    return ParagraphStyle(
        f"{size}{colour}{say.is_right_to_left}",
        fontName=font(),
        fontSize=size,
        leading=size * (1.6 if say.is_right_to_left and size > HEADING_MIN else 1.35),
        textColor=HexColor(colour),
        alignment=TA_RIGHT if say.is_right_to_left else TA_LEFT,
    )


def words(text: str, style: Any) -> Any:
    """A paragraph, cut where it is far too long."""
    from reportlab.lib.enums import TA_RIGHT
    from reportlab.platypus import Paragraph

    text = text[:CELL_CHARACTERS_MAX]
    if style.alignment == TA_RIGHT:
        return right_to_left.paragraph_class()(text, style)
    return Paragraph(escape(text), style)


def _footed(canvas: Any, document: Any, say: Speech) -> None:
    text = say("report.page", page=document.page)
    canvas.setFillColor(QUIET)
    if say.is_right_to_left:
        line = right_to_left.seen(right_to_left.joined(text))
        right_to_left.draw(canvas, 54 + right_to_left.width(line, font(), 8), 28, line, font(), 8)
        return
    canvas.setFont(font(), 8)
    canvas.drawRightString(541, 28, text)


def edge(say: Speech) -> tuple[Any, ...]:
    """A table's cells begin at the edge, where its language begins."""
    return ("RIGHTPADDING" if say.is_right_to_left else "LEFTPADDING", (0, 0), (-1, -1), 0)


def table(part: Part, say: Speech = ENGLISH, rows_max: int | None = None) -> Any:
    """A part's rows under their head; its first column stands where its language begins."""
    from reportlab.platypus import Table, TableStyle

    head, body = style(8, QUIET, say), style(9, INK, say)
    has_head = any(part.head)
    order = slice(None, None, -1 if say.is_right_to_left else 1)
    rows = [[words(name, head) for name in part.head][order]] if has_head else []
    rows += [[words(cell or "", body) for cell in row][order] for row in part.rows[:rows_max]]
    table = Table(rows, colWidths=_widths(part)[order], repeatRows=int(has_head))
    table.setStyle(
        TableStyle(
            [
                ("LINEBELOW", (0, 0), (-1, -1), 0.4, LINE),
                ("VALIGN", (0, 0), (-1, -1), "TOP"),
                edge(say),
                ("TOPPADDING", (0, 0), (-1, -1), 2),
                ("BOTTOMPADDING", (0, 0), (-1, -1), 3),
            ]
        )
    )
    return table


def _widths(part: Part) -> list[float]:
    """By what stands in each column, none so narrow that a day is cut in two."""
    columns = zip(part.head, *part.rows, strict=True)
    wanted = [min(40, max(16, *(len(cell or "") for cell in column))) for column in columns]
    widths = [CURVE_WIDTH * each / sum(wanted) for each in wanted]
    missing = sum(max(0.0, COLUMN_MIN - each) for each in widths)
    spare = sum(max(0.0, each - COLUMN_MIN) for each in widths)
    if missing > spare:  # more columns than fit so
        return widths
    return [
        max(COLUMN_MIN, each - missing * max(0.0, each - COLUMN_MIN) / spare if spare else each)
        for each in widths
    ]


def _drawn(name: str, curve: Curve, say: Speech) -> Any:
    """The mean as a line, within the band from lowest to highest."""
    from reportlab.graphics.shapes import Drawing, Polygon, PolyLine, String
    from reportlab.lib.colors import HexColor

    drawing = Drawing(CURVE_WIDTH, CURVE_HEIGHT)
    top = CURVE_HEIGHT - 12
    low, high = float(curve.low.min()), float(curve.high.max())
    span, lasts = high - low or 1.0, float(np.ptp(curve.at)) or 1.0
    x = (curve.at - curve.at[0]) / lasts * CURVE_WIDTH

    def points(values: npt.NDArray[np.float64], order: slice = slice(None)) -> list[float]:
        y = 2 + (values - low) / span * (top - 6)
        return np.column_stack([x[order], y[order]]).ravel().tolist()

    back = slice(None, None, -1)
    band = points(curve.high) + points(curve.low, back)
    drawing.add(Polygon(band, fillColor=HexColor("#d5ecec"), strokeWidth=0, strokeColor=None))
    line = points(curve.mean)
    drawing.add(PolyLine(line, strokeColor=HexColor(ACCENT), strokeWidth=1))
    ends = (datetime.fromtimestamp(int(us) / 1e6, UTC) for us in (curve.at[0], curve.at[-1]))
    first, last = map(say.minute, ends)
    least, most = say.number(low, 1), say.number(high, 1)
    said = say("summary.curve", name=name, low=least, high=most, first=first, last=last)
    line, letters = right_to_left.alone(said, font())
    edge_at, anchor = (CURVE_WIDTH, "end") if say.is_right_to_left else (0, "start")
    drawing.add(String(edge_at, top + 2, line, fontName=letters, fontSize=8, textAnchor=anchor,
                       fillColor=HexColor(QUIET)))  # fmt: skip
    return drawing
