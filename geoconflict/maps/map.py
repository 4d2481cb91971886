"""The page: a folium map whose data never pass a template engine."""

from __future__ import annotations

import hashlib
import json
import re
import warnings
from base64 import b64encode
from pathlib import Path
from typing import TYPE_CHECKING, Any

import folium
import shapely
from branca.element import CssLink, JavascriptLink

from geoconflict import __version__
from geoconflict.errors import OutputError, UsageError
from geoconflict.maps.basemap import area_outlines, around, base_credits, base_island, border_words, view_of
from geoconflict.maps.columns import column, packed, packed_cards
from geoconflict.maps.imagery import check_published, closest_zoom, imagery_credits, imagery_island
from geoconflict.maps.islands import (
    DECIMALS,
    DRAWN_COLUMNS,
    PUBLISHED_DECIMALS,
    camp_island,
    card_island,
    country_names,
    day_text,
    days,
    event_island,
    require_crs,
    require_on_earth,
    thinning_words,
    without_unmappable,
    zone_island,
)
from geoconflict.maps.page import (
    COMPRESS_ABOVE_BYTES,
    PACKED_ABOVE_BYTES,
    Page,
    PageWarning,
    Verbatim,
    file_of_island,
    inert_json,
    is_data_file,
    island,
    leaflet_tags,
    packed_code,
    page_script,
    page_style,
    shell,
    vendored,
    walk,
)
from geoconflict.maps.plain import plain_page
from geoconflict.maps.save import check_target, make_folder, write_whole
from geoconflict.maps.sheets import MAX_SHEET_AGE_DAYS
from geoconflict.maps.theme import theme_facts, theme_style
from geoconflict.maps.tiles import PUBLISHED_TILE_ZOOM, open_tiles
from geoconflict.maps.words import check_words, words_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geopandas import GeoDataFrame
    from xyzservices import TileProvider

    from geoconflict.maps.tiles import Tiles
    from geoconflict.records import Imagery, Theme

DATA_ENDING = ".data"
LARGEST_ZOOM = 12  # beyond it land without roads is an empty page
SHAPES = ("base", "zones", "camps")
"""Islands nobody reads as text; they are packed however small they are."""
PNG_BEGINS = b"\x89PNG\r\n\x1a\n"
LARGEST_NOTEBOOK_BYTES = 20_000_000  # a notebook stores every page it shows


