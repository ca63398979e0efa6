"""Writes the checks that come along, each text in every language of the patients' pages."""

from collections.abc import Mapping
from dataclasses import replace

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


def reworded(form: Questionnaire, version: str, said: Mapping[str, str]) -> Questionnaire:
    """The next version of a check, in which some sentences are said otherwise and nothing else is.

    `said`: the new words by the old, in whichever language. Raises ValueError for words that do not
    stand there.
    """
    left = set(said)

    def again(texts: Texts) -> Texts:
        left.difference_update(texts.values())
        return {language: said.get(words, words) for language, words in texts.items()}

    items = tuple(
        replace(
            item,
            text=again(item.text),
            options=tuple(replace(each, text=again(each.text)) for each in item.options),
        )
        for item in form.items
    )
    found = replace(form, version=version, title=again(form.title), items=items)
    if left:
        raise ValueError(f"{form.url} does not say {sorted(left)}")
    return found
