"""The words of the page: all in one file, each used, and another language in their place."""

import json
import re
from pathlib import Path

import pytest
from page_layers import camp_layer, story, zone_layer
from page_texts import ENGLISH, leftward

from geoconflict.bundled import BORDER_POLICIES
from geoconflict.errors import InputError
from geoconflict.maps import page as page_module
from geoconflict.maps import render_map
from geoconflict.maps.words import words_of

STATIC = Path(page_module.__file__).parent / "static"

STRING = re.compile(
    r"""(?P<skip>//[^\n]*|/\*.*?\*/|(?<=[(,=:\[!&|?{};\n])\s*/(?![*/])(?:\\.|\[(?:\\.|[^\]\n])*\]|[^/\n\\])+/[a-z]*)"""
    r"""|'(?P<one>(?:\\.|[^'\\\n])*)'|`(?P<template>(?:\\.|[^`\\])*)`""",
    re.DOTALL,
)
# What a literal that is no sentence is handed to: selectors, events, styles, names of keys and options.
TECHNICAL = re.compile(
    r"(querySelector(All)?|closest|matches|matchMedia|\.on|\.off|addEventListener|getContext|setAttribute|className:|rel:|"
    r"font =|key === |key !== |code === |case |includes|DateTimeFormat|\[)\(?\s*\Z|(style\.\w+ =|\+=?|font:)\s*\Z"
)
NAMES = {"Natural Earth, GeoNames, Leaflet", "use strict", "actor \0"}  # of works, of the language, of a facet


def literals(code):
    """Every text in a script, with what stands before it: quoted ones, and the fixed parts of templates."""
    for match in STRING.finditer(code):
        if match["skip"] is not None:
            continue
        before = code[max(0, match.start() - 40) : match.start()]
        if match["one"] is not None:
            yield before, match["one"]
            continue
        rest = match["template"]
        while (opened := rest.find("${")) >= 0:
            depth, end = 1, opened + 2
            while depth and end < len(rest):
                depth += {"{": 1, "}": -1}.get(rest[end], 0)
                end += 1
            yield from literals(rest[opened + 2 : end - 1])
            rest = f"{rest[:opened]}\0{rest[end:]}"
        yield before, rest


@pytest.mark.parametrize("name", page_module.SCRIPTS)
def test_no_script_holds_a_sentence(name):
    found = [
        text
        for before, text in literals((STATIC / f"{name}.js").read_text(encoding="utf-8"))
        if re.search(r"[A-Za-z]{2,}[,.;:]? [a-z(]|[a-z] \0|\0 [a-z]{2}", text)
        and text not in NAMES
        and not TECHNICAL.search(before)
        and not re.search(r"[\[\]=>#]|px|\d[,.]?\d? |rgb|translate|leaflet-|^\W", text)
    ]
    assert found == []


def test_the_search_for_sentences_finds_them():
    code = "f('Show all events'); g(`${n} of them`); // a comment 'with words here'\nh(/it's a pattern/); i('ok')"
    assert [text for _, text in literals(code)] == ["Show all events", "n"[:0] + "\0 of them", "ok"]


def test_every_phrase_is_used_and_every_used_one_exists():
    scripts = "".join((STATIC / f"{name}.js").read_text(encoding="utf-8") for name in page_module.SCRIPTS)
    shell = (STATIC / "shell.html").read_text(encoding="utf-8")
    python = "".join(path.read_text(encoding="utf-8") for path in STATIC.parent.glob("*.py"))
    said = set(re.findall(r"\bsay\(\s*'([^']+)'", scripts)) | set(re.findall(r'data-say[a-z-]*="([^"]+)"', shell))
    assert said - set(ENGLISH) == set()
    groups = set(re.findall(r"\bwordOf\('([a-z]+)'", scripts))
    begun = (*re.findall(r"`([a-z][\w.-]*[._-])\$\{", scripts), *(f"{group}." for group in groups))
    quoted = set(re.findall(r"'([a-z][\w.-]*)'", scripts)) | said | set(re.findall(r'"([a-z][\w.-]*)"', python))
    if 'f"plain.{' in python:
        begun = (*begun, "plain.")
    assert [key for key in ENGLISH if key not in quoted and not key.startswith(begun)] == []
    assert list(ENGLISH) == sorted(ENGLISH)


def test_the_border_policies_are_named_as_everywhere():
    said = {name: ENGLISH[f"around.borders.{name}"] for name in BORDER_POLICIES}
    assert said == {name: f"{text[0].upper()}{text[1:]}." for name, text in BORDER_POLICIES.items()}


def test_every_heading_of_the_credits_has_its_phrase():
    told = render_map(story(), zones=zone_layer(), camps=camp_layer()).page["credits"]
    assert told
    assert [what for what in told if f"credits.{what.lower().replace(' ', '-')}" not in ENGLISH] == []


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"language": "ar><script>"}, "is no language tag"),
        ({"direction": "up"}, "is neither ltr nor rtl"),
        ({"more": 1}, "and no others"),
        ({"phrases": []}, "is no object of phrases"),
        ({"phrases": {"list.heading": 3}}, "list.heading: is neither a text nor texts by plural form"),
        ({"phrases": {"list.heading": {"one": "x"}}}, "with other"),
        ({"phrases": {"list.headings": "x"}}, "list.headings: is no key of a phrase"),
        ({"phrases": {"list.heading": "{event}"}}, "nothing fills {event}"),
    ],
)
def test_a_language_file_that_cannot_be_used_is_one_clear_line(tmp_path, changes, words):
    with pytest.raises(InputError) as caught:
        words_of(leftward(tmp_path, **changes))
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)
    (tmp_path / "no.json").write_text("{")
    with pytest.raises(InputError, match="is no JSON"):
        words_of(tmp_path / "no.json")
    with pytest.raises(InputError, match="cannot be read"):
        words_of(tmp_path / "none.json")


def test_what_a_language_file_does_not_say_is_english(tmp_path):
    given = {"language": "uk", "direction": "ltr", "phrases": {"list.heading": "Події"}}
    (tmp_path / "uk.json").write_text(json.dumps(given))
    words = words_of(tmp_path / "uk.json")
    assert words["phrases"] == {**ENGLISH, "list.heading": "Події"}
    text = render_map(story(), language=tmp_path / "uk.json").get_root().render()
    assert '<html lang="uk" dir="ltr">' in text
