"""Articles in: bytes kept, wrong encodings refused by name, one bad article never costs the others."""

import datetime as dt
import io
import json
import random
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geoconflict.errors import UsageError
from geoconflict.files import read_articles, sniff
from geoconflict.files.articles import MAX_TEXT_BYTES
from geoconflict.files.days import days_in_name, parse_day, parse_span
from geoconflict.files.pages import markdown_text

ARABIC = "قتل ثلاثة عشر شخصا في قصف استهدف بلدة أطمة شمال إدلب يوم الخميس، بحسب الدفاع المدني.\n" * 5
RUSSIAN = "Тринадцать человек погибли при обстреле города Идлиб, сообщили в четверг местные власти.\n" * 5


def only(reading):
    assert reading.skipped == []
    (article,) = reading.articles
    return article


def test_the_five_articles_come_byte_for_byte(shared):
    reading = read_articles([shared / "articles"])
    assert [one.id for one in reading] == sorted(path.stem for path in (shared / "articles").glob("*.txt"))
    for article in reading:
        assert article.text.encode("utf-8") == (shared / "articles" / article.file_name).read_bytes()
    assert reading.skipped == []
    assert reading.passed_over == 1
    assert "gold_dev.json" in reading.warnings[0]


@given(st.text())
@settings(deadline=None, max_examples=60)
def test_a_text_is_never_stripped_or_normalised(tmp_path_factory, text):
    if "\0" in text or text.startswith(("%PDF-", "PK\x03\x04", "{\\rtf", "PAR1", "\ufeff", "SQLite format 3")):
        return  # what a text file does not begin with
    path = tmp_path_factory.mktemp("t") / "a.txt"
    path.write_bytes(b"\xef\xbb\xbf" + text.encode("utf-8"))
    assert only(read_articles([path])).text == text


@pytest.mark.parametrize(
    ("text", "encoding", "named"),
    [
        (ARABIC, "cp1256", "CP1256"),
        (RUSSIAN, "cp1251", "CP1251"),
        ("Señor Muñoz está allí, dijo él.", "latin-1", "CP1252"),
        ("Shells hit Idlib.", "utf-16", "UTF-16"),
        ("Shells hit Idlib.", "utf-16-le", "UTF-16LE"),
        (ARABIC, "utf-16-be", "UTF-16"),
    ],
)
def test_a_wrong_encoding_is_named_with_its_remedy(tmp_path, text, encoding, named):
    path = tmp_path / "a.txt"
    path.write_bytes(text.encode(encoding))
    (skipped,) = read_articles([path]).skipped
    if encoding == "utf-16-be":  # Arabic in UTF-16 without a mark has few zero bytes: refused all the same
        assert "UTF-8" in skipped.reason or "binary" in skipped.reason
        return
    assert named in skipped.reason
    assert "iconv -f" in skipped.reason
    assert "\n" not in skipped.reason


def test_a_text_with_a_stray_nul_is_told_from_binary_data(tmp_path):
    (tmp_path / "a.txt").write_bytes(b"Shells hit Idlib on Tuesday, residents of the town said.\0\n" * 2)
    (skipped,) = read_articles(tmp_path / "a.txt").skipped
    assert "the first is byte 57" in skipped.reason
    assert "tr -d" in skipped.reason


def test_bad_articles_do_not_cost_the_others(tmp_path):
    (tmp_path / "a.txt").write_text("Shells hit Idlib.", encoding="utf-8")
    (tmp_path / "b.txt").write_bytes(random.Random(1).randbytes(5000))
    (tmp_path / "c.txt").write_bytes(b"%PDF-1.7\n...")
    (tmp_path / "d.txt").write_bytes(b"x" * (MAX_TEXT_BYTES + 1))
    (tmp_path / "e.txt").write_bytes(b"")
    reading = read_articles([tmp_path, tmp_path / "none.txt"])
    assert [one.id for one in reading] == ["a", "e"]
    assert any("e.txt" in one and "empty" in one for one in reading.warnings)
    reasons = {skipped.path.rsplit("/", 1)[-1]: skipped.reason for skipped in reading.skipped}
    assert list(reasons) == ["b.txt", "c.txt", "d.txt", "none.txt"]
    assert "binary" in reasons["b.txt"]
    assert "pdftotext" in reasons["c.txt"]
    assert "above the limit of 10 MB" in reasons["d.txt"]
    assert "no such file" in reasons["none.txt"]