def render_map(
    layer: GeoDataFrame,
    *,
    zones: GeoDataFrame | None = None,
    camps: GeoDataFrame | None = None,
    imagery: Sequence[Imagery] = (),
    basemap: GeoDataFrame | None = None,
    tiles: str | TileProvider | Tiles | None = None,
    theme: Theme | None = None,
    still: bytes | None = None,
    title: str | None = None,
    standfirst: str | None = None,
    policy: str = "publish",
    borders: str = "un",
    max_zone_age_days: int = MAX_SHEET_AGE_DAYS,
    language: str | Path = "en",
) -> ConflictMap:
    """Draw a linked event layer as an interactive page in one file.

    Draws what the layers say and computes nothing: hand over the layer `protect` returned. An event is a point only
    where `where_prec` is 1 or 2 and `radius_m` at most 10,000 m, else an area; without geometry it stands in the list
    alone. The page shows the zones and camps of the chosen day, `[valid_from, valid_to)`.

    Parameters
    ----------
    layer
        `records.EVENT_COLUMNS`, and link columns if there are any; EPSG:4326.
    zones, camps
        `records.ZONE_COLUMNS` and `records.CAMP_COLUMNS`; EPSG:4326.
    imagery
        Pictures of the ground to lie under zones and events, the first lowest: what `files.read_imagery` returns.
    basemap
        Roads, railways, rivers and the like to lie under the zones: what `files.read_basemap` returns.
    tiles
        Map pictures from a server under all of it: a name of `xyzservices.providers`, or a provider; None asks nobody.
        Whoever opens the page then tells that server their network address; see `Tiles.terms`.
    theme
        A house style: what `files.read_theme` returns.
    still
        A picture of the map for readers without JavaScript, the bytes of a PNG; they see it above a table of the newest
        `plain.MOST_ROWS` events.
    title, standfirst
        Headline and the sentence below it; without a title the countries are named.
    policy
        "publish" withholds bearings and metres to camps, and no coordinate of an event or camp, point or outline, has
        more than 2 decimals even where a layer was not protected; pictures finer than `PUBLISHED_M` (20 m a pixel) are
        refused.
    borders
        A policy of `bundled.BORDER_POLICIES`; the map names it.
    max_zone_age_days
        A dated control map is drawn at most so long.
    language
        Language of the page's own words: "en", or a JSON file with the phrases of another.

    Returns
    -------
    ConflictMap
        A folium map; `.save(path)` writes it, a notebook shows it.

    Raises
    ------
    InputError
        A layer without CRS or in another one, a coordinate that is not on the Earth, or a day that is none.
    UsageError
        An unknown policy, border policy or language, or tiles that cannot be used.
    PolicyError
        A picture finer than the policy allows.
    """
    check_words(policy, borders)
    words = words_of(language)
    served = None if tiles is None else open_tiles(tiles)
    if policy == "publish":
        check_published(imagery)
    for what, given in (("event", layer), ("zone", zones), ("camp", camps)):
        if given is not None:
            require_crs(given, what)
    for what, given in (("event", layer), ("camp", camps)):
        if given is not None:
            require_on_earth(given, what)
    layer = without_unmappable(layer)
    if len(layer) and (layer.geometry.isna() | layer.geometry.is_empty).all():
        zones = camps = None  # where these lie would look like where the events were
    decimals = PUBLISHED_DECIMALS if policy == "publish" else DECIMALS
    west, south, east, north = (round(edge, decimals) for edge in view_of(layer, zones))
    view = (west, south, east, north)  # all that is cut to it would say where its edges are
    window = around(view)
    if zones is not None and not zones.intersects(shapely.box(*window)).any():
        zones = None  # of another country's war: the page says nothing of control
    if not len(layer) and zones is None:
        camps = None  # of a view that is about nothing but them
    cards = card_island(layer, policy)
    if still is not None and not still.startswith(PNG_BEGINS):
        raise UsageError("still is no PNG; hand over the bytes of one")
    events = event_island(layer, decimals)
    ground = zone_island(zones, max_zone_age_days) if zones is not None and len(zones) else None
    drawn = {name: cards[name] for name in DRAWN_COLUMNS if name in cards}
    islands = {
        "base": base_island(view, borders, basemap=basemap) | area_outlines(layer, borders, decimals),
        "zones": ground,
        "camps": (camp_island(camps, window, decimals) if camps is not None and len(camps) else None) or None,
        "events": packed(events | drawn),
        "cards": packed_cards(cards) | {name: {"same": name} for name in drawn},
        "imagery": imagery_island(imagery),
    }
    thinned = thinning_words(ground)
    for words_of_loss in thinned:
        warnings.warn(words_of_loss, PageWarning, stacklevel=2)
    title = title if title is not None else _title_of(cards)
    page = {
        "title": title,
        "standfirst": standfirst or "",
        "alt": alt_text(layer, islands, control=zones is not None and bool(zones.intersects(shapely.box(*view)).any())),
        "view": list(view),
        "largestZoom": closest_zoom(imagery, LARGEST_ZOOM) if policy == "open" else LARGEST_ZOOM,
        "policy": policy,
        "generator": f"geoconflict {__version__}",
        "countries": _codes_of(layer),
        "borders": border_words(borders),
        "borderPolicy": borders,
        "credits": _credits(zones, islands, thinned)
        | {"Imagery": imagery_credits(imagery), "Base map": base_credits(basemap)},
        "words": words,
        "theme": theme_facts(theme),
        "tiles": served.facts() if served else None,
    }
    if served:
        page["largestZoom"] = served.max_zoom if policy == "open" else min(served.max_zoom, PUBLISHED_TILE_ZOOM)
    return ConflictMap(
        {"page": page, **islands},
        title=title,
        plain=plain_page(page, events, cards, still),
        theme=theme,
        image_hosts=served.hosts if served else (),
    )


