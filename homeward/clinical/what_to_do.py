"""What a patient can do while an alarm of theirs stands: a few steps in their language. Pure.

Never a dose, nor a change of one. Only what a named guideline or leaflet for patients says; where
there is none that says it for everybody, the step is to call the team. Each ends with whom to call
who feels very ill. The alarm's own sentence stands above and says what is wrong.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from homeward.clinical.flagged import FLAGGED
from homeward.clinical.plan import MISSED
from homeward.clinical.silence import DEVICE_SILENT

Tongue = Literal["en", "de", "es", "ar"]
TONGUES: tuple[Tongue, ...] = ("en", "de", "es", "ar")


@dataclass(frozen=True, slots=True)
class Advice:
    """Steps in each language, in their order, and who says so. `{emergency}` is whom to call."""

    source: str
    steps: Mapping[Tongue, tuple[str, ...]]


OURS = "Homeward"
_EMERGENCY: Mapping[Tongue, tuple[str, str]] = {
    "en": ("{}", "your emergency number"),
    "de": ("den Notruf ({})", "den Notruf"),
    "es": ("emergencias ({})", "emergencias"),
    "ar": ("رقم الطوارئ (\u2068{}\u2069)", "رقم الطوارئ"),
}
_ILL: Mapping[Tongue, str] = {
    "en": "If you feel very ill, call {emergency} now.",
    "de": "Wenn es Ihnen sehr schlecht geht, rufen Sie jetzt {emergency} an.",
    "es": "Si se siente muy mal, llame ahora a {emergency}.",
    "ar": "إذا شعرت بأنك مريض جدًا فاتصل الآن على {emergency}.",
}
CALL_TEAM = Advice(OURS, {
    "en": (
        "Do what your team agreed with you for this.",
        "Measure again. If it stays like this, or you are not sure, call your team.",
    ),
    "de": (
        "Tun Sie, was Ihr Team dafür mit Ihnen vereinbart hat.",
        "Messen Sie noch einmal. Bleibt es so, oder sind Sie unsicher, rufen Sie Ihr Team an.",
    ),
    "es": (
        "Haga lo que su equipo acordó con usted para esto.",
        "Mida otra vez. Si sigue igual o no lo tiene claro, llame a su equipo.",
    ),
    "ar": (
        "افعل ما اتفق عليه فريقك معك لهذه الحالة.",
        "قِس مرة أخرى. إذا بقي الأمر كذلك أو لم تكن متأكدًا فاتصل بفريقك.",
    ),
})  # fmt: skip
GLUCOSE_LOW = Advice("ADA, Standards of Care in Diabetes 2024, section 6, and its 15-15 rule", {
    "en": (
        "Take 15 grams of fast sugar now: four glucose tablets, or a small glass (120 mL) of juice "
        "or of lemonade with sugar. Do not drive.",
        "Wait 15 minutes, then measure again. Still below 70 mg/dL (3.9 mmol/L)? Do it once more.",
        "Once it is above, eat something, unless your next meal is soon.",
        "If it stays low, call your team. Who is too drowsy to swallow gets nothing by mouth: "
        "somebody calls {emergency}.",
    ),
    "de": (
        "Nehmen Sie jetzt 15 Gramm schnellen Zucker: vier Traubenzucker-Tabletten oder ein kleines "
        "Glas (120 ml) Saft oder Limonade mit Zucker. Fahren Sie nicht Auto.",
        "Warten Sie 15 Minuten und messen Sie noch einmal. Noch unter 70 mg/dL (3,9 mmol/L)? Dann "
        "das Gleiche noch einmal.",
        "Ist er darüber, essen Sie etwas, wenn die nächste Mahlzeit nicht bald kommt.",
        "Bleibt er niedrig, rufen Sie Ihr Team an. Wer zu benommen zum Schlucken ist, bekommt "
        "nichts in den Mund: jemand ruft {emergency} an.",
    ),
    "es": (
        "Tome ahora 15 gramos de azúcar rápido: cuatro tabletas de glucosa, o un vaso pequeño "
        "(120 ml) de zumo o de refresco con azúcar. No conduzca.",
        "Espere 15 minutos y mida otra vez. ¿Sigue por debajo de 70 mg/dL (3,9 mmol/L)? Repítalo.",
        "Cuando esté por encima, coma algo, si no va a comer pronto.",
        "Si sigue baja, llame a su equipo. A quien está demasiado dormido para tragar no se le da "
        "nada por la boca: alguien llama a {emergency}.",
    ),
    "ar": (
        "تناول الآن 15 غرامًا من سكر سريع: أربعة أقراص جلوكوز، أو كوبًا صغيرًا (120 مل) من عصير أو "
        "مشروب غازي بالسكر. لا تقُد السيارة.",
        "انتظر 15 دقيقة ثم قِس مرة أخرى. ما زال أقل من \u206870 mg/dL (3.9 mmol/L)\u2069؟ كرّر "
        "ذلك.",
        "عندما يرتفع فوق ذلك كُل شيئًا، إلا إذا كانت وجبتك قريبة.",
        "إذا بقي منخفضًا فاتصل بفريقك. من كان ناعسًا لا يستطيع البلع لا يُعطى شيئًا بالفم: ليتصل "
        "أحد على {emergency}.",
    ),
})  # fmt: skip
GLUCOSE_HIGH = Advice("ADA, on hyperglycaemia and on diabetic ketoacidosis, for patients", {
    "en": (
        "Drink water.",
        "Do what your plan says for high sugar. Not sure? Call your team.",
        "If you test for ketones, do it above 240 mg/dL (13.3 mmol/L). With ketones do no sport, "
        "and call your team at once.",
        "If you keep vomiting, breathe hard or become very drowsy, call {emergency}.",
    ),
    "de": (
        "Trinken Sie Wasser.",
        "Tun Sie, was Ihr Plan bei hohem Zucker sagt. Unsicher? Rufen Sie Ihr Team an.",
        "Wenn Sie Ketone messen: tun Sie es über 240 mg/dL (13,3 mmol/L). Mit Ketonen kein Sport, "
        "und rufen Sie gleich Ihr Team an.",
        "Wenn Sie immer wieder erbrechen, schwer atmen oder sehr schläfrig werden, rufen Sie "
        "{emergency} an.",
    ),
    "es": (
        "Beba agua.",
        "Haga lo que dice su plan para el azúcar alta. ¿No lo tiene claro? Llame a su equipo.",
        "Si usted mide cetonas, hágalo por encima de 240 mg/dL (13,3 mmol/L). Con cetonas, nada de "
        "deporte, y llame enseguida a su equipo.",
        "Si no para de vomitar, respira con dificultad o tiene mucho sueño, llame a {emergency}.",
    ),
    "ar": (
        "اشرب الماء.",
        "افعل ما تقوله خطتك عند ارتفاع السكر. لست متأكدًا؟ اتصل بفريقك.",
        "إذا كنت تقيس الكيتونات فقِسها فوق \u2068240 mg/dL (13.3 mmol/L)\u2069. مع الكيتونات لا "
        "تمارس الرياضة، واتصل بفريقك فورًا.",
        "إذا تكرر القيء أو صعب التنفس أو أصبحت ناعسًا جدًا فاتصل على {emergency}.",
    ),
})  # fmt: skip
SYSTOLIC_HIGH = Advice("AHA, When to call 911 about high blood pressure", {
    "en": (
        "Sit down and rest. Measure again after a few minutes.",
        "Pain in the chest or back, short of breath, numb or weak, seeing or speaking badly? "
        "Do not wait: call {emergency}.",
        "Without any of these, and still as high: call your team as soon as you can.",
    ),
    "de": (
        "Setzen Sie sich und ruhen Sie. Messen Sie nach ein paar Minuten noch einmal.",
        "Schmerzen in Brust oder Rücken, Atemnot, taub oder schwach, Sie sehen oder sprechen "
        "schlecht? Warten Sie nicht: rufen Sie {emergency} an.",
        "Nichts davon, und er ist noch so hoch: rufen Sie Ihr Team so bald wie möglich an.",
    ),
    "es": (
        "Siéntese y descanse. Mida otra vez a los pocos minutos.",
        "¿Dolor en el pecho o la espalda, falta de aire, adormecimiento o debilidad, ve o habla "
        "mal? No espere: llame a {emergency}.",
        "Si no tiene nada de eso y sigue igual de alta: llame a su equipo cuanto antes.",
    ),
    "ar": (
        "اجلس واسترح. قِس مرة أخرى بعد بضع دقائق.",
        "ألم في الصدر أو الظهر، ضيق في التنفس، خدر أو ضعف، صعوبة في الرؤية أو الكلام؟ لا تنتظر: "
        "اتصل على {emergency}.",
        "إن لم يكن شيء من ذلك وبقي مرتفعًا: اتصل بفريقك في أقرب وقت.",
    ),
})  # fmt: skip
OXYGEN_LOW = Advice("NHS, How to use a pulse oximeter at home", {
    "en": (
        "Sit upright and rest. Warm your hand, take off nail varnish, keep still for a minute, and "
        "look again.",
        "Still 92 % or less (or less than the number your team gave you), or too short of breath "
        "to speak: call {emergency}.",
        "Better, but less than usual for you: call your team today.",
    ),
    "de": (
        "Setzen Sie sich aufrecht hin und ruhen Sie. Wärmen Sie die Hand, entfernen Sie Nagellack, "
        "halten Sie eine Minute still und sehen Sie noch einmal hin.",
        "Noch 92 % oder weniger (oder weniger als die Zahl, die Ihr Team Ihnen gab), oder zu wenig "
        "Luft zum Sprechen: rufen Sie {emergency} an.",
        "Besser, aber weniger als bei Ihnen üblich: rufen Sie heute Ihr Team an.",
    ),
    "es": (
        "Siéntese con la espalda recta y descanse. Caliente la mano, quítese el esmalte de "
        "uñas, no se mueva durante un minuto y mire otra vez.",
        "Si sigue en 92 % o menos (o menos que el número que le dio su equipo), o le falta aire "
        "para hablar: llame a {emergency}.",
        "Mejor, pero menos de lo habitual en usted: llame hoy a su equipo.",
    ),
    "ar": (
        "اجلس مستقيمًا واسترح. دفّئ يدك، وأزِل طلاء الأظافر، وابقَ ساكنًا دقيقة، ثم انظر مرة أخرى.",
        "ما زال 92 % أو أقل (أو أقل من الرقم الذي أعطاك إياه فريقك)، أو لا يكفيك النفَس للكلام: "
        "اتصل على {emergency}.",
        "أفضل، لكنه أقل من المعتاد لديك: اتصل بفريقك اليوم.",
    ),
})  # fmt: skip
TEMPERATURE_HIGH = Advice("UK Sepsis Trust, signs of sepsis in adults", {
    "en": (
        "Rest and drink. Call your team today.",
        "Confused or speaking unclearly, shivering hard, very short of breath, no urine in a day, "
        "skin mottled or very pale? Call {emergency}.",
    ),
    "de": (
        "Ruhen Sie und trinken Sie. Rufen Sie heute Ihr Team an.",
        "Verwirrt oder undeutliche Sprache, starker Schüttelfrost, schwere Atemnot, einen Tag lang "
        "kein Urin, fleckige oder sehr blasse Haut? Rufen Sie {emergency} an.",
    ),
    "es": (
        "Descanse y beba. Llame hoy a su equipo.",
        "¿Confusión o habla poco clara, escalofríos fuertes, mucha falta de aire, un día sin "
        "orinar, piel con manchas o muy pálida? Llame a {emergency}.",
    ),
    "ar": (
        "استرح واشرب. اتصل بفريقك اليوم.",
        "ارتباك أو كلام غير واضح، رجفة شديدة، ضيق شديد في التنفس، عدم التبول يومًا كاملًا، جلد "
        "مبقّع أو شاحب جدًا؟ اتصل على {emergency}.",
    ),
})  # fmt: skip
SILENT = Advice(OURS, {
    "en": (
        "Look whether it is switched on, charged, near you and where it belongs.",
        "Still nothing? Measure another way if you can, and call your team on the next working "
        "day.",
    ),
    "de": (
        "Sehen Sie nach, ob es eingeschaltet, geladen, in der Nähe und am rechten Platz ist.",
        "Noch nichts? Messen Sie anders, wenn Sie können, und rufen Sie am nächsten Werktag Ihr "
        "Team an.",
    ),
    "es": (
        "Mire si está encendido, cargado, cerca de usted y en su sitio.",
        "¿Sigue sin nada? Mida de otra manera si puede, y llame a su equipo el próximo día "
        "laborable.",
    ),
    "ar": (
        "تأكد من أنه يعمل ومشحون وقريب منك وفي مكانه.",
        "ما زال لا شيء؟ قِس بطريقة أخرى إن استطعت، واتصل بفريقك في يوم العمل القادم.",
    ),
})  # fmt: skip
# Of an answer nothing is measured again: whom to call is all there is to say.
WARNED = Advice(OURS, {"en": (), "de": (), "es": (), "ar": ()})
# By the condition of the alarm. Of what was missed the alarm's own sentence says all there is.
ADVICE: Mapping[str, Advice | None] = {
    "glucose_low": GLUCOSE_LOW, "glucose_high": GLUCOSE_HIGH, "systolic_high": SYSTOLIC_HIGH,
    "diastolic_high": SYSTOLIC_HIGH,
    "oxygen_low": OXYGEN_LOW, "temperature_high": TEMPERATURE_HIGH, DEVICE_SILENT: SILENT,
    FLAGGED: WARNED, MISSED: None,
}  # fmt: skip
_SILENT_VITAL = "silent_"


def advice_of(condition: str) -> Advice | None:
    """What is said for an alarm; None: its own sentence says it all."""
    if condition.startswith(_SILENT_VITAL):
        return SILENT
    return ADVICE.get(condition, CALL_TEAM)


def what_to_do(condition: str, emergency: str) -> dict[Tongue, list[str]]:
    """The steps for an alarm in every language, the last being whom to call; empty where its own
    sentence says it all. `emergency`: the house's number, empty where none is set."""
    advice = advice_of(condition)
    if advice is None:
        return {}
    return {tongue: _filled(advice, tongue, emergency) for tongue in TONGUES}


def _filled(advice: Advice, tongue: Tongue, emergency: str) -> list[str]:
    named, unnamed = _EMERGENCY[tongue]
    call = named.format(emergency) if emergency else unnamed
    return [each.replace("{emergency}", call) for each in (*advice.steps[tongue], _ILL[tongue])]
