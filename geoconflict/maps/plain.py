"""What a reader sees who opens the page without JavaScript: a picture of the map, and its events as a table."""

from __future__ import annotations

import base64
import datetime as dt
import html
import io
import re
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from geoconflict.maps.columns import EPOCH

if TYPE_CHECKING:
    from collections.abc import Callable

MOST_ROWS = 500
"""Events in the table, newest first; the rest is counted. Each takes about 300 bytes of the page."""
STILL_WIDTH, STILL_QUALITY = 800, 40
"""Pixels, and WebP's own measure: about 40 kB, as the page of five events has to stay small and base64 adds a third."""
_UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
COLUMNS = ("date", "place", "what", "killed", "source")
_AREA_KINDS = {3: "area.district", 4: "area.province"}  # by `where_prec`
_SAYS_ITS_KIND = re.compile(r"province|governorate|oblast|district|region|state|county|raion|rural", re.IGNORECASE)


def plain_page(page: dict[str, Any], events: dict[str, Any], cards: dict[str, Any], still: bytes | None) -> str:
    """Return a `noscript` element with headline, still and table; every word of data is escaped text.

    `page`, `events` and `cards` are what the islands hold before they are packed, so a policy that masks them masks
    this; `still` is a PNG.
    """

    def say(key: str, **values: Any) -> str:
        phrases = page["words"].get("phrases", {})
        phrase = phrases.get(f"plain.{key}", phrases.get(key, key))  # one of its own, or what the list of events says
        if isinstance(phrase, dict):  # of the plural forms only a script knows the rules
            phrase = phrase.get("one" if values.get("count") == 1 else "other", phrase["other"])
        for name, value in values.items():
            phrase = phrase.replace(f"{{{name}}}", f"{value:,}" if isinstance(value, int) else str(value))
        return str(phrase)

    order = sorted(range(len(events["id"])), key=lambda row: (-_day(events, row), row))
    rows = [_row(events, cards, row, say) for row in order[:MOST_ROWS]]
    head = "".join(f'<th scope="col">{_text(say(name))}</th>' for name in COLUMNS)
    rest = len(order) - len(rows)
    recalled = sum(events["background"])
    counted = [say("count.events", count=len(order) - recalled)]
    if recalled:
        counted.append(say("time.background", count=recalled))
    parts = [
        '<noscript><div class="plain">',
        f"<h1>{_text(page['title'])}</h1>",
        f"<p>{_text(page['standfirst'])}</p>" if page["standfirst"] else "",
        _picture(still, page["alt"]),
        f"<p>{_text(page['borders'])}</p>",
        f"<p>{_text('; '.join(counted) if rows else say('list.empty'))}</p>",
        f"<table><thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table>" if rows else "",
        f"<p>{_text(say('rest', count=rest))}</p>" if rest else "",
        f"<p>{_text(say('script'))}</p>",
        "</div></noscript>",
    ]
    return "".join(parts)


def _picture(still: bytes | None, alt: str) -> str:
    if still is None:
        return f"<p>{_text(alt)}</p>"
    packed = base64.b64encode(small_picture(still)).decode()
    return f'<img src="data:image/webp;base64,{packed}" alt="{_text(alt)}">'


def _row(events: dict[str, Any], cards: dict[str, Any], row: int, say: Callable[..., str]) -> str:
    def cell(name: str) -> Any:
        return cards[name][row] if name in cards else None

    when = _when(events["start"][row], events["end"][row], cell("date_precision"))
    if when and cell("date_inferred"):
        when = say("date.inferred", day=when)
    what = cell("sub_event_type") or events["types"][events["type"][row]]
    if events["background"][row]:
        what = f"{what} ({say('list.background')})"
    cells = [
        _text(when or say("unknown")),
        _text(_where(events, cell, row, say)),
        _text(f"{what}. {cards['summary'][row]}"),
        _text(_killed(cell("fatalities_low"), cell("fatalities_best"), cell("fatalities_high"), say)),
        ", ".join(filter(None, map(_source, cell("sources") or ()))) or _text(say("unknown")),
    ]
    return "<tr>" + "".join(f"<td>{one}</td>" for one in cells) + "</tr>"


