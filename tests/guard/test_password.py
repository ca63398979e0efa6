"""What a password must be, by cases an administrator can read; those that are taken first."""

import pytest

from homeward.guard.password import WORDS, Guessable, beside, refuse_guessable, words_of

SITE = WORDS | words_of(
    ("homeward.st-anna.org", "Ward 3 North", "nora.okafor", "Nora Okafor", "10.0.0.7")
)


@pytest.mark.parametrize(
    "password",
    [
        "four grey geese",
        "correct horse homeward",  # a name of ours among enough else
        "Ward off the evil eye",
        "                ",  # whoever counts on nobody trying it; the list may know better
        "Zwölf Tauben",
        "48fj29kd93ld",
        "ǅUNGLA dungla İstanbul",
    ],
)
def test_a_long_one_is_taken_whatever_it_is_made_of(password: str) -> None:
    refuse_guessable(password, SITE)


@pytest.mark.parametrize(
    ("password", "why"),
    [
        ("elevenchars", "needs 12 characters"),
        ("", "needs 12 characters"),
        ("Homeward2026!", "“homeward” would be tried first"),
        ("homewardhomewardhomeward", "“homeward”"),
        ("homehomewardward", "“homeward”"),  # put into itself
        ("H0m3w@rd-2026-!", "“homeward”"),
        ("NoraOkafor1987", "“okafor” and “nora”"),
        ("nora-okafor-st-anna", "“okafor” and “anna” and “nora”"),
        ("Ward 3 North 26", "“north” and “ward”"),
        ("P@$$w0rd-P@$$w0rd", "“password”"),
        ("welcomenurse123", "“welcome” and “nurse”"),
    ],
)
def test_one_that_is_tried_first_is_refused_and_says_what_of_it(password: str, why: str) -> None:
    with pytest.raises(Guessable, match=why):
        refuse_guessable(password, SITE)


def test_words_are_those_of_names_without_numbers_and_the_shortest() -> None:
    assert words_of(("Ward 3B, St. Anna's", "homeward.st-anna.org:8080")) == {
        "ward", "anna", "homeward", "org",
    }  # fmt: skip


def test_what_is_left_is_as_it_was_typed() -> None:
    assert beside("My-HOMEWARD-tea", {"homeward"}) == ("My--tea", ["homeward"])
    assert beside("tea", {"homeward"}) == ("tea", [])