def test_folders_are_read_one_level_deep_unless_asked(tmp_path):
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "deep.txt").write_text("Deep.", encoding="utf-8")
    (tmp_path / "top.txt").write_text("Top.", encoding="utf-8")
    flat = read_articles(tmp_path)
    assert [one.id for one in flat] == ["top"]
    assert flat.passed_over == 1
    assert "--recursive" in flat.warnings[0]
    assert [one.id for one in read_articles(tmp_path, recursive=True)] == ["deep", "top"]


def test_a_folder_s_own_papers_are_no_articles_and_its_event_tables_are_named(tmp_path):
    for name in ("README.md", "readme.ar.md", "LICENSE.txt", "NOTICE.txt", "ChangeLog.txt"):
        (tmp_path / name).write_text("Ghweran, 20 Jan 2022: 13 killed.", encoding="utf-8")
    (tmp_path / "notice-of-attack.txt").write_text("An attack.", encoding="utf-8")
    (tmp_path / "events.csv").write_text("event_id,date_start,lat,lon\na,2022-02-03,36,37\n", encoding="utf-8")
    (tmp_path / "other.csv").write_text("one,two\n1,2\n", encoding="utf-8")
    reading = read_articles(tmp_path)
    assert [one.id for one in reading] == ["notice-of-attack"]
    assert reading.event_tables == [tmp_path / "events.csv"]
    assert [Path(one.path).name for one in reading.skipped] == ["other.csv"]
    assert reading.passed_over == 5
    assert any("events.csv" in said for said in reading.warnings)
    assert any("README.md" in said for said in reading.warnings)
    assert [one.id for one in read_articles(tmp_path / "README.md")] == ["README"]


def test_one_id_twice(tmp_path):
    for folder in ("x", "y", "z"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "a.txt").write_text(folder, encoding="utf-8")
    reading = read_articles([tmp_path / "x/a.txt", tmp_path / "y/a.txt", tmp_path / "z/a.txt"])
    assert [one.id for one in reading] == ["a", "a~2", "a~3"]
    assert len(reading.warnings) == 2


ROWS = [
    {"id": 7, "text": " Shells hit Idlib.\n", "title": "Idlib", "published": "2022-02-03", "url": "https://e.org/1"},
    {"id": "b", "text": "قصف أطمة", "title": None, "published": None, "url": None},
    {"id": None, "text": "No id.", "title": None, "published": None, "url": None},
]


def write_rows(path):
    frame = pd.DataFrame(ROWS)
    if path.suffix == ".jsonl":
        path.write_text(
            "".join(
                json.dumps({k: v for k, v in row.items() if v is not None}, ensure_ascii=False) + "\n" for row in ROWS
            ),
            encoding="utf-8",
        )
    elif path.suffix == ".csv":
        frame.to_csv(path, index=False)
    elif path.suffix == ".parquet":
        frame.astype({"id": "string"}).to_parquet(path)
    else:
        book = openpyxl.Workbook()
        book.active.append(list(frame.columns))
        for row in ROWS:
            book.active.append(list(row.values()))
        book.save(path)
    return path


@pytest.mark.parametrize("ending", [".jsonl", ".csv", ".xlsx", ".parquet"])
def test_rows_with_text_are_articles(tmp_path, ending):
    path = write_rows(tmp_path / f"news{ending}")
    assert sniff(path) == "articles"
    reading = read_articles([path])
    assert [one.text for one in reading] == [row["text"] for row in ROWS]
    assert [one.id for one in reading] == ["7", "b", "news-3"]
    first = reading.articles[0]
    assert (first.title, first.published, first.url) == ("Idlib", dt.date(2022, 2, 3), "https://e.org/1")
    assert reading.articles[1].published is None
    assert {one.published for one in read_articles([path], published="2020-01-01")} == {
        dt.date(2022, 2, 3),
        dt.date(2020, 1, 1),
    }


