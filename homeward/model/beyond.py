"""LO and HI: what is beyond all that a device measures, where it says no number.

Of blood glucose it is known what that means at least: each system for people at home has to measure
from 50 to 400 mg/dL (Freckmann and others, J Diabetes Sci Technol 2015;9:885, table 4, of the FDA's
draft guidance), and monitors from 40 to 400. So LO is 50 or less, and HI is 400 or more. Where a
device says its own bound, that is what counts. Of other vital signs nobody knows what it means.
"""

from collections.abc import Mapping
from types import MappingProxyType

from homeward.model.errors import Unreadable
from homeward.model.vital import GLUCOSE, Vital

PUT_ASIDE = "beyond all it measures"  # what is told of where nobody knows the number
_KNOWN: Mapping[Vital, tuple[float, float]] = MappingProxyType({GLUCOSE: (50.0, 400.0)})


def beyond(vital: Vital, *, is_low: bool, said: float | None = None) -> float:
    """The value that counts, in the vital's own unit: the bound that was said, or the nearest to
    what is usual that it can be. Raises Unreadable where the bound is none of a device's: within
    what each measures, the value may lie on either side of any limit."""
    known = _KNOWN.get(vital)
    if known is None:
        raise Unreadable(f"{vital.name} is {PUT_ASIDE} ({'below' if is_low else 'above'})")
    low, high = known
    if said is None:
        return low if is_low else high
    if round(said) > low if is_low else round(said) < high:  # 2.8 mmol/L are 50.4 mg/dL
        raise Unreadable(f"{vital.name} has a comparator: within what each measures it is no value")
    least, most = vital.possible
    return min(max(said, least), most)
