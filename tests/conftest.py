"""Fixtures every room's tests share."""

import os
from pathlib import Path

import pytest

SHARED = Path(__file__).parents[2] / "shared"


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real data beside the project; tests that need it skip where it is missing."""
    if not (SHARED / "articles").is_dir():
        if "shared" in os.environ.get("GEOCONFLICT_REQUIRE", ""):
            pytest.fail("GEOCONFLICT_REQUIRE names shared, and there is no ../shared")
        pytest.skip("needs the data folder ../shared beside the project")
    return SHARED


@pytest.fixture(scope="session")
def gazetteer():
    """The gazetteer index, built in the user's cache when there is none."""
    from geoconflict import open_gazetteer

    return open_gazetteer()


@pytest.fixture(scope="session")
def browser():
    """The address of a headless Chromium; one serves all tests of the page."""
    from browser import chromium

    with chromium() as address:
        yield address


@pytest.fixture
def tab(browser):
    """A tab of its own in that browser; `window.ran` holds what hostile text made run."""
    from browser import new_tab

    with new_tab(browser) as opened:
        opened.call(
            "Page.addScriptToEvaluateOnNewDocument",
            source="window.ran = []; window.PWN = window.alert = n => window.ran.push(String(n));",
        )
        yield opened
