"""What a map shows, for those who do not see it: short, long, and the HTML that carries both with the picture.

Written from the columns of the layer, as everything on the map is; no claim is made here that the map does not make.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any

from geoconflict.maps import captions

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from geopandas import GeoDataFrame

SHORT = 150
"""Characters of the short text: what screen readers say in one breath, and many publishing systems keep."""
DESCRIBED = 8
"""Events told one by one in the long text; a listener cannot use more, the rest are counted."""
PHONE_PX = 480
"""Viewports up to this wide get the variant laid out for a phone."""
_COLUMNS = (
    *captions.CALLOUT_COLUMNS,
    "event_type",
    "sub_event_type",
    "type_of_violence",
    "place_kind",
    "admin1",
    "country",
    "where_prec",
    "radius_m",
    "zone_controller",
    "zone_status",
    "zone_source",
    "zone_as_of",
    "camp_name",
    "camp_distance_m",
    "camp_distance_words",
    "camps",
    "camps_said",
)


def long_alt(
    title: str,
    standfirst: str,
    dates: str,
    events: GeoDataFrame,
    notes: Iterable[str],
    *,
    picture: str = "Map",
) -> str:
    """Return what a picture shows, in words: headline, dates, the events, control, and what is not drawn.

    An event is told with its day, place, how certain the place is, the reported dead, who is reported to hold the
    ground as of when, and the nearest camp in the words the policy allows; a line each, ending in a line break.
    """
    in_order = events.sort_values("date_start", kind="stable", na_position="last") if "date_start" in events else events
    told = [captions.event_words(event) for event in captions.records_of(in_order.head(DESCRIBED), _COLUMNS)]
    if len(events) > DESCRIBED:
        told.append(f"And {captions.counted(len(events) - DESCRIBED, 'more event')}.")
    opening = f"{picture}. {title}{'' if title.endswith(('.', '?', '!')) else '.'}"
    parts = [opening, standfirst, f"{dates}." if dates else "", *told, *notes]
    # A line is one of ours: text of a report can neither end it nor begin another.
    return "".join(f"{line}\n" for line in map(captions.printable, parts) if line)


def short_alt(events: GeoDataFrame, held: Sequence[str] = (), *, picture: str = "Map") -> str:
    """Return in at most `SHORT` characters what happened where and when, and who is reported to hold the ground.

    What does not fit is left out whole, the least needed first: a sentence cut in the middle would say something else.
    """
    if not len(events):
        return f"{picture}: no reported events."
    what = captions.default_title(events)
    first, last = captions.event_days(events)
    when = captions.span_words(first, last)
    sure = _certainty(events)
    ground = f"; ground reported as held by {captions.list_words(held, 2)}" if held else ""
    camp = _camp(events)
    head = f"{picture}: {what[0].lower() if len(events) == 1 else what[0]}{what[1:]}"
    when = f", {when}" if when else ", day not known"
    for parts in (
        (when, sure, ground, camp),
        (when, sure, ground),
        (when, sure),
        (when,),
        (),
    ):
        text = captions.printable(f"{head}{''.join(parts)}.")
        if len(text) <= SHORT:
            return text
    return f"{picture} of {captions.counted(len(events), 'reported event')}{when}."[:SHORT]


def _certainty(events: GeoDataFrame) -> str:
    """Return how well the places are known, in a few words."""
    rows = captions.records_of(events, ("where_prec", "radius_m", "place_name"))
    if len(rows) > 1:
        vague = sum(1 for row in rows if row["place_name"] and row["where_prec"] not in (1, 2, None))
        nowhere = sum(1 for row in rows if not row["place_name"])
        counts = ((vague, "known only to an area"), (nowhere, "without a known place"))
        told = ", ".join(f"{number:,} {words}" for number, words in counts if number)
        return f" ({told})" if told else ""
    if not rows[0]["place_name"]:
        return " (place not known)"
    if rows[0]["where_prec"] not in (1, 2, None):
        return " (known only to this area)"
    radius = rows[0]["radius_m"]
    return f" (within {max(1, math.ceil(radius / 1000))} km)" if radius else ""


def _camp(events: GeoDataFrame) -> str:
    row = captions.records_of(events.head(1), ("camp_name", "camp_distance_m", "camp_distance_words"))[0]
    if len(events) > 1 or not row["camp_name"]:
        return ""
    return f"; camp {row['camp_name']} {row['camp_distance_words'] or captions.distance_words(row['camp_distance_m'])}"


@dataclass(frozen=True, slots=True)
class Variant:
    """One size of a still as a page links it: file names, the finest last; pixels; CSS pixels it is shown at."""

    name: str
    files: tuple[str, ...]
    width_px: int
    height_px: int
    shown_at: int


def snippet(variants: Sequence[Variant], *, title: str, short: str, long: str, credit: str) -> str:
    """Return the HTML that puts a still into an article: a figure, no script, no style of its own but its width.

    The first variant is the picture; a variant laid out for a phone is taken on viewports up to `PHONE_PX`. Every value
    is escaped, so that it stays text whatever it holds. `long` follows in a disclosure readers can open.
    """
    whole, *others = variants
    phone = [one for one in others if one.shown_at <= PHONE_PX]
    sources = [
        f'<source media="(max-width: {PHONE_PX}px)" srcset="{_srcset(one)}" sizes="100vw" '
        f'width="{one.width_px}" height="{one.height_px}">'
        for one in phone[:1]
    ]
    image = (
        f'<img src="{_address(whole.files[0])}" srcset="{_srcset(whole)}" '
        f'sizes="(max-width: {whole.shown_at}px) 100vw, {whole.shown_at}px" width="{whole.width_px}" '
        f'height="{whole.height_px}" alt="{_text(short)}" loading="lazy" style="max-width:100%;height:auto">'
    )
    paragraphs = "".join(f"<p>{_text(line)}</p>" for line in long.strip().splitlines())
    lines = [
        f'<figure class="conflict-map" style="max-width:{whole.shown_at}px;margin-inline:auto">',
        "<picture>",
        *sources,
        image,
        "</picture>",
        f"<figcaption>{_text(title)} <small>{_text(credit)}</small></figcaption>",
        f"<details><summary>What the map shows, in words</summary>{paragraphs}</details>",
        "</figure>",
    ]
    return "\n".join(lines) + "\n"


def frame_snippet(page: str, *, title: str, short: str, height_px: int = 640) -> str:
    """Return the HTML that puts a page into an article: a sandboxed frame with a title, and a link where frames fail.

    The frame may run the page's own script and save its downloads; it reaches neither the article nor its cookies.
    """
    return (
        f'<figure class="conflict-map">\n<iframe src="{_address(page)}" title="{_text(title)}" '
        f'sandbox="allow-scripts allow-downloads allow-popups" loading="lazy" referrerpolicy="no-referrer" '
        f'style="width:100%;height:{int(height_px)}px;border:0"></iframe>\n'
        f'<figcaption>{_text(short)} <a href="{_address(page)}">Open the map: {_text(title)}</a></figcaption>\n'
        "</figure>\n"
    )


def _srcset(variant: Variant) -> str:
    return ", ".join(
        f"{_address(name)} {variant.width_px * finer}w" for finer, name in enumerate(variant.files, start=1)
    )


def _address(name: str) -> str:
    """Return a file beside the article as an address: no scheme, and no comma or space a srcset would split at."""
    from urllib.parse import quote

    return escape(("./" if ":" in name else "") + quote(name, safe="/@"), quote=True)


def _text(value: Any) -> str:
    return escape(captions.printable(str(value)), quote=True)
