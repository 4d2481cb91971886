"""KML and KMZ to features, with what GDAL drops: folders, styles' colours, and attributes kept in descriptions.

Programs that write KML keep few columns: who held a zone may stand in the name of its placemark or folder, in its
snippet or description, or only in its colour. All of these become columns here; which of them is meant, others decide.
"""

from __future__ import annotations

import html
import math
import re
import zipfile
import zlib
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

from geoconflict.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

KML_COLUMNS = ("name", "folder", "folders", "snippet", "description", "colour", "style", "begin", "end")
"""What every placemark may have beside its own data: `folder` names the Folder or Document it lies in, `folders` all
of them, outermost first, joined by " / "; `colour` is "#rrggbb" of its area, else its line; `style` its id."""
_COLOUR = re.compile(r"#?([0-9a-fA-F]{2})([0-9a-fA-F]{6})")
_TAG = re.compile(r"<([^<>]*)>")
"""A tag of HTML; it holds no "<", so that a text of nothing else takes no more than a look at each letter."""
_ENDS_A_LINE = {"br", "br/", "/p", "/div", "/tr", "/li"}
_TIMES = ("begin", "end")
"""Columns of a placemark's own times, which no line of a text fills."""
_KEY = re.compile(r"[^\W\d][\w ]{0,30}")
_MOST_DESCRIPTION = 100_000
"""Characters of a description looked at: a table of attributes is far shorter, an embedded picture far longer."""
MOST_BYTES_UNPACKED = 200_000_000
"""Of a KML's text: some five million corners at 40 bytes, many times what a globe on the screen can show at once."""
MOST_NODES = 2_000_000
"""Elements and attributes of a KML, some 100 bytes each in memory: 50,000 placemarks of 20 columns. A KMZ of few bytes
can hold any number of them."""
_CUT = "cut it to your area, or convert it with ogr2ogr to .gpkg"
_PIECE = 1 << 20


def kml_features(path: Path) -> Iterator[tuple[dict[str, Any], frozenset[str], str | None]]:
    """Yield each placemark of a .kml or .kmz.

    As (its columns and `geometry`, which columns were read off "key: value" lines of running text, what is wrong with
    its geometry). `geometry` is shapely in degrees, heights dropped, None where there is none; a column of the file
    called so is "geometry.2". Raises InputError for what is no KML or too large.
    """
    import shapely

    root = _parsed(path)
    if root.tag != "kml" and root.find(".//Placemark") is None:
        raise InputError(f"{path.name}: not KML, its first element is <{root.tag}>")
    styles = _styles(root)
    spelt = {name: name for name in KML_COLUMNS} | {"geometry": "geometry.2"}
    for node, folders in _placemarks(root):
        row, lines = _columns(node, folders, styles), _lines_of(node)
        merged: dict[str, Any] = {}
        for key, value in (*row, *lines):  # "Held by" here and "held by" there are one column
            name = spelt.setdefault(key.strip().lower(), key)
            merged[name] = merged.get(name) if value is None or merged.get(name) is not None else value
        stated = {spelt[key.strip().lower()] for key, value in row if value is not None}
        described = frozenset(spelt[key.strip().lower()] for key, _ in lines) - stated
        try:
            merged["geometry"], wrong = _geometry(node), None
        except (ValueError, shapely.errors.ShapelyError, RecursionError) as error:
            merged["geometry"], wrong = None, f"its coordinates cannot be read ({error})"
        yield merged, described, wrong


