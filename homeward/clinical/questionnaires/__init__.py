"""Questionnaires that come along: a small daily check of symptoms for each kind of plan, and PHQ-9.

The checks are Homeward's own and measure nothing: they ask for signs at which their sources tell
people to call somebody. A change of one is a new version, and the version before stays here for
what was answered without a network. Licensed instruments (CAT, KCCQ and others) are never here.
"""

from collections.abc import Mapping
from types import MappingProxyType

from homeward.clinical.questionnaires.after_discharge import AFTER_DISCHARGE
from homeward.clinical.questionnaires.copd import COPD
from homeward.clinical.questionnaires.heart_failure import HEART_FAILURE
from homeward.clinical.questionnaires.phq9 import PHQ9
from homeward.clinical.questionnaires.pregnancy import PREGNANCY
from homeward.model.questions import Questionnaire

BUILT_IN: Mapping[str, Questionnaire] = MappingProxyType(
    {each.url: each for each in (HEART_FAILURE, COPD, AFTER_DISCHARGE, PREGNANCY, PHQ9)}
)