def test_bad_lines_of_jsonl_are_named(tmp_path):
    path = tmp_path / "a.jsonl"
    lines = [
        '{"text": "One.", "published": "soon"}',
        "{broken",
        "[1]",
        '{"text": 5}',
        '{"title": "no text"}',
        '{"text": "Two\u2028lines", "id": [1]}',
        '{"text": "Last \\ud800."}',
    ]
    path.write_text("\n".join(lines), encoding="utf-8")
    reading = read_articles([path])
    assert [one.text for one in reading] == ["One.", "Last \ufffd."]
    assert [skipped.path.rsplit(" ", 1)[1] for skipped in reading.skipped] == ["2", "3", "4", "5", "6"]
    assert "published 'soon'" in reading.warnings[0]
    assert "line 7: half a surrogate pair" in reading.warnings[1]


@pytest.mark.parametrize(
    ("data", "texts"), [(b"Plain text.\n", ["Plain text.\n"]), (b'{"text": "A"}\n{"text": "B"}\n', ["A", "B"])]
)
def test_standard_input(monkeypatch, data, texts):
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(data)))
    assert [one.text for one in read_articles(["-"])] == texts


PAGE = """<html><head><title>Strike hits Atmeh</title><meta property="article:published_time" content="2022-02-03T23:30:00-05:00">
<link rel="canonical" href="https://news.example/atmeh"></head><body><script>var x = "Damascus";</script><article><h1>Strike hits Atmeh</h1>
<p>At least 13 people were killed near Atmeh on Thursday, rescue workers said, in a raid that lasted two hours.</p>
<p>Residents of the town in Idlib province said they heard helicopters.</p></article><footer>Copyright 2026</footer></body></html>"""


BORDER_PAGE = (
    '<!-- saved --><!DOCTYPE HTML><html><head><title>Border</title><meta name="date" content="2023-05-04"></head><body>'
    "<nav>12 people were killed in Homs</nav><article><p>"
    + "Trucks waited at the Bab al-Salama crossing while drivers slept in their cabins. " * 6
    + "</p></article><aside>Shelling killed 9 in Daraa</aside></body></html>"
)


def test_a_web_page_is_told_by_how_it_begins(monkeypatch, tmp_path):
    (tmp_path / "saved.txt").write_text("\ufeff\n" + BORDER_PAGE, encoding="utf-8")
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(BORDER_PAGE.encode())))
    for path in ("-", tmp_path / "saved.txt"):
        article = only(read_articles(path))
        assert "Bab al-Salama" in article.text
        assert "Homs" not in article.text
        assert "Daraa" not in article.text
        assert article.published == dt.date(2023, 5, 4)


def test_a_text_that_speaks_of_html_stays_a_text(tmp_path):
    text = "The page began with <!doctype html> and <html>.\n"
    (tmp_path / "a.txt").write_text(text, encoding="utf-8")
    assert only(read_articles(tmp_path / "a.txt")).text == text


@pytest.mark.parametrize("column", ["published", "date", "publish_date", "pubDate", "published_at"])
@pytest.mark.parametrize("ending", [".csv", ".jsonl"])
def test_the_day_of_publication_has_several_usual_names(tmp_path, column, ending):
    path = tmp_path / f"a{ending}"
    row = {"text": "Rain on Monday.", column: "2021-06-07T08:00:00Z"}
    path.write_text(
        json.dumps(row) if ending == ".jsonl" else "\n".join([",".join(row), ",".join(row.values())]), encoding="utf-8"
    )
    assert only(read_articles(path, published="2024-01-01")).published == dt.date(2021, 6, 7)


def test_a_folder_without_an_article_is_said(tmp_path):
    (tmp_path / "empty").mkdir()
    (tmp_path / "a.txt").write_text("Rain.", encoding="utf-8")
    reading = read_articles([tmp_path / "empty", tmp_path / "a.txt"])
    assert reading.warnings == [f"no article in {tmp_path / 'empty'}"]


