"""Test messages: the only honest answer to "would it reach me?"."""

from datetime import datetime, timedelta

from homeward.model.errors import Conflict, Missing
from homeward.services.call.reach.outbox import Q
from homeward.store import Door

TEST_SECONDS = 120  # a test that is not out by then has failed
TESTS_MAX = 20  # a text message costs money, and may go to a stranger
TESTS_WINDOW = timedelta(minutes=15)


async def send_test(door: Door, person: int, contact: int, now: datetime) -> int:
    """Queue a test to one contact of this person; its id. Raises Missing, or Conflict where
    there were too many."""
    async with door.transaction() as inside:
        await inside.one(Q.lock_person, dict, person=person)
        lately = await inside.one(Q.tests_lately, dict, person=person, since=now - TESTS_WINDOW)
        if lately["tests"] >= TESTS_MAX:
            raise Conflict(
                "Enough tests for now. Try again in a quarter of an hour.", "tests_enough"
            )
        row = await inside.maybe(
            Q.queue_test, dict, contact=contact, person=person, now=now, seconds=TEST_SECONDS
        )
    if row is None:
        raise Missing("There is no such way to reach you.", "way_gone")
    return row["id"]
