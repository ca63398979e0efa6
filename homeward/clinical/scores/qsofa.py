"""qSOFA: who with an infection is likely to do badly, from three bedside observations.

Singer and others, The Third International Consensus Definitions for Sepsis and Septic Shock
(Sepsis-3), JAMA 2016, 315:801-810, and qsofa.org, where the criteria were read: one point each for
22 breaths a minute or more, a systolic pressure of 100 mmHg or less, and altered mentation; two or
more are positive. For adults with a suspected infection: not a screen for everybody (Surviving
Sepsis Campaign 2021 advises against it as the only one), so it is off unless switched on, best for
one patient.

Altered mentation is anything but alert: Homeward has ACVPU, not the Glasgow coma scale.
"""

from datetime import date

from homeward.clinical.score_table import Chart, Level, Parameter, Table, bands, coded, source
from homeward.clinical.scoring import scorer
from homeward.clinical.subject import Subject
from homeward.model.alarm import Priority

YEARS_MIN = 18

RESPIRATORY_RATE = bands((0, None, 21), (1, 22, None))
SYSTOLIC = bands((1, None, 100), (0, 101, None))
CONSCIOUSNESS = coded("consciousness", 0, 1, 1, 1, 1)

TABLE = Table(
    "qsofa",
    "qSOFA",
    levels=(
        Level(0, "low", "by local policy", None),
        Level(2, "medium", "by local policy", None, "qsofa_positive", "positive", Priority.MEDIUM),
    ),
)
CHART = Chart(
    "",
    (
        Parameter(
            "respiratory_rate", "Respirations", (source("respiratory_rate", RESPIRATORY_RATE),)
        ),
        Parameter("systolic", "Systolic", (source("systolic", SYSTOLIC),)),
        Parameter("consciousness", "Consciousness", (source("consciousness", CONSCIOUSNESS),)),
    ),
)


def _chart_of(subject: Subject, on: date) -> Chart | None:
    years = subject.age_years(on)
    is_child = years is not None and years < YEARS_MIN
    return None if is_child or subject.is_pregnant else CHART


SCORER = scorer(TABLE, (CHART,), _chart_of, __doc__, leads=False, is_on=False)