def _codes_of(layer: GeoDataFrame) -> dict[str, str]:
    """Return the codes of the countries the cards name, by name: a download holds the code, as every table does."""
    codes = sorted({code for code in column(layer, "country") if code})
    return {country_names()[code]: code for code in codes if code in country_names()}


def _title_of(cards: dict[str, list[Any]]) -> str:
    countries = sorted({name for name in cards.get("country", []) if name})
    if not 0 < len(countries) <= 3:
        return "Reported conflict events"
    return "Reported conflict events in " + " and ".join(filter(None, [", ".join(countries[:-1]), countries[-1]]))


def alt_text(layer: GeoDataFrame, islands: dict[str, Any], *, control: bool) -> str:
    """Return what the map shows, in a sentence, for readers who do not see it; `control`: zones lie in its view."""
    count = len(layer)
    known = [day for name in ("date_start", "date_end") for day in days(layer, name, "event") if day is not None]
    when = f", {day_text(min(known))} to {day_text(max(known))}" if known else ""
    names = list(dict.fromkeys(name for name in column(layer, "place_name") if name))
    where = ": " + ", ".join(names[:6]) + (" and other places" if len(names) > 6 else "") if names else ""
    zones = "; areas by who is reported to hold them" if control else ""
    camps = "; listed displacement and refugee camps" if islands["camps"] else ""
    return f"Map of {count} reported event{'' if count == 1 else 's'}{when}{where}{zones}{camps}."


_ROW_OF_A_LIST = re.compile(r'(?:\s+(?:\S*\d\S*\s+)?"[^"]*"|\s+location \d.*|: centre of .*)\s*\Z')
"""What follows the name of a list: the id and the name of one of its rows, in quotation marks, or a remark on it."""


def _credits(zones: GeoDataFrame | None, islands: dict[str, Any], thinned: list[str]) -> dict[str, list[str]]:
    """Return who is to be credited for what; sources in the order they first appear."""
    zone_sources = [source for source in column(zones, "source") if source] if zones is not None else []
    # The credit is the dataset's; which of its rows a camp is stands with the camp.
    camp_sources = [_ROW_OF_A_LIST.sub("", camp.get("source") or "") for camp in islands["camps"] or []]
    dated = ["provinces of about 2013"] if "provincesOf" in islands["base"] else []
    return {
        "Places": ["GeoNames (CC BY 4.0)"],
        "Land and borders": ["Natural Earth", *dated],
        "Map library": ["Leaflet"],
        "Reported control": [*dict.fromkeys(zone_sources), *thinned],
        "Camps": list(dict.fromkeys(filter(None, camp_sources))),
    }


