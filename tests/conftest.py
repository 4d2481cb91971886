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
