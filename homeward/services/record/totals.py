"""What was counted over a time is kept: told again it is the same row, with the newest value.

The newest is what its source said last, where it says when: a message that could not be taken comes
again later, behind newer ones.
"""

from collections.abc import Sequence
from datetime import datetime

from homeward.model.total import Total
from homeward.services.contract import Tools
from homeward.store import queries

TOGETHER = 5_000  # of one statement
sql = queries("homeward.services.record")


class Totals:
    """The record's side of what devices count."""

    def __init__(self, tools: Tools) -> None:
        self._tools = tools

    async def keep(
        self, device_id: int, totals: Sequence[Total], stated: datetime | None = None
    ) -> list[bool]:
        """Keep these of a device, `stated` by it then (None: it does not say, and the last to come
        is the newest). One over which a newer stays counts as kept, too. Back after the
        commit. False for each that is not kept: nobody wore the device for all of its time, or the
        device is not believed. Raises Unreachable."""
        kept = [False] * len(totals)
        for first in range(0, len(totals), TOGETHER):
            some = totals[first : first + TOGETHER]
            # Twice in one body the later word counts; each place of the same one is answered.
            newest = {_key(each): place for place, each in enumerate(some)}
            places = sorted(newest.values())
            rows = await self._tools.store.door().all(
                sql.keep_totals, dict, device=device_id, now=self._tools.now(), places=places,
                metrics=[some[place].metric.name for place in places],
                starts=[some[place].starts for place in places],
                ends=[some[place].ends for place in places],
                values=[some[place].value for place in places], stated=stated,
            )  # fmt: skip
            theirs = {row["place"] for row in rows}
            for place, each in enumerate(some):
                kept[first + place] = newest[_key(each)] in theirs
        return kept


def _key(total: Total) -> tuple[object, ...]:
    return total.metric.name, total.starts, total.ends
