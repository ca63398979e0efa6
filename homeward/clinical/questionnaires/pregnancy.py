"""Blood pressure in pregnancy: headache, sight, upper belly, sickness and swelling.

The five signs of pre-eclampsia at which NICE NG133 (recommendation 1.1) and the NHS's page
on pre-eclampsia tell to seek advice at once.
"""

from homeward.clinical.questionnaires.making import check_of, choice, texts, yes
from homeward.model.questions import Flag, Option

PREGNANCY = check_of(
    "pregnancy",
    texts("How are you today?", "Wie geht es Ihnen heute?", "¿Cómo está hoy?", "كيف حالك اليوم؟"),
    choice(
        "headache",
        texts("Do you have a headache?", "Haben Sie Kopfschmerzen?", "¿Le duele la cabeza?",
              "هل لديكِ صداع؟"),
        Option("no", texts("No", "Nein", "No", "لا")),
        Option("mild", texts("A little", "Ein wenig", "Un poco", "قليلاً")),
        Option("severe", texts("Yes, strong, or it does not go away",
                               "Ja, stark, oder sie vergehen nicht",
                               "Sí, fuerte, o no se me pasa", "نعم، شديد أو لا يزول"),
               flag=Flag.CALL),
    ),
    yes("sight", texts("Is your sight blurred, or do you see flashes or spots?",
                       "Sehen Sie verschwommen, oder sehen Sie Blitze oder Flecken?",
                       "¿Ve borroso, o ve destellos o manchas?",
                       "هل الرؤية لديكِ مشوشة، أو ترين ومضات أو بقعاً؟"), Flag.CALL),
    yes("belly", texts("Do you have strong pain just below your ribs?",
                       "Haben Sie starke Schmerzen direkt unter den Rippen?",
                       "¿Tiene un dolor fuerte justo debajo de las costillas?",
                       "هل لديكِ ألم شديد تحت الأضلاع مباشرة؟"), Flag.CALL),
    yes("vomiting", texts("Have you been vomiting today?", "Mussten Sie sich heute übergeben?",
                          "¿Ha vomitado hoy?", "هل تقيأتِ اليوم؟"), Flag.CALL),
    yes("swelling", texts("Have your face, hands or feet suddenly swollen?",
                          "Sind Ihr Gesicht, Ihre Hände oder Füße plötzlich angeschwollen?",
                          "¿Se le han hinchado de repente la cara, las manos o los pies?",
                          "هل تورم وجهك أو يداك أو قدماك فجأة؟"), Flag.CALL),
)  # fmt: skip
