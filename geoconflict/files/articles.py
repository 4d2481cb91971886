"""Articles from files, folders, tables and standard input.

A text is its file decoded as UTF-8, byte for byte except a BOM; of HTML and Markdown it is the extracted text. One bad
article never costs the others: it is listed as skipped, with the reason.
"""

from __future__ import annotations

import hashlib
import json
import re
import sys
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from geoconflict.errors import InputError, UsageError
from geoconflict.files.days import parse_day
from geoconflict.files.pages import decode_page, markdown_text, read_page
from geoconflict.files.text import decode, read_bytes, whole
from geoconflict.records import Article

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Iterator

HTML_ENDINGS = (".html", ".htm", ".xhtml")
MARKDOWN_ENDINGS = (".md", ".markdown")
TEXT_ENDINGS = (".txt", ".text", ".pdf", *MARKDOWN_ENDINGS, *HTML_ENDINGS)
ROW_ENDINGS = (".jsonl", ".ndjson", ".csv", ".tsv", ".xlsx", ".parquet")
NO_ARTICLE_ENDINGS = (".json", ".geojson", ".gpkg", ".fgb", ".shp", ".zip")
"""Given by name, such a file is refused rather than read as a text; in a folder it is passed over."""
ABOUT_A_FOLDER = frozenset({"readme", "license", "licence", "copying", "notice", "changelog", "contributing"})
"""Files of these names speak of the folder they lie in; they are read where they are named themselves."""

MAX_TEXT_BYTES = 10_000_000
"""A text larger than this is refused. The longest novel has 4 MB: more is an archive, which belongs into .jsonl."""

SURE_COPY_CHARS = 200
"""Texts as long as this are not the same by chance; shorter ones of different days are two reports: "Calm today."."""
MAX_PDF_BYTES = 50_000_000
"""Of a PDF most are pictures and fonts."""
MAX_MARKDOWN_BYTES = 1_000_000
"""The parser takes 3 s for 1 MB of text and 30 s for 1 MB of brackets."""

_PAGE = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]{0,200}>\s*)?(?:<!--(?:(?!-->).){0,2000}-->\s*)*<(?:!doctype\s+html|html|head|body)\b",
    re.IGNORECASE | re.DOTALL,
)
"""How a web page begins: told from a text by this where its name does not say it."""
PUBLICATION_COLUMNS = ("published", "published_at", "publish_date", "pubdate", "date")
"""Columns of a table of articles that hold the day of publication, the first of them that is filled."""

