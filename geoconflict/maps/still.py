"""The picture for an article: events over a quiet basemap, dated, credited, with words for those who cannot see it.

A still makes the same claims as the page and no more. An event known only to its area is an outline, never a pin; a
pin carries the circle its true spot lies in; control is drawn for one stated day, named by who is reported to hold the
ground, in looks that follow from its name. What cannot be drawn is counted under the map.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from geoconflict.errors import UsageError
from geoconflict.maps import captions, series
from geoconflict.maps.alt_text import Variant, snippet
from geoconflict.maps.captions import printable
from geoconflict.maps.content import content_of
from geoconflict.maps.layout import Layout, Panel, Wording
from geoconflict.maps.save import check_target, write_together
from geoconflict.maps.sheet import Sheet
from geoconflict.maps.sheets import MAX_SHEET_AGE_DAYS
from geoconflict.maps.sizes import FORMATS, beside, formats_of, size_of
from geoconflict.maps.spelling import STYLES
from geoconflict.maps.words import check_words

if TYPE_CHECKING:
    from collections.abc import Iterable

    from geopandas import GeoDataFrame

    from geoconflict.maps.checks import Finding
    from geoconflict.records import Theme


@dataclass(frozen=True, eq=False)
class Still:
    """A drawn map: `save` writes it, `check` lists what an editor asks, a notebook shows it.

    Attributes
    ----------
    title
        The headline as drawn.
    alt_text
        What the picture shows, in plain words, ending in a line break.
    """

    title: str
    alt_text: str
    sheet: Sheet = field(repr=False)
    layout: Layout = field(repr=False)

    @property
    def short_text(self) -> str:
        """What the picture shows, in at most 150 characters."""
        return series.short_text(self.layout)

    def variant(self, path: str | Path) -> Variant:
        """Return how a page links this still once `save(path)` has written it as PNG, or else as SVG."""
        path = Path(path)
        form = path.suffix.lower().lstrip(".")
        names = tuple(one.name for one in _files(path, form if form in ("png", "svg") else "png"))
        return Variant(self.layout.size.name, names, self.sheet.width, self.sheet.height, self.layout.size.shown_at)

    def snippet(self, path: str | Path, others: Iterable[tuple[Still, str | Path]] = ()) -> str:
        """Return the HTML that puts this still, saved at `path`, into an article; see `alt_text.snippet`.

        `others` are the same map in other sizes and where they were saved: one laid out for a phone is shown on one.
        """
        variants = [self.variant(path), *(still.variant(where) for still, where in others)]
        credit = self.layout.credit
        return snippet(variants, title=self.title, short=self.short_text, long=self.alt_text, credit=credit)

    def save(self, path: str | Path, *, formats: Iterable[str] = (), overwrite: bool = False) -> tuple[Path, ...]:
        """Write the picture and, beside it, its alt text; return the paths, the picture first, the alt text last.

        `map.png` (or .svg, .pdf) comes with `map.alt.txt`; a PNG also twice as fine, as `map@2x.png`. With `formats`
        ("png", "svg", "pdf") each of them is written, whatever the ending. The same still gives the same bytes. Raises
        UsageError for another ending or format, OutputError where a file exists and `overwrite` is not set or cannot
        be written; then none is.
        """
        files = self.files(path, formats=formats)
        for target in files:
            check_target(target, overwrite=overwrite)
        write_together(files)
        words, *pictures = files
        return (*pictures, words)

    def files(self, path: str | Path, *, formats: Iterable[str] = ()) -> dict[Path, bytes]:
        """Return what `save` writes and where, the alt text first: no picture is to stand without its words."""
        path = Path(path)
        wanted = formats_of(tuple(formats)) or (path.suffix.lower().lstrip("."),)
        if wanted[0] not in FORMATS:
            raise UsageError(f"{path.name}: a still is written as .png, .svg or .pdf")
        about = self.title, self.alt_text.strip()
        written = {beside(path, ".alt.txt"): self.alt_text.encode("utf-8")}
        for form in wanted:
            plain, *finer = _files(path, form)
            written[plain] = getattr(self.sheet, form)(*about)
            for target in finer:
                written[target] = self.sheet.png(*about, ratio=2)
        return written

    def check(self, *, shown_at_px: float | None = None) -> list[Finding]:
        """Return what an editor checks before a map is printed, each with whether it holds.

        Dates and sources, scale, labels that overlap and that found no room, size of the smallest text where the
        picture is shown `shown_at_px` CSS pixels wide, contrast, colours as colour-blind readers see them.
        """
        from geoconflict.maps.checks import findings

        return findings(self.layout, shown_at_px)

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        """Show the picture in a notebook, and its alt text where there are no pictures."""
        return {"image/png": self.sheet.png(self.title, self.alt_text.strip()), "text/plain": self.alt_text}


def _files(path: Path, form: str) -> list[Path]:
    """Return the files one format is written as."""
    plain = beside(path, f".{form}") if path.suffix.lower() != f".{form}" else path
    return [plain, plain.with_name(f"{plain.stem}@2x{plain.suffix}")] if form == "png" else [plain]


def render_still(
    layer: GeoDataFrame,
    *,
    zones: GeoDataFrame | None = None,
    camps: GeoDataFrame | None = None,
    basemap: GeoDataFrame | None = None,
    theme: Theme | None = None,
    title: str | None = None,
    standfirst: str | None = None,
    byline: str | None = None,
    names: str = "press",
    size: str | None = None,
    width_px: int | None = None,
    height_px: int | None = None,
    step: str | None = None,
    before: str | None = None,
    after: str | None = None,
    policy: str = "publish",
    borders: str = "un",
    max_zone_age_days: int = MAX_SHEET_AGE_DAYS,
    language: str = "en",
) -> Still:
    """Draw a linked layer as one picture.

    Draws what the layers say: hand over event and camp layers as `protect` returned them for `policy`.

    Parameters
    ----------
    layer
        `records.EVENT_COLUMNS`, and link columns if there are any. Columns that are missing are not told.
    zones, camps
        `records.ZONE_COLUMNS` and `records.CAMP_COLUMNS`. Drawn are the zones that hold on the last day of the events,
        or those of the latest dated map before it, and the camps open at some time of the events.
    basemap
        Roads, railways, rivers, lakes, provinces and buildings, as `files.read_basemap` returns them.
    theme
        Colours, fonts, logo and credit of a house style, as `files.read_theme` returns it.
    title, standfirst, byline
        Headline, the sentence below it, and who made the map; without a title one is made of the columns.
    names
        How towns are written: "press", "local" or "ar"; a name not known so stays in the press's spelling.
    size
        One of `sizes.SIZES`: "article" (the default), "phone", "square", "social"; each is laid out for where it is
        read, with fewer labels where it is small.
    width_px, height_px
        Or pixels of your own. Without a height the picture is as high as what is on it.
    step
        "day", "week" or "month": a map for each, of the same extent, instead of one.
    before, after
        Two days (YYYY-MM-DD): two maps of who held the ground then, instead of one.
    policy
        The publication policy the layers went through; it is named on the map.
    borders
        A policy of `bundled.BORDER_POLICIES`; the map names it.
    max_zone_age_days
        A dated control map is drawn at most so long.
    language
        Language of the map's own words; only "en" so far.

    Returns
    -------
    Still
        With `save(path)`, `check()` and `alt_text`.

    Raises
    ------
    InputError
        A layer without CRS.
    UsageError
        An unknown policy, border policy, language, size or step, or a size that holds no map.
    """
    check_words(policy, borders, language)
    if names not in STYLES:
        raise UsageError(f"names {names!r} is unknown; use one of {', '.join(STYLES)}")
    chosen = size_of(size, width_px, height_px)
    whole = content_of(layer, zones, camps, max_zone_age_days)
    panels = [Panel(whole)]
    if before is not None or after is not None:
        whole, panels = series.two_days(
            layer, zones, camps, before=before, after=after, max_zone_age_days=max_zone_age_days
        )
    elif step is not None:
        whole, panels = series.by_step(layer, zones, camps, step, max_zone_age_days)
    headline = printable(title or "") or printable(captions.default_title(whole.events))
    words = Wording(headline, printable(standfirst or ""), printable(byline or "").rstrip("."), policy, borders, names)
    with Sheet.settings():
        layout = Layout(chosen, whole, panels, words, basemap=basemap, theme=theme)
        layout.draw()
    return Still(headline, series.alt_text(layout), layout.sheet, layout)
