"""Articles from files, folders, tables and standard input.

A text is its file decoded as UTF-8, byte for byte except a BOM; of HTML and Markdown it is the extracted text. One bad
article never costs the others: it is listed as skipped, with the reason.
"""

from __future__ import annotations

import json
import logging
import re
import sys
from dataclasses import dataclass, field, replace
from functools import cache
from html import unescape
from pathlib import Path
from typing import TYPE_CHECKING, Any

from geoconflict.errors import InputError, UsageError
from geoconflict.files.days import parse_day
from geoconflict.files.text import decode, read_bytes, whole
from geoconflict.records import Article

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Iterator

HTML_ENDINGS = (".html", ".htm", ".xhtml")
MARKDOWN_ENDINGS = (".md", ".markdown")
TEXT_ENDINGS = (".txt", ".text", *MARKDOWN_ENDINGS, *HTML_ENDINGS)
ROW_ENDINGS = (".jsonl", ".ndjson", ".csv", ".tsv", ".xlsx", ".parquet")
NO_ARTICLE_ENDINGS = (".json", ".geojson", ".gpkg", ".fgb", ".shp", ".zip")
"""Given by name, such a file is refused rather than read as a text; in a folder it is passed over."""

MAX_TEXT_BYTES = 10_000_000
"""A text larger than this is refused. The longest novel has 4 MB: more is an archive, which belongs into .jsonl."""

MAX_MARKDOWN_BYTES = 1_000_000
"""The parser takes 3 s for 1 MB of text and 30 s for 1 MB of brackets."""
MAX_PAGE_TAGS = 20_000
"""Of a page with more tags all text is taken: finding the article among them takes more than a second, and soon minutes
(a news page has some 5,000)."""

_PAGE = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]{0,200}>\s*)?(?:<!--(?:(?!-->).){0,2000}-->\s*)*<(?:!doctype\s+html|html|head|body)\b",
    re.IGNORECASE | re.DOTALL,
)
"""How a web page begins: told from a text by this where its name does not say it."""
PUBLICATION_COLUMNS = ("published", "published_at", "publish_date", "pubdate", "date")
"""Columns of a table of articles that hold the day of publication, the first of them that is filled."""

_CHARSET = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?([A-Za-z0-9_-]+)""", re.IGNORECASE)
_PAGE_CHARSETS = re.compile(r"(windows-12\d\d|iso-8859-\d+|koi8-[ru]|gb\d+|gbk|big5|shift_jis|euc-\w\w)", re.IGNORECASE)
_TAG = re.compile(r"<(/?)([A-Za-z][\w:-]*)|<[!?]")
_HIDDEN_TAGS = frozenset({"script", "style", "title", "noscript", "template"})
_INLINE_TAGS = frozenset({"a", "abbr", "b", "cite", "code", "em", "font", "i", "q", "small", "span", "strong", "u"})
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
    failure: it is counted in `passed_over` and named in `warnings`.
    """

    articles: list[Article] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    passed_over: int = 0

    def __iter__(self) -> Iterator[Article]:
        """Yield the articles in input order."""
        return iter(self.articles)

    def __len__(self) -> int:
        """Return how many articles were read."""
        return len(self.articles)


