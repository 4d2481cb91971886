"""A house style for maps, from a TOML file: checked for what a reader could not read before anything is drawn in it.

    name = "Example Gazette"
    font = ["Source Sans 3", "Noto Sans"]
    logo = "gazette.svg"
    logo_alt = "Example Gazette"

    [light]
    paper = "#fffdf8"
    type-0 = "#b3400a"

Colours have the names of `records.LIGHT_COLOURS`. Contrast is that of WCAG 2.2 (1.4.3 and 1.4.11), computed for every
pair the page draws on each other, so that a theme cannot make a map some readers cannot use.
"""

from __future__ import annotations

import re
import tomllib
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from geoconflict.errors import InputError
from geoconflict.records import FONT_NAME, LIGHT_COLOURS, Theme

TEXT, GRAPHICS = 4.5, 3.0
"""Least contrast of text of usual size (WCAG 2.2, 1.4.3) and of what is no text but has to be seen (1.4.11)."""
PAIRS: tuple[tuple[str, str, float], ...] = (
    *((text, "paper", TEXT) for text in ("ink", "soft", "link")),
    *(("label", ground, TEXT) for ground in ("land", "sea")),
    *((mark, "paper", GRAPHICS) for mark in ("focus", "histogram")),
    ("border", "land", GRAPHICS),
    ("ink", "camp", GRAPHICS),
    *((name, "land", GRAPHICS) for name in LIGHT_COLOURS if name.startswith("type-")),
)
"""What is drawn on what, and how much it must differ."""

LARGEST_LOGO_BYTES = 200_000  # it rides in every map
LONGEST_TEXT = 300
_KEYS = ("name", "light", "dark", "font", "title_font", "logo", "logo_alt", "logo_link", "credit")
_COLOUR = re.compile(r"#(?:[0-9a-f]{3}|[0-9a-f]{6})\Z", re.IGNORECASE)
_MAGIC = ((b"\x89PNG\r\n\x1a\n", "image/png"), (b"\xff\xd8\xff", "image/jpeg"))
_DEAD_IN_SVG = {"script", "foreignobject", "iframe", "embed", "object", "handler", "set", "audio", "video", "a"}


def read_theme(path: str | Path) -> Theme:
    """Read a house style.

    Parameters
    ----------
    path
        A TOML file. All keys may be missing: `name`; `light` and `dark`, tables of colours ("#rgb" or "#rrggbb") by
        the names of `records.LIGHT_COLOURS`; `font` and `title_font`, the name of a font or a list of them; `logo`, a
        PNG, JPEG or SVG file in the same folder, with `logo_alt` and `logo_link`; `credit`.

    Raises
    ------
    InputError
        A file that cannot be read, an unknown key, a value of the wrong form, a logo that carries code or asks for
        other files, or colours too close to each other, each pair named.
    """
    path = Path(path)
    given = _read(path)
    for key in given:
        if key not in _KEYS:
            raise InputError(f"{path.name}: {key!r} is no key of a theme; use {', '.join(sorted(_KEYS))}")
    theme = Theme(
        name=_text(path, "name", given.get("name", "")),
        logo_alt=_text(path, "logo_alt", given.get("logo_alt", "")),
        credit=_text(path, "credit", given.get("credit", "")),
        light=_colours(path, "light", given.get("light", {})),
        dark=_colours(path, "dark", given.get("dark", {})),
        font=_fonts(path, "font", given.get("font", [])),
        title_font=_fonts(path, "title_font", given.get("title_font", [])),
        logo_link=_link(path, given.get("logo_link", "")),
        **_logo(path, given.get("logo", "")),
    )
    if theme.logo and not theme.logo_alt.strip():
        raise InputError(f"{path.name}: logo has no words for readers who do not see it; say them in logo_alt")
    if not theme.logo and (theme.logo_alt or theme.logo_link):
        raise InputError(f"{path.name}: logo_alt and logo_link speak of a logo; name its file in logo")
    faults = contrast_faults(theme)
    if faults:
        raise InputError(f"{path.name}: hard to read: {'; '.join(faults)}; choose colours farther apart")
    return theme


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours "#rrggbb", 1 to 21: (lighter + .05) / (darker + .05) (WCAG 2.2)."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def contrast_faults(theme: Theme) -> list[str]:
    """Return the pairs of a theme that differ too little, in words; empty where all can be read."""
    faults = []
    schemes: tuple[Literal["light", "dark"], ...] = ("light", "dark")
    for scheme in schemes:
        colours = theme.colours(scheme)
        for mark, ground, least in PAIRS:
            found = contrast(colours[mark], colours[ground])
            if found < least:
                faults.append(
                    f"[{scheme}] {mark} {colours[mark]} on {ground} {colours[ground]} is {int(found * 100) / 100:.2f}, "
                    f"needs {least:g}"
                )
    return faults


def _luminance(colour: str) -> float:
    """Return the relative luminance of an sRGB colour, 0 to 1 (WCAG 2.2, definition)."""
    parts = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as problem:
        raise InputError(f"{path.name}: cannot be read: {problem.strerror or problem}") from problem
    except UnicodeDecodeError as problem:
        raise InputError(f"{path.name}: is not UTF-8 text; save it as UTF-8") from problem
    except tomllib.TOMLDecodeError as problem:
        raise InputError(f"{path.name}: is not TOML: {problem}") from problem


