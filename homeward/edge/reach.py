"""Whether the server hears: how long something new has been waiting for its word. Pure."""

from collections import deque

AWAY_SECONDS = 5.0  # a reading that is not answered for so long was not judged there
COMMITS_MAX = 20_000  # of which the moment is remembered: many times AWAY_SECONDS of them


class Reach:
    """Follows commits to the spool, and answers of the live lane. Moments are monotonic, in
    seconds."""

    def __init__(self) -> None:
        self._owed: deque[tuple[int, float]] = deque(maxlen=COMMITS_MAX)  # end, moment
        self._refused: float | None = None
        self.heard_until = 0  # of the live lane: the server has what came before this number

    def owes(self, end: int, moment: float) -> None:
        """Records before `end` are on our disk, and on nobody else's."""
        self._refused = None
        self._owed.append((end, moment))

    def refused(self, moment: float) -> None:
        """What came could not even be kept here: nobody but us has seen it."""
        if self._refused is None:
            self._refused = moment

    def heard(self, until: int) -> None:
        """The server has the newest, before this number."""
        self.heard_until = max(self.heard_until, until)
        while self._owed and self._owed[0][0] <= until:
            self._owed.popleft()

    def is_away(self, moment: float) -> bool:
        """Whether what is new has waited for too long."""
        if self._refused is not None:
            return True
        return bool(self._owed) and moment - self._owed[0][1] > AWAY_SECONDS
