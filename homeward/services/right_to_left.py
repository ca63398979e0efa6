"""Sets Arabic on paper: letters joined, and lines from right to left with what is not turned round.

reportlab draws a line as it is given, letter by letter. So letters are first put into the forms in
which they join (Unicode's presentation forms, which the font has), broken into lines, and each line
is then ordered as it is seen (UAX #9). What is written in two scripts is drawn in two fonts.
"""

import re
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

FONT = "Noto Sans Arabic"
_LETTERS = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")
_MARKS = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069]")
# What an isolate holds (a number and its unit) is never broken.
_PIECES = re.compile("(?:\u2066[^\u2069]*\u2069|\\S)+")
_ISOLATES = re.compile("(\u2066[^\u2069]*\u2069)")
_BRACKETS = re.compile(r"([(\[{])([^()\[\]{}]*)([)\]}])")
_OTHER_WAY = str.maketrans("()[]{}", ")(][}{")
_STRONG = re.compile(r"[^\W\d_]")
BASELINE = 1.1  # of a line's letters below its top, in sizes of a letter


def is_written(text: str) -> bool:
    """Whether something in it is written from right to left."""
    return bool(_LETTERS.search(text))


@cache
def font() -> str:
    """Registered once, as paper.font."""
    import fontpkg_noto_sans_arabic
    from reportlab.pdfbase.pdfmetrics import registerFont
    from reportlab.pdfbase.ttfonts import TTFont

    (place,) = Path(fontpkg_noto_sans_arabic.ROOT, "files").glob("NotoSansArabic[[]*.ttf")
    registerFont(TTFont(FONT, str(place)))
    return FONT


@cache
def _joiner() -> Any:
    from arabic_reshaper import ArabicReshaper

    return ArabicReshaper({"delete_harakat": False, "support_ligatures": True})


def joined(text: str) -> str:
    """Each letter in the form in which it joins the next, in the order in which it is read."""
    return _joiner().reshape(text) if is_written(text) else text


def seen(text: str) -> str:
    """One line of joined letters in the order in which they stand from left to right."""
    from bidi import get_display

    if is_written(text):
        text = str(get_display(_mirrored(text), base_dir="R"))
    return _MARKS.sub("", text)


def _seen_lines(lines: Iterable[str]) -> list[str]:
    """Lines of one text whose brackets are turned already: a pair may stand on two of them."""
    from bidi import get_display

    return [_MARKS.sub("", str(get_display(line, base_dir="R"))) for line in lines]


def _mirrored(text: str) -> str:
    """Brackets as they are drawn amid what runs to the left (UAX #9, L4), which get_display leaves
    as they are: not those in an isolate, nor around Latin letters that follow others (N0)."""
    pieces = _ISOLATES.split(text)
    return "".join(
        piece if place % 2 else _BRACKETS.sub(_turned, piece) for place, piece in enumerate(pieces)
    )


def _turned(found: re.Match[str]) -> str:
    before = _STRONG.findall(found.string[: found.start()])
    is_latin = bool(before) and not is_written(before[-1] + found[2]) and _STRONG.search(found[2])
    return found[0] if is_latin else found[0].translate(_OTHER_WAY)


def runs(text: str, plain: str) -> Iterator[tuple[str, str]]:
    """A seen line in pieces, each with the font that has its letters; `plain` has the rest."""
    found: list[tuple[str, str]] = []
    for letter in text:
        name = font() if is_written(letter) else plain
        if found and (found[-1][0] == name or letter == " "):
            found[-1] = (found[-1][0], found[-1][1] + letter)
        else:
            found.append((name, letter))
    yield from found


def width(text: str, plain: str, size: float) -> float:
    """How wide a line is, in points."""
    from reportlab.pdfbase.pdfmetrics import stringWidth

    bare = _MARKS.sub("", text)
    return sum(stringWidth(piece, name, size) for name, piece in runs(bare, plain))


def lines(text: str, plain: str, size: float, room: float) -> list[str]:
    """A text as the lines that fit, each as it is seen. A word that is wider stands alone."""
    found: list[str] = []
    is_arabic = is_written(text)
    text = _mirrored(joined(text)) if is_arabic else text
    for piece in _PIECES.findall(text):
        longer = f"{found[-1]} {piece}" if found else piece
        if found and width(longer, plain, size) <= room:
            found[-1] = longer
        else:
            found.append(piece)
    return _seen_lines(found) if is_arabic else [seen(line) for line in found]


def alone(text: str, plain: str) -> tuple[str, str]:
    """A short text as it is seen, and the font for all of it: Arabic has our digits and letters."""
    return seen(joined(text)), font() if is_written(text) else plain


def draw(canvas: Any, right: float, y: float, line: str, plain: str, size: float) -> None:
    """A seen line that ends at `right`."""
    x = right - width(line, plain, size)
    for name, piece in runs(line, plain):
        canvas.setFont(name, size)
        canvas.drawString(x, y, piece)
        x += width(piece, plain, size)


@cache
def paragraph_class() -> Any:
    """A paragraph of reportlab's that is read from right to left."""
    from reportlab.platypus import Flowable

    class Paragraph(Flowable):
        """Ends at the right edge of the room it is given."""

        def __init__(self, text: str, style: Any) -> None:
            super().__init__()
            self._text, self._style = text, style
            self._lines: list[str] = []

        def getPlainText(self) -> str:
            """What it says."""
            return self._text

        def wrap(self, aW: float, aH: float) -> tuple[float, float]:
            """Its size in this room."""
            style = self._style
            self._lines = lines(self._text, style.fontName, style.fontSize, aW)
            self.width, self.height = aW, style.leading * max(1, len(self._lines))
            return self.width, self.height

        def draw(self) -> None:
            """Each line below the one before."""
            style = self._style
            self.canv.setFillColor(style.textColor)
            for number, line in enumerate(self._lines):
                y = self.height - style.leading * number - style.fontSize * BASELINE
                draw(self.canv, self.width, y, line, style.fontName, style.fontSize)

    return Paragraph
