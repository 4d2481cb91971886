"""Tables as they lie on disk: rows and columns, nothing interpreted but the file format."""

from __future__ import annotations

import csv
import io
import json
import sys
import warnings
import zipfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from geoconflict.errors import InputError, InputWarning
from geoconflict.files.cells import unguarded
from geoconflict.files.features import choose_layer, first_line, in_degrees, read_features
from geoconflict.files.kml import kml_features
from geoconflict.files.text import decode_file, read_bytes
from geoconflict.files.topojson import topology_features, topology_layers
from geoconflict.records import CRS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    import pyarrow as pa
    from pandas import DataFrame

TABLE_ENDINGS = (".csv", ".tsv", ".xlsx", ".parquet", ".jsonl", ".ndjson")
SPATIAL_ENDINGS = (".geojson", ".topojson", ".gpkg", ".fgb", ".shp", ".zip", ".kml", ".kmz", ".json")
_DELIMITERS = ",;\t|"
_RECORD_SEPARATOR = "\x1e"
"""May begin each line of a GeoJSON text sequence (RFC 8142)."""
_FIRST_ROW = {".csv": 2, ".tsv": 2, ".xlsx": 2}
"""Number of the first row of data: sheets count the header, everything else starts at 1."""
_READ_OFF = "read_off"
MOST_ROWS_NAMED = 5
"""Bad rows of one table that get a warning of their own; the others are counted."""


@dataclass(frozen=True, slots=True)
class Table:
    """A table and how to name its rows in a message; missing cells are None, `geometry` (EPSG:4326) may be a column."""

    name: str
    frame: DataFrame
    first_row: int = 1
    called: Mapping[str, str] = field(default_factory=dict)
    """Our name of a column -> the file's, for messages, where a frame has been renamed."""
    bad: dict[int, str] | None = None
    """Where bad rows are left out: position -> what is wrong with it. None: the first bad row is an error."""
    read_off: Mapping[str, list[int]] = field(default_factory=dict)
    """Column -> rows whose cell was read off a line "key: value" of a description: running text may look like one."""

    def at(self, position: int, text: str) -> InputError:
        """Return the error of one row, counted as the file's own program counts."""
        return InputError(f"{self.name} row {self.first_row + position}: {text}")

    def refuse(self, position: int, text: str) -> None:
        """Note a bad row to be left out; raise its error where none may be."""
        if self.bad is None:
            raise self.at(position, text)
        self.bad.setdefault(position, text)

    def good(self, category: type[InputWarning] = InputWarning) -> list[bool]:
        """Return which rows are good, and warn of the others; InputError when none is."""
        bad = self.bad or {}
        if bad and len(bad) == len(self.frame):
            first = min(bad)
            raise self.at(first, bad[first] + ("; no other row is good either" if len(bad) > 1 else ""))
        for position in sorted(bad)[:MOST_ROWS_NAMED]:
            warnings.warn(f"{self.at(position, bad[position])}; row left out", category, stacklevel=3)
        if rest := sorted(bad)[MOST_ROWS_NAMED:]:
            warnings.warn(f"{self.name} {self.rows(rest)}: likewise left out", category, stacklevel=3)
        return [position not in bad for position in range(len(self.frame))]

    def column(self, name: str) -> str:
        """Return what the file calls a column of ours."""
        return self.called.get(name, name)

    def warn(self, text: str) -> None:
        """Say that something was left out or repaired."""
        warnings.warn(f"{self.name}: {text}", InputWarning, stacklevel=3)

    def rows(self, positions: list[int]) -> str:
        """Name some rows: "row 2" or "rows 2, 5, 9 and 11 more"."""
        shown = ", ".join(str(self.first_row + one) for one in positions[:3])
        more = f" and {len(positions) - 3} more" if len(positions) > 3 else ""
        return f"row{'s' if len(positions) > 1 else ''} {shown}{more}"


