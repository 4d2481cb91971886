"""A house style: what is taken, what is refused and why, and that a page wears it safely."""

import re
import sys
from pathlib import Path

import pytest
from page_layers import story

from geoconflict.cli import main
from geoconflict.errors import InputError
from geoconflict.files import read_theme
from geoconflict.files.theme import PAIRS, contrast, contrast_faults
from geoconflict.maps import render_map
from geoconflict.maps.theme import theme_style
from geoconflict.records import DARK_COLOURS, LIGHT_COLOURS, Theme

EXAMPLE = Path(__file__).parents[1] / "docs" / "theme.toml"
PNG = b"\x89PNG\r\n\x1a\n" + bytes(24)
SVG = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink">{}</svg>'


def theme_file(folder, text, **files):
    for name, data in files.items():
        (folder / name.replace("_", ".")).write_bytes(data if isinstance(data, bytes) else data.encode())
    path = folder / "theme.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_contrast_is_wcags():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(
        4.48, abs=0.005
    )  # the grey WCAG's readers know as just too light
    assert contrast("#ff0000", "#ffffff") == contrast("#ffffff", "#ff0000") == pytest.approx(3.998, abs=0.005)


def test_the_usual_colours_can_be_read():
    assert list(LIGHT_COLOURS) == list(DARK_COLOURS)
    assert {name for pair in PAIRS for name in pair[:2]} <= set(LIGHT_COLOURS)
    assert contrast_faults(Theme()) == []


def test_the_example_is_read_and_worn():
    theme = read_theme(EXAMPLE)
    assert theme.light["paper"] == "#fffdf8"
    assert theme.colours("dark")["sea"] == DARK_COLOURS["sea"]
    text = render_map(story(), theme=theme).get_root().render()
    assert "--paper: #fffdf8;" in text
    assert '"Source Sans 3"' in text
    assert "#fffdf8" not in render_map(story()).get_root().render()


def test_pairs_too_close_are_named_with_what_they_need(tmp_path):
    with pytest.raises(InputError) as caught:
        read_theme(theme_file(tmp_path, '[light]\nsoft = "#aaa"\ntype-0 = "#f0e8d8"\n[dark]\nlabel = "#333333"\n'))
    message = str(caught.value)
    assert "\n" not in message
    for words in (
        "[light] soft #aaaaaa on paper #ffffff is 2.32, needs 4.5",
        "[light] type-0 #f0e8d8 on land #f6f4ef is 1.10, needs 3",
        "[dark] label #333333 on land #22272d",
    ):
        assert words in message


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("colour = 1", "'colour' is no key of a theme; use credit, dark"),
        ("name = 3", "name is not a text"),
        ("light = 3", "write [light]"),
        ('[light]\nbackground = "#fff"', "'background' is no colour of a map; use paper, ink"),
        ('[light]\nink = "black"', "ink = 'black' is no colour; write #rrggbb"),
        ('[light]\nink = "#000;} body{display:none"', "is no colour"),
        ('[dark]\nink = "url(//example.org/x)"', "is no colour"),
        ("[light]\nink = 0", "is no colour"),
        ('font = "https://example.org/f.woff2"', "name fonts its readers have"),
        ('font = "a.woff2\\"; } body { color: red"', "is not the name of a font"),
        ('font = ["Fine", "</style><script>PWN(1)</script>"]', "is not the name of a font"),
        ('title_font = "url(x)"', "is not the name of a font"),
        ("font = 3", "font is not the name of a font or a list"),
        ('logo = "../theme.toml"', "put the picture beside the theme"),
        ('logo = "missing.png"\nlogo_alt = "x"', "cannot be read"),
        ('logo = "logo.png"', "say them in logo_alt"),
        ('logo_alt = "x"', "name its file in logo"),
        ('logo = "theme.toml"\nlogo_alt = "x"', "is neither PNG, JPEG nor SVG"),
        ('logo = "logo.png"\nlogo_alt = "x"\nlogo_link = "javascript:PWN(1)"', "is no http or https address"),
        ('logo = "logo.png"\nlogo_alt = "x"\nlogo_link = "https://"', "is no http or https address"),
        ("name = ", "is not TOML"),
    ],
)
def test_what_a_theme_may_not_say_is_one_clear_line(tmp_path, text, words):
    with pytest.raises(InputError) as caught:
        read_theme(theme_file(tmp_path, text, logo_png=PNG))
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)
    assert str(caught.value).startswith("theme.toml: ")