def _day(events: dict[str, Any], row: int) -> float:
    day = events["start"][row] if events["start"][row] is not None else events["end"][row]
    return -float("inf") if day is None else float(day)


def _when(start: int | None, end: int | None, precision: str | None) -> str:
    """Write the days of an event no finer than they are known; ISO dates need no translation."""
    letters = {"month": 7, "year": 4}.get(precision or "", 10)
    told = [dt.date.fromordinal(day + EPOCH).isoformat()[:letters] for day in (start, end) if day is not None]
    return " – ".join(dict.fromkeys(told))


def _where(events: dict[str, Any], cell: Callable[[str], Any], row: int, say: Callable[..., str]) -> str:
    """Write the place as the report names it, what it lies in, and how well it is known."""
    said, place, radius = events["said"][row], events["place"][row], events["radius"][row]
    if not place:
        return say("said", place=said) if said else say("unknown")
    relation, kind = events["relation"][row], _AREA_KINDS.get(events["precision"][row])
    named = say(kind, name=place) if kind and not _SAYS_ITS_KIND.search(place) else place
    named = say(relation, place=named) if relation in ("near", "outskirts") else named
    if said:
        named = f"{say('said', place=said)}, {named}"
    wider = [
        name for name in dict.fromkeys((cell("admin2"), cell("admin1"), cell("country"))) if name and name != place
    ]
    if events["lon"][row] is None:
        known = f" {say('list.notOnMap')}"
    else:
        known = f" ({say('within', km=_number(radius / 1000))})" if radius else ""
    return ", ".join([named, *wider]) + known


def _killed(low: Any, best: Any, high: Any, say: Callable[..., str]) -> str:
    """Write a count no firmer than it is: without an upper end it is a floor, or a rounded number."""
    if best is not None and ((low is not None and low > best) or (high is not None and high < best)):
        ends = (("total.low", low), ("total.high", high))  # a slip of the source
        told = ", ".join(say(key, number=_number(end)) for key, end in ends if end is not None)
        return say("total.slip", number=_number(best), ends=told)
    if best is not None and high is not None:
        low = best if low is None else low
        return _number(best) if low == high else f"{_number(best)} ({_number(low)}–{_number(high)})"
    if best is not None:
        return say("floor" if low == best else "about", count=_number(best)) if best else "0"
    if low is not None and high is not None:
        return f"{_number(low)}–{_number(high)}"
    if low is not None:
        return say("floor", count=_number(low))
    return say("unknown") if high is None else say("most", count=_number(high))


def _number(value: float) -> str:
    """Write all digits a number has before the point, in groups of three, and at most three behind it."""
    return f"{value:,.3f}".rstrip("0").rstrip(".")


def _source(source: Any) -> str:
    """Return a source as escaped text, linked where its address is one of the web."""
    if not isinstance(source, dict):
        return ""
    address = str(source.get("url") or "")
    linked = _is_web_address(address)
    outlet = source.get("outlet")
    title = source.get("title") or source.get("article") or (address if linked and not outlet else "")
    parts = (outlet, "" if title == outlet else title, source.get("date"))
    words = _text(", ".join(str(part) for part in parts if part))
    return f'<a href="{_text(address)}" rel="noopener noreferrer">{words}</a>' if linked and words else words


def _is_web_address(address: str) -> bool:
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname)


def _text(words: Any) -> str:
    """Return text that HTML reads as text, without what is not seen or turns its direction."""
    return html.escape(_UNSEEN.sub(" ", str(words)))


def small_picture(png: bytes) -> bytes:
    """Return a PNG as a WebP of at most `STILL_WIDTH` pixels: a fifth of the bytes, and its small text still read."""
    from PIL import Image

    with Image.open(io.BytesIO(png)) as opened:
        image = opened.convert("RGB")
    if image.width > STILL_WIDTH:
        image = image.resize((STILL_WIDTH, round(image.height * STILL_WIDTH / image.width)), Image.Resampling.LANCZOS)
    held = io.BytesIO()
    image.save(held, "WEBP", quality=STILL_QUALITY, method=6)
    return held.getvalue()
