"""The words that page and still are asked with: policy, borders, language."""

from __future__ import annotations

from geoconflict.bundled import BORDER_POLICIES
from geoconflict.errors import UsageError

POLICIES = ("open", "publish")
LANGUAGES = ("en",)  # what the map's own words are written in


def check_words(policy: str, borders: str, language: str) -> None:
    """Raise UsageError for an unknown policy, border policy or language."""
    for value, known, what in (
        (policy, POLICIES, "policy"),
        (borders, BORDER_POLICIES, "border policy"),
        (language, LANGUAGES, "language"),
    ):
        if value not in known:
            raise UsageError(f"{what} {value!r} is unknown; use one of {', '.join(known)}")
