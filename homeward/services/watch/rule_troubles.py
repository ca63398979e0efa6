"""What is said where a rule, or a setting of it, does not work: the others go on."""

from datetime import datetime

from homeward.model.alarm import Finding, Priority

TROUBLE_RULE = "trouble_rule_"
TROUBLE_SETTING = "trouble_setting_"


def rule_failed(rule: str, error: Exception, now: datetime) -> Finding:
    """The finding where a rule raised."""
    # The class of the error, never its words: they may hold a patient's values.
    words = f"Rule {rule} failed ({type(error).__name__}): this patient is watched by the others"
    return Finding(Priority.MEDIUM, words, now)


def setting_unfit(rule: str, now: datetime) -> Finding:
    """The finding where a setting does not fit its rule."""
    words = f"A setting of {rule} does not fit the rule any more: it is judged without. Set it anew"
    return Finding(Priority.MEDIUM, words, now)