def read_articles(
    inputs: str | Path | Iterable[str | Path], *, recursive: bool = False, published: dt.date | str | None = None
) -> Reading:
    """Read articles from text, HTML and Markdown files, folders of them, tables with a `text` column, and "-".

    Parameters
    ----------
    inputs
        Paths, read in the order given; a folder's files by name. "-" is standard input: a text, a web page if it begins
        as one, or JSON Lines if its first line is an object with `text`. A table has a column `text`, and may have
        `id`, `title`, `url`, `source` and a day of publication, called as one of `PUBLICATION_COLUMNS`.
    recursive
        Also read the folders inside a folder.
    published
        The day of publication of articles that do not say it themselves. A row's own day stands against it; the date
        read off a web page, which is a guess, does not.

    Returns
    -------
    Reading
        `.articles`, `.skipped` and `.warnings`. An empty text is an article, with a warning. A second article with one
        id becomes `id~2`, with a warning. A text above `MAX_TEXT_BYTES` (Markdown: `MAX_MARKDOWN_BYTES`) is skipped.

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
            known = len(reader.reading) + len(reader.reading.skipped)
            reader.folder(Path(one), recursive=recursive)
            if len(reader.reading) + len(reader.reading.skipped) == known:
                reader.reading.warnings.append(f"no article in {one}")
        else:
            reader.file(Path(one))
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

    # ---- inputs ----------------------------------------------------------------------------------------------------
    def folder(self, folder: Path, *, recursive: bool) -> None:
        """Read a folder's files by name; links to folders are not followed, so that no loop is walked."""
        over = []
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
            elif path.suffix.lower() in TEXT_ENDINGS + ROW_ENDINGS and not path.name.startswith("."):
                self.file(path)
            else:
                over.append(path.name)
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
            elif ending in HTML_ENDINGS or _PAGE.match(data):
                self._add(self._page(data, path))
            elif ending in MARKDOWN_ENDINGS:
                self._add(self._markdown(decode(data), path))
            else:
                self._add(Article(path.stem, decode(data), published=self.published, file_name=path.name))
        except InputError as error:
            self._skip(str(path), str(error).removeprefix(f"{path.name}: ").removeprefix(f"{path}: "))

    def standard_input(self) -> None:
        """Read standard input: one text, one web page, or JSON Lines."""
        data = sys.stdin.buffer.read()
        try:
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
                self._add(Article("stdin", text, published=self.published))
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
        published = self.published
        days = ((name, _cell(row.get(name))) for name in PUBLICATION_COLUMNS)
        column, given = next(((name, cell) for name, cell in days if cell is not None), ("", None))
        if given is not None:
            day = parse_day(given)
            published = day or published
            if day is None:
                self.reading.warnings.append(f"{where}: {column} {given!r} is not a date, left out; use YYYY-MM-DD")
        if (text := whole(text)) != row["text"]:
            self.reading.warnings.append(f"{where}: half a surrogate pair; replaced by U+FFFD, offsets stay")
        others = {name: _cell(row.get(name)) for name in ("title", "url", "source")}
        words = {name: whole(str(value)) for name, value in others.items() if value is not None}
        self._add(Article(whole(_key(key)) or default_id, text, published=published, file_name=file_name, **words))

    def _page(self, data: bytes, path: Path) -> Article:
        """Extract the article of a web page: text, title, date, address."""
        html = self._decode_page(data, path)
        if html.count("<") > MAX_PAGE_TAGS:
            self.reading.warnings.append(f"{path.name}: {html.count('<'):,} tags; all text of the page was taken")
            return Article(path.stem, _without_tags(html), published=self.published, file_name=path.name)
        page: Any
        try:
            page = _quiet_trafilatura().bare_extraction(
                html,
                with_metadata=True,
                include_comments=False,
                # Without it a date is guessed from any number in the page, a copyright line among them.
                date_extraction_params={"extensive_search": False, "original_date": True},
            )
            text = (page.text if page is not None else "") or _without_tags(html)
        except Exception as error:  # a foreign parser on a hostile page may raise anything
            raise InputError(f"the page cannot be parsed ({type(error).__name__})") from error
        if not text and html.strip():
            raise InputError("no article text was found in the page")
        published = self.published or (parse_day(page.date) if page is not None and page.date else None)
        return Article(
            path.stem,
            text,
            title=(page.title if page is not None else "") or "",
            published=published,
            url=(page.url if page is not None else "") or "",
            source=(page.sitename if page is not None else "") or "",
            file_name=path.name,
        )

    def _decode_page(self, data: bytes, path: Path) -> str:
        """Decode a page as UTF-8, else as the encoding it declares itself, with a warning."""
        try:
            return decode(data)
        except InputError:
            declared = _CHARSET.search(data[:4096])
            name = declared[1].decode("ascii") if declared else ""
            if not _PAGE_CHARSETS.fullmatch(name):
                raise
            try:
                html = data.decode(name)
            except (LookupError, UnicodeDecodeError) as error:
                raise InputError(f"neither UTF-8 nor {name}, which the page declares") from error
            self.reading.warnings.append(f"{path.name}: not UTF-8; decoded as {name}, which the page declares")
            return html

    def _markdown(self, source: str, path: Path) -> Article:
        """Take the plain text of Markdown; front matter gives title, date and url."""
        about: dict[str, str] = {}
        if match := _FRONT_MATTER.match(source):
            pairs = (line.partition(":") for line in match[1].splitlines())
            about = {key.strip().lower(): value.strip().strip("\"'") for key, _, value in pairs}
            source = source[match.end() :]
        text, heading = markdown_text(source)
        published = parse_day(about["date"]) if "date" in about else None
        return Article(
            path.stem,
            text,
            title=about.get("title", heading),
            published=published or self.published,
            url=about.get("url", ""),
            file_name=path.name,
        )

    def _data(self, path: Path) -> bytes:
        try:
            size = path.stat().st_size
        except OSError as error:
            raise InputError("no such file" if not path.exists() else str(error.strerror)) from error
        _check_size(size, MAX_MARKDOWN_BYTES if path.suffix.lower() in MARKDOWN_ENDINGS else MAX_TEXT_BYTES)
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
        self.reading.articles.append(article)

    def _skip(self, path: str, reason: str) -> None:
        self.reading.skipped.append(Skipped(path, reason))


