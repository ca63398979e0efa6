"""Hashes of passwords take all processors there are: one at a time, and they give way."""

import asyncio
import os
import sys
import threading

import pytest

from homeward.services.people.sign_in import HASHING_NICE, hashing


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere a thread has no priority of its own")
async def test_a_hash_gives_way_to_all_else() -> None:
    def niceness() -> int:
        return os.getpriority(os.PRIO_PROCESS, threading.get_native_id())

    own = niceness()
    assert await hashing(niceness) == min(19, own + HASHING_NICE)
    assert niceness() == own, "whoever waits for it does not"


async def test_hashes_are_made_one_after_the_other() -> None:
    at_once: list[int] = []
    inside = threading.Semaphore(1)

    def hashes() -> None:
        at_once.append(inside.acquire(blocking=False))
        inside.release()

    await asyncio.gather(*(hashing(hashes) for _ in range(50)))
    assert all(at_once)
