"""Everything the package writes: checked before any work, written beside the target, renamed when whole."""

from __future__ import annotations

import io
import json
import os
import sys
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from geoconflict import __version__
from geoconflict.errors import OutputError, UsageError
from geoconflict.files.cells import (
    coordinates_of,
    csv_line,
    geojson_of,
    guarded,
    is_list_column,
    plain,
    plain_columns,
    rows_of,
    storable,
    to_json,
)
from geoconflict.records import CRS

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping

    from geopandas import GeoDataFrame
    from pandas import DataFrame

LAYER_ENDINGS = (".geojson", ".parquet", ".gpkg", ".csv", ".jsonl")
TABLE_ENDINGS = (".csv", ".xlsx", ".parquet", ".jsonl")
POLICIES = ("open", "publish")
_XLSX_CELL = 32_767
"""Characters a cell of a spreadsheet holds; Excel calls a file with more damaged."""


# ---- the target ----------------------------------------------------------------------------------------------------
def check_output(path: str | Path, overwrite: bool = False, *, endings: Collection[str] = ()) -> None:
    """Refuse an output that cannot be written, before any work; "-" is standard output.

    Raises OutputError when the file exists and `overwrite` is false, when it is a device or pipe, which nothing can be
    renamed to, when its folder is missing or not writable, and when its name ends in none of `endings`.
    """
    if str(path) == "-":
        return
    path = Path(path)
    if endings and path.suffix.lower() not in endings:
        what = path.suffix or "no ending"
        raise OutputError(f"{path}: {what} is no format of this output; use {', '.join(endings)}")
    if path.is_dir():
        raise OutputError(f"{path}: is a folder; name a file in it")
    if path.exists() and not path.is_file():
        raise OutputError(f"{path}: is no regular file; name one, or - for standard output where that is possible")
    folder = _target(path).parent
    if not folder.is_dir():
        raise OutputError(f"{path}: the folder {folder} does not exist; create it first")
    if path.is_file() and not overwrite:
        raise OutputError(f"{path}: exists; choose another name, or replace it with --overwrite")
    if not os.access(folder, os.W_OK | os.X_OK) or (path.exists() and not os.access(path, os.W_OK)):
        raise OutputError(f"{path}: not writable; choose another folder or change its permissions")


def _target(path: Path) -> Path:
    """Return the file a path leads to: a link stays a link, and what it points to is replaced."""
    return Path(os.path.realpath(path)) if path.is_symlink() else path


@contextmanager
def _beside(path: Path) -> Iterator[Path]:
    """Give a name beside the target to write to; renamed when all went well, else the target stays as it was."""
    target = _target(path)
    temporary = target.with_name(f".{target.stem}.{os.getpid()}{path.suffix}")
    try:
        yield temporary
        temporary.replace(target)
    except OSError as error:
        if isinstance(error, OutputError):
            raise
        raise OutputError(f"{path}: {error.strerror or error}") from error
    finally:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)


def write_bytes(data: bytes, path: str | Path, *, overwrite: bool = False) -> None:
    """Write bytes to a file, or to standard output for "-". Raises OutputError as `check_output`."""
    check_output(path, overwrite)
    if str(path) == "-":
        _to_stdout(data)
        return
    with _beside(Path(path)) as temporary:
        temporary.write_bytes(data)


def write_text(text: str, path: str | Path, *, overwrite: bool = False) -> None:
    """Write a text as UTF-8, line ends as they are, to a file, or to standard output for "-"."""
    write_bytes(text.encode("utf-8", "backslashreplace"), path, overwrite=overwrite)


def _to_stdout(data: bytes) -> None:
    """Write bytes to standard output, which a test or a notebook may have replaced by one for text."""
    sys.stdout.flush()
    stream = getattr(sys.stdout, "buffer", None)
    if stream is None:
        sys.stdout.write(data.decode("utf-8"))
    else:
        stream.write(data)
        stream.flush()


