"""MEWS: the modified early warning score, from five bedside observations.

Subbe, Kruger, Rutherford and Gemmel, Validation of a modified Early Warning Score in medical
admissions, QJM 2001, 94:521-526: total 0 to 14; 5 and above went with death and intensive care.
For adults. Off unless a hospital switches it on: one sick patient must not ring by two scores.

The abstract (5 and above) was read in the stored paper, the table in three independent stored
copies of it. The table leaves a heart rate of 40 to nobody ("<40", "41-50"): here it is with those
below. It knows alert, voice, pain and unresponsive; new confusion is scored as voice. It names no
observation interval.
"""

from datetime import date

from homeward.clinical.score_table import Chart, Level, Parameter, Table, bands, coded, source
from homeward.clinical.scoring import scorer
from homeward.clinical.subject import Subject
from homeward.model.alarm import Priority

YEARS_MIN = 16

SYSTOLIC = bands((3, None, 70), (2, 71, 80), (1, 81, 100), (0, 101, 199), (2, 200, None))
HEART_RATE = bands(
    (2, None, 40), (1, 41, 50), (0, 51, 100), (1, 101, 110), (2, 111, 129), (3, 130, None)
)
RESPIRATORY_RATE = bands((2, None, 8), (0, 9, 14), (1, 15, 20), (2, 21, 29), (3, 30, None))
TEMPERATURE = bands((2, None, "34.9"), (0, "35.0", "38.4"), (2, "38.5", None))
CONSCIOUSNESS = coded("consciousness", 0, 1, 1, 2, 3)

TABLE = Table(
    "mews",
    "MEWS",
    levels=(
        Level(0, "low", "by local policy", None),
        Level(5, "high", "by local policy", None, "mews_high", "critical", Priority.HIGH),
    ),
)
CHART = Chart(
    "",
    (
        Parameter("systolic", "Systolic", (source("systolic", SYSTOLIC),)),
        Parameter(
            "heart_rate",
            "Heart rate",
            (source("pulse", HEART_RATE), source("heart_rate", HEART_RATE)),
        ),
        Parameter(
            "respiratory_rate", "Respirations", (source("respiratory_rate", RESPIRATORY_RATE),)
        ),
        Parameter("temperature", "Temperature", (source("temperature", TEMPERATURE),)),
        Parameter("consciousness", "Consciousness", (source("consciousness", CONSCIOUSNESS),)),
    ),
)


def _chart_of(subject: Subject, on: date) -> Chart | None:
    years = subject.age_years(on)
    is_child = years is not None and years < YEARS_MIN
    return None if is_child or subject.is_pregnant else CHART


SCORER = scorer(TABLE, (CHART,), _chart_of, __doc__, leads=False, is_on=False)
