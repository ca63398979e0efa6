"""What meters say beside their numbers, in every language: names and words of the profiles.

A row a word, as the profiles give them (homeward/standards/gatt); each language's catalogue has its
column.
"""

from collections.abc import Mapping
from types import MappingProxyType

from homeward.model.choice import Language

NAMES = {
    "user": ("Person on the meter", "Person am Gerät", "Persona en el aparato", "الشخص في الجهاز"),
    "status": ("Notes of the meter", "Hinweise des Geräts", "Avisos del aparato", "ملاحظات الجهاز"),
    "type": ("Where", "Wo", "Dónde", "أين"),
    "sample": ("Sample", "Probe", "Muestra", "العينة"),
    "place": ("Taken from", "Entnommen", "Tomada de", "أُخذت من"),
    "carbohydrate": ("Eaten at", "Gegessen zum", "Comido en", "أُكل في"),
    "carbohydrates": ("Carbohydrates", "Kohlenhydrate", "Carbohidratos", "الكربوهيدرات"),
    "meal": ("Meal", "Mahlzeit", "Comida", "الوجبة"),
    "tester": ("Measured by", "Gemessen von", "Medido por", "قاس القيمة"),
    "health": ("Health", "Befinden", "Salud", "الصحة"),
    "exercise": ("Exercise", "Bewegung", "Ejercicio", "الحركة"),
    "intensity": ("Effort", "Anstrengung", "Esfuerzo", "الجهد"),
    "medication": ("Medicine", "Medikament", "Medicamento", "الدواء"),
    "dose": ("Dose", "Dosis", "Cantidad", "الجرعة"),
    "hba1c": ("HbA1c", "HbA1c", "HbA1c", "HbA1c"),
    "measurement": ("Measurement", "Messung", "Medición", "القياس"),
    "sensor": ("Sensor", "Fühler", "El sensor", "المستشعر"),
    "bmi": ("Body mass index", "Body-Mass-Index", "Índice de masa corporal", "مؤشر كتلة الجسم"),
    "basal_metabolism": ("Energy at rest", "Grundumsatz", "Metabolismo basal", "الطاقة عند الراحة"),
    "muscle": ("Muscle", "Muskelanteil", "Músculo", "نسبة العضلات"),
    "muscle_mass": ("Muscle mass", "Muskelmasse", "Masa muscular", "كتلة العضلات"),
    "fat_free_mass": ("Mass without fat", "Fettfreie Masse", "Masa sin grasa", "الكتلة بلا دهون"),
    "soft_lean_mass": (
        "Lean soft mass", "Magere Weichmasse", "Masa magra blanda", "كتلة الأنسجة الرخوة بلا دهون",
    ),
    "water_mass": ("Body water", "Körperwasser", "Agua corporal", "ماء الجسم"),
    "impedance": ("Impedance", "Impedanz", "Impedancia", "المعاوقة"),
}  # fmt: skip
_MEALS = {
    "breakfast": ("breakfast", "Frühstück", "el desayuno", "الفطور"),
    "lunch": ("lunch", "Mittagessen", "el almuerzo", "الغداء"),
    "dinner": ("dinner", "Abendessen", "la cena", "العشاء"),
    "snack": ("a snack", "Imbiss", "un tentempié", "وجبة خفيفة"),
    "drink": ("a drink", "Getränk", "una bebida", "مشروب"),
    "supper": ("supper", "spätes Abendessen", "la cena tardía", "عشاء متأخر"),
    "brunch": ("brunch", "Brunch", "el desayuno tardío", "فطور متأخر"),
    "before_meal": ("before a meal", "vor dem Essen", "antes de comer", "قبل الأكل"),
    "after_meal": ("after a meal", "nach dem Essen", "después de comer", "بعد الأكل"),
    "fasting": ("fasting", "nüchtern", "en ayunas", "على الريق"),
    "casual": ("at any time", "irgendwann", "en cualquier momento", "في أي وقت"),
    "bedtime": ("at bedtime", "vor dem Schlafen", "antes de dormir", "قبل النوم"),
    "self": ("yourself", "Ihnen selbst", "usted", "أنت"),
    "professional": ("a professional", "einer Fachkraft", "un profesional", "مختص"),
    "laboratory": ("a laboratory", "einem Labor", "un laboratorio", "مختبر"),
    "minor_issues": ("a little unwell", "etwas unwohl", "algo indispuesto", "وعكة بسيطة"),
    "major_issues": ("unwell", "krank", "enfermo", "مرض"),
    "menses": ("during a period", "während der Regel", "durante la regla", "أثناء الدورة"),
    "stress": ("under stress", "unter Stress", "con estrés", "تحت ضغط"),
    "no_issues": ("well", "gut", "bien", "جيدة"),
    "rapid_insulin": (
        "rapid insulin", "sehr schnelles Insulin", "insulina ultrarrápida", "إنسولين سريع جدًا",
    ),
    "short_insulin": (
        "short-acting insulin", "schnelles Insulin", "insulina rápida", "إنسولين قصير المفعول",
    ),
    "intermediate_insulin": (
        "intermediate insulin", "mittellanges Insulin", "insulina intermedia",
        "إنسولين متوسط المفعول",
    ),
    "long_insulin": ("long insulin", "langes Insulin", "insulina lenta", "إنسولين طويل المفعول"),
    "premixed_insulin": ("mixed insulin", "Mischinsulin", "insulina mezclada", "إنسولين مخلوط"),
}  # fmt: skip
_SAMPLES = {
    "capillary_whole_blood": (
        "blood from a small vessel", "Kapillarblut", "sangre capilar", "دم شعيري",
    ),
    "capillary_plasma": (
        "plasma from a small vessel", "Kapillarplasma", "plasma capilar", "بلازما شعيرية",
    ),
    "venous_whole_blood": ("blood from a vein", "Venenblut", "sangre venosa", "دم وريدي"),
    "venous_plasma": ("plasma from a vein", "Venenplasma", "plasma venoso", "بلازما وريدية"),
    "arterial_whole_blood": (
        "blood from an artery", "arterielles Blut", "sangre arterial", "دم شرياني",
    ),
    "arterial_plasma": (
        "plasma from an artery", "arterielles Plasma", "plasma arterial", "بلازما شريانية",
    ),
    "undetermined_whole_blood": ("blood", "Blut", "sangre", "دم"),
    "undetermined_plasma": ("plasma", "Blutplasma", "plasma sanguíneo", "بلازما"),
    "interstitial_fluid": (
        "fluid of the tissue", "Gewebeflüssigkeit", "líquido del tejido", "سائل الأنسجة",
    ),
    "control_solution": (
        "control solution", "Kontrolllösung", "solución de control", "محلول مراقبة",
    ),
    "finger": ("finger", "Finger", "dedo", "الإصبع"),
    "alternate_site": ("another place", "andere Stelle", "otro lugar", "موضع آخر"),
    "earlobe": ("earlobe", "Ohrläppchen", "lóbulo de la oreja", "شحمة الأذن"),
    "armpit": ("armpit", "Achsel", "axila", "الإبط"),
    "body": ("body", "Körper", "cuerpo", "الجسم"),
    "ear": ("ear", "Ohr", "oreja", "الأذن"),
    "gastrointestinal": (
        "stomach or gut", "Magen oder Darm", "estómago o intestino", "المعدة أو الأمعاء",
    ),
    "mouth": ("mouth", "Mund", "boca", "الفم"),
    "rectum": ("rectum", "Mastdarm", "recto", "المستقيم"),
    "toe": ("toe", "Zehe", "dedo del pie", "إصبع القدم"),
    "tympanum": ("eardrum", "Trommelfell", "tímpano", "طبلة الأذن"),
}  # fmt: skip
_NOTES = {
    "unknown": ("not known", "nicht bekannt", "no se sabe", "غير معروف"),
    "overrun": (
        "more than it can say",
        "mehr als es sagen kann",
        "más de lo que puede decir",
        "أكثر مما يمكنه قوله",
    ),
    "body_moved": ("you moved", "Sie bewegten sich", "se movió", "تحركت"),
    "cuff_loose": ("the cuff was loose", "Manschette zu locker", "manguito flojo", "الكفة رخوة"),
    "pulse_irregular": (
        "the pulse was irregular",
        "Puls unregelmäßig",
        "pulso irregular",
        "النبض غير منتظم",
    ),
    "pulse_above_range": (
        "the pulse was too fast for it",
        "Puls zu schnell für das Gerät",
        "pulso demasiado rápido para él",
        "النبض أسرع مما يقيسه",
    ),
    "pulse_below_range": (
        "the pulse was too slow for it",
        "Puls zu langsam für das Gerät",
        "pulso demasiado lento para él",
        "النبض أبطأ مما يقيسه",
    ),
    "position_improper": ("not held right", "falsch gehalten", "mal colocado", "الوضعية غير صحيحة"),
    "battery_low": ("its battery was low", "Batterie schwach", "pila baja", "البطارية ضعيفة"),
    "sensor_malfunction": (
        "the sensor failed",
        "Sensor gestört",
        "fallo del sensor",
        "خلل في المستشعر",
    ),
    "sample_insufficient": (
        "not enough blood",
        "zu wenig Blut",
        "muestra insuficiente",
        "العينة غير كافية",
    ),
    "strip_insertion": (
        "the strip was put in wrong",
        "Streifen falsch eingesetzt",
        "tira mal puesta",
        "الشريط أُدخل خطأ",
    ),
    "strip_wrong": ("the wrong strip", "falscher Streifen", "tira equivocada", "شريط خاطئ"),
    "above_what_it_measures": (
        "higher than it measures",
        "höher, als es misst",
        "más alto de lo que mide",
        "أعلى مما يقيسه",
    ),
    "below_what_it_measures": (
        "lower than it measures",
        "niedriger, als es misst",
        "más bajo de lo que mide",
        "أقل مما يقيسه",
    ),
    "too_warm": (
        "too warm to measure",
        "zu warm zum Messen",
        "demasiado calor para medir",
        "حار جدًا للقياس",
    ),
    "too_cold": (
        "too cold to measure",
        "zu kalt zum Messen",
        "demasiado frío para medir",
        "بارد جدًا للقياس",
    ),
    "strip_pulled_early": (
        "the strip was pulled out early",
        "Streifen zu früh gezogen",
        "tira retirada antes de tiempo",
        "سُحب الشريط مبكرًا",
    ),
    "device_fault": ("the meter failed", "Gerät gestört", "fallo del aparato", "خلل في الجهاز"),
    "time_fault": ("its clock failed", "Uhr gestört", "fallo del reloj", "خلل في الساعة"),
    "ongoing": ("still measuring", "misst noch", "aún midiendo", "ما زال يقيس"),
    "early_estimate": ("an early estimate", "erste Schätzung", "primera estimación", "تقدير مبكر"),
    "validated": ("checked", "geprüft", "comprobado", "تم التحقق"),
    "fully_qualified": ("fully reliable", "voll verlässlich", "del todo fiable", "موثوق تمامًا"),
    "from_storage": ("measured earlier", "früher gemessen", "medido antes", "قيس سابقًا"),
    "demonstration": ("a demonstration", "Vorführung", "demostración", "عرض تجريبي"),
    "testing": ("a test", "Prüfung", "prueba", "اختبار"),
    "calibrating": ("being calibrated", "wird kalibriert", "calibrándose", "قيد المعايرة"),
    "unavailable": ("not to be had", "nicht verfügbar", "no disponible", "غير متاح"),
    "questionable": ("doubtful", "fraglich", "dudoso", "مشكوك فيه"),
    "invalid": ("not valid", "ungültig", "no válido", "غير صالح"),
    "extended_update": (
        "slow to update",
        "langsam erneuert",
        "se actualiza despacio",
        "بطيء التحديث",
    ),
    "equipment_malfunction": (
        "the equipment failed",
        "Ausrüstung gestört",
        "fallo del equipo",
        "خلل في المعدات",
    ),
    "processing_irregular": (
        "the signal was irregular",
        "Signal unregelmäßig",
        "señal irregular",
        "إشارة غير منتظمة",
    ),
    "inadequate_signal": (
        "the signal was not enough",
        "Signal reicht nicht",
        "señal insuficiente",
        "إشارة غير كافية",
    ),
    "poor_signal": ("the signal was poor", "Signal schwach", "señal mala", "إشارة ضعيفة"),
    "low_perfusion": ("little blood flow", "wenig Durchblutung", "poco riego", "تدفق دم قليل"),
    "erratic_signal": ("the signal jumped", "Signal sprunghaft", "señal errática", "إشارة متقلبة"),
    "no_pulsation": (
        "no pulse was found",
        "kein Puls gefunden",
        "sin pulso detectado",
        "لم يُعثر على نبض",
    ),
    "questionable_pulse": (
        "the pulse was doubtful",
        "Puls fraglich",
        "pulso dudoso",
        "نبض مشكوك فيه",
    ),
    "analysing": ("still working it out", "wertet noch aus", "aún analizando", "ما زال يحلل"),
    "interference": ("it was disturbed", "gestört", "interferencias", "تشويش"),
    "sensor_unconnected": (
        "no sensor was connected",
        "kein Sensor angeschlossen",
        "sensor sin conectar",
        "المستشعر غير موصول",
    ),
    "sensor_unknown": (
        "an unknown sensor",
        "unbekannter Sensor",
        "sensor desconocido",
        "مستشعر غير معروف",
    ),
    "sensor_displaced": (
        "the sensor had slipped",
        "Sensor verrutscht",
        "sensor desplazado",
        "انزلق المستشعر",
    ),
    "sensor_disconnected": (
        "the sensor had come off",
        "Sensor abgegangen",
        "sensor desconectado",
        "انفصل المستشعر",
    ),
    "unsuccessful": ("it did not succeed", "nicht gelungen", "no se logró", "لم ينجح"),
    "nan": ("no number", "keine Zahl", "ningún número", "لا رقم"),
    "nres": ("not as fine as that", "nicht so genau", "no con esa precisión", "ليس بهذه الدقة"),
    "positive_infinity": (
        "too high to say",
        "zu hoch zum Angeben",
        "demasiado alto para decirlo",
        "مرتفع جدًا",
    ),
    "negative_infinity": (
        "too low to say",
        "zu niedrig zum Angeben",
        "demasiado bajo para decirlo",
        "منخفض جدًا",
    ),
    "reserved": (
        "a number without meaning",
        "eine Zahl ohne Bedeutung",
        "un número sin significado",
        "رقم بلا معنى",
    ),
}
WORDS = {**_MEALS, **_SAMPLES, **_NOTES}


def spoken(language: Language) -> Mapping[str, str]:
    """A language's column, by the keys of its catalogue."""
    place = list(Language).index(language)
    return MappingProxyType(
        {f"beside.name.{name}": texts[place] for name, texts in NAMES.items()}
        | {f"beside.word.{word}": texts[place] for word, texts in WORDS.items()}
    )