# ---- layers --------------------------------------------------------------------------------------------------------
def write_layer(
    layer: GeoDataFrame,
    path: str | Path,
    *,
    overwrite: bool = False,
    policy: str = "open",
    about: Mapping[str, str] | None = None,
) -> None:
    """Write a layer; the ending of `path` is the format, "-" a GeoJSON text sequence on standard output.

    Lists are JSON arrays in GeoJSON and JSONL, list columns in Parquet, JSON text in CSV and GPKG; what is missing is
    null. Coordinates have 6 decimals in GeoJSON, CSV and JSONL, which hold points as `lon` and `lat`, else WKT in
    `geometry`. In CSV an apostrophe goes before a text a spreadsheet would run as a formula; reading takes it away.
    The same layer gives the same bytes.

    Parameters
    ----------
    layer
        With a CRS; anything but EPSG:4326 is transformed.
    overwrite
        Replace an existing file.
    policy
        What `protect` was called with; the file says so. Masking itself is not done here.
    about
        More facts the file carries beside `generator` and `policy`, e.g. {"index_date": "2026-11-20"}: members of the
        GeoJSON document, of each feature of a sequence, metadata of Parquet and GPKG, columns of CSV and JSONL.

    Raises
    ------
    OutputError
        As `check_output`, for an unknown ending, and when writing fails; an earlier file is then as it was.
    UsageError
        For an unknown policy or a layer without CRS.
    """
    if policy not in POLICIES:
        raise UsageError(f"policy {policy!r} is not known; use {' or '.join(POLICIES)}")
    if layer.crs is None:
        raise UsageError(f"the layer has no CRS; set it, e.g. layer.set_crs({CRS!r})")
    check_output(path, overwrite, endings=LAYER_ENDINGS)
    layer = layer.to_crs(CRS)
    facts = {"generator": f"geoconflict {__version__}", **(about or {}), "policy": policy}
    if str(path) == "-":
        _to_stdout("".join(_sequence(layer, facts)).encode("utf-8"))
        return
    writers: dict[str, Callable[[GeoDataFrame, Path, dict[str, str]], None]] = {
        ".geojson": _geojson, ".parquet": _geoparquet, ".gpkg": _gpkg, ".csv": _layer_csv, ".jsonl": _layer_jsonl,
    }  # fmt: skip
    with _beside(Path(path)) as temporary:
        writers[Path(path).suffix.lower()](layer, temporary, facts)


def _features(layer: GeoDataFrame, head: str) -> Iterator[str]:
    """Yield each row as a GeoJSON feature that begins with `head`."""
    rows = rows_of(plain_columns(layer), len(layer))
    for shape, row in zip(geojson_of(layer), rows, strict=True):
        yield f'{{"type":"Feature",{head}"geometry":{shape},"properties":{to_json(row)}}}'


def _sequence(layer: GeoDataFrame, facts: dict[str, str]) -> Iterator[str]:
    head = to_json(facts)[1:-1] + ","
    for feature in _features(layer, head):
        yield feature + "\n"


def _geojson(layer: GeoDataFrame, path: Path, facts: dict[str, str]) -> None:
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.write(f'{{"type":"FeatureCollection",{to_json(facts)[1:-1]},"features":[\n')
        for number, feature in enumerate(_features(layer, "")):
            file.write((",\n" if number else "") + feature)
        file.write("\n]}\n")


def _with_facts(layer: GeoDataFrame, facts: dict[str, str]) -> dict[str, list[Any]]:
    """Return the cells of a row format: columns, coordinates, and the facts, as such a file has no other place."""
    constant = {name: [value] * len(layer) for name, value in facts.items()}
    return {**plain_columns(layer), **coordinates_of(layer), **constant}


def _layer_jsonl(layer: GeoDataFrame, path: Path, facts: dict[str, str]) -> None:
    _write_jsonl(_with_facts(layer, facts), len(layer), path)


def _layer_csv(layer: GeoDataFrame, path: Path, facts: dict[str, str]) -> None:
    _write_csv(_with_facts(layer, facts), len(layer), path)


def _write_jsonl(columns: dict[str, list[Any]], length: int, path: Path) -> None:
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.writelines(to_json(row) + "\n" for row in rows_of(columns, length))


def _write_csv(columns: dict[str, list[Any]], length: int, path: Path) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        _csv_rows(columns, length, file)


