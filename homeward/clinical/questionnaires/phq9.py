"""PHQ-9: how low somebody has felt in two weeks, as a sum of nine answers.

Developed by Drs. Robert L. Spitzer, Janet B.W. Williams, Kurt Kroenke and colleagues, with an
educational grant from Pfizer Inc.; no permission required to reproduce, translate, display or
distribute. The words are those of the published English form; a translation of a validated
instrument is never ours, so it is in English until a hospital brings a published one in. Bands:
Kroenke, Spitzer, Williams, J Gen Intern Med 2001;16:606-613: 5, 10, 15 and 20 points are mild,
moderate, moderately severe and severe. Any answer to item 9 but the first must be acted on,
whatever the sum.
"""

from homeward.model.questions import Asks, Band, Flag, Option, Question, Questionnaire, When

_HOW_OFTEN = ("Not at all", "Several days", "More than half the days", "Nearly every day")
_ITEMS = (
    "Little interest or pleasure in doing things",
    "Feeling down, depressed, or hopeless",
    "Trouble falling or staying asleep, or sleeping too much",
    "Feeling tired or having little energy",
    "Poor appetite or overeating",
    "Feeling bad about yourself — or that you are a failure or have let yourself or your family "
    "down",
    "Trouble concentrating on things, such as reading the newspaper or watching television",
    "Moving or speaking so slowly that other people could have noticed? Or the opposite — being so "
    "fidgety or restless that you have been moving around a lot more than usual",
    "Thoughts that you would be better off dead or of hurting yourself in some way",
)
_HARM = "9"
_DIFFICULT = ("Not difficult at all", "Somewhat difficult", "Very difficult", "Extremely difficult")


def _item(number: str, text: str) -> Question:
    options = tuple(
        Option(str(points), {"en": words}, points,
               Flag.SELF_HARM if number == _HARM and points else None)
        for points, words in enumerate(_HOW_OFTEN)
    )  # fmt: skip
    return Question(number, Asks.CHOICE, {"en": text}, is_required=True, options=options)


_NINE = tuple(_item(str(place), text) for place, text in enumerate(_ITEMS, 1))
PHQ9 = Questionnaire(
    "http://loinc.org/q/44249-1",
    "1",
    {"en": "Patient Health Questionnaire (PHQ-9)"},
    (
        Question(
            "problems", Asks.GROUP,
            {"en": "Over the last 2 weeks, how often have you been bothered by any of the "
                   "following problems?"},
            items=_NINE,
        ),
        Question(
            "10", Asks.CHOICE,
            {"en": "If you checked off any problems, how difficult have these problems made it for "
                   "you to do your work, take care of things at home, or get along with other "
                   "people?"},
            options=tuple(Option(str(n), {"en": text}) for n, text in enumerate(_DIFFICULT)),
            when=tuple(When(each.link_id, "!=", "0") for each in _NINE), is_any=True,
        ),
    ),
    bands=(Band(0, "minimal"), Band(5, "mild"), Band(10, "moderate"),
           Band(15, "moderately severe"), Band(20, "severe")),
    copyright="Developed by Drs. Robert L. Spitzer, Janet B.W. Williams, Kurt Kroenke and "
    "colleagues, with an educational grant from Pfizer Inc. No permission required to reproduce, "
    "translate, display or distribute.",
)  # fmt: skip
