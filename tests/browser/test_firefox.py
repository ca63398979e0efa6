"""A patient's whole day in Firefox: every journey but Bluetooth, in one sitting, on a real line."""

import asyncio
import zipfile
from pathlib import Path
from typing import Any

from bench._app_kills import IS_WHOLE, WAITING
from bench._line import State, line_to
from homeward.model.person import Role
from tests.api.test_letters import ANSWER, letters, of, said
from tests.api.test_reports import fill
from tests.browser.conftest import PASSWORD, PHONE
from tests.browser.firefox import SECONDS_MAX, Firefox, firefox
from tests.browser.test_journeys import has_a_plan
from tests.browser.test_measure import charted
from tests.browser.test_still import IS_LOADED
from tests.browser.test_today import WORDS, _alerts, _seen  # pyright: ignore[reportPrivateUsage]

# How a page is known in a language: what it is called by whoever reads it so.
TITLES = {"en-GB": "Measure and send", "de-DE": "Messen und senden", "es-ES": "Medir y enviar"}


async def until(holds: Any) -> None:
    async with asyncio.timeout(SECONDS_MAX):
        while not await holds():
            await asyncio.sleep(0.05)


async def test_every_journey_of_a_patient_in_firefox(ward: Any, tmp_path: Path) -> None:
    await fill(ward.house)
    await has_a_plan(ward)
    async with await ward.house.client(Role.NURSE) as nurse:
        await nurse.get(f"/api/patients/{ward.house.ids['Cleo']}")
    async with (
        line_to(int(ward.house.url.rsplit(":", 1)[1])) as line,
        firefox(tmp_path, line.url, **PHONE) as cleo,
    ):
        await signs_in(cleo)
        await is_alerted(cleo, ward)
        await reads(cleo)
        await answers(cleo)
        await writes(cleo, ward)
        await decides(cleo, ward)
        await takes_everything_along(cleo)
        await measures(cleo, ward, line)
        for locale, title in TITLES.items():
            await cleo.speaks(locale)
            await cleo.goes("/measure")
            await cleo.find("heading", title)


async def signs_in(cleo: Firefox) -> None:
    await cleo.goes("/")
    await cleo.types("textbox", "Sign-in name", Role.PATIENT.value)
    await cleo.types("password", "Password", PASSWORD)
    await cleo.click("button", "Sign in")
    await cleo.find("link", "Measure and send")


async def is_alerted(cleo: Firefox, ward: Any) -> None:
    """It comes by itself, says what to do, and that it was seen is known at the server."""
    await until(lambda: cleo.runs(IS_LOADED))
    await _alerts(ward)
    await cleo.sees("Act now", "Do this now", WORDS)
    await until(lambda: _all_seen(ward))
    await until(lambda: _is_put_away(cleo))
    await cleo.sees("Act now", "Do this now", WORDS)


async def _is_put_away(cleo: Firefox) -> bool:
    """It lies above the page until somebody had the time to read it."""
    await cleo.click("button", "I have read this")
    return await cleo.runs("() => document.querySelector('[data-arrived]') === null")


async def _all_seen(ward: Any) -> bool:
    return await _seen(ward) == [True]


async def reads(cleo: Firefox) -> None:
    """The plan and the reports, and who looked: one press each, and one to say that it is done."""
    cleo.clicks = 0
    await cleo.click("link", "My plan")
    await cleo.sees("A walk of ten minutes")
    await cleo.click("button", "Done")
    await cleo.find("heading", "My plan")
    assert cleo.clicks == 2
    for link, words in (
        ("My reports", "Glucose profile"),
        ("Who looked at my data", "Test nurse"),
    ):
        await cleo.goes("/")
        await cleo.click("link", link)
        await cleo.sees(words)


async def answers(cleo: Firefox) -> None:
    """What the plan asks: a press a question, one to leave the note out, one to send."""
    await cleo.goes("/")
    cleo.clicks = 0
    await cleo.click("link", "My plan")
    await cleo.click("link", "Answer now")
    for number, answer in enumerate(("As usual", "No", "No", "No", "No"), 1):
        await cleo.sees(f"Question {number} of")
        await cleo.click("radio", answer)
    await cleo.click("button", "Leave this out")
    await cleo.click("button", "Send")
    await cleo.sees("Your answers are with your care team.")
    assert cleo.clicks == 9


async def writes(cleo: Firefox, ward: Any) -> None:
    """A message is there, is read, and is answered before their eyes."""
    await cleo.goes("/")
    await cleo.click("link", "Messages")
    await cleo.types("textbox", "Write to your care team", "My ankles are thick again.")
    await cleo.click("button", "Send")
    await cleo.sees("My ankles are thick again.", "Sent. Nobody has read it yet.")
    async with await ward.house.client(Role.DOCTOR) as doctor:
        newest, *_ = await letters(doctor, ward.house)
        assert newest["text"] == "My ankles are thick again."
        await doctor.post(of(ward.house, "/read"), json={"until": newest["id"]})
        await doctor.post(of(ward.house), json=said(ANSWER))
    await cleo.sees("Read by Test doctor", ANSWER)


async def decides(cleo: Firefox, ward: Any) -> None:
    """Closed to the team, in two presses."""
    await cleo.goes("/")
    cleo.clicks = 0
    await cleo.click("link", "Who may see my data")
    await cleo.click("switch", "Measured values and scores")
    await cleo.sees("Nobody of this team sees what is off")
    assert cleo.clicks == 2
    await until(lambda: _is_closed(ward))


async def _is_closed(ward: Any) -> bool:
    return bool(await ward.sql("select 1 as one from consent where decision = 'deny'"))


async def takes_everything_along(cleo: Firefox) -> None:
    await cleo.goes("/")
    cleo.clicks = 0
    await cleo.click("link", "My data")
    await cleo.click("link", "Download everything")
    assert cleo.clicks == 2
    is_there = lambda: [*cleo.downloads.glob("*.zip")]  # noqa: E731
    async with asyncio.timeout(SECONDS_MAX):
        while not (is_there() and not [*cleo.downloads.glob("*.part")]):
            await asyncio.sleep(0.05)
    with zipfile.ZipFile(is_there()[0]) as archive:
        assert archive.testzip() is None
        assert "bundle.json" in archive.namelist()


async def measures(cleo: Firefox, ward: Any, line: Any) -> None:
    """With a network and without one, through a reload, and what was kept is there once."""
    await cleo.goes("/measure")
    await enters(cleo, "80.5")
    await cleo.sees("Everything is sent")
    await until(lambda: cleo.runs(IS_WHOLE))
    line.be(State.CUT)
    await cleo.goes("/measure")
    await cleo.sees("No connection", "kept for Test patient")
    await enters(cleo, "80.6")
    await cleo.sees("1 waiting to be sent")
    await cleo.reloads()
    await cleo.sees("No connection", "1 waiting to be sent")
    line.be(State.OPEN)
    await cleo.click("button", "Try again")
    await cleo.find("heading", "Measure and send")
    await until(lambda: _is_empty(cleo))
    assert (await charted(ward, "weight"))[0][-2:] == [80.5, 80.6]


async def _is_empty(cleo: Firefox) -> bool:
    return not await cleo.runs(WAITING)


async def enters(cleo: Firefox, weight: str) -> None:
    """A weight by hand."""
    await cleo.types("combobox", "What did you measure?", "We")
    await cleo.types("textbox", "Weight", weight)
    await cleo.click("button", "Send")