def _csv_rows(columns: dict[str, list[Any]], length: int, file: IO[str]) -> None:
    file.write(csv_line(storable(name) for name in columns))
    file.writelines(csv_line(_cell(value) for value in row.values()) for row in rows_of(columns, length))


def _cell(value: Any) -> Any:
    """Return a plain value as a cell of text: lists as JSON, truth as JSON has it, missing empty."""
    if value is None:
        return ""
    if isinstance(value, bool | list | dict):
        return storable(to_json(value))
    return storable(value) if isinstance(value, str) else value


def _gpkg(layer: GeoDataFrame, path: Path, facts: dict[str, str]) -> None:
    """Write a GeoPackage; its date of change is the index date, so that equal layers give equal bytes."""
    import pandas as pd
    import pyogrio

    frame = layer.copy()
    for name in frame.columns:
        if name == frame.geometry.name:
            continue
        if frame[name].dtype == "object" or pd.api.types.is_string_dtype(frame[name]):
            cells = [None if (value := plain(cell)) is None else str(_cell(value)) for cell in frame[name].tolist()]
            frame[name] = pd.Series(cells, index=frame.index, dtype="object")
    day = facts.get("index_date", "2000-01-01")[:10]
    with _gdal_option("OGR_CURRENT_DATE", f"{day}T00:00:00.000Z"):
        try:
            pyogrio.write_dataframe(
                frame, path, layer=_table_name(layer), driver="GPKG", dataset_metadata=facts, promote_to_multi=False
            )
        except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError, RuntimeError) as error:
            raise OutputError(f"{path}: {str(error).splitlines()[0]}") from error


def _table_name(layer: GeoDataFrame) -> str:
    known = {"event_id": "events", "zone_id": "zones", "camp_id": "camps"}
    return next((name for key, name in known.items() if key in layer), "layer")


@contextmanager
def _gdal_option(name: str, value: str) -> Iterator[None]:
    import pyogrio

    before = pyogrio.get_gdal_config_option(name)
    pyogrio.set_gdal_config_options({name: value})
    try:
        yield
    finally:
        pyogrio.set_gdal_config_options({name: before})


# ---- Parquet -------------------------------------------------------------------------------------------------------
def _geoparquet(layer: GeoDataFrame, path: Path, facts: dict[str, str]) -> None:
    """Write GeoParquet 1.1 with the bounds of each row, compressed by zstd."""
    import numpy as np
    import pyarrow as pa
    import pyproj
    import shapely

    shapes = layer.geometry.to_numpy()
    arrays = _arrow_columns(layer)
    arrays["geometry"] = pa.array(shapely.to_wkb(shapes).tolist(), type=pa.binary())
    bounds = shapely.bounds(shapes)
    known = ~np.isnan(bounds).any(axis=1)
    corners = ("xmin", "ymin", "xmax", "ymax")
    fields = [pa.array(bounds[:, i], mask=~known) for i in range(4)]
    arrays["bbox"] = pa.StructArray.from_arrays(fields, names=list(corners), mask=pa.array(~known))
    column = {
        "encoding": "WKB",
        "geometry_types": sorted({shape.geom_type for shape in shapes if shape is not None}),
        "crs": pyproj.CRS(CRS).to_json_dict(),
        "covering": {"bbox": {corner: ["bbox", corner] for corner in corners}},
    }
    if known.any():
        column["bbox"] = [*bounds[known, :2].min(axis=0).tolist(), *bounds[known, 2:].max(axis=0).tolist()]
    geo = {"version": "1.1.0", "primary_column": "geometry", "columns": {"geometry": column}}
    _write_arrow(arrays, path, {"geo": json.dumps(geo), **facts})


def _write_arrow(arrays: dict[str, Any], path: Path, metadata: dict[str, str]) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    table = pa.table(arrays).replace_schema_metadata(metadata)
    pq.write_table(table, path, compression="zstd")


