"""The words that page and still are asked with, and the language the page speaks."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

from geoconflict.bundled import BORDER_POLICIES
from geoconflict.errors import InputError, UsageError

POLICIES = ("open", "publish")
_FOLDER = Path(__file__).parent / "static" / "language"
LANGUAGES = tuple(sorted(path.stem for path in _FOLDER.glob("*.json")))
"""What the page's own words are written in: a file each, which a speaker of the language has read."""
_TAG = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*\Z")  # of BCP 47
_COUNTS = {"zero", "one", "two", "few", "many", "other"}  # plural forms of CLDR
_PLACE = re.compile(r"\{(\w+)\}")


def check_words(policy: str, borders: str, language: str | None = None) -> None:
    """Raise UsageError for an unknown policy, border policy or language."""
    for value, known, what in (
        (policy, POLICIES, "policy"),
        (borders, BORDER_POLICIES, "border policy"),
        (language or LANGUAGES[0], LANGUAGES, "language"),
    ):
        if value not in known:
            raise UsageError(f"{what} {value!r} is unknown; use one of {', '.join(known)}")


def words_of(language: str | Path) -> dict[str, Any]:
    """Return the words of a language: `language` (BCP 47), `direction` ("ltr", "rtl") and `phrases` by key.

    `language` is one of `LANGUAGES` or a JSON file of the same form; what the file does not say is said in English.
    Raises UsageError for an unknown language, InputError for a file that cannot be used.
    """
    if str(language).lower().endswith(".json"):
        return _from_file(Path(language))
    if language not in LANGUAGES:
        raise UsageError(f"language {str(language)!r} is unknown; use one of {', '.join(LANGUAGES)}, or a .json file")
    return _shipped(str(language))


@cache
def _shipped(language: str) -> dict[str, Any]:
    words: dict[str, Any] = json.loads((_FOLDER / f"{language}.json").read_text(encoding="utf-8"))
    return words


def _from_file(path: Path) -> dict[str, Any]:
    try:
        words = json.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as problem:
        raise InputError(f"{path.name}: cannot be read: {problem.strerror or problem}") from problem
    except (ValueError, RecursionError) as problem:
        raise InputError(f"{path.name}: is no JSON in UTF-8: {problem}") from problem
    if not isinstance(words, dict) or set(words) != {"language", "direction", "phrases"}:
        raise InputError(f"{path.name}: has not the keys language, direction and phrases and no others")
    if not isinstance(words["language"], str) or not _TAG.match(words["language"]):
        raise InputError(f"{path.name}: language {words['language']!r} is no language tag such as ar or uk")
    if words["direction"] not in ("ltr", "rtl"):
        raise InputError(f"{path.name}: direction {words['direction']!r} is neither ltr nor rtl")
    if not isinstance(words["phrases"], dict):
        raise InputError(f"{path.name}: phrases is no object of phrases by key")
    english = _shipped("en")["phrases"]
    for key, phrase in words["phrases"].items():
        _check_phrase(f"{path.name}: {key}", phrase, english.get(key))
    return {**words, "phrases": {**english, **words["phrases"]}}


def _check_phrase(what: str, phrase: Any, english: Any) -> None:
    """Raise InputError for a phrase the page does not know, of the wrong form, or with a place nothing fills."""
    if english is None:
        raise InputError(f"{what}: is no key of a phrase; the keys are those of language/en.json")
    forms = phrase if isinstance(phrase, dict) else {"other": phrase}
    if not set(forms) <= _COUNTS or "other" not in forms or not all(isinstance(one, str) for one in forms.values()):
        raise InputError(
            f"{what}: is neither a text nor texts by plural form ({', '.join(sorted(_COUNTS))}) with other"
        )
    known = set(_PLACE.findall(" ".join(english.values()) if isinstance(english, dict) else english))
    for form in forms.values():
        unknown = set(_PLACE.findall(form)) - known
        if unknown:
            raise InputError(f"{what}: nothing fills {{{min(unknown)}}}; there is {', '.join(sorted(known)) or 'none'}")