class _Builder(ET.TreeBuilder):
    """Builds the tree up to `MOST_NODES`, without namespaces, in which KML 2.0 to 2.3 and Google's own differ."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name
        self.nodes = 0

    def start(self, tag: Any, attrs: Any) -> ET.Element:
        self.nodes += 1 + len(attrs)
        if self.nodes > MOST_NODES:
            raise InputError(f"{self.name}: more than {MOST_NODES:,} elements; {_CUT}")
        return super().start(tag.rpartition("}")[2], attrs)

    def end(self, tag: Any) -> ET.Element:
        return super().end(tag.rpartition("}")[2])


def _parsed(path: Path) -> ET.Element:
    """Return the root of the XML, read piece by piece."""
    parser = ET.XMLParser(target=_Builder(path.name))  # noqa: S314  # expat refuses entities that grow without bound
    try:
        with _document(path) as file:
            for piece in _pieces_of(file, path.name):
                parser.feed(piece)
            root: ET.Element = parser.close()
    except ET.ParseError as error:
        raise InputError(f"{path.name}: not KML ({error})") from error
    except (zipfile.BadZipFile, zlib.error, RuntimeError, NotImplementedError, EOFError) as error:
        raise InputError(f"{path.name}: not a KMZ archive ({error})") from error
    return root


def _pieces_of(file: IO[bytes], name: str) -> Iterator[bytes]:
    read = 0
    while piece := file.read(_PIECE):
        read += len(piece)
        if read > MOST_BYTES_UNPACKED:
            raise InputError(f"{name}: more than {MOST_BYTES_UNPACKED / 1e6:,.0f} MB of KML; {_CUT}")
        yield piece


@contextmanager
def _document(path: Path) -> Iterator[IO[bytes]]:
    """Open the XML: of a KMZ its doc.kml, else its first KML file."""
    with path.open("rb") as file:
        packed = file.read(4) == b"PK\x03\x04"
        file.seek(0)
        if not packed:
            yield file
            return
        with zipfile.ZipFile(file) as archive:
            members = [one for one in archive.infolist() if one.filename.lower().endswith(".kml")]
            members.sort(key=lambda one: (one.filename.lower() != "doc.kml", one.filename.count("/")))
            if not members:
                raise InputError(f"{path.name}: no .kml file in it")
            with archive.open(members[0]) as member:
                yield member


def _placemarks(root: ET.Element) -> Iterator[tuple[ET.Element, tuple[str, ...]]]:
    """Yield the placemarks with the names of the folders they lie in, outermost first."""
    open_folders: list[tuple[Iterator[ET.Element], tuple[str, ...]]] = [(iter(root), ())]  # however deep
    while open_folders:
        children, within = open_folders[-1]
        child = next(children, None)
        if child is None:
            open_folders.pop()
        elif child.tag == "Placemark":
            yield child, within
        elif child.tag in {"Document", "Folder"}:
            name = _text(child, "name")
            open_folders.append((iter(child), (*within, name) if name else within))


def _columns(node: ET.Element, folders: tuple[str, ...], styles: dict[str, str]) -> list[tuple[str, str | None]]:
    """Return the columns a placemark has as such: its own, of ExtendedData, of tables in its description."""
    description = _text(node, "description")
    snippet = _text(node, "Snippet") or _text(node, "snippet")
    style = (_text(node, "styleUrl") or "").rpartition("#")[2] or None
    own = {
        "name": _text(node, "name"),
        "folder": folders[-1] if folders else None,
        "folders": " / ".join(folders) or None,
        "snippet": _plain(snippet),
        "description": _plain(description),
        "colour": _colour(node) or (styles.get(style) if style else None),
        "style": style,
        "begin": _text(node, "TimeSpan/begin") or _text(node, "TimeStamp/when"),
        "end": _text(node, "TimeSpan/end"),
    }
    return [*own.items(), *_data(node), *_table_rows(description), *_table_rows(snippet)]


def _lines_of(node: ET.Element) -> list[tuple[str, str]]:
    """Return what the description and the snippet tell in lines "key: value"."""
    told = (_text(node, "description"), _text(node, "Snippet") or _text(node, "snippet"))
    return [one for text in told for one in _said_lines(text)]


def _text(node: ET.Element, path: str) -> str | None:
    return (node.findtext(path) or "").strip() or None


def _data(node: ET.Element) -> Iterator[tuple[str, str]]:
    """Yield the columns of ExtendedData, typed by a schema or not."""
    for one in node.iterfind("ExtendedData/Data"):
        if value := _text(one, "value"):
            yield one.get("name", ""), value
    for one in node.iterfind("ExtendedData/SchemaData/SimpleData"):
        if value := (one.text or "").strip():
            yield one.get("name", ""), value


def _pieces(given: str | None) -> Iterator[tuple[str, str]]:
    """Yield HTML as (text, the tag after it, in lower case, without its attributes)."""
    pieces = _TAG.split((given or "")[:_MOST_DESCRIPTION])
    for text, tag in zip(pieces[::2], [*pieces[1::2], ""], strict=True):
        yield text, next(iter(tag.lower().split()), "")


def _table_rows(given: str | None) -> Iterator[tuple[str, str]]:
    """Yield the rows of tables of two columns; of a table in a table the inner ones."""
    cells: list[str] = []
    words: list[str] = []
    for text, tag in _pieces(given):
        words.append(text)
        if tag in {"td", "th"}:
            words = []
        elif tag in {"/td", "/th"}:
            cells.append(" ".join(html.unescape(" ".join(words)).split()))
            words = []
        elif tag in {"tr", "/tr"}:
            if tag == "/tr" and len(cells) == 2 and all(cells):
                yield cells[0], cells[1]
            cells = []


def _said_lines(given: str | None) -> Iterator[tuple[str, str]]:
    """Yield lines "key: value" or "key = value"."""
    plain = "".join(text + ("\n" if tag in _ENDS_A_LINE else "") for text, tag in _pieces(given))
    for line in plain.splitlines():
        key, *value = (part.strip() for part in re.split("[:=]", line, maxsplit=1))
        if value and value[0] and _KEY.fullmatch(key) and key.lower() not in _TIMES:
            yield html.unescape(key), html.unescape(value[0])


def _plain(given: str | None) -> str | None:
    """Return a description without its tags, in one line."""
    return " ".join(html.unescape(" ".join(text for text, _ in _pieces(given))).split()) or None


# ---- colours -------------------------------------------------------------------------------------------------------
def _styles(root: ET.Element) -> dict[str, str]:
    """Return the colour of each shared style; of a pair for pointer on and off, the one shown at rest."""
    found = {one.get("id", ""): colour for one in root.iter("Style") if (colour := _colour(one, inner=False))}
    for pair in root.iter("StyleMap"):
        for one in pair.iterfind("Pair"):
            colour = found.get((_text(one, "styleUrl") or "").rpartition("#")[2]) or _colour(one)
            if _text(one, "key") == "normal" and colour:
                found[pair.get("id", "")] = colour
    return found


def _colour(node: ET.Element, *, inner: bool = True) -> str | None:
    """Return "#rrggbb" of a style; KML writes aabbggrr. An area that is not filled has the colour of its line."""
    style = node.find("Style") if inner else node
    if style is None:
        return None
    filled = _text(style, "PolyStyle/fill") not in {"0", "false"}
    for path in ("PolyStyle/color", "LineStyle/color") if filled else ("LineStyle/color",):
        if match := _COLOUR.fullmatch(_text(style, path) or ""):
            blue, green, red = (match[2][i : i + 2] for i in (0, 2, 4))
            return f"#{red}{green}{blue}".lower()
    return None


# ---- geometry ------------------------------------------------------------------------------------------------------
def _geometry(node: ET.Element) -> Any:
    """Return the geometry of a placemark or MultiGeometry, parts of one kind as one; None when there is none."""
    import shapely

    parts = [shape for child in node if (shape := _shape(child)) is not None]
    if len(parts) < 2:
        return parts[0] if parts else None
    flat = [one for part in parts for one in (part.geoms if hasattr(part, "geoms") else [part])]
    many: dict[str, Any] = {
        "Polygon": shapely.MultiPolygon,
        "LineString": shapely.MultiLineString,
        "Point": shapely.MultiPoint,
    }
    kinds = {one.geom_type for one in flat}
    return (many[kinds.pop()] if len(kinds) == 1 else shapely.GeometryCollection)(flat)


def _shape(node: ET.Element) -> Any:
    import shapely

    if node.tag == "Polygon":
        outer = node.find("outerBoundaryIs/LinearRing")
        rings = [_positions(one) for one in node.iterfind("innerBoundaryIs/LinearRing")]
        return shapely.Polygon([] if outer is None else _positions(outer), [one for one in rings if one])
    if node.tag in {"LineString", "LinearRing"}:
        return shapely.LineString(_positions(node))
    if node.tag == "Point":
        return shapely.Point(*_positions(node)[:1])
    return _geometry(node) if node.tag == "MultiGeometry" else None


def _positions(node: ET.Element) -> list[tuple[float, float]]:
    """Return lon, lat of `coordinates`: tuples of two or three numbers apart by spaces, numbers apart by commas."""
    given = ",".join(part.strip() for part in (node.findtext("coordinates") or "").split(","))
    result = []
    for one in given.split():
        lon, lat, *_height = one.split(",")
        corner = (float(lon), float(lat))
        if not all(map(math.isfinite, corner)):
            raise ValueError(f"{one[:40]} is no longitude and latitude")
        result.append(corner)
    return result