class ConflictMap(folium.Map):
    """A map of events that is one self-contained page.

    Foreign folium layers can be added; the page then loads what they need from where they say, drops its content
    policy, warns, and says so in its footer.
    """

    # Class attributes of folium.Map: links to hosts this page does not ask.
    default_js: list[tuple[str, str]] = []  # noqa: RUF012 - folium's declaration
    default_css: list[tuple[str, str]] = []  # noqa: RUF012

    def __init__(
        self,
        islands: dict[str, Any],
        *,
        title: str = "",
        plain: str = "",
        theme: Theme | None = None,
        image_hosts: tuple[str, ...] = (),
    ) -> None:
        super().__init__(tiles=None)
        self._name = "conflict_map"
        self._islands = {
            key: island(f"gc-{key}", data, compress_above=PACKED_ABOVE_BYTES if key in SHAPES else COMPRESS_ABOVE_BYTES)
            for key, data in islands.items()
            if key != "page" and data is not None
        }
        self._style = theme_style(theme)
        self._plain = plain
        self._beside: str | None = None
        content = [inert_json(islands["page"]), self._style, plain, *self._islands.values()]
        self._id = hashlib.sha256("\n".join(content).encode()).hexdigest()[:12]
        self._parent: Any = None
        self.page = islands["page"]
        words = islands["page"].get("words", {})
        figure = Page(title=title, language=words.get("language", "en"), direction=words.get("direction", "ltr"))
        figure.image_hosts = image_hosts
        figure.add_child(self)

    @property
    def alt_text(self) -> str:
        """What the map shows, in a sentence."""
        return str(self.page["alt"])

    def get_name(self) -> str:
        """Return the name of the map's element and script variable, derived from the content."""
        return f"{self._name}_{self._id}"

    def render(self, **kwargs: Any) -> str:
        """Put the parts of the page into the figure; called by the figure."""
        root: Any = self.get_root()
        own_figure = isinstance(root, Page)
        foreign = sorted({type(child).__name__ for child in self._children.values()})
        if own_figure:
            root.strict = not foreign
        if foreign:
            warnings.warn(
                f"the page carries layers of folium ({', '.join(foreign)}): its content policy is dropped, "
                "and text in those layers is not checked",
                stacklevel=2,
            )
        style, script = leaflet_tags()
        page = {**self.page, "foreign": foreign, "map": self.get_name()}
        # A foreign layer's script runs as the page is read and looks for Leaflet and the map: then nothing is packed.
        packs = own_figure and not foreign and script.startswith("<script>")
        _put(root.header, "leaflet-style", style)
        _put(root.header, "leaflet-script", "" if packs else script)
        _put(root.header, "theme-style", f"<style>{self._style}</style>")
        _put(root.header, "page-style", f"<style>{page_style()}</style>")
        _put(root.html, "shell", shell(self.get_name()))
        held = dict(self._islands)
        if packs:
            held["words"] = island("gc-words", page.pop("words"), compress_above=PACKED_ABOVE_BYTES)
        files = {} if self._beside is None else self._files_beside(self._beside)
        held |= {key: tag for key, (_, tag, _) in files.items()}
        if own_figure:
            # A page on a server finds them at its own origin; one opened from disk has none, only the scheme.
            root.script_sources = ("'self'", "file:") if files else ()
        code, app = "", f"<script>{page_script()}</script>"
        hashes: tuple[str, ...] = ()
        if packs:
            code, hashes = packed_code([script.removeprefix("<script>").removesuffix("</script>"), page_script()])
            app = ""
        if own_figure:
            root.code_hashes = hashes
        # The map is drawn while the browser still reads what only the cards need, so that stands behind the code.
        cards = held.pop("cards")
        for key, text in {**held, "page": island("gc-page", page)}.items():
            _put(root.html, f"island-{key}", text)
        _put(root.html, "code", code)
        _put(root.html, "island-cards", cards)
        _put(root.html, "plain", self._plain)
        _put(root.script, "app", app)
        if foreign:
            self._serve_foreign(root)
            for child in list(self._children.values()):
                child.render(**kwargs)
        return ""  # what is drawn stands in the figure

    def _serve_foreign(self, root: Any) -> None:
        """Give foreign layers the few things they take for granted on a folium page."""
        kinds = {type(element).__name__ for element in walk(self)}
        needs = []
        if "Popup" in kinds:  # folium makes a popup's content with $(html)[0], and uses nothing else of jQuery
            needs.append(
                "window.$ ||= text => { const t = document.createElement('template');"
                " t.innerHTML = text.trim(); return [t.content.firstElementChild]; };",
            )
        icon, shadow = vendored("marker-icon.png"), vendored("marker-shadow.png")
        if "Marker" in kinds and icon and shadow:  # Leaflet would look for the pictures beside the page
            pictures = {"iconUrl": icon, "iconRetinaUrl": icon, "shadowUrl": shadow}
            options = json.dumps({name: _data_url(picture) for name, picture in pictures.items()})
            needs.append(
                "if (window.L) { delete L.Icon.Default.prototype._getIconUrl;"
                f" L.Icon.Default.mergeOptions({options}); }}",
            )
        if needs:
            _put(root.script, "foreign-needs", f"<script>{' '.join(needs)}</script>")
        if "Icon" in kinds:  # folium's coloured icons: its own list, less what is here already
            for name, url in folium.Map.default_js:
                if name not in ("leaflet", "jquery"):
                    root.header.add_child(JavascriptLink(url), name=name)
            for name, url in folium.Map.default_css:
                if name != "leaflet_css":
                    root.header.add_child(CssLink(url), name=name)

    def _files_beside(self, folder: str) -> dict[str, tuple[str, str, bytes]]:
        """Return name, element and bytes of the file for each large island, by its key."""
        found = {key: file_of_island(tag, folder) for key, tag in self._islands.items()}
        return {key: file for key, file in found.items() if file is not None}

    def save(  # type: ignore[override]
        self, path: str | Path, *, overwrite: bool = True, beside: bool = False
    ) -> tuple[Path, ...]:
        """Write the page to `path`: beside it first, then renamed, so that no half page is ever there.

        With `beside` the large islands lie in a folder beside the page, `map.html.data` for `map.html`, and have to
        travel with it; the page opens from disk and from a server. What an earlier page of that name left there and
        this one does not load is removed, with `beside` or without. Returns what was written. Raises OutputError where
        it cannot be written, ends in ".data", or exists and `overwrite` is false. Warns (`PageWarning`) where the page
        alone has more than `LARGEST_NOTEBOOK_BYTES`.
        """
        path = Path(path)
        if path.suffix.lower() == DATA_ENDING:
            raise OutputError(f"{path} cannot be written: folders of data are called so; end it in .html")
        check_target(path, overwrite=overwrite)
        folder = path.with_name(path.name + DATA_ENDING)
        self._beside = folder.name if beside else None
        try:
            data = self.get_root().render().encode("utf-8", "backslashreplace")
            files = self._files_beside(folder.name) if beside else {}
        finally:
            self._beside = None
        if files:
            make_folder(folder)
        for name, _, content in files.values():
            write_whole(folder / name, content)
        write_whole(path, data)
        _sweep(folder, {name for name, _, _ in files.values()})
        if len(data) > LARGEST_NOTEBOOK_BYTES:
            words = f"{path.name} has {len(data) / 1e6:.0f} MB, much for a browser and too much for a mail"
            remedy = "" if beside else "; with beside=True (--data-beside) its data lie in a folder beside it"
            warnings.warn(f"{words}{remedy}", PageWarning, stacklevel=2)
        return (path, folder) if files else (path,)

    def _repr_html_(self, **kwargs: Any) -> str:
        """Show the page in a notebook, or say to save it where it is too large for one."""
        root: Any = self.get_root()
        frame = str(root._repr_html_(**kwargs))
        if len(frame) > LARGEST_NOTEBOOK_BYTES:
            size = f"{len(frame) / 1e6:.0f} MB"
            remedy = "write it with .save(path), or with .save(path, beside=True) and its data in a folder beside it"
            return f"<p>The map has {size}, too much for a notebook: {remedy}.</p>"
        return frame


def _sweep(folder: Path, kept: set[str]) -> None:
    """Remove the data an earlier page left, which may be unmasked, and the folder where nothing else is in it."""
    try:
        for old in folder.glob("*.js"):
            if old.name not in kept and is_data_file(old):
                old.unlink()
        if not kept and folder.is_dir() and not any(folder.iterdir()):
            folder.rmdir()
    except OSError as problem:
        raise OutputError(f"{folder} still holds data of an earlier page: {problem.strerror or problem}") from problem


def _put(part: Any, key: str, text: str) -> None:
    part.add_child(Verbatim(text), name=f"geoconflict-{key}")


def _data_url(picture: bytes) -> str:
    return "data:image/png;base64," + b64encode(picture).decode()
