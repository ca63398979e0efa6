"""Writes the checks that come along, each text in every language of the patients' pages."""

from homeward.model.questions import Asks, Flag, Option, Question, Questionnaire, Texts

LANGUAGES = ("en", "de", "es", "ar")


def texts(*said: str) -> Texts:
    """One text in English, German, Spanish and Arabic."""
    return dict(zip(LANGUAGES, said, strict=True))


def yes(link_id: str, text: Texts, flag: Flag) -> Question:
    """A question whose yes must be acted on."""
    return Question(link_id, Asks.BOOLEAN, text, is_required=True, flag=flag)


def choice(link_id: str, text: Texts, *options: Option) -> Question:
    """A question with answers to choose from."""
    return Question(link_id, Asks.CHOICE, text, is_required=True, options=options)


def check_of(name: str, title: Texts, *items: Question) -> Questionnaire:
    """A daily check."""
    note = Question(
        "note", Asks.TEXT,
        texts("Is there anything else we should know?",
              "Gibt es noch etwas, das wir wissen sollten?",
              "¿Hay algo más que debamos saber?", "هل هناك شيء آخر يجب أن نعرفه؟"),
        length_max=500,
    )  # fmt: skip
    url = f"urn:homeward:questionnaire:{name}"
    return Questionnaire(url, "1", title, (*items, note), languages=LANGUAGES)
