"""What apps read of their patient's data is audited, as what people read is."""

from typing import TYPE_CHECKING

from homeward.guard.audit import Action
from homeward.services.trail.noting import Act, By, note

if TYPE_CHECKING:
    from homeward.services.contract import Tools
    from homeward.services.phones.notebook import Noted


def noting(tools: "Tools") -> "Noted":
    """What notes that an app read documents of a patient, and how often since the last time."""

    async def noted(patient: int, device: str, collection: str, times: int) -> None:
        act = Act(
            Action.READ, "search-type", f"app {collection}", object=device, patients=(patient,)
        )
        by = By(None, "nightscout interface", tools.now())
        await note(tools.store.door(), act, by, times=times)

    return noted
