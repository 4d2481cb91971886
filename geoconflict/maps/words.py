"""The words that page and still are asked with, and the language the page speaks."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from geoconflict.bundled import BORDER_POLICIES
from geoconflict.errors import UsageError

POLICIES = ("open", "publish")
_FOLDER = Path(__file__).parent / "static" / "language"
LANGUAGES = tuple(sorted(path.stem for path in _FOLDER.glob("*.json")))
"""What the page's own words are written in: a file each, which a speaker of the language has read."""


def check_words(policy: str, borders: str, language: str) -> None:
    """Raise UsageError for an unknown policy, border policy or language."""
    for value, known, what in (
        (policy, POLICIES, "policy"),
        (borders, BORDER_POLICIES, "border policy"),
        (language, LANGUAGES, "language"),
    ):
        if value not in known:
            raise UsageError(f"{what} {value!r} is unknown; use one of {', '.join(known)}")


@cache
def words_of(language: str) -> dict[str, Any]:
    """Return the words of a language: `language` (BCP 47), `direction` ("ltr", "rtl") and `phrases` by key."""
    words: dict[str, Any] = json.loads((_FOLDER / f"{language}.json").read_text(encoding="utf-8"))
    return words
