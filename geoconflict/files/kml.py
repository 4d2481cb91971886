"""KML and KMZ to features, with what GDAL drops: folders, styles' colours, and attributes kept in descriptions.

Programs that write KML keep few columns: who held a zone may stand in the name of its placemark or folder, in its
snippet or description, or only in its colour. All of these become columns here; which of them is meant, others decide.
"""

from __future__ import annotations

import html
import re
import zipfile
from io import BytesIO
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

from geoconflict.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

KML_COLUMNS = ("name", "folder", "folders", "snippet", "description", "colour", "style", "begin", "end")
"""What every placemark may have beside its own data: `folder` names the Folder or Document it lies in, `folders` all
of them, outermost first, joined by " / "; `colour` is "#rrggbb" of its area, else its line; `style` its id."""
_COLOUR = re.compile(r"#?([0-9a-fA-F]{2})([0-9a-fA-F]{6})")
_CELLS = re.compile(r"<t[dh][^>]*>(.*?)</t[dh]\s*>", re.IGNORECASE | re.DOTALL)
_ROWS = re.compile(r"<tr[^>]*>(.*?)</tr\s*>", re.IGNORECASE | re.DOTALL)
_BREAKS = re.compile(r"<br\s*/?>|</p>|</div>|</tr>|</li>", re.IGNORECASE)
_TAGS = re.compile(r"<[^>]+>")
_SAID = re.compile(r"\s*([^\W\d][\w ]{0,30}?)\s*[:=]\s*(\S.*?)\s*")
_MOST_DESCRIPTION = 100_000
"""Characters of a description looked at: a table of attributes is far shorter, an embedded picture far longer."""
MOST_BYTES_UNPACKED = 1_000_000_000


def kml_features(path: Path) -> Iterator[tuple[dict[str, Any], str | None]]:
    """Yield each placemark of a .kml or .kmz as (its columns and `geometry`, what is wrong with its geometry).

    `geometry` is shapely in degrees, heights dropped, None where there is none. Raises InputError for what is no KML.
    """
    try:
        root = ET.fromstring(_document(path))  # noqa: S314  # expat refuses entities that grow without bound
    except ET.ParseError as error:
        raise InputError(f"{path.name}: not KML ({error})") from error
    for node in root.iter():  # KML 2.0 to 2.3 and Google's own differ in the namespace only
        node.tag = node.tag.rpartition("}")[2] if isinstance(node.tag, str) else ""
    if root.tag != "kml" and root.find(".//Placemark") is None:
        raise InputError(f"{path.name}: not KML, its first element is <{root.tag}>")
    styles = _styles(root)
    spelt = {name: name for name in KML_COLUMNS}
    for row, wrong in _placemarks(root, (), styles):
        merged: dict[str, Any] = {}
        for key, value in row.items():  # "Held by" here and "held by" there are one column
            name = spelt.setdefault(key.strip().lower(), key)
            merged[name] = merged.get(name) if value is None or merged.get(name) is not None else value
        yield merged, wrong


def _document(path: Path) -> bytes:
    """Return the XML: of a KMZ its doc.kml, else its first KML file."""
    data = path.read_bytes()
    if not data.startswith(b"PK\x03\x04"):
        return data
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            members = [one for one in archive.infolist() if one.filename.lower().endswith(".kml")]
            members.sort(key=lambda one: (one.filename.lower() != "doc.kml", one.filename.count("/")))
            if not members:
                raise InputError(f"{path.name}: no .kml file in it")
            if members[0].file_size > MOST_BYTES_UNPACKED:
                raise InputError(f"{path.name}: {members[0].file_size / 1e9:.1f} GB unpacked; cut it to your area")
            return archive.read(members[0])
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, EOFError) as error:
        raise InputError(f"{path.name}: not a KMZ archive ({error})") from error


def _placemarks(
    node: ET.Element, folders: tuple[str, ...], styles: dict[str, str]
) -> Iterator[tuple[dict[str, Any], str | None]]:
    open_folders = [(iter(node), folders)]  # in the order of the file, however deep
    while open_folders:
        children, within = open_folders[-1]
        child = next(children, None)
        if child is None:
            open_folders.pop()
        elif child.tag == "Placemark":
            yield _placemark(child, within, styles)
        elif child.tag in {"Document", "Folder"}:
            name = _text(child, "name")
            open_folders.append((iter(child), (*within, name) if name else within))


def _placemark(node: ET.Element, folders: tuple[str, ...], styles: dict[str, str]) -> tuple[dict[str, Any], str | None]:
    description = _text(node, "description")
    snippet = _text(node, "Snippet") or _text(node, "snippet")
    style = (_text(node, "styleUrl") or "").rpartition("#")[2] or None
    row: dict[str, Any] = {
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
    for key, value in (*_data(node), *_described(description), *_described(snippet)):
        row.setdefault(key, value)
    try:
        row["geometry"], wrong = _geometry(node), None
    except (ValueError, RecursionError) as error:  # shapely's own errors are ValueErrors, too
        row["geometry"], wrong = None, f"its coordinates cannot be read ({error})"
    return row, wrong


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


def _described(given: str | None) -> Iterator[tuple[str, str]]:
    """Yield columns told in a description: rows of a table of two columns, or lines "key: value"."""
    given = (given or "")[:_MOST_DESCRIPTION]
    for row in _ROWS.findall(given):
        cells = [_plain(one) for one in _CELLS.findall(row)]
        if len(cells) == 2 and cells[0] and cells[1]:
            yield cells[0], cells[1]
    for line in _BREAKS.sub("\n", given).splitlines():
        if match := _SAID.fullmatch(_TAGS.sub("", line)):
            yield html.unescape(match[1]), html.unescape(match[2])


def _plain(given: str | None) -> str | None:
    """Return a description without its tags, in one line."""
    if not given:
        return None
    return " ".join(html.unescape(_TAGS.sub(" ", given[:_MOST_DESCRIPTION])).split()) or None


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
    result = []
    for one in re.sub(r"\s*,\s*", ",", node.findtext("coordinates") or "").split():
        lon, lat, *_height = one.split(",")
        result.append((float(lon), float(lat)))
    return result
