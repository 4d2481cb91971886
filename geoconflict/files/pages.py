"""Web pages and Markdown to plain text: the article, what the page says about it, and what stands around it."""

from __future__ import annotations

import json
import logging
import re
from dataclasses import dataclass
from functools import cache
from html import unescape
from typing import TYPE_CHECKING, Any, Final

from geoconflict.errors import InputError
from geoconflict.files.days import parse_day
from geoconflict.files.text import decode

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator

MAX_PAGE_TAGS: Final = 20_000
"""Of a page with more tags all text is taken: finding the article among them takes more than a second, and soon minutes
(a news page has some 5,000)."""
MAX_TAG: Final = 5_000
"""Characters of one tag beside what its quotes hold: every attribute is compared with those before it."""
MAX_ATTRIBUTES: Final = 1_000
"""Attributes of one tag, by their signs."""
MAX_AROUND: Final = 20_000
"""Characters of what stands around an article that are kept: notices stand in the first of them."""

_CHARSET = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?([A-Za-z0-9_-]+)""", re.IGNORECASE)
_PAGE_CHARSETS = re.compile(r"(windows-12\d\d|iso-8859-\d+|koi8-[ru]|gb\d+|gbk|big5|shift_jis|euc-\w\w)", re.IGNORECASE)
_TAG = re.compile(r"<(/?)([A-Za-z][\w:-]*)|<[!?]")
_HIDDEN_TAGS = frozenset({"script", "style", "title", "noscript", "template"})
_INLINE_TAGS = frozenset({"a", "abbr", "b", "cite", "code", "em", "font", "i", "q", "small", "span", "strong", "u"})

_WHOLE_TAG = re.compile(r"<[A-Za-z](?:[^<>=]++|=\s*\"[^\"]*+\"|=\s*'[^']*+'|[<=])*+")
_QUOTED = re.compile(r"=\s*(?:\"[^\"]*+\"|'[^']*+')")
_SCRIPT = re.compile(r"<script\b", re.IGNORECASE)

_OWN_WORDS: Final = "translate(normalize-space(.), 'ABCDEFGHIJKLMNOPQRSTUVWXYZ:', 'abcdefghijklmnopqrstuvwxyz')"
_OTHER_STORIES: Final = (
    "read more", "read also", "also read", "read next", "read on", "related", "related stories", "related articles",
    "related news", "related topics", "related content", "related posts", "related coverage", "related reading",
    "more stories", "more news", "more on this story", "more on this", "more from", "see also", "also on", "also",
    "most read", "recommended", "you may also like", "you might also like", "further reading", "latest news",
)  # fmt: skip
_IS_THEIR_HEADING: Final = "(" + " or ".join(f"{_OWN_WORDS} = '{words}'" for words in _OTHER_STORIES) + ")"

_NOT_THE_REPORT: Final = [
    f"//*[self::ul or self::ol or (self::div and .//a)][preceding-sibling::*[1][{_IS_THEIR_HEADING}]]",
    f"//*[self::h2 or self::h3 or self::h4 or self::h5 or self::h6 or self::p][{_IS_THEIR_HEADING}]",
    "//figcaption",
    "//blockquote[contains(@class, 'twitter') or contains(@class, 'instagram') or contains(@class, 'tiktok')]",
    "//*[contains(@class, 'fb-post') or contains(@class, 'telegram-post') or contains(@class, 'bluesky-embed')]",
]
"""What stands inside an article and is no sentence of it: lists of other stories under their heading, captions, and
posts of social media that were set in."""

_DATA: Final = re.compile(r"<script[^>]{0,200}application/ld\+json[^>]{0,200}>", re.IGNORECASE)
_DATA_ENDS: Final = re.compile("</script", re.IGNORECASE)
_ARTICLE_TYPES: Final = re.compile(r"(?:\w*Article|Report|BlogPosting|LiveBlogPosting|SocialMediaPosting)")
MAX_DATA_NODES: Final = 1_000
"""Nodes of a page's linked data that are looked at; an article's own has some fifty."""


@dataclass(frozen=True, slots=True)
class Page:
    """A web page as read; `around` is its text outside the article, `whole` says that no article was told from it."""

    text: str
    title: str = ""
    published: dt.date | None = None
    url: str = ""
    site: str = ""
    around: str = ""
    whole: bool = False


def read_page(html: str) -> Page:
    """Return the article of a web page, with the title, day, address and site the page states.

    The day is `datePublished` of the article in the page's linked data, else what trafilatura finds in its metadata and
    `<time>`; it is the day as written, in the page's own time zone. Captions, posts of social media, cookie notices,
    buttons and related stories go into `around`. Raises InputError when the page cannot be parsed or has no text.
    """
    if html.count("<") > MAX_PAGE_TAGS or _has_endless_tag(html):
        return Page(without_tags(html), published=_stated_day(html), whole=True)
    try:
        found = _quiet_trafilatura().bare_extraction(
            html,
            with_metadata=True,
            include_comments=False,
            prune_xpath=_NOT_THE_REPORT,
            # Without it a date is guessed from any number in the page, a copyright line among them.
            date_extraction_params={"extensive_search": False, "original_date": True},
        )
        all_text = without_tags(html)
    except Exception as error:  # a foreign parser on a hostile page may raise anything
        raise InputError(f"the page cannot be parsed ({type(error).__name__})") from error
    text = (found.text if found is not None else "") or all_text
    if not text and html.strip():
        raise InputError("no article text was found in the page")
    if found is None:
        return Page(text, published=_stated_day(html))
    return Page(
        text,
        title=found.title or "",
        published=_stated_day(html) or (parse_day(found.date) if found.date else None),
        url=found.url or "",
        site=found.sitename or "",
        around=_around(all_text, text),
    )


def _has_endless_tag(html: str) -> bool:
    """Whether one tag has thousands of attributes; the signs of a script are none."""
    return any(
        tag.count("=") > MAX_ATTRIBUTES or len(_QUOTED.sub("=", tag)) > MAX_TAG
        for part in _DATA_ENDS.split(html)
        for tag in _WHOLE_TAG.findall(_before_script(part))
        if len(tag) > MAX_ATTRIBUTES
    )


def _before_script(part: str) -> str:
    """Return what stands before a script, with the tag that opens it."""
    script = _SCRIPT.search(part)
    tag = _WHOLE_TAG.match(part, script.start()) if script else None
    return part[: tag.end()] if tag else part


def decode_page(data: bytes) -> tuple[str, str]:
    """Decode a page as UTF-8, else as the encoding it declares itself; return the text and that encoding, or "".

    Raises InputError as `decode`, and when the page is not in the encoding it declares.
    """
    try:
        return decode(data), ""
    except InputError:
        declared = _CHARSET.search(data[:4096])
        name = declared[1].decode("ascii") if declared else ""
        if not _PAGE_CHARSETS.fullmatch(name):
            raise
        try:
            return data.decode(name), name
        except (LookupError, UnicodeDecodeError) as error:
            raise InputError(f"neither UTF-8 nor {name}, which the page declares") from error


def _stated_day(html: str) -> dt.date | None:
    """Return `datePublished` of the first article in the page's linked data (schema.org in JSON-LD)."""
    for start in _DATA.finditer(html):
        end = _DATA_ENDS.search(html, start.end())
        if end is None:
            return None
        for node in _nodes(_parsed(html[start.end() : end.start()])):
            kinds = node.get("@type")
            named = kinds if isinstance(kinds, list) else [kinds]
            if not any(isinstance(one, str) and _ARTICLE_TYPES.fullmatch(one) for one in named):
                continue
            day = parse_day(node["datePublished"]) if isinstance(node.get("datePublished"), str) else None
            if day is not None:
                return day
    return None


def _parsed(block: str) -> Any:
    """Return linked data, which some pages escape as if it were text; None when it is broken."""
    for written in (block, unescape(block)):
        try:
            return json.loads(written.strip(), strict=False)
        except (ValueError, RecursionError):
            continue
    return None


def _nodes(data: Any) -> Iterator[dict[str, Any]]:
    """Yield the objects of linked data, outer ones first, up to `MAX_DATA_NODES`."""
    waiting, seen = [data], 0
    while waiting and seen < MAX_DATA_NODES:
        node = waiting.pop(0)
        seen += 1
        if isinstance(node, dict):
            yield node
            waiting += [value for value in node.values() if isinstance(value, dict | list)]
        elif isinstance(node, list):
            waiting += node[:MAX_DATA_NODES]


def _around(all_text: str, text: str) -> str:
    """Return the lines of a page that are not in its article."""
    told = {" ".join(line.split()) for line in text.split("\n")}
    return "\n".join(line for line in all_text.split("\n") if line not in told)[:MAX_AROUND]


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
            block = without_tags(token.content)
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


def without_tags(html: str) -> str:
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
