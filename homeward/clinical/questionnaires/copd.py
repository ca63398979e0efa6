"""COPD: breath, cough, sputum, chest, wakefulness.

Signs of a flare-up and whom to call: Lung Foundation Australia (COPE, flare up) and Healthify NZ
(COPD flare-ups) for breath, cough, sputum and its colour; the ambulance for breathlessness at rest
and for unusual restlessness or drowsiness (HealthInfo Canterbury), and for severe trouble breathing
or chest pain (Parkview Health, COPD action plan); the doctor at once for blood (the same).
"""

from homeward.clinical.questionnaires.making import check_of, choice, reworded, texts, yes
from homeward.model.questions import Flag, Option

COPD_1 = check_of(
    "copd",
    texts("How is your breath today?", "Wie ist Ihre Atmung heute?", "¿Cómo respira hoy?",
          "كيف تنفسك اليوم؟"),
    choice(
        "breath",
        texts("How short of breath are you?", "Wie viel Luft bekommen Sie?",
              "¿Cuánto le falta el aire?", "ما مدى ضيق تنفسك؟"),
        Option("usual", texts("As usual", "Wie gewohnt", "Como siempre", "كالمعتاد")),
        Option("worse", texts("Worse than usual", "Schlechter als gewohnt",
                              "Peor que de costumbre", "أسوأ من المعتاد"), flag=Flag.CALL),
        Option("severe", texts("So bad that I can hardly speak or walk",
                               "So schlecht, dass ich kaum sprechen oder gehen kann",
                               "Tanto que apenas puedo hablar o andar",
                               "شديد لدرجة أنني بالكاد أتكلم أو أمشي"), flag=Flag.NOW),
    ),
    choice(
        "cough",
        texts("How is your cough?", "Wie ist Ihr Husten?", "¿Cómo está su tos?", "كيف سعالك؟"),
        Option("usual", texts("As usual, or none", "Wie gewohnt, oder keiner",
                              "Como siempre, o ninguna", "كالمعتاد، أو لا يوجد")),
        Option("more", texts("More than usual", "Mehr als gewohnt", "Más que de costumbre",
                             "أكثر من المعتاد")),
    ),
    choice(
        "sputum",
        texts("How much do you cough up?", "Wie viel husten Sie ab?", "¿Cuánta flema expulsa?",
              "ما كمية البلغم التي تخرجها؟"),
        Option("usual", texts("As much as usual, or nothing", "So viel wie sonst, oder nichts",
                              "Como siempre, o nada", "كالمعتاد، أو لا شيء")),
        Option("more", texts("More than usual", "Mehr als gewohnt", "Más que de costumbre",
                             "أكثر من المعتاد"), flag=Flag.CALL),
    ),
    choice(
        "colour",
        texts("What colour is it?", "Welche Farbe hat es?", "¿De qué color es?", "ما لونه؟"),
        Option("usual", texts("As usual, or nothing comes", "Wie gewohnt, oder es kommt nichts",
                              "Como siempre, o no sale nada", "كالمعتاد، أو لا يخرج شيء")),
        Option("darker", texts("Darker, yellow or green, and that is new",
                               "Dunkler, gelb oder grün, und das ist neu",
                               "Más oscura, amarilla o verde, y eso es nuevo",
                               "أغمق أو أصفر أو أخضر، وهذا جديد"), flag=Flag.CALL),
        Option("blood", texts("There is blood in it", "Es ist Blut darin", "Tiene sangre",
                              "فيه دم"), flag=Flag.CALL),
    ),
    yes("chest", texts("Do you have strong pain or tightness in your chest?",
                       "Haben Sie starke Schmerzen oder Enge in der Brust?",
                       "¿Tiene dolor u opresión fuertes en el pecho?",
                       "هل لديك ألم أو ضيق شديد في الصدر؟"), Flag.NOW),
    yes("drowsy", texts("Are you unusually sleepy, restless or confused?",
                        "Sind Sie ungewöhnlich schläfrig, unruhig oder verwirrt?",
                        "¿Está más somnoliento, inquieto o confuso de lo normal?",
                        "هل أنت نعسان أو قلق أو مشوش على غير المعتاد؟"), Flag.NOW),
)  # fmt: skip
# In Arabic it asks for restlessness, where it asked for worry; in Spanish nobody's sex is said.
COPD = reworded(COPD_1, "2", {
    "¿Está más somnoliento, inquieto o confuso de lo normal?":
        "¿Tiene más sueño, inquietud o confusión de lo normal?",
    "هل أنت نعسان أو قلق أو مشوش على غير المعتاد؟":
        "هل لديك نعاس أو تململ أو تشوش على غير المعتاد؟",
})  # fmt: skip
