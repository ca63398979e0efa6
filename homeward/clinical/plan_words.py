"""What a patient is told of what they missed, in their language. Pure.

It holds no number of theirs and no name of a medicine: it may be read over a shoulder.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from homeward.model.choice import Language

__all__ = ["WORDS", "Language", "Words"]


@dataclass(frozen=True, slots=True)
class Words:
    """By kind of what was due, `{what}` and `{at}` (a time of day) to be filled in; and by vital
    what is measured. `other`: any other vital."""

    of_kind: Mapping[str, str]
    what: Mapping[str, str]


WORDS: Mapping[Language, Words] = {
    Language.ENGLISH: Words({
        "measure": "Please measure {what} now. It was due at {at}.",
        "medicine": "Please look whether you took your medicine that was due at {at}.",
        "questionnaire": "Please answer your questions. They were due at {at}.",
        "task": "Please look at what you wanted to do at {at}.",
    }, {
        "pressure": "your blood pressure", "weight": "your weight", "glucose": "your glucose",
        "oxygen_saturation": "your oxygen", "temperature": "your temperature",
        "pulse": "your pulse", "heart_rate": "your pulse", "other": "what is in your plan",
    }),
    Language.GERMAN: Words({
        "measure": "Bitte messen Sie jetzt {what}. Es war um {at} Uhr vorgesehen.",
        "medicine": "Bitte sehen Sie nach, ob Sie Ihr Medikament von {at} Uhr genommen haben.",
        "questionnaire": "Bitte beantworten Sie Ihre Fragen. Sie waren um {at} Uhr vorgesehen.",
        "task": "Bitte sehen Sie nach, was Sie um {at} Uhr vorhatten.",
    }, {
        "pressure": "Ihren Blutdruck", "weight": "Ihr Gewicht", "glucose": "Ihren Blutzucker",
        "oxygen_saturation": "Ihren Sauerstoff", "temperature": "Ihre Temperatur",
        "pulse": "Ihren Puls", "heart_rate": "Ihren Puls", "other": "was in Ihrem Plan steht",
    }),
    Language.SPANISH: Words({
        "measure": "Por favor, mida ahora {what}. Estaba previsto a las {at}.",
        "medicine": "Por favor, mire si tomó el medicamento de las {at}.",
        "questionnaire": "Por favor, responda a sus preguntas. Estaban previstas a las {at}.",
        "task": "Por favor, mire lo que quería hacer a las {at}.",
    }, {
        "pressure": "su tensión arterial", "weight": "su peso", "glucose": "su glucosa",
        "oxygen_saturation": "su oxígeno", "temperature": "su temperatura",
        "pulse": "su pulso", "heart_rate": "su pulso", "other": "lo que dice su plan",
    }),
    Language.ARABIC: Words({
        "measure": "من فضلك قِس {what} الآن. كان الموعد الساعة {at}.",
        "medicine": "من فضلك تأكد هل أخذت دواءك الذي كان موعده الساعة {at}.",
        "questionnaire": "من فضلك أجب عن أسئلتك. كان موعدها الساعة {at}.",
        "task": "من فضلك انظر في ما كنت تنوي فعله الساعة {at}.",
    }, {
        "pressure": "ضغط دمك", "weight": "وزنك", "glucose": "سكر دمك",
        "oxygen_saturation": "نسبة الأكسجين لديك", "temperature": "درجة حرارتك",
        "pulse": "نبضك", "heart_rate": "نبضك", "other": "ما ورد في خطتك",
    }),
}  # fmt: skip
