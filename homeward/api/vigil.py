"""Who watches the watcher: its own beat, heard or not.

A watcher that is dead, stuck or deaf sends nothing, and a ward of which nothing is sent looks
like a quiet one. So screens are told when nobody watches over their alarms.
"""

SILENT_SECONDS = 5.0


class Vigil:
    """When the watcher last said that it watches. Moments are of the loop's own clock."""

    def __init__(self, moment: float) -> None:
        self._began = moment
        self._heard: float | None = None

    def hear(self, moment: float) -> None:
        """It watches: what it hears is judged, and what it judges is written."""
        self._heard = moment

    def is_kept(self, moment: float) -> bool | None:
        """Whether alarms are watched; None while we have not listened long enough to say."""
        if self._heard is None:
            return False if moment - self._began >= SILENT_SECONDS else None
        return moment - self._heard < SILENT_SECONDS
