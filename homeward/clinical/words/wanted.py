"""Which of our languages a browser wants most. Pure."""

import re

from homeward.model.choice import Language

ACCEPTED_MAX = 200  # characters of a header
_QUALITY = re.compile(r"q=([01](?:\.\d{0,3})?)")


def preferred(accepted: str) -> Language | None:
    """The language of ours that a browser wants most (RFC 9110, 12.5.4); None: none of them."""
    best, most = None, 0.0
    for wish in accepted[:ACCEPTED_MAX].split(","):
        tag, _, weight = wish.partition(";")
        name = tag.strip().partition("-")[0].lower()
        quality = _quality(weight)
        if name in set(Language) and quality > most:
            best, most = Language(name), quality
    return best


def _quality(weight: str) -> float:
    if not weight.strip():
        return 1.0
    found = _QUALITY.fullmatch(weight.strip())
    return float(found[1]) if found else 0.0