def read_table(path: str | Path) -> DataFrame:
    """Return a table as it lies on disk: .csv, .tsv, .xlsx, .parquet, .jsonl or a layer of features.

    Cells of text files are text, an empty cell is None. Raises InputError when it cannot be read.
    """
    return open_table(path).frame


def open_table(path: str | Path, *, leave_out: bool = False, layer: str | None = None) -> Table:
    """Return a table with the names of its rows; as `read_table`.

    With `leave_out` a line of JSON or a geometry that cannot be read is noted in `Table.bad`, its cells missing.
    `layer` names the one to read of a file with several; without it such a file is refused.
    """
    path = Path(path)
    ending = path.suffix.lower()
    bad: dict[int, str] | None = {} if leave_out else None
    readers: dict[str, Callable[[Path], DataFrame]] = {
        ".csv": _csv, ".tsv": _csv, ".xlsx": _xlsx, ".parquet": lambda path: _parquet(path, bad),
    }  # fmt: skip
    readers |= {ending: lambda path: _jsonl(path, bad) for ending in (".jsonl", ".ndjson")}
    readers |= {ending: lambda path: _geojson(path, bad, layer) for ending in (".geojson", ".json", ".topojson")}
    readers |= {ending: lambda path: _kml(path, bad) for ending in (".kml", ".kmz")}
    if ending not in readers and ending not in SPATIAL_ENDINGS:
        raise InputError(
            f"{path.name}: {ending or 'no ending'} is no table; use {', '.join(TABLE_ENDINGS)} or .geojson"
        )
    if not path.is_file():
        raise InputError(f"{path}: no such file")
    frame = readers[ending](path) if ending in readers else read_features(path, layer, bad)
    read_off = frame.attrs.pop(_READ_OFF, {})
    return Table(path.name, frame, _FIRST_ROW.get(ending, 1), bad=bad, read_off=read_off)


def columns_of(path: Path) -> list[str]:
    """Return the column names of a table without reading all of it."""
    ending = path.suffix.lower()
    if ending in {".csv", ".tsv"}:
        with path.open("rb") as file:
            head = file.readline(1_000_000)
        return next(_csv_rows(head.decode("utf-8-sig", errors="replace")), [])
    if ending == ".parquet":
        import pyarrow.parquet as pq

        try:
            return list(map(str, pq.read_schema(path).names))
        except (OSError, ValueError) as error:
            raise InputError(f"{path.name}: not a Parquet file ({first_line(error)})") from error
    if ending in {".jsonl", ".ndjson"}:
        with path.open(encoding="utf-8-sig", errors="replace", newline="\n") as lines:
            first = next((line for line in lines if line.strip(" \t\r\n" + _RECORD_SEPARATOR)), "{}")
        try:
            return list(flat_row(json.loads(first.lstrip(_RECORD_SEPARATOR))))
        except (ValueError, TypeError, RecursionError):
            return []
    return list(map(str, open_table(path).frame.columns))


def _frame(columns: list[str], rows: list[list[Any]]) -> DataFrame:
    """Return rows as a frame of objects; two columns of one name get "name.2"."""
    import pandas as pd

    names: list[str] = []
    for column in columns:
        name, number = column, 2
        while name in names:
            name, number = f"{column}.{number}", number + 1
        names.append(name)
    cells = list(zip(*rows, strict=True)) if rows else [() for _ in names]
    return pd.DataFrame(
        {name: pd.Series(cell, dtype="object") for name, cell in zip(names, cells, strict=True)}, columns=names
    )


# ---- delimited text ------------------------------------------------------------------------------------------------
_END = "\x1fend of the file"
"""Put after a table: found inside a cell, it tells that a quote was opened and never closed."""


