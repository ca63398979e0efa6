"""What is ordered, of which rule, and kinds of devices, in every language: a row a word.

The first of a row is how the house itself says it in English; each language's catalogue has its
column.
"""

from collections.abc import Mapping
from types import MappingProxyType

from homeward.model.choice import Language

RULES = {
    "bradycardia_with_desaturation": (
        "slow heart with low oxygen",
        "langsames Herz bei wenig Sauerstoff",
        "corazón lento con oxígeno bajo",
        "بطء القلب مع نقص الأكسجين",
    ),
    "diastolic_high": (
        "diastolic high",
        "hohen unteren Blutdruckwert",
        "tensión diastólica alta",
        "ارتفاع ضغط الدم الانبساطي",
    ),
    "glucose_falling_fast": (
        "glucose falling fast",
        "schnell fallenden Blutzucker",
        "glucosa que baja rápido",
        "انخفاض السكر السريع",
    ),
    "glucose_high": ("glucose high", "hohen Blutzucker", "glucosa alta", "ارتفاع السكر"),
    "glucose_low": ("glucose low", "niedrigen Blutzucker", "glucosa baja", "انخفاض السكر"),
    "heart_rate_high": ("heart rate high", "schnellen Herzschlag", "corazón rápido", "تسارع القلب"),
    "heart_rate_low": ("heart rate low", "langsamen Herzschlag", "corazón lento", "بطء القلب"),
    "oxygen_falling": (
        "oxygen falling",
        "fallenden Sauerstoff",
        "oxígeno que baja",
        "هبوط الأكسجين",
    ),
    "oxygen_low": ("oxygen low", "niedrigen Sauerstoff", "oxígeno bajo", "انخفاض الأكسجين"),
    "pulse_high": ("pulse high", "schnellen Puls", "pulso rápido", "تسارع النبض"),
    "pulse_low": ("pulse low", "langsamen Puls", "pulso lento", "بطء النبض"),
    "respiration_high": (
        "respiration high",
        "schnelle Atmung",
        "respiración rápida",
        "تسارع التنفس",
    ),
    "respiration_low": ("respiration low", "langsame Atmung", "respiración lenta", "بطء التنفس"),
    "shock_index_high": (
        "shock index high",
        "hohen Schockindex",
        "índice de shock alto",
        "ارتفاع مؤشر الصدمة",
    ),
    "systolic_falling": (
        "systolic falling",
        "fallenden Blutdruck",
        "tensión que baja",
        "هبوط ضغط الدم",
    ),
    "systolic_high": ("systolic high", "hohen Blutdruck", "tensión alta", "ارتفاع ضغط الدم"),
    "systolic_low": ("systolic low", "niedrigen Blutdruck", "tensión baja", "انخفاض ضغط الدم"),
    "temperature_high": ("temperature high", "Fieber", "fiebre", "ارتفاع الحرارة"),
    "temperature_low": (
        "temperature low",
        "niedrige Temperatur",
        "temperatura baja",
        "انخفاض الحرارة",
    ),
}
ORDERS = {
    "observe.score": (
        "Observed as often as the score says",
        "Gemessen so oft, wie die Punkte es sagen",
        "Controles tan seguidos como diga la puntuación",
        "يُقاس كلما طلبت النقاط ذلك",
    ),
    "observe.every": (
        "Observed every {number} minutes",
        "Gemessen alle {number} Minuten",
        "Controles cada {number} minutos",
        "يُقاس كل {number} دقيقة",
    ),
    "limit.limit": (
        "Watched for {subject}: from {number}",
        "Überwacht auf {subject}: ab {number}",
        "Vigilancia de {subject}: desde {number}",
        "مراقبة {subject}: من {number}",
    ),
    "limit.off": (
        "Watched for {subject}: not",
        "Nicht überwacht auf {subject}",
        "Sin vigilancia de {subject}",
        "بلا مراقبة {subject}",
    ),
    "limit.on": (
        "Watched for {subject}: yes",
        "Überwacht auf {subject}",
        "Vigilancia de {subject}",
        "مراقبة {subject}",
    ),
    "limit.default": (
        "Watched for {subject}: as everybody",
        "Überwacht auf {subject}: wie alle",
        "Vigilancia de {subject}: como a todos",
        "مراقبة {subject}: كالجميع",
    ),
    "score.on": (
        "Score {subject} is used",
        "Punkte nach {subject} zählen",
        "Se usa la puntuación {subject}",
        "تُستعمل نقاط {subject}",
    ),
    "score.off": (
        "Score {subject} is not used",
        "Punkte nach {subject} zählen nicht",
        "No se usa la puntuación {subject}",
        "لا تُستعمل نقاط {subject}",
    ),
    "pregnancy.yes": (
        "Pregnant, or has given birth lately",
        "Schwanger oder vor Kurzem entbunden",
        "Embarazo o parto reciente",
        "حامل أو وضعت حديثًا",
    ),
    "pregnancy.no": ("Not pregnant", "Nicht schwanger", "Sin embarazo", "ليست حاملًا"),
}
# By a score's name in records; a hospital's own has the name that the hospital gave it.
SCORES = {
    "news2": (
        "NEWS2 (how ill an adult is)",
        "NEWS2 (wie krank ein Erwachsener ist)",
        "NEWS2 (gravedad en adultos)",
        "NEWS2 (شدة المرض لدى البالغين)",
    ),
    "mews": (
        "MEWS (how ill an adult is)",
        "MEWS (wie krank ein Erwachsener ist)",
        "MEWS (gravedad en adultos)",
        "MEWS (شدة المرض لدى البالغين)",
    ),
    "bedside_pews": (
        "Bedside PEWS (how ill a child is)",
        "Bedside PEWS (wie krank ein Kind ist)",
        "Bedside PEWS (gravedad en niños)",
        "Bedside PEWS (شدة المرض لدى الأطفال)",
    ),
    "meows": (
        "MEOWS (illness in and after pregnancy)",
        "MEOWS (Krankheit in und nach der Schwangerschaft)",
        "MEOWS (enfermedad en el embarazo y después)",
        "MEOWS (المرض أثناء الحمل وبعده)",
    ),
    "qsofa": (
        "qSOFA (danger in an infection)",
        "qSOFA (Gefahr bei einer Infektion)",
        "qSOFA (peligro en una infección)",
        "qSOFA (الخطر عند العدوى)",
    ),
}
# What the house itself writes down of a record that goes to somebody. What somebody said stays.
WENT = {
    "page": (
        "The patient, from their own page",
        "Sie selbst, von Ihrer Seite",
        "Usted, desde su propia página",
        "أنت، من صفحتك",
    ),
    "patient": ("The patient", "Sie selbst", "Usted", "أنت"),
    "operator": (
        "The operator of the server",
        "Der Betreiber des Servers",
        "Quien opera el servidor",
        "مشغّل الخادم",
    ),
    "whole": (
        "The whole record, as files",
        "Die ganze Akte, als Dateien",
        "La historia completa, en archivos",
        "السجل كاملًا، في ملفات",
    ),
    "summary": (
        "A summary to read",
        "Eine Übersicht zum Lesen",
        "Un resumen para leer",
        "ملخص للقراءة",
    ),
    "readings": (
        "Readings and waveforms, as {form}",
        "Messwerte und Kurven, als {form}",
        "Mediciones y curvas, en {form}",
        "القياسات والمنحنيات بصيغة {form}",
    ),
    "copy": ("A copy for the patient", "Eine Kopie für Sie", "Una copia para usted", "نسخة لك"),
    "export": ("An export", "Ein Export", "Una exportación", "تصدير"),
    "high": (
        "An alarm: high priority",
        "Ein Alarm: hohe Dringlichkeit",
        "Una alarma: prioridad alta",
        "إنذار: أولوية عالية",
    ),
    "medium": (
        "An alarm: medium priority",
        "Ein Alarm: mittlere Dringlichkeit",
        "Una alarma: prioridad media",
        "إنذار: أولوية متوسطة",
    ),
    "low": (
        "An alarm: low priority",
        "Ein Alarm: niedrige Dringlichkeit",
        "Una alarma: prioridad baja",
        "إنذار: أولوية منخفضة",
    ),
    "chosen": (
        "You chose that they are told",
        "Sie wollten, dass sie Bescheid bekommen",
        "Usted quiso que se les avise",
        "أنت اخترت إبلاغهم",
    ),
}
KINDS = {
    "monitor": ("monitor", "Überwachungsgerät", "aparato de vigilancia", "جهاز مراقبة"),
    "cgm": ("cgm", "Glukosesensor", "sensor de glucosa", "مستشعر سكر"),
    "glucose meter": ("glucose meter", "Blutzuckermessgerät", "glucómetro", "جهاز قياس السكر"),
    "oximeter": ("oximeter", "Pulsoximeter", "pulsioxímetro", "مقياس التأكسج"),
    "blood pressure": ("blood pressure", "Blutdruckmessgerät", "tensiómetro", "جهاز قياس الضغط"),
    "thermometer": ("thermometer", "Fieberthermometer", "termómetro", "ميزان حرارة"),
    "gateway": ("gateway", "Vermittler", "pasarela", "بوابة"),
    "edge": ("edge", "Sammler", "concentrador", "جهاز تجميع"),
    "cloud": ("cloud", "Dienst im Internet", "servicio en la nube", "خدمة سحابية"),
    "patient app": ("patient app", "Ihre App", "su aplicación", "تطبيقك"),
    "other": ("other", "anderes", "otro", "غير ذلك"),
}
_FAMILIES = {
    "rule": RULES, "summary.order": ORDERS, "summary.device": KINDS, "summary.score": SCORES,
    "summary.went": WENT,
}  # fmt: skip


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
