"""MEOWS: who is ill in pregnancy, and to the 42nd day after birth, by red and yellow triggers.

Modified early obstetric warning system of the Confidential Enquiry into Maternal and Child Health
(CEMACH, Saving Mothers' Lives 2003-2005), as validated by Singh and others, Anaesthesia 2012,
67:12-18: one red or two yellow observations are a trigger for urgent review (89 % sensitive, 79 %
specific for morbidity). For the pregnant and newly delivered, by recorded fact, who have no NEWS2.

The trigger rule was read in stored sources; the limits themselves are from memory of the paper's
table, and the red ones agree with an independent stored copy. To be checked against the paper
before clinical use. Ranges are read with both ends: 100 mmHg systolic is yellow. The chart knows
alert, voice, pain and unresponsive; new confusion counts as voice. Pain and lochia, of which
Homeward has no reading, are not scored. A hospital with another chart, such as the national MEWS
(Gerry and others 2024), adds it as its own signed table.

Yellow counts one and red two, so that a trigger is a total of two or more; people are told colours.
"""

from datetime import date

from homeward.clinical.score_table import Chart, Level, Parameter, Table, bands, coded, source
from homeward.clinical.scoring import scorer
from homeward.clinical.subject import Subject
from homeward.model.alarm import Priority

WHITE, YELLOW, RED = 0, 1, 2

TEMPERATURE = bands(
    (RED, None, "34.9"), (YELLOW, "35.0", "36.0"), (WHITE, "36.1", "38.0"), (RED, "38.1", None)
)
SYSTOLIC = bands(
    (RED, None, 89), (YELLOW, 90, 100), (WHITE, 101, 149), (YELLOW, 150, 160), (RED, 161, None)
)
DIASTOLIC = bands((WHITE, None, 89), (YELLOW, 90, 100), (RED, 101, None))
HEART_RATE = bands(
    (RED, None, 39), (YELLOW, 40, 50), (WHITE, 51, 99), (YELLOW, 100, 120), (RED, 121, None)
)
RESPIRATORY_RATE = bands((RED, None, 9), (WHITE, 10, 20), (YELLOW, 21, 30), (RED, 31, None))
SATURATION = bands((RED, None, 94), (WHITE, 95, None))
CONSCIOUSNESS = coded("consciousness", WHITE, YELLOW, YELLOW, RED, RED)

TABLE = Table(
    "meows",
    "MEOWS",
    levels=(
        Level(0, "low", "by local policy", None),
        Level(2, "medium", "by local policy", None, "meows_trigger", "trigger", Priority.MEDIUM),
    ),
    colours=True,
)
CHART = Chart(
    "",
    (
        Parameter("temperature", "Temperature", (source("temperature", TEMPERATURE),)),
        Parameter("systolic", "Systolic", (source("systolic", SYSTOLIC),)),
        Parameter("diastolic", "Diastolic", (source("diastolic", DIASTOLIC),)),
        Parameter(
            "heart_rate",
            "Heart rate",
            (source("pulse", HEART_RATE), source("heart_rate", HEART_RATE)),
        ),
        Parameter(
            "respiratory_rate", "Respirations", (source("respiratory_rate", RESPIRATORY_RATE),)
        ),
        Parameter("oxygen_saturation", "SpO₂", (source("oxygen_saturation", SATURATION),)),
        Parameter("consciousness", "Consciousness", (source("consciousness", CONSCIOUSNESS),)),
    ),
)


def _chart_of(subject: Subject, on: date) -> Chart | None:
    return CHART if subject.is_pregnant else None


SCORER = scorer(TABLE, (CHART,), _chart_of, __doc__)