def markdown_text(source: str) -> tuple[str, str]:
    """Return the plain text of Markdown, blocks apart by a blank line, and its first heading.

    Links keep their words, pictures their alternative text, code its letters; HTML tags go.
    """
    from markdown_it import MarkdownIt

    tokens = MarkdownIt("commonmark").enable("table").enable("strikethrough").parse(source)
    blocks: list[str] = []
    heading = ""
    for before, token in zip([None, *tokens], tokens, strict=False):
        if token.type == "inline":
            block = _inline(token.children or [])
            if not heading and before is not None and before.type == "heading_open":
                heading = block
        elif token.type in {"fence", "code_block"}:
            block = token.content.rstrip("\n")
        elif token.type == "html_block":
            block = _without_tags(token.content)
        else:
            continue
        if block:
            blocks.append(block)
    return "\n\n".join(blocks), heading


def _inline(children: list[Any]) -> str:
    parts = []
    for child in children:
        if child.type in {"text", "code_inline", "text_special", "image"}:
            parts.append(child.content)
        elif child.type in {"softbreak", "hardbreak"}:
            parts.append("\n")
    return "".join(parts)


@cache
def _quiet_trafilatura() -> Any:
    """Import trafilatura; what it and its helpers log of odd pages would else be printed among our messages."""
    import trafilatura

    for name in ("trafilatura", "htmldate", "courlan", "justext"):
        logging.getLogger(name).addHandler(logging.NullHandler())
    return trafilatura


def _without_tags(html: str) -> str:
    """Return the text between tags, blocks on lines of their own, in one pass over the page however broken it is."""
    parts: list[str] = []
    never_closed: set[str] = set()  # looked for once and not found: looking again would make the pass quadratic
    at = 0
    while (opening := html.find("<", at)) >= 0:
        parts.append(html[at:opening])
        comment = html.startswith("<!--", opening)
        tag = None if comment else _TAG.match(html, opening)
        if tag is None and not comment:
            parts.append("<")
            at = opening + 1
            continue
        end = html.find("-->" if comment else ">", opening)
        if end < 0:
            break
        at = end + (3 if comment else 1)
        name = "" if tag is None else (tag[2] or "").lower()
        if tag is not None and name in _HIDDEN_TAGS and not tag[1] and name not in never_closed:
            closing = re.compile(f"</{name}", re.IGNORECASE).search(html, at)
            at = closing.start() if closing else at
            never_closed |= set() if closing else {name}
        parts.append("" if name in _INLINE_TAGS else "\n")
    else:
        parts.append(html[at:])
    lines = (" ".join(line.split()) for line in unescape("".join(parts)).split("\n"))
    return "\n".join(line for line in lines if line)


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
