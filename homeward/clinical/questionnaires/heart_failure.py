"""Heart failure: breath, chest, pillows, swelling, dizziness.

Signs and what they ask for: the European Society of Cardiology's page for patients
(heartfailurematters.org, warning signs): help at once for chest pain that stays and for severe
shortness of breath, the doctor as soon as possible for more breathlessness, more pillows and for
waking up short of breath; more swelling is to be discussed with them, and the check asks for a call
there too. Fainting: Mayo Clinic, heart failure, when to see a doctor.
"""

from homeward.clinical.questionnaires.making import check_of, choice, reworded, texts, yes
from homeward.model.questions import Flag, Option

HEART_FAILURE_1 = check_of(
    "heart-failure",
    texts("How is your heart today?", "Wie geht es Ihrem Herzen heute?",
          "¿Cómo está su corazón hoy?", "كيف حال قلبك اليوم؟"),
    choice(
        "breath",
        texts("How is your breath today?", "Wie ist Ihre Atmung heute?",
              "¿Cómo respira hoy?", "كيف تنفسك اليوم؟"),
        Option("usual", texts("As usual", "Wie gewohnt", "Como siempre", "كالمعتاد")),
        Option("effort", texts("Harder than usual when I move",
                               "Schwerer als gewohnt, wenn ich mich bewege",
                               "Me cuesta más que de costumbre al moverme",
                               "أصعب من المعتاد عندما أتحرك"), flag=Flag.CALL),
        Option("rest", texts("Hard even when I sit still", "Schwer, auch wenn ich still sitze",
                             "Me cuesta incluso sentado y quieto",
                             "صعب حتى وأنا جالس بلا حركة"), flag=Flag.NOW),
    ),
    yes("chest", texts("Do you have pain or tightness in your chest that does not go away?",
                       "Haben Sie Schmerzen oder Enge in der Brust, die nicht vergehen?",
                       "¿Tiene dolor u opresión en el pecho que no se pasa?",
                       "هل تشعر بألم أو ضيق في صدرك لا يزول؟"), Flag.NOW),
    yes("pillows", texts("Did you need more pillows than usual last night, or wake up short of "
                         "breath?",
                         "Brauchten Sie letzte Nacht mehr Kissen als sonst, oder sind Sie mit "
                         "Atemnot aufgewacht?",
                         "¿Necesitó anoche más almohadas que de costumbre, o se despertó sin aire?",
                         "هل احتجت الليلة الماضية إلى وسائد أكثر من المعتاد، أو استيقظت "
                         "بضيق في التنفس؟"),
        Flag.CALL),
    yes("swelling", texts("Are your feet, legs or belly more swollen than usual?",
                          "Sind Ihre Füße, Beine oder Ihr Bauch stärker geschwollen als sonst?",
                          "¿Tiene los pies, las piernas o el vientre más hinchados de lo normal?",
                          "هل قدماك أو ساقاك أو بطنك متورمة أكثر من المعتاد؟"), Flag.CALL),
    choice(
        "dizzy",
        texts("Are you dizzy?", "Ist Ihnen schwindlig?", "¿Está mareado?", "هل تشعر بالدوار؟"),
        Option("no", texts("No", "Nein", "No", "لا")),
        Option("stands", texts("Yes, when I stand up", "Ja, wenn ich aufstehe",
                               "Sí, al ponerme de pie", "نعم، عندما أقف"), flag=Flag.CALL),
        Option("fainted", texts("I fainted, or nearly did",
                                "Ich bin ohnmächtig geworden, oder beinahe",
                                "Me desmayé, o casi", "أُغمي عليّ أو كاد"), flag=Flag.NOW),
    ),
)  # fmt: skip
# In Spanish nobody's sex is said.
HEART_FAILURE = reworded(HEART_FAILURE_1, "2", {
    "Me cuesta incluso sentado y quieto": "Me cuesta incluso en reposo, sin moverme",
    "¿Está mareado?": "¿Tiene mareos?",
})  # fmt: skip
