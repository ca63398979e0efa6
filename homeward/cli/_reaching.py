"""How somebody is reached, in a terminal: their ways, a further one, and a test of each."""

import asyncio
import json
from dataclasses import dataclass

import click

from homeward.model.errors import Unreachable, Unreadable
from homeward.model.message import Way
from homeward.services.call.reach import contacts, testing
from homeward.services.call.reach.outbox import Q
from homeward.services.contract import Tools

LOOK_SECONDS = 0.5
TEST_SECONDS = 60  # how long a test is waited for; a link may be opened later still
ADDABLE = (Way.EMAIL, Way.SMS, Way.VOICE, Way.OTHER)


@dataclass(frozen=True, slots=True)
class _Progress:
    """How far one test came."""

    id: int
    contact_id: int
    state: str
    created: int
    sent: int | None
    delivered: int | None
    seen: int | None
    ended: int | None
    is_final: bool
    error: str | None
    attempts: int

    @property
    def is_over(self) -> bool:
        """Whether the terminal will learn no more by waiting."""
        return self.state not in ("queued", "sent") or (self.state == "sent" and self.is_final)

    @property
    def words(self) -> str:
        """What is known, and no more."""
        if self.state == "sent":
            end = "nobody will say whether it arrived" if self.is_final else "not yet delivered"
            return f"sent; {end}"
        return f"{self.state}: {self.error}" if self.error else self.state


async def add(tools: Tools, person: int, way: str, address: str) -> None:
    """A further way. Raises Unreadable."""
    if way not in ADDABLE:
        raise Unreadable(f"{way}: a way is one of {', '.join(ADDABLE)}")
    wish = contacts.checked(contacts.Wish(Way(way), address), tools.settings)
    change = contacts.Change(person, None, tools.now(), "replaced by the command line")
    await contacts.add(tools.store.door(), change, wish)


async def show(tools: Tools, person: int) -> None:
    """Print every way, in order."""
    kept = await tools.store.door().all(Q.kept_contacts, contacts.Kept, person=person)
    for each in kept:
        proof = "proven" if each.verified else "not proven"
        wait = f", after {each.after_seconds} s" if each.after_seconds else ""
        click.echo(f"{each.place}. {_named(each)} ({proof}{wait}, {each.priority_min} and worse)")
    if not kept:
        click.echo("Nobody can reach them away from a screen.")


def _named(kept: contacts.Kept) -> str:
    if kept.way == Way.WEB_PUSH:
        host = json.loads(kept.address)["endpoint"].split("/")[2]
        return f"{kept.way} {kept.label or host}"
    return f"{kept.way} {kept.address}"


async def test(tools: Tools, person: int) -> None:
    """Send a test by each way and print what comes of it. Raises Unreachable where one fails."""
    door = tools.store.door()
    kept = await door.all(Q.kept_contacts, contacts.Kept, person=person)
    sent = {await testing.send_test(door, person, each.id, tools.now()): each for each in kept}
    told: dict[int, str] = {}
    failed = 0
    waiting = set(sent)
    until = asyncio.get_running_loop().time() + TEST_SECONDS
    while waiting and asyncio.get_running_loop().time() < until:
        for number in sorted(waiting):
            progress = await door.one(Q.progress, _Progress, id=number, person=person)
            if told.get(number) != progress.words:
                told[number] = progress.words
                click.echo(f"   {_named(sent[number])}: {progress.words}")
            if progress.is_over:
                waiting.discard(number)
                failed += progress.state == "failed"
        await asyncio.sleep(LOOK_SECONDS)
    if failed or any(told.get(number) == "queued" for number in waiting):
        raise Unreachable("not every way works")