def test_a_web_page_gives_text_title_day_and_address(tmp_path):
    path = tmp_path / "a.html"
    path.write_text(PAGE, encoding="utf-8")
    article = only(read_articles([path]))
    assert "13 people were killed near Atmeh" in article.text
    assert "helicopters" in article.text
    assert "Damascus" not in article.text
    assert "<" not in article.text
    assert (article.title, article.published, article.url) == (
        "Strike hits Atmeh",
        dt.date(2022, 2, 3),
        "https://news.example/atmeh",
    )
    assert only(read_articles([path], published=dt.date(2022, 2, 4))).published == dt.date(2022, 2, 4)


def test_short_and_declared_and_empty_pages(tmp_path):
    (tmp_path / "a.html").write_text("<p>Shelling hit Atmeh.</p>", encoding="utf-8")
    (tmp_path / "b.html").write_bytes(f"<meta charset=windows-1256><p>{ARABIC}</p>".encode("cp1256"))
    (tmp_path / "c.html").write_text("<script>1</script>", encoding="utf-8")
    reading = read_articles([tmp_path])
    assert reading.articles[0].text == "Shelling hit Atmeh."
    assert "أطمة" in reading.articles[1].text
    assert "windows-1256" in reading.warnings[0]
    assert [skipped.reason for skipped in reading.skipped] == ["no article text was found in the page"]


def test_markdown_becomes_plain_text(tmp_path):
    path = tmp_path / "a.md"
    path.write_text(
        "---\ntitle: Idlib\ndate: 2022-02-03\n---\n# Raid\n\nA *raid* near [Atmeh](https://x.org/Paris) &amp; `Qah`,\nsaid one.\n\n- first\n- second\n\n<div>Sarmada</div>\n",
        encoding="utf-8",
    )
    article = only(read_articles([path]))
    assert article.text == "Raid\n\nA raid near Atmeh & Qah,\nsaid one.\n\nfirst\n\nsecond\n\nSarmada"
    assert (article.title, article.published) == ("Idlib", dt.date(2022, 2, 3))


@given(st.text(alphabet="#*_[]()<>`~|-\n ab&;!\\\"'0.", max_size=200))
@settings(deadline=None, max_examples=60)
def test_any_markdown_can_be_read(source):
    text, _ = markdown_text(source)
    assert isinstance(text, str)


def test_published_must_be_a_day():
    with pytest.raises(UsageError, match="YYYY-MM-DD"):
        read_articles([], published="yesterday")


@pytest.mark.parametrize(
    ("cell", "day"),
    [
        ("2022-02-03T23:30:00-05:00", dt.date(2022, 2, 3)),
        ("2014-01-22 00:00:00.000", dt.date(2014, 1, 22)),
        ("20240708", dt.date(2024, 7, 8)),
        ("05 March 2020", dt.date(2020, 3, 5)),
        ("Thu, 03 Feb 2022 10:00:00 GMT", dt.date(2022, 2, 3)),
        (pd.Timestamp("2016-01-01"), dt.date(2016, 1, 1)),
        ("3/2/22", None),
        ("2023-02-30", None),
        ("soon", None),
        (pd.NaT, None),
        ("", None),
    ],
)
def test_days_as_files_write_them(cell, day):
    assert parse_day(cell) == day


def test_vague_days_are_ranges():
    assert parse_span("2020-02")[:2] == (dt.date(2020, 2, 1), dt.date(2020, 2, 29))
    assert parse_span("2018/2019")[:3] == (dt.date(2018, 1, 1), dt.date(2019, 12, 31), "range")
    assert parse_span("2020-13") is None
    assert parse_span("undated") is None
    assert parse_span("0000") is None


@pytest.mark.parametrize(
    ("name", "days"),
    [
        ("deepstatemap_data_20240708", ["2024-07-08"]),
        ("UkraineControlMapAO23May2022", ["2022-05-23"]),
        ("map 2024-07-08 v2", ["2024-07-08"]),
        ("AdvancesAUG23", []),
        ("20240708_20240710", ["2024-07-08", "2024-07-10"]),
        ("id_1202407081", []),
        ("2024-13-40", []),
    ],
)
def test_days_in_file_names(name, days):
    assert [str(day) for day in days_in_name(name)] == days