def _arrow_columns(frame: DataFrame) -> dict[str, Any]:
    """Return columns as Arrow arrays of the dtype the layer states; lists as list columns."""
    import pandas as pd
    import pyarrow as pa

    arrays = {}
    for name, cells in plain_columns(frame).items():
        column = frame[name]
        if is_list_column(column):
            arrays[name] = _list_array(cells)
        elif pd.api.types.is_bool_dtype(column):
            arrays[name] = pa.array(cells, type=pa.bool_())
        elif pd.api.types.is_integer_dtype(column):
            arrays[name] = pa.array(cells, type=pa.int64())
        elif pd.api.types.is_float_dtype(column):
            arrays[name] = pa.array(cells, type=pa.float64())
        else:
            arrays[name] = pa.array([None if one is None else str(_cell(one)) for one in cells], type=pa.string())
    return arrays


def _list_array(cells: list[Any]) -> Any:
    """Return lists as an Arrow list column; such that have no common type, as lists of JSON texts."""
    import pyarrow as pa

    stored = [_storable(cell) for cell in cells]
    try:
        array = pa.array(stored)
    except (pa.ArrowInvalid, pa.ArrowTypeError):
        array = None
    if array is not None and _is_parquet_type(array.type):
        nothing_in_it = pa.types.is_null(array.type) or (
            pa.types.is_list(array.type) and pa.types.is_null(array.type.value_type)
        )
        return array.cast(pa.list_(pa.string())) if nothing_in_it else array
    texts = [None if cell is None else [to_json(one) for one in cell] for cell in stored]
    return pa.array(texts, type=pa.list_(pa.string()))


def _is_parquet_type(kind: Any) -> bool:
    """Whether Parquet can hold a type: it has no objects without members."""
    import pyarrow as pa

    if pa.types.is_struct(kind):
        return kind.num_fields > 0 and all(_is_parquet_type(field.type) for field in kind)
    return _is_parquet_type(kind.value_type) if pa.types.is_list(kind) else True


def _storable(value: Any) -> Any:
    """Return a plain value whose texts a table format can hold."""
    if isinstance(value, str):
        return storable(value)
    if isinstance(value, list):
        return [_storable(one) for one in value]
    return {storable(key): _storable(one) for key, one in value.items()} if isinstance(value, dict) else value


# ---- tables --------------------------------------------------------------------------------------------------------
def write_table(frame: DataFrame, path: str | Path, *, overwrite: bool = False) -> None:
    """Write a table without geometry: .csv, .xlsx, .parquet or .jsonl, or CSV on standard output for "-".

    Cells as in `write_layer`; an apostrophe goes before what looks like a formula in .xlsx too. Raises OutputError as
    `check_output`, for an unknown ending, and for a cell longer than a spreadsheet holds.
    """
    check_output(path, overwrite, endings=TABLE_ENDINGS)
    columns = plain_columns(frame)
    writers: dict[str, Callable[[Path], None]] = {
        ".csv": lambda target: _write_csv(columns, len(frame), target),
        ".jsonl": lambda target: _write_jsonl(columns, len(frame), target),
        ".parquet": lambda target: _write_arrow(_arrow_columns(frame), target, {}),
        ".xlsx": lambda target: _write_xlsx(columns, len(frame), target),
    }
    if str(path) == "-":
        text = io.StringIO(newline="")
        _csv_rows(columns, len(frame), text)
        _to_stdout(text.getvalue().encode("utf-8"))
        return
    with _beside(Path(path)) as temporary:
        writers[Path(path).suffix.lower()](temporary)


def _write_xlsx(columns: dict[str, list[Any]], length: int, path: Path) -> None:
    import openpyxl
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("table")
    sheet.append([guarded(name) for name in columns])
    for number, row in enumerate(rows_of(columns, length), 2):
        cells = []
        for name, value in row.items():
            cell = WriteOnlyCell(sheet, value=None)
            if isinstance(value, str | list | dict):
                text = guarded(ILLEGAL_CHARACTERS_RE.sub("\ufffd", str(_cell(value))))
                if len(text) > _XLSX_CELL:
                    what = f"row {number}, {name}: {len(text)} characters are more than .xlsx holds"
                    raise OutputError(f"{what}; use .csv")
                cell.value = text
                cell.data_type = "s"  # a text that begins with "=" is no formula
            else:
                cell.value = value
            cells.append(cell)
        sheet.append(cells)
    book.save(path)
