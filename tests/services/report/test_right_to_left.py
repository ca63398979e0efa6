"""Arabic on paper: letters joined, lines from right to left, numbers as they are."""

from unicodedata import name

import pytest

from homeward.clinical.words import WORDS, Speech
from homeward.model.choice import Language
from homeward.services.paper import font
from homeward.services.right_to_left import alone, is_written, joined, lines, runs, seen, width

SAY = Speech(Language.ARABIC)


def test_letters_stand_in_the_forms_in_which_they_join_and_from_right_to_left() -> None:
    shown = [name(letter) for letter in seen(joined("ضغط"))]
    assert shown == [
        "ARABIC LETTER TAH FINAL FORM", "ARABIC LETTER GHAIN MEDIAL FORM",
        "ARABIC LETTER DAD INITIAL FORM",
    ]  # fmt: skip
    assert name(seen(joined("لا"))) == "ARABIC LIGATURE LAM WITH ALEF ISOLATED FORM"


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        (f"{SAY.measured('120', 'mmHg')} ضغط", "120 mmHg"),
        (f"{SAY.measured('+2.8', 'kg')} في الأسبوع", "+2.8 kg"),
        ("التفاوت (CV)", "(CV)"),
        ("المتوسط (mmol/L)", "(mmol/L)"),
        ("السكر (صباحًا)", ")" ),
        ("اسمها Anna (Mia) هنا", "Anna (Mia)"),
        ("في 28/11/2026", "28/11/2026"),
    ],
)  # fmt: skip
def test_what_runs_to_the_right_does_so_amid_it(text: str, holds: str) -> None:
    line = seen(joined(text))
    assert holds in line
    assert line.count("(") == text.count("(")
    assert not set(line) & set("\u2066\u2069\u200e")
    if "(" in line:
        assert line.index("(") < line.index(")"), "open to the left, closed to the right"


def test_what_is_latin_alone_is_left_as_it_is() -> None:
    assert seen(joined("ESC, Eur Heart J 2021;42 (a).")) == "ESC, Eur Heart J 2021;42 (a)."


def test_every_arabic_sentence_fits_its_room_and_loses_no_letter() -> None:
    room = 160.0
    for text in WORDS[Language.ARABIC].values():
        shown = lines(text, font(), 9, room)
        letters = sorted("".join(joined(text).split()))
        together = sorted("".join("".join(shown).split()))
        assert [each for each in letters if each not in "()\u200e\u2066\u2069"] == [
            each for each in together if each not in "()"
        ]
        assert all(width(line, font(), 9) <= room or " " not in line for line in shown)


def test_a_number_and_its_unit_are_never_on_two_lines() -> None:
    text = f"السكر {SAY.measured('120', 'mg/dL')} " * 6
    for room in range(60, 200, 10):
        shown = lines(text, font(), 9, room)
        assert sum(line.count("120 mg/dL") for line in shown) == 6


def test_a_pair_of_brackets_is_turned_though_it_stands_on_two_lines() -> None:
    first, last = lines("طارئ (ينقص: درجة الحرارة)", font(), 9, 80.0)
    assert "(" not in first
    assert ")" in first
    assert "(" in last
    whole = seen(joined("طارئ (ينقص)"))
    assert whole.index("(") < whole.index(")")


def test_each_letter_has_a_font_that_has_it() -> None:
    from reportlab.pdfbase.pdfmetrics import getFont

    for text in WORDS[Language.ARABIC].values():
        for called, piece in runs(seen(joined(text)), font()):
            assert all(ord(letter) in getFont(called).face.charToGlyph for letter in piece), piece
    assert alone("12:00", font()) == ("12:00", font())
    assert is_written(alone("صباحًا", font())[0])
