"""What the package carries: the curated rows and the country outlines.

The curated rows live in `gazetteer/` at the top of the repository; the wheel carries them as `geoconflict/curated/`.
"""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from geoconflict.errors import GeoconflictError

if TYPE_CHECKING:
    from collections.abc import Iterator


@cache
def curated_dir() -> Path:
    """Return the folder of curated rows, in the wheel or in the checkout."""
    here = Path(__file__).resolve().parent
    for folder in (here / "curated", here.parent / "gazetteer"):
        if (folder / "places.csv").is_file():
            return folder
    raise GeoconflictError("the curated gazetteer rows are missing from this installation; reinstall geoconflict")


def curated_rows(name: str) -> Iterator[dict[str, str]]:
    """Yield the rows of one curated table, e.g. "places.csv", as column -> text; a list cell is split by "|" by its user."""
    with (curated_dir() / name).open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)