def _csv(path: Path) -> DataFrame:
    rows = _whole_rows(decode_file(path), path.name)
    header = next(rows, None)
    if header is None:
        raise InputError(f"{path.name}: the file is empty; a table needs a line of column names")
    cells: list[list[Any]] = []
    long = []
    for row in rows:
        if not row:  # an empty line
            continue
        if len(row) > len(header):
            # Nothing is lost: usually a text with bare commas spills over, so the rest belongs to the last column.
            long.append(len(cells))
            row = [*row[: len(header) - 1], ",".join(row[len(header) - 1 :])]  # noqa: PLW2901  # the repaired row
        cells.append([unguarded(cell) or None for cell in row] + [None] * (len(header) - len(row)))
    table = Table(path.name, _frame([unguarded(name.strip()) for name in header], cells), 2)
    if long:
        table.warn(f"{table.rows(long)}: more cells than columns; the surplus was put into {header[-1]!r}")
    return table.frame


def _whole_rows(text: str, name: str) -> Iterator[list[str]]:
    """Yield the rows of delimited text; InputError for a quote that is never closed, which would swallow the rest."""
    for number, row in enumerate(_csv_rows(f"{text}\n{_END}\n") if text else (), 1):
        if row == [_END]:
            return
        if row and row[-1].rstrip("\n").endswith(_END):
            raise InputError(f'{name} row {number}: a quote (") is opened and never closed; close or double it')
        yield row


def _csv_rows(text: str) -> Iterator[list[str]]:
    """Yield the rows of delimited text; the header says what delimits."""
    header = text[: text.find("\n")] if "\n" in text else text
    delimiter = max(_DELIMITERS, key=header.count)
    csv.field_size_limit(sys.maxsize)  # the module's own limit of 128 KiB a cell is shorter than an article may be
    return csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)


# ---- spreadsheets --------------------------------------------------------------------------------------------------
def _xlsx(path: Path) -> DataFrame:
    """Read the first sheet; what a formula shows is its value."""
    import openpyxl

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # openpyxl warns of styles and extensions it does not know; cells are unharmed
        try:
            book = openpyxl.load_workbook(io.BytesIO(read_bytes(path)), read_only=True, data_only=True)
            rows = [list(row) for row in book.worksheets[0].iter_rows(values_only=True)]
        except (zipfile.BadZipFile, KeyError, ValueError, IndexError, OSError) as error:
            raise InputError(f"{path.name}: not an XLSX workbook, or encrypted ({first_line(error)})") from error
    if not rows:
        raise InputError(f"{path.name}: the first sheet is empty; a table needs a row of column names")
    width = max((i + 1 for i, name in enumerate(rows[0]) if name is not None), default=0)
    header = [str(name if name is not None else f"column {i + 1}").strip() for i, name in enumerate(rows[0][:width])]
    header = [unguarded(name) for name in header]
    cells = [[_sheet_cell(cell) for cell in row[:width]] for row in rows[1:]]
    while cells and all(cell is None for cell in cells[-1]):  # formatted but empty rows at the end
        cells.pop()
    return _frame(header, [row + [None] * (width - len(row)) for row in cells])


def _sheet_cell(cell: Any) -> Any:
    return (unguarded(cell) or None) if isinstance(cell, str) else cell


# ---- Parquet -------------------------------------------------------------------------------------------------------
def _parquet(path: Path, bad: dict[int, str] | None) -> DataFrame:
    import pandas as pd
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        table = pq.read_table(path)
    except (OSError, ValueError, pa.ArrowException) as error:
        raise InputError(f"{path.name}: not a Parquet file ({first_line(error)})") from error
    metadata = table.schema.metadata or {}
    geo = json.loads(metadata[b"geo"]) if b"geo" in metadata else None
    primary: str | None = geo["primary_column"] if geo else None
    columns: dict[str, Any] = {}
    for name in table.column_names:
        if geo and name != primary and _is_covering(geo, name):
            continue
        column = table.column(name)
        if geo and name == primary:
            columns["geometry"] = _wkb(column, geo["columns"][name], path.name, bad)
        elif pa.types.is_nested(column.type) or pa.types.is_null(column.type):
            columns[name] = pd.Series(column.to_pylist(), dtype="object")
        else:
            columns[name] = column.to_pandas(types_mapper=_nullable)
    return pd.DataFrame(columns)


