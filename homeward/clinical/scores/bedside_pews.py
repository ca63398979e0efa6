"""Bedside PEWS: how sick is a child, from seven bedside observations.

Parshuram, Hutchison and Middaugh, Development and initial validation of the Bedside Paediatric
Early Warning System score, Critical Care 2009, 13:R135, table 1: sub-scores 0, 1, 2 and 4, total
0 to 26; at 8 and above 82 % sensitive and 93 % specific for urgent admission to intensive care.
For children; here for everybody under 16, who has no NEWS2.

Heart rate, blood pressure, breathing and oxygen therapy are read from the paper's table 1; that an
SpO2 of 91 to 94 % scores 1 was found in another implementation of it only, and fits the greatest
total of 26. Two cells print another sign than all the others: "<50" (heart rate over 12 years, 2
points) and ">150" (4 to 12 years, 4 points); they are read as the others are, so that exactly 50
and exactly 150 score the more. A band ends on the birthday: a
child of 4 years is in the band over 4. The paper names no observation interval, and 8 as the only
threshold: intervals are the hospital's own. Not the national PEWS of the United Kingdom, whose
thresholds are published only as charts: a hospital may add those as its own signed table.

Oxygen therapy is what was said last: oxygen at all, its flow, or its concentration. The paper
declares a patent of the Hospital for Sick Children, Toronto: a hospital sees to its right to use.
"""

from datetime import date

from homeward.clinical.score_table import (
    Band,
    Chart,
    Level,
    Parameter,
    Table,
    bands,
    coded,
    source,
    two_sided,
)
from homeward.clinical.scoring import scorer
from homeward.clinical.subject import Subject
from homeward.model.alarm import Priority

YEARS_MAX = 15
SUB_SCORES = (1, 2, 4)

# From which month on; then for 1, 2 and 4 points: at or below, at or above.
# fmt: off
HEART_RATE = {
    0: ((110, 90, 80), (150, 180, 190)),
    3: ((100, 80, 70), (150, 170, 180)),
    12: ((90, 70, 60), (120, 150, 170)),
    48: ((70, 60, 50), (110, 130, 150)),
    144: ((60, 50, 40), (100, 120, 140)),
}
SYSTOLIC = {
    0: ((60, 50, 45), (80, 100, 130)),
    3: ((80, 70, 60), (100, 120, 150)),
    12: ((90, 75, 65), (110, 125, 160)),
    48: ((90, 80, 70), (120, 140, 170)),
    144: ((100, 85, 75), (130, 150, 190)),
}
RESPIRATORY_RATE = {
    0: ((29, 19, 15), (61, 81, 91)),
    3: ((24, 19, 15), (51, 71, 81)),
    12: ((19, 15, 12), (41, 61, 71)),
    48: ((19, 14, 10), (31, 41, 51)),
    144: ((11, 10, 9), (17, 23, 30)),
}
NAMES = {
    0: "under 3 months", 3: "3 to 11 months", 12: "1 to 3 years", 48: "4 to 11 years",
    144: "12 years and over",
}
# fmt: on
CAPILLARY_REFILL = bands((0, None, "2.9"), (4, "3.0", None))
EFFORT = coded("respiratory_effort", 0, 1, 2, 4)
SATURATION = bands((0, 95, None), (1, 91, 94), (2, None, 90))
OXYGEN_FLOW = bands((0, "0", "0"), (2, "0.01", "3.99"), (4, "4.00", None))
INSPIRED_OXYGEN = bands((0, None, 21), (2, 22, 49), (4, 50, None))
_AIR, _OXYGEN = coded("on_oxygen", 0, 2)
# Oxygen, and nobody says how much: "any" or the most.
ON_OXYGEN = (_AIR, Band(_OXYGEN.text, 2, _OXYGEN.low, _OXYGEN.high, points_max=4))

TABLE = Table(
    "bedside_pews",
    "Bedside PEWS",
    levels=(
        Level(0, "low", "by local policy", None),
        Level(8, "high", "by local policy", None, "bedside_pews_high", "very ill", Priority.HIGH),
    ),
)


def _chart(months: int) -> Chart:
    heart = two_sided(SUB_SCORES, *HEART_RATE[months])
    rate = two_sided(SUB_SCORES, *RESPIRATORY_RATE[months])
    systolic = two_sided(SUB_SCORES, *SYSTOLIC[months])
    oxygen = (
        source("inspired_oxygen", INSPIRED_OXYGEN),
        source("oxygen_flow", OXYGEN_FLOW),
        source("on_oxygen", ON_OXYGEN),
    )
    parameters = (
        Parameter(
            "heart_rate", "Heart rate", (source("pulse", heart), source("heart_rate", heart))
        ),
        Parameter("systolic", "Systolic", (source("systolic", systolic),)),
        Parameter(
            "capillary_refill", "Capillary refill", (source("capillary_refill", CAPILLARY_REFILL),)
        ),
        Parameter("respiratory_rate", "Respirations", (source("respiratory_rate", rate),)),
        Parameter(
            "respiratory_effort", "Respiratory effort", (source("respiratory_effort", EFFORT),)
        ),
        Parameter("oxygen_saturation", "SpO₂", (source("oxygen_saturation", SATURATION),)),
        Parameter("oxygen_therapy", "Oxygen therapy", oxygen, newest=True),
    )
    return Chart(NAMES[months], parameters)


CHARTS = {months: _chart(months) for months in NAMES}


def _chart_of(subject: Subject, on: date) -> Chart | None:
    months = subject.age_months(on)
    if months is None or months >= 12 * (YEARS_MAX + 1) or subject.is_pregnant:
        return None
    return CHARTS[max(begin for begin in CHARTS if begin <= months)]


SCORER = scorer(TABLE, tuple(CHARTS.values()), _chart_of, __doc__)