@pytest.mark.parametrize(
    "inside",
    [
        "<script>PWN(1)</script>",
        "<a href='https://example.org'><g/></a>",
        '<rect onclick="PWN(1)"/>',
        '<g ONLOAD="PWN(1)"/>',
        '<image href="https://example.org/x.png"/>',
        '<image xlink:href="//example.org/x.png"/>',
        '<use xlink:href="other.svg#a"/>',
        '<rect fill="url(https://example.org/x)"/>',
        "<rect style=\"fill:u\\72l('https://example.org/x')\"/>",
        "<style>@import 'https://example.org/x.css';</style>",
        "<style>rect { background: image-set('https://example.org/x' 1x) }</style>",
        "<foreignObject><p xmlns='http://www.w3.org/1999/xhtml'>x</p></foreignObject>",
        "<animate attributeName='href' to='javascript:PWN(1)'/>",
        "<set attributeName='onload' to='PWN(1)'/>",
    ],
)
def test_a_drawing_that_runs_or_fetches_is_refused(tmp_path, inside):
    path = theme_file(tmp_path, 'logo = "logo.svg"\nlogo_alt = "x"', logo_svg=SVG.format(inside))
    with pytest.raises(InputError, match=r"logo logo\.svg: (carries|refers|its style)"):
        read_theme(path)


@pytest.mark.parametrize(
    "head", ["<!DOCTYPE svg [<!ENTITY a 'b'>]>", "<?xml-stylesheet href='https://example.org/x'?>"]
)
def test_a_drawing_with_entities_or_a_style_sheet_is_refused(tmp_path, head):
    path = theme_file(tmp_path, 'logo = "logo.svg"\nlogo_alt = "x"', logo_svg=head + SVG.format(""))
    with pytest.raises(InputError, match="save it as plain SVG"):
        read_theme(path)


def test_a_plain_drawing_is_a_logo(tmp_path):
    drawing = SVG.format('<defs><linearGradient id="a"/></defs><rect id="b" fill="url(#a)"/><use href="#b"/>')
    text = 'logo = "logo.svg"\nlogo_alt = "The <b>Gazette</b>"\nlogo_link = "https://example.org/"'
    theme = read_theme(theme_file(tmp_path, text, logo_svg=drawing))
    assert (theme.logo, theme.logo_mime) == (drawing.encode(), "image/svg+xml")
    page = render_map(story(), theme=theme).get_root().render()
    assert "data:image/svg+xml;base64," in page
    assert "<b>Gazette" not in page


def test_a_theme_made_by_hand_cannot_break_out_of_the_style():
    for bad in (
        {"light": {"ink": "#000;}"}},
        {"light": {"x": "#000000"}},
        {"font": ('a";}',)},
        {"dark": {"ink": "#000000\n"}},
    ):
        with pytest.raises(ValueError, match="is no"):
            Theme(**bad)
    style = theme_style(Theme(font=("O'Neil & Co", "serif"), title_font=("Noto Naskh Arabic",)))
    assert '--font: "O\'Neil & Co", serif, system-ui' in style
    assert style.count("{") == style.count("}")


def test_the_command_refuses_a_theme_before_it_reads_anything(tmp_path, capsys, monkeypatch):
    path = theme_file(tmp_path, '[light]\nink = "#eeeeee"\n')
    (tmp_path / "report.txt").write_text("Shelling hit Idlib.")
    given = ["map", str(tmp_path / "report.txt"), "--theme", str(path), "-o", str(tmp_path / "map.html")]
    monkeypatch.setattr(sys, "argv", ["geoconflict", *given])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 1
    assert re.search(r"\[light\] ink #eeeeee on paper #ffffff is 1\.\d\d, needs 4\.5", capsys.readouterr().err)
    assert not (tmp_path / "map.html").exists()
