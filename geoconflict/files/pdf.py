"""The text of a PDF, through pypdf, which `pip install geoconflict[pdf]` brings."""

from __future__ import annotations

import io
import logging
import re
import time
from dataclasses import dataclass
from typing import Any, Final

from geoconflict.errors import InputError
from geoconflict.files.text import whole

MAX_PAGES: Final = 500
"""A longer document is a book or an archive; reading one takes minutes."""
MAX_PAGE_STREAM: Final = 5_000_000
"""Characters of drawing commands on one page; a page of text has a hundredth of it, a drawn map more."""
MAX_STREAMS: Final = 15_000_000
"""Characters of drawing commands in all pages, one that many pages share counted each time: a quarter of a minute."""
MAX_COMMANDS: Final = 500_000
"""Drawing commands carried out in all; a page of text has some three hundred."""
FORM_COMMANDS: Final = 30
"""What opening a drawing inside a drawing costs, in commands: a kilobyte can open one tens of thousands of times."""
MAX_SECONDS: Final = 20.0
"""Of one processor, for what the counts do not see."""
FEWEST_LETTERS: Final = 20
"""A document with fewer holds pictures of text."""

FULL_LINE: Final = 0.75
"""Of the usual length of a page's lines: a shorter line ends its paragraph, is a heading or a row of a table."""

_BROKEN_WORD: Final = re.compile("[a-z][-\u00ad]$")
_ITEM: Final = re.compile(r"[–—•*·-]\s|\d+[.)]\s")
_LIGATURES: Final = str.maketrans({"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "\0": " "})


@dataclass(frozen=True, slots=True)
class Document:
    """What a PDF says: its text and title; `without_text` of its pages have none."""

    text: str
    title: str
    pages: int
    without_text: int


def read_pdf(data: bytes) -> Document:
    """Return the text of a PDF, pages apart by a blank line.

    The lines of a paragraph are joined, words broken at their ends too, and ligatures are spelt out. The days in a
    PDF say when the file was made, not when the report was published: none is taken. Raises InputError for a PDF
    that is broken, protected by a password, longer than `MAX_PAGES`, takes more work than `MAX_COMMANDS`, or holds
    pictures of text only, and when pypdf is not installed.
    """
    pypdf = _pypdf()
    try:
        reader = pypdf.PdfReader(io.BytesIO(data))
        _check(reader)
        work = _Work()
        pages = [_page_text(page, work) for page in reader.pages]
        title = str((reader.metadata or {}).get("/Title") or "")
    except InputError:
        raise
    except pypdf.errors.DependencyError as error:
        raise InputError("the PDF is encrypted; save it without encryption, e.g. with qpdf --decrypt") from error
    except Exception as error:  # a foreign parser on a broken file may raise anything
        raise InputError(f"the PDF is broken and cannot be read ({type(error).__name__})") from error
    text = "\n\n".join(page for page in pages if page)
    if sum(letter.isalpha() for letter in text) < FEWEST_LETTERS:
        raise InputError("the PDF holds pictures and no text; make it searchable first, e.g. with ocrmypdf")
    return Document(text, whole(title.strip()), len(pages), sum(not page for page in pages))


def _check(reader: Any) -> None:
    if reader.is_encrypted and not reader.decrypt(""):
        raise InputError("the PDF is protected by a password; save it without one, e.g. with qpdf --decrypt")
    if len(reader.pages) > MAX_PAGES:
        raise InputError(f"{len(reader.pages)} pages are above the limit of {MAX_PAGES} a PDF; split it")


class _Work:
    """What reading a whole document has cost so far."""

    def __init__(self) -> None:
        self.commands = 0
        self.characters = 0
        self.started = time.thread_time()

    def command(self, operator: bytes, *_: object) -> None:
        """Count a drawing command before it is carried out."""
        self.commands += FORM_COMMANDS if operator == b"Do" else 1
        self.check()

    def stream(self, characters: int) -> None:
        """Count the drawing commands of a page before they are parsed."""
        self.characters += characters
        self.check()

    def check(self) -> None:
        """Raise InputError when it is too much."""
        over = self.commands > MAX_COMMANDS or self.characters > MAX_STREAMS
        if over or time.thread_time() - self.started > MAX_SECONDS:
            raise InputError("the PDF holds more drawing commands than a report has; save it as text, or split it")


def _page_text(page: Any, work: _Work) -> str:
    contents = page.get_contents()
    length = 0 if contents is None else len(contents.get_data())
    work.stream(length)
    if not 0 < length <= MAX_PAGE_STREAM:
        return ""
    drawn = page.extract_text(visitor_operand_before=work.command)
    work.check()  # pypdf goes on where a drawing inside a drawing raises
    text = whole(drawn or "").translate(_LIGATURES)
    return _unwrapped([" ".join(line.split()) for line in text.split("\n")])


def _unwrapped(lines: list[str]) -> str:
    """Join the lines of a paragraph: a line nearly as long as the page's lines are goes on in the next."""
    lengths = sorted(len(line) for line in lines if line)
    usual = lengths[int(0.8 * len(lengths))] if lengths else 0
    parts: list[str] = []
    before = ""
    for line in lines:
        goes_on = line and before and len(before) >= FULL_LINE * usual and not _ITEM.match(line)
        if goes_on and _BROKEN_WORD.search(before) and line[0].islower():
            parts[-1] = parts[-1][:-1]
        elif parts:
            parts.append(" " if goes_on else "\n")
        parts.append(line)
        before = line
    return "".join(parts).strip()


def _pypdf() -> Any:
    """Import pypdf; what it logs of odd files would else be printed among our messages."""
    try:
        import pypdf
    except ImportError as error:
        raise InputError("reading a PDF needs pypdf; install it with pip install 'geoconflict[pdf]'") from error
    logging.getLogger("pypdf").addHandler(logging.NullHandler())
    return pypdf
