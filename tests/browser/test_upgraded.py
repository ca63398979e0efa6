"""The server is of another version than the page that is open: a file of that page is gone."""

from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import expect

OPENS = "path => { history.pushState({}, '', path); dispatchEvent(new PopStateEvent('popstate')) }"


@pytest.fixture
def gone(pages: Path) -> Path:
    """Where the file of the devices' page is again, once what is beside it is called so."""
    (file,) = (pages / "assets").glob("devices-*.js")
    file.rename(file.with_suffix(".away"))
    yield file
    if not file.exists():
        file.with_suffix(".away").rename(file)


async def test_it_loads_anew_once_and_where_that_is_no_help_says_so(
    visit: Any, ward: Any, gone: Path
) -> None:
    nurse = await visit()
    await nurse.opens_board(ward)
    async with nurse.page.expect_event("load"):
        await nurse.page.evaluate(OPENS, "/devices")
    loads: list[object] = []
    nurse.page.on("load", lambda page: loads.append(page))
    again = nurse.page.get_by_role("button", name="Try again")
    await expect(again).to_be_visible()
    assert not loads
    nurse.faults.clear()  # the browser's own lines about what is not there

    gone.with_suffix(".away").rename(gone)
    await again.click()
    await expect(nurse.page.get_by_role("heading", name="Devices", exact=True)).to_be_visible()