def _nullable(kind: pa.DataType) -> Any:
    """Keep whole numbers and truth values whole beside missing ones."""
    import pandas as pd
    import pyarrow as pa

    if pa.types.is_integer(kind):
        return pd.Int64Dtype()
    return pd.BooleanDtype() if pa.types.is_boolean(kind) else None


def _is_covering(geo: dict[str, Any], name: str) -> bool:
    """Whether a column only repeats the bounds of the geometry (GeoParquet 1.1 "covering")."""
    covering = geo["columns"][geo["primary_column"]].get("covering", {}).get("bbox", {})
    return any(part and part[0] == name for part in covering.values())


def _wkb(column: Any, about: dict[str, Any], name: str, bad: dict[int, str] | None) -> Any:
    """Return the geometry of a GeoParquet column in EPSG:4326; no "crs" key means longitude and latitude."""
    import geopandas

    if about.get("crs", "OGC:CRS84") is None:
        raise InputError(f"{name}: its geometry has no CRS; write it with one, e.g. geopandas set_crs")
    series = geopandas.GeoSeries.from_wkb(column.to_pylist(), crs=about.get("crs", "OGC:CRS84"))
    return in_degrees(series, name, bad)


# ---- JSON ----------------------------------------------------------------------------------------------------------
def json_lines(path: Path) -> Iterator[tuple[int, Any]]:
    """Yield (line number, value) of JSON Lines or a GeoJSON text sequence; the value of a bad line is an InputError."""
    text = decode_file(path)
    for number, line in enumerate(text.split("\n"), 1):
        bare = line.strip(" \t\r" + _RECORD_SEPARATOR)
        if not bare:
            continue
        try:
            yield number, json.loads(bare)
        except (ValueError, RecursionError) as error:
            yield number, InputError(f"line {number}: not JSON ({first_line(error)})")


def flat_row(value: Any) -> dict[str, Any]:
    """Return one JSON row as columns; of a GeoJSON feature its properties and `geometry`."""
    if not isinstance(value, dict):
        raise TypeError("a row of JSON Lines is an object, {...}")
    if value.get("type") == "Feature":
        return {
            **({"id": value["id"]} if "id" in value else {}),
            **(value.get("properties") or {}),
            "geometry": value.get("geometry"),
        }
    return value


def _jsonl(path: Path, bad: dict[int, str] | None) -> DataFrame:
    rows: list[dict[str, Any]] = []
    for number, value in json_lines(path):
        try:
            if isinstance(value, InputError):
                raise value
            rows.append(flat_row(value))
        except (InputError, TypeError) as error:
            what = str(error).removeprefix(f"line {number}: ")
            if bad is None:
                raise InputError(f"{path.name} line {number}: {what}") from error
            bad[len(rows)] = what
            rows.append({})
    if bad and len(bad) == len(rows):
        raise InputError(f"{path.name} row 1: {bad[0]}")
    return _from_objects(rows, path.name, bad)


def _geojson(path: Path, bad: dict[int, str] | None, layer: str | None) -> DataFrame:
    """Read GeoJSON or TopoJSON, lists and numbers as they are written (GDAL would turn them into text)."""
    text = decode_file(path)
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise InputError(f"{path.name}: not JSON ({first_line(error)})") from error
    named = _named_crs(document, path.name)
    crs = CRS if not named or named.endswith(("CRS84", "4326")) else named
    if crs != CRS and document.get("type") == "Topology":
        raise InputError(f"{path.name}: TopoJSON in {named}; convert it to degrees, mapshaper -proj wgs84")
    if isinstance(document, dict) and document.get("type") == "Topology":
        chosen = choose_layer(path.name, topology_layers(document), layer)
        refused: dict[int, str] = {} if bad is None else bad
        try:
            features: Any = list(topology_features(document, chosen, refused))
        except InputError as error:
            raise InputError(f"{path.name}: {error}") from error
        if bad is None and refused:
            raise InputError(f"{path.name} row {min(refused) + 1}: {refused[min(refused)]}")
    else:
        features = _features(document)
    if not isinstance(features, list):
        raise InputError(f"{path.name}: not a GeoJSON FeatureCollection; articles go into .jsonl, one object a line")
    rows: list[dict[str, Any]] = []
    for number, feature in enumerate(features, 1):
        if isinstance(feature, dict):
            rows.append(flat_row(feature))
            continue
        what = f"a feature is an object, {{...}}, not {str(feature)[:40]}"
        if bad is None:
            raise InputError(f"{path.name} row {number}: {what}")
        bad[number - 1] = what
        rows.append({})
    return _from_objects(rows, path.name, bad, crs)


