"""What alarms say, in every language: a row a sentence. Pure.

The first of a row is how the rules themselves say it in English, and how it is found again in what
was written down then; a test holds the two together. A `{what}` is a vital sign, which has its
words in the catalogues.
"""

from collections.abc import Mapping
from types import MappingProxyType

from homeward.model.choice import Language

# Words that are in these sentences, and are said in the other languages too.
THINGS = {
    "medicine": ("a medicine", "ein Medikament", "un medicamento", "دواء"),
    "questionnaire": ("questions", "Fragen", "unas preguntas", "أسئلة"),
    "task": ("a task", "eine Aufgabe", "una tarea", "مهمة"),
    "everything": ("all", "alles", "todo", "الكل"),
    "probe": ("SpO₂ probe", "SpO₂-Sensor", "el sensor de SpO₂", "مجس الأكسجين"),
    "leads": ("ECG leads", "EKG-Elektroden", "los electrodos de ECG", "أقطاب تخطيط القلب"),
    "arterial_line": (
        "Arterial line",
        "arterieller Zugang",
        "la vía arterial",
        "القسطرة الشريانية",
    ),
    "thermometer": (
        "Temperature probe",
        "Temperaturfühler",
        "la sonda de temperatura",
        "مجس الحرارة",
    ),
    "glucose_sensor": ("Glucose sensor", "Glukosesensor", "el sensor de glucosa", "مستشعر السكر"),
    "emergency": ("emergency", "Notfall", "emergencia", "طارئ"),
    "urgent": ("urgent", "dringend", "urgente", "عاجل"),
    "very_ill": ("very ill", "schwer krank", "muy grave", "مريض جدًا"),
    "trigger": ("trigger", "auffällig", "señal de alerta", "علامة إنذار"),
    "critical": ("critical", "kritisch", "crítico", "حرج"),
    "positive": ("positive", "positiv", "positivo", "إيجابي"),
}
SENTENCES = {
    "asystole": ("Asystole", "Kein Herzschlag (Asystolie)", "Asistolia", "توقف القلب"),
    "slow": (
        "Extreme bradycardia",
        "Extrem langsamer Herzschlag",
        "Bradicardia extrema",
        "بطء شديد في القلب",
    ),
    "fast": (
        "Extreme tachycardia",
        "Extrem schneller Herzschlag",
        "Taquicardia extrema",
        "تسارع شديد في القلب",
    ),
    "fibrillation": (
        "Ventricular fibrillation or flutter",
        "Kammerflimmern oder -flattern",
        "Fibrilación o aleteo ventricular",
        "رجفان أو رفرفة بطينية",
    ),
    "tachycardia": (
        "Ventricular tachycardia",
        "Kammertachykardie",
        "Taquicardia ventricular",
        "تسارع بطيني",
    ),
    "artefact": (
        "ECG: artefact, check electrodes",
        "EKG: gestört, Elektroden prüfen",
        "ECG: interferencias, compruebe los electrodos",
        "تخطيط القلب: تشويش، افحص الأقطاب",
    ),
    "poor": (
        "ECG: poor signal, check electrodes",
        "EKG: schwaches Signal, Elektroden prüfen",
        "ECG: mala señal, compruebe los electrodos",
        "تخطيط القلب: إشارة ضعيفة، افحص الأقطاب",
    ),
    "against": ("{what} {against}", "{what} {against}", "{what} {against}", "{what}: {against}"),
    "was": (
        "{what} {value}, was {limit}",
        "{what} {value}, war {limit}",
        "{what} {value}, estaba {limit}",
        "{what} {value}، كان {limit}",
    ),
    "silent": (
        "{what}: nothing for {time}",
        "{what}: nichts seit {time}",
        "{what}: nada desde hace {time}",
        "{what}: لا شيء منذ {time}",
    ),
    "unheard": (
        "{name}: nothing for {time}",
        "{name}: nichts seit {time}",
        "{name}: nada desde hace {time}",
        "{name}: لا شيء منذ {time}",
    ),
    "steady": (
        "{what} exactly {value} for {count} min: check the sensor (or a paced heart)",
        "{what} seit {count} min genau {value}: Sensor prüfen (oder Herzschrittmacher)",
        "{what} exactamente {value} durante {count} min: compruebe el sensor (o un marcapasos)",
        "{what} {value} تمامًا منذ {count} دقيقة: افحص المستشعر (أو منظم القلب)",
    ),
    "ahead": (
        "{name}: its clock is {time} ahead",
        "{name}: Uhr geht {time} vor",
        "{name}: su reloj va {time} adelantado",
        "{name}: ساعته متقدمة {time}",
    ),
    "behind": (
        "{name}: its clock is {time} behind",
        "{name}: Uhr geht {time} nach",
        "{name}: su reloj va {time} atrasado",
        "{name}: ساعته متأخرة {time}",
    ),
    "off": (
        "{name}: {thing} off for {time}",
        "{name}: {thing} ab seit {time}",
        "{name}: {thing} fuera desde hace {time}",
        "{name}: {thing} غير موصول منذ {time}",
    ),
    "lost_one": (
        "{name}: 1 message is missing",
        "{name}: 1 Nachricht fehlt",
        "{name}: falta 1 mensaje",
        "{name}: رسالة واحدة مفقودة",
    ),
    "lost": (
        "{name}: {count} messages are missing",
        "{name}: {count} Nachrichten fehlen",
        "{name}: faltan {count} mensajes",
        "{name}: {count} رسائل مفقودة",
    ),
    "had_fallen": (
        "{what} {value}, had fallen",
        "{what} {value}, war gefallen",
        "{what} {value}, había bajado",
        "{what} {value}، كان قد انخفض",
    ),
    "fell_hour": (
        "{what} {value}, was {before} in the last hour",
        "{what} {value}, in der letzten Stunde {before}",
        "{what} {value}, era {before} en la última hora",
        "{what} {value}، كان {before} في الساعة الأخيرة",
    ),
    "fell_minute": (
        "{what} {value}, was {before} a minute ago",
        "{what} {value}, vor einer Minute {before}",
        "{what} {value}, era {before} hace un minuto",
        "{what} {value}، كان {before} قبل دقيقة",
    ),
    "falling": (
        "{what} {value}, was falling",
        "{what} {value}, fiel",
        "{what} {value}, bajaba",
        "{what} {value}، كان ينخفض",
    ),
    "fell_fast": (
        "{what} {value}, was falling fast",
        "{what} {value}, fiel schnell",
        "{what} {value}, bajaba rápido",
        "{what} {value}، كان ينخفض بسرعة",
    ),
    "falls": (
        "{what} {value}, falling {pace}",
        "{what} {value}, fällt {pace}",
        "{what} {value}, baja {pace}",
        "{what} {value}، ينخفض {pace}",
    ),
    "both": (
        "{each} with {other}",
        "{each} mit {other}",
        "{each} junto con {other}",
        "{each} مع {other}",
    ),
    "alone": ("{each}", "{each}", "{each}", "{each}"),
    "shock": (
        "Shock index {value}: {list}",
        "Schockindex {value}: {list}",
        "Índice de shock {value}: {list}",
        "مؤشر الصدمة {value}: {list}",
    ),
    "shock_was": (
        "Shock index was high: {list}",
        "Schockindex war hoch: {list}",
        "El índice de shock estaba alto: {list}",
        "كان مؤشر الصدمة مرتفعًا: {list}",
    ),
    "score": ("{score}: {thing}", "{score}: {thing}", "{score}: {thing}", "{score}: {thing}"),
    "score_was": (
        "{score}: was {thing}",
        "{score}: war {thing}",
        "{score}: era {thing}",
        "{score}: كان {thing}",
    ),
    "score_old": (
        "{score}: the value that scored {count} is old, measure again",
        "{score}: der Wert mit {count} Punkten ist alt, neu messen",
        "{score}: el valor de {count} puntos es antiguo, mida de nuevo",
        "{score}: القيمة التي نالت {count} قديمة، أعد القياس",
    ),
    "score_part": (
        "{score}: {what} {value} scores {count}",
        "{score}: {what} {value} gibt {count} Punkte",
        "{score}: {what} {value} da {count} puntos",
        "{score}: {what} {value} تعطي {count} نقاط",
    ),
    "warning": (
        "Warning sign in answered questions",
        "Warnzeichen in beantworteten Fragen",
        "Señal de alarma en preguntas respondidas",
        "علامة تحذير في أسئلة أُجيب عنها",
    ),
    "warnings": (
        "Warning sign in answered questions ({count} times)",
        "Warnzeichen in beantworteten Fragen ({count}-mal)",
        "Señal de alarma en preguntas respondidas ({count} veces)",
        "علامة تحذير في أسئلة أُجيب عنها ({count} مرات)",
    ),
    "missed": (
        "Missed at home: {list}, due {at}",
        "Zu Hause versäumt: {list}, fällig um {at}",
        "Omitido en casa: {list}, previsto a las {at}",
        "فات في البيت: {list}، موعده {at}",
    ),
    "missed_more": (
        "Missed at home: {list}, due {at}, and {count} more",
        "Zu Hause versäumt: {list}, fällig um {at}, und {count} weitere",
        "Omitido en casa: {list}, previsto a las {at}, y {count} más",
        "فات في البيت: {list}، موعده {at}، و{count} أخرى",
    ),
    "overdue": (
        "Observations overdue by {time}: {list}",
        "Messungen überfällig seit {time}: {list}",
        "Controles con retraso de {time}: {list}",
        "قياسات متأخرة {time}: {list}",
    ),
}
_FAMILIES = {"thing": THINGS, "monitor": SENTENCES}


def spoken(language: Language) -> Mapping[str, str]:
    """A language's column, by the keys of its catalogue."""
    place = list(Language).index(language)
    return MappingProxyType(
        {
            f"{family}.{name}": texts[place]
            for family, rows in _FAMILIES.items()
            for name, texts in rows.items()
        }
    )