def _text(path: Path, key: str, value: Any) -> str:
    if not isinstance(value, str) or len(value) > LONGEST_TEXT:
        raise InputError(f"{path.name}: {key} is not a text of at most {LONGEST_TEXT} characters")
    return value


def _colours(path: Path, scheme: str, table: Any) -> dict[str, str]:
    if not isinstance(table, dict):
        raise InputError(f"{path.name}: {scheme} is no table of colours; write [{scheme}] and a colour a line")
    colours = {}
    for name, value in table.items():
        if name not in LIGHT_COLOURS:
            raise InputError(f"{path.name}: [{scheme}] {name!r} is no colour of a map; use {', '.join(LIGHT_COLOURS)}")
        if not isinstance(value, str) or not _COLOUR.match(value):
            raise InputError(f"{path.name}: [{scheme}] {name} = {_shown(value)} is no colour; write #rrggbb")
        digits = value[1:].lower()
        colours[name] = "#" + (digits if len(digits) == 6 else "".join(2 * digit for digit in digits))
    return colours


def _fonts(path: Path, key: str, value: Any) -> tuple[str, ...]:
    names = [value] if isinstance(value, str) else value
    if not isinstance(names, list):
        raise InputError(f"{path.name}: {key} is not the name of a font or a list of names")
    for name in names:
        if not isinstance(name, str) or not FONT_NAME.match(name):
            raise InputError(
                f"{path.name}: {key} {_shown(name)} is not the name of a font; a map carries no font files and links "
                "none: name fonts its readers have"
            )
    return tuple(names)


def _link(path: Path, value: Any) -> str:
    text = _text(path, "logo_link", value)
    try:
        address = urlsplit(text)
        web = address.scheme in ("http", "https") and bool(address.hostname)
    except ValueError:
        web = False
    if text and (not web or not text.isprintable() or " " in text):
        raise InputError(f"{path.name}: logo_link {_shown(text)} is no http or https address")
    return text


def _logo(path: Path, value: Any) -> dict[str, Any]:
    """Return the logo's bytes and their kind, or nothing where there is none."""
    name = _text(path, "logo", value)
    if not name:
        return {}
    if Path(name).name != name or "\\" in name or "\0" in name:
        raise InputError(f"{path.name}: logo {_shown(name)} is no file name; put the picture beside the theme")
    try:
        data = (path.parent / name).read_bytes()
    except OSError as problem:
        raise InputError(f"{path.name}: logo {name}: cannot be read: {problem.strerror or problem}") from problem
    if len(data) > LARGEST_LOGO_BYTES:
        raise InputError(
            f"{path.name}: logo {name} has {len(data):,} bytes and would ride in every map; make it smaller than "
            f"{LARGEST_LOGO_BYTES:,}"
        )
    for magic, mime in _MAGIC:
        if data.startswith(magic):
            return {"logo": data, "logo_mime": mime}
    _check_svg(f"{path.name}: logo {name}", data)
    return {"logo": data, "logo_mime": "image/svg+xml"}


def _check_svg(what: str, data: bytes) -> None:
    """Refuse a drawing that could run code or ask for anything outside itself."""
    if b"<!DOCTYPE" in data or b"<!ENTITY" in data or b"<?xml-stylesheet" in data:
        raise InputError(f"{what}: declares entities or a style sheet; save it as plain SVG")
    try:
        root = ET.fromstring(data.decode("utf-8-sig"))  # noqa: S314 - without a document type nothing expands
    except (ET.ParseError, UnicodeDecodeError) as problem:
        raise InputError(f"{what}: is neither PNG, JPEG nor SVG in UTF-8") from problem
    if _local(root.tag) != "svg":
        raise InputError(f"{what}: is neither PNG, JPEG nor SVG")
    for element in root.iter():
        tag = _local(element.tag)
        if tag in _DEAD_IN_SVG or tag.startswith("animate"):
            raise InputError(f"{what}: carries <{tag}>, which a picture does not need; save it without")
        for name, value in element.attrib.items():
            key, asked = _local(name), re.sub(r"\s", "", value).lower()
            if key.startswith("on"):
                raise InputError(f"{what}: carries code ({key}); save it without")
            if (key in ("href", "src", "base") and not asked.startswith("#")) or _asks_outside(asked):
                raise InputError(f"{what}: refers to something outside itself ({key}); save it with everything inside")
        if tag == "style" and _asks_outside("".join(element.itertext()).lower()):
            raise InputError(f"{what}: its style refers to something outside itself; save it with everything inside")


def _asks_outside(style: str) -> bool:
    """Whether a CSS text names anything outside the document; an escape could hide it, so one counts."""
    return (
        "@import" in style
        or "\\" in style
        or bool(re.search(r"(?:url|image|set|src)\(\s*['\"]?\s*(?!#)[^\s'\"]", style))
    )


def _local(name: Any) -> str:
    return str(name).rpartition("}")[2].lower()


def _shown(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "..."