def _features(document: Any) -> Any:
    """Return the features of GeoJSON: a collection, one feature, or a bare geometry (RFC 7946 has all three)."""
    if not isinstance(document, dict):
        return None
    if document.get("type") == "Feature":
        return [document]
    if "coordinates" in document or document.get("type") == "GeometryCollection":
        return [{"type": "Feature", "properties": {}, "geometry": document}]
    return document.get("features")


def _named_crs(document: Any, name: str) -> str:
    """Return the CRS an old-style GeoJSON file names, "" for none: RFC 7946 has degrees only."""
    crs = document.get("crs") if isinstance(document, dict) else None
    if not isinstance(crs, dict):
        return ""
    about = crs.get("properties")
    if crs.get("type") == "link" or not isinstance(about, dict) or not about.get("name"):
        raise InputError(f"{name}: its crs is no name but {str(crs)[:60]}; name it, e.g. ogr2ogr -a_srs EPSG:4326")
    return str(about["name"])


def _kml(path: Path, bad: dict[int, str] | None) -> DataFrame:
    """Read the placemarks of KML or KMZ; degrees by the format's definition."""
    import geopandas
    import pandas as pd

    rows = []
    read_off: dict[str, list[int]] = {}
    for number, (row, described, wrong) in enumerate(kml_features(path)):
        if wrong and bad is None:
            raise InputError(f"{path.name} row {number + 1}: {wrong}")
        if wrong and bad is not None:
            bad[number] = wrong
        rows.append(row)
        for column in described:
            read_off.setdefault(column, []).append(number)
    if not rows:
        raise InputError(f"{path.name}: no placemark in it; a link to another KML is not followed, save what it shows")
    columns = list(dict.fromkeys(column for row in rows for column in row))
    frame = _frame(columns, [[row.get(column) for column in columns] for row in rows])
    shapes = in_degrees(geopandas.GeoSeries(list(frame["geometry"]), crs=CRS), path.name, bad)
    frame["geometry"] = pd.Series(shapes, index=frame.index)
    frame.attrs[_READ_OFF] = read_off
    return frame


def _from_objects(rows: list[dict[str, Any]], name: str, bad: dict[int, str] | None, crs: str = CRS) -> DataFrame:
    import geopandas
    import pandas as pd
    import pyproj
    import shapely

    columns = list(dict.fromkeys(column for row in rows for column in row))
    frame = _frame(list(map(str, columns)), [[row.get(column) for column in columns] for row in rows])
    if "geometry" in frame:
        shapes: list[Any] = []
        for position, value in enumerate(frame["geometry"]):
            try:
                shape = None if value is None else shapely.from_geojson(json.dumps(value))
            except (shapely.errors.ShapelyError, TypeError, ValueError) as error:
                what = f"not a GeoJSON geometry ({first_line(error)})"
                if bad is None:
                    raise InputError(f"{name} row {position + 1}: {what}") from error
                bad.setdefault(position, what)
                shape = None
            shapes.append(shape)
        try:
            given = geopandas.GeoSeries(shapes, crs=crs)
        except pyproj.exceptions.CRSError as error:
            raise InputError(f"{name}: its crs {crs[:60]!r} is not known; name it, e.g. EPSG:32637") from error
        frame["geometry"] = pd.Series(in_degrees(given, name, bad), index=frame.index)
    return frame