_FRONT_MATTER = re.compile(r"---[ \t]*\r?\n(.*?)\r?\n---[ \t]*(?:\r?\n|\Z)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Skipped:
    """An input that could not be read, and why."""

    path: str
    reason: str


@dataclass(slots=True)
class Reading:
    """What `read_articles` found: iterating yields the articles.

    `skipped` lists what should have been an article and could not be read. What a folder holds beside articles is no
    failure: it is counted in `passed_over` and named in `warnings`; tables of events in it are listed in
    `event_tables`, for `read_events`.
    """

    articles: list[Article] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    passed_over: int = 0
    event_tables: list[Path] = field(default_factory=list)

    def __iter__(self) -> Iterator[Article]:
        """Yield the articles in input order."""
        return iter(self.articles)

    @property
    def met(self) -> int:
        """How many inputs were of use, or should have been."""
        return len(self.articles) + len(self.skipped) + len(self.event_tables)

    def __len__(self) -> int:
        """Return how many articles were read."""
        return len(self.articles)


def read_articles(
    inputs: str | Path | Iterable[str | Path], *, recursive: bool = False, published: dt.date | str | None = None
) -> Reading:
    """Read articles from text, HTML, Markdown and PDF files, folders of them, tables with a `text` column, and "-".

    Parameters
    ----------
    inputs
        Paths, read in the order given; a folder's files by name. "-" is standard input: a text, a web page if it begins
        as one, or JSON Lines if its first line is an object with `text`. A table has a column `text`, and may have
        `id`, `title`, `url`, `source` and a day of publication, called as one of `PUBLICATION_COLUMNS`.
    recursive
        Also read the folders inside a folder.
    published
        The day of publication of articles that do not say it themselves. A row's own day and a dateline in the text
        stand against it, the latter noted; the date read off a web page, which is a guess, does not.

    Returns
    -------
    Reading
        `.articles`, `.skipped` and `.warnings`. An empty text is an article, with a warning. A second article with one
        id becomes `id~2`, with a warning; one with the text of an earlier one says so in `copy_of`. A text above
        `MAX_TEXT_BYTES` (Markdown: `MAX_MARKDOWN_BYTES`) is skipped.

    Raises
    ------
    UsageError
        If `published` is not a day.
    """
    reader = _Reader(_published(published))
    for one in [inputs] if isinstance(inputs, str | Path) else inputs:
        if str(one) == "-":
            reader.standard_input()
        elif Path(one).is_dir():
            known = reader.reading.met
            reader.folder(Path(one), recursive=recursive)
            if reader.reading.met == known:
                reader.reading.warnings.append(f"no article in {one}")
        else:
            reader.file(Path(one))
    reader.tell_copies()
    return reader.reading


def _published(value: dt.date | str | None) -> dt.date | None:
    if value is None:
        return None
    day = parse_day(value)
    if day is None:
        raise UsageError(f"published {value!r} is not a date; use YYYY-MM-DD")
    return day


class _Reader:
    """Collects one reading; `published` is the user's own word on it."""

    def __init__(self, published: dt.date | None) -> None:
        self.published = published
        self.reading = Reading()
        self.ids: set[str] = set()
        self.told: dict[tuple[bytes, dt.date | None], Article] = {}
        self.copies: dict[str, str] = {}

    # ---- inputs ----------------------------------------------------------------------------------------------------
    def folder(self, folder: Path, *, recursive: bool) -> None:
        """Read a folder's files by name; links to folders are not followed, so that no loop is walked."""
        over, tables = [], []
        try:
            paths = sorted(folder.iterdir(), key=lambda one: one.name)
        except OSError as error:
            self._skip(str(folder), error.strerror or str(error))
            return
        for path in paths:
            if path.is_dir():
                if recursive and not path.is_symlink() and not path.name.startswith("."):
                    self.folder(path, recursive=True)
                else:
                    over.append(f"{path.name}/")
            elif not _is_content(path):
                over.append(path.name)
            elif _holds_events(path):
                tables.append(path)
            else:
                self.file(path)
        if tables:
            self.reading.event_tables += tables
            shown = ", ".join(one.name for one in tables[:5]) + (", ..." if len(tables) > 5 else "")
            self.reading.warnings.append(f"{folder}: tables of events, not of articles: {shown}")
        if over:
            self.reading.passed_over += len(over)
            shown = ", ".join(over[:5]) + (", ..." if len(over) > 5 else "")
            deeper = (
                "; --recursive reads the folders" if any(name.endswith("/") for name in over) and not recursive else ""
            )
            self.reading.warnings.append(f"{folder}: {len(over)} passed over ({shown}){deeper}")

    def file(self, path: Path) -> None:
        """Read one file by its ending; without a known one it is a text."""
        ending = path.suffix.lower()
        try:
            if ending in ROW_ENDINGS:
                self.rows(path)
                return
            data = self._data(path)
            if ending in NO_ARTICLE_ENDINGS:
                what = f"{ending} holds no article text; articles go into .txt, .html, .md, .jsonl or .csv"
                self._skip(str(path), what)
            elif ending == ".pdf":
                self._add(self._pdf(data, path))
            elif ending in HTML_ENDINGS or _PAGE.match(data):
                self._add(self._page(data, path))
            elif ending in MARKDOWN_ENDINGS:
                self._add(self._markdown(decode(data), path))
            else:
                self._add(Article(path.stem, decode(data), file_name=path.name, **self._assumed()))
        except InputError as error:
            self._skip(str(path), str(error).removeprefix(f"{path.name}: ").removeprefix(f"{path}: "))

    def standard_input(self) -> None:
        """Read standard input: one text, one web page, or JSON Lines."""
        data = sys.stdin.buffer.read()
        try:
            if data.startswith(b"%PDF-"):
                _check_size(len(data), MAX_PDF_BYTES)
                self._add(replace(self._pdf(data, Path("stdin")), file_name=""))
                return
            if _PAGE.match(data):
                _check_size(len(data))
                self._add(replace(self._page(data, Path("stdin")), file_name=""))
                return
            text = decode(data)
            first = next((line for line in text.split("\n") if line.strip()), "")
            if _is_row(first):
                self._json_rows(text, "-", "stdin")
            else:
                _check_size(len(data))
                self._add(Article("stdin", text, **self._assumed()))
        except InputError as error:
            self._skip("-", str(error))

    def rows(self, path: Path) -> None:
        """Read a table whose `text` column holds articles."""
        if path.suffix.lower() in {".jsonl", ".ndjson"}:
            self._json_rows(decode(read_bytes(path)), str(path), path.stem, path.name)
            return
        from geoconflict.files.tables import open_table  # pulls in pandas, which a folder of texts does not need

        table = open_table(path)
        names = {str(column).strip().lower(): column for column in table.frame.columns}
        if "text" not in names:
            raise InputError(f"no column `text`; it has {', '.join(map(str, table.frame.columns[:8])) or 'none'}")
        wanted = [key for key in ("id", "text", "title", "url", "source", *PUBLICATION_COLUMNS) if key in names]
        columns = [table.frame[names[key]].tolist() for key in wanted]
        for position, cells in enumerate(zip(*columns, strict=True)):
            row = dict(zip(wanted, cells, strict=True))
            self._row(row, f"{path} row {table.first_row + position}", f"{path.stem}-{position + 1}", path.name)

    def _json_rows(self, text: str, path: str, stem: str, file_name: str = "") -> None:
        for number, line in enumerate(text.split("\n"), 1):
            bare = line.strip(" \t\r\x1e")
            if not bare:
                continue
            where = f"{path} line {number}"
            try:
                row = json.loads(bare)
            except (ValueError, RecursionError) as error:
                self._skip(where, f"not JSON: {error}")
                continue
            if isinstance(row, dict):
                lower = {str(name).strip().lower(): value for name, value in row.items()}
                self._row({**lower, **row}, where, f"{stem}-{number}", file_name)
            else:
                self._skip(where, 'a line is one object, {"text": ...}')

    # ---- one article -----------------------------------------------------------------------------------------------
    def _row(self, row: dict[str, Any], where: str, default_id: str, file_name: str) -> None:
        text, key = row.get("text"), _cell(row.get("id"))
        if not isinstance(text, str):
            self._skip(where, "no `text`" if _cell(text) is None else f"`text` is no text but {str(text)[:40]!r}")
            return
        if isinstance(key, list | dict | bool):
            self._skip(where, f"`id` {str(key)[:40]!r} is neither text nor a number")
            return
        try:
            _check_size(len(text.encode("utf-8", "surrogatepass")))
        except InputError as error:
            self._skip(where, str(error))
            return
        when = self._assumed()
        days = ((name, _cell(row.get(name))) for name in PUBLICATION_COLUMNS)
        column, given = next(((name, cell) for name, cell in days if cell is not None), ("", None))
        if given is not None:
            day = parse_day(given)
            when = {"published": day} if day else when
            if day is None:
                self.reading.warnings.append(f"{where}: {column} {given!r} is not a date, left out; use YYYY-MM-DD")
        if (text := whole(text)) != row["text"]:
            self.reading.warnings.append(f"{where}: half a surrogate pair; replaced by U+FFFD, offsets stay")
        others = {name: _cell(row.get(name)) for name in ("title", "url", "source")}
        words: dict[str, Any] = {name: whole(str(value)) for name, value in others.items() if value is not None}
        self._add(Article(whole(_key(key)) or default_id, text, file_name=file_name, **words, **when))

    def _assumed(self) -> dict[str, Any]:
        """Return the day of publication of an article that does not say it: the user's word."""
        return {"published": self.published, "published_assumed": self.published is not None}

    def _page(self, data: bytes, path: Path) -> Article:
        """Read the article of a web page."""
        html, encoding = decode_page(data)
        if encoding:
            self.reading.warnings.append(f"{path.name}: not UTF-8; decoded as {encoding}, which the page declares")
        page = read_page(html)
        if page.whole:
            self.reading.warnings.append(f"{path.name}: {html.count('<'):,} tags; all text of the page was taken")
        return Article(
            path.stem,
            page.text,
            title=page.title,
            published=self.published or page.published,
            url=page.url,
            source=page.site,
            file_name=path.name,
            around=page.around,
            published_assumed=self.published is not None and page.published is None,
        )

    def _pdf(self, data: bytes, path: Path) -> Article:
        from geoconflict.files.pdf import read_pdf

        document = read_pdf(data)
        if document.without_text:
            self.reading.warnings.append(
                f"{path.name}: {document.without_text} of {document.pages} pages hold no text, only pictures or nothing"
            )
        return Article(path.stem, document.text, title=document.title, file_name=path.name, **self._assumed())

    def _markdown(self, source: str, path: Path) -> Article:
        """Take the plain text of Markdown; front matter gives title, date and url."""
        about: dict[str, str] = {}
        if match := _FRONT_MATTER.match(source):
            pairs = (line.partition(":") for line in match[1].splitlines())
            about = {key.strip().lower(): value.strip().strip("\"'") for key, _, value in pairs}
            source = source[match.end() :]
        text, heading = markdown_text(source)
        day = parse_day(about["date"]) if "date" in about else None
        return Article(
            path.stem,
            text,
            title=about.get("title", heading),
            url=about.get("url", ""),
            file_name=path.name,
            **({"published": day} if day else self._assumed()),
        )

    def _data(self, path: Path) -> bytes:
        try:
            size = path.stat().st_size
        except OSError as error:
            raise InputError("no such file" if not path.exists() else str(error.strerror)) from error
        ending = path.suffix.lower()
        limits = {".pdf": MAX_PDF_BYTES, **dict.fromkeys(MARKDOWN_ENDINGS, MAX_MARKDOWN_BYTES)}
        _check_size(size, limits.get(ending, MAX_TEXT_BYTES))
        return read_bytes(path)

    def _add(self, article: Article) -> None:
        if not article.text.strip():
            self.reading.warnings.append(f"{article.file_name or article.id}: the text is empty")
        free = article.id
        number = 2
        while free in self.ids:
            free, number = f"{article.id}~{number}", number + 1
        if free != article.id:
            self.reading.warnings.append(
                f"{article.file_name or article.id}: id {article.id!r} is taken, renamed {free!r}"
            )
            article = replace(article, id=free)
        self.ids.add(free)
        self.reading.articles.append(self._as_copy(article))

    def _as_copy(self, article: Article) -> Article:
        """Mark an article whose text, spaces and line ends aside, an earlier one of the run has."""
        folded = " ".join(article.text.split())
        if not folded:
            return article
        day = article.published if len(folded) < SURE_COPY_CHARS else None
        first = self.told.setdefault((hashlib.sha256(folded.encode("utf-8", "surrogatepass")).digest(), day), article)
        if first is article:
            return article
        self.copies[article.id] = first.id
        return replace(article, copy_of=first.id)

    def tell_copies(self) -> None:
        """Say in one line which articles repeat another."""
        if not self.copies:
            return
        pairs = [f"{copy} repeats {first}" for copy, first in self.copies.items()]
        shown = ", ".join(pairs[:5]) + (", ..." if len(pairs) > 5 else "")
        one = "1 article has the text of another and is no source of its own"
        many = f"{len(pairs)} articles have the text of another and are no sources of their own"
        self.reading.warnings.append(f"{one if len(pairs) == 1 else many} ({shown})")

    def _skip(self, path: str, reason: str) -> None:
        self.reading.skipped.append(Skipped(path, reason))


def _is_content(path: Path) -> bool:
    """Whether a file of a folder may hold articles or events, as its name says."""
    about = path.name.partition(".")[0].lower() in ABOUT_A_FOLDER
    return path.suffix.lower() in TEXT_ENDINGS + ROW_ENDINGS and not path.name.startswith(".") and not about


def _holds_events(path: Path) -> bool:
    """Whether a file of a folder is a table of events; of what is neither reading says what is wrong with it."""
    if path.suffix.lower() not in ROW_ENDINGS:
        return False
    from geoconflict.files.events import sniff

    try:
        return sniff(path) == "events"
    except UsageError:
        return False


def _is_row(line: str) -> bool:
    try:
        row = json.loads(line.lstrip("\x1e"))
    except (ValueError, RecursionError):
        return False
    return isinstance(row, dict) and "text" in row


def _check_size(size: int, limit: int = MAX_TEXT_BYTES) -> None:
    if size > limit:
        raise InputError(
            f"{size / 1e6:.1f} MB of text is above the limit of {limit / 1e6:.0f} MB an article; "
            "split it, e.g. into .jsonl with one article a line"
        )


def _cell(value: Any) -> Any:
    """Return a cell, or None where a table's own sign for missing stands."""
    if value is None or value == "" or (not isinstance(value, str | list | dict) and value != value):  # noqa: PLR0124  # NaN
        return None
    return None if type(value).__name__ in {"NAType", "NaTType"} else value


def _key(value: Any) -> str:
    """Return an id as text; a spreadsheet's 12.0 is 12."""
    if value is None:
        return ""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
