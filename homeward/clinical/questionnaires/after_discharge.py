"""After a stay in hospital: breath, chest, fever, wound, leg, wakefulness.

The ambulance for chest pain, breath that rest does not ease and coughed-up blood, and the doctor
for fever, a leaking wound, a painful calf and what gets worse: Adelaide Cardiothoracic, what to
watch for after discharge. Confusion, no water passed and severe breathlessness may be sepsis: the
UK Sepsis Trust's list for adults, which asks for the ambulance.
"""

from homeward.clinical.questionnaires.making import check_of, choice, reworded, texts, yes
from homeward.model.questions import Flag, Option

AFTER_DISCHARGE_1 = check_of(
    "after-discharge",
    texts("How are you since the hospital?", "Wie geht es Ihnen seit dem Krankenhaus?",
          "¿Cómo está desde el hospital?", "كيف حالك منذ خروجك من المستشفى؟"),
    choice(
        "overall",
        texts("How do you feel, compared with yesterday?",
              "Wie fühlen Sie sich im Vergleich zu gestern?",
              "¿Cómo se siente en comparación con ayer?", "كيف تشعر مقارنة بالأمس؟"),
        Option("better", texts("Better", "Besser", "Mejor", "أفضل")),
        Option("same", texts("The same", "Gleich", "Igual", "كما كنت")),
        Option("worse", texts("Worse", "Schlechter", "Peor", "أسوأ"), flag=Flag.CALL),
    ),
    choice(
        "breath",
        texts("How is your breath?", "Wie ist Ihre Atmung?", "¿Cómo respira?", "كيف تنفسك؟"),
        Option("usual", texts("As usual", "Wie gewohnt", "Como siempre", "كالمعتاد")),
        Option("worse", texts("Harder than yesterday", "Schwerer als gestern",
                              "Me cuesta más que ayer", "أصعب من الأمس"), flag=Flag.CALL),
        Option("rest", texts("Hard even when I sit still", "Schwer, auch wenn ich still sitze",
                             "Me cuesta incluso sentado y quieto",
                             "صعب حتى وأنا جالس بلا حركة"), flag=Flag.NOW),
    ),
    yes("chest", texts("Do you have pain in your chest, or do you cough up blood?",
                       "Haben Sie Schmerzen in der Brust, oder husten Sie Blut?",
                       "¿Tiene dolor en el pecho, o tose sangre?",
                       "هل لديك ألم في الصدر، أو تسعل دماً؟"), Flag.NOW),
    yes("fever", texts("Do you have a fever, or are you shivering?",
                       "Haben Sie Fieber oder Schüttelfrost?",
                       "¿Tiene fiebre o escalofríos?", "هل لديك حمى أو قشعريرة؟"), Flag.CALL),
    yes("wound", texts("Is a wound, or a place where a needle was, red, hot, swollen or leaking?",
                       "Ist eine Wunde oder Einstichstelle rot, heiß, geschwollen, oder nässt sie?",
                       "¿Tiene una herida o un pinchazo rojo, caliente, hinchado o que supura?",
                       "هل هناك جرح أو موضع إبرة محمر أو ساخن أو متورم أو يرشح؟"), Flag.CALL),
    yes("leg", texts("Is one leg newly swollen or painful?",
                     "Ist ein Bein neu geschwollen oder schmerzhaft?",
                     "¿Tiene una pierna hinchada o con dolor desde hace poco?",
                     "هل إحدى ساقيك متورمة أو مؤلمة حديثاً؟"), Flag.CALL),
    yes("sepsis", texts("Are you confused, very sleepy, or have you passed no water all day?",
                        "Sind Sie verwirrt, sehr schläfrig, oder konnten Sie den ganzen Tag kein "
                        "Wasser lassen?",
                        "¿Está confuso, muy somnoliento, o no ha orinado en todo el día?",
                        "هل أنت مشوش أو نعسان جداً، أو لم تتبول طوال اليوم؟"), Flag.NOW),
)  # fmt: skip
# In Spanish nobody's sex is said.
AFTER_DISCHARGE = reworded(AFTER_DISCHARGE_1, "2", {
    "Me cuesta incluso sentado y quieto": "Me cuesta incluso en reposo, sin moverme",
    "¿Está confuso, muy somnoliento, o no ha orinado en todo el día?":
        "¿Tiene confusión o mucho sueño, o no ha orinado en todo el día?",
})  # fmt: skip
