"""Questionnaires that come along: a small daily check of symptoms for each kind of plan, and PHQ-9.

The checks are Homeward's own and measure nothing: they ask for signs at which their sources tell
people to call somebody. A plan names the address, so the newest version is asked. A change of one
is a new version, and the version before stays here for what was answered by it, and for what still
comes from a phone without a network: what was published is never changed. Licensed instruments
(CAT, KCCQ and others) are never here.
"""

from collections.abc import Mapping
from types import MappingProxyType

from homeward.clinical.questionnaires.after_discharge import AFTER_DISCHARGE, AFTER_DISCHARGE_1
from homeward.clinical.questionnaires.copd import COPD, COPD_1
from homeward.clinical.questionnaires.heart_failure import HEART_FAILURE, HEART_FAILURE_1
from homeward.clinical.questionnaires.phq9 import PHQ9
from homeward.clinical.questionnaires.pregnancy import PREGNANCY
from homeward.model.questions import Questionnaire

BUILT_IN: Mapping[str, Questionnaire] = MappingProxyType(
    {each.url: each for each in (HEART_FAILURE, COPD, AFTER_DISCHARGE, PREGNANCY, PHQ9)}
)
_FORMER = (HEART_FAILURE_1, COPD_1, AFTER_DISCHARGE_1)
VERSIONS: Mapping[tuple[str, str], Questionnaire] = MappingProxyType(
    {(each.url, each.version): each for each in (*_FORMER, *BUILT_IN.values())}
)
