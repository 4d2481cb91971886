"""Where maps of zones lie: files, folders of dated files, archives, files of several layers; one after the other."""

from __future__ import annotations

import json
import shutil
import warnings
import zipfile
from dataclasses import dataclass, replace
from fnmatch import fnmatch
from pathlib import Path
from typing import TYPE_CHECKING

from geoconflict.errors import InputError, InputWarning
from geoconflict.files.days import days_in_name
from geoconflict.files.features import check_size, polygon_layers
from geoconflict.files.tables import SPATIAL_ENDINGS
from geoconflict.files.text import decode_file
from geoconflict.files.topojson import topology_layers

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

MAP_ENDINGS = (*SPATIAL_ENDINGS, ".parquet", ".jsonl", ".ndjson")
"""What is looked for in folders; a table with polygons as WKT is read where it is named itself."""
_BESIDE = (".shx", ".dbf", ".prj", ".cpg", ".qpj", ".sbn", ".sbx", ".qix", ".qmd", ".qml", ".sld", ".idx", ".cst")
"""Files that belong to a shapefile."""
_MOST_MEMBERS = 10_000
_MOST_NAMED = 5


@dataclass(frozen=True, slots=True)
class Map:
    """One layer of zones to read."""

    path: Path
    """Where it lies now: a member of an archive lies unpacked."""
    name: str
    """What the user knows it by: "maps.zip/2022-05-23.shp", "zones.gpkg layer north"."""
    names: tuple[str, ...]
    """Names that may carry its day, the nearest first: layer, file, archive or folder; without endings."""
    where: str
    """Path inside what the user named, without ending, for patterns that span folders."""
    layer: str | None = None


@dataclass(frozen=True, slots=True)
class _Search:
    wanted: str | None
    refuse: Callable[[InputError], None]


def find_maps(given: Path, wanted: str | None, unpack_to: Path, refuse: Callable[[InputError], None]) -> Iterator[Map]:
    """Yield the maps of a file, folder or archive, in order of their names; what cannot be used is refused.

    Parameters
    ----------
    wanted
        Pattern of layers to read where a file or archive has several. Without it all are where each carries a day of
        its own. The only layer of polygons is read in any case.
    unpack_to
        An empty folder for what is unpacked, which lies there until the next map is asked for.
    """
    search = _Search(wanted, refuse)
    if given.is_dir():
        yield from _in_folder(given, unpack_to, search)
    else:
        yield from _in_file(given, given.name, (stem_of(given.name),), unpack_to, search)


def _in_folder(folder: Path, unpack_to: Path, search: _Search) -> Iterator[Map]:
    """Yield the maps of a folder and of those inside it."""
    files = [one for one in sorted(folder.rglob("*")) if one.is_file()]
    files = [one for one in files if not any(part.startswith(".") for part in one.relative_to(folder).parts)]
    maps = [one for one in files if one.suffix.lower() in MAP_ENDINGS]
    others = [one.name for one in files if one not in maps and not _is_beside(one)]
    if not maps:
        raise InputError(f"{folder}: no zone file in this folder; zone files end in {', '.join(MAP_ENDINGS)}")
    if others:
        more = f" and {len(others) - _MOST_NAMED} more" if len(others) > _MOST_NAMED else ""
        said = f"{folder.name}: no zone files, not read: {', '.join(others[:_MOST_NAMED])}{more}"
        warnings.warn(said, InputWarning, stacklevel=3)
    for number, path in enumerate(maps):
        inside = path.relative_to(folder)
        names = (stem_of(path.name), *inside.parts[-2::-1], folder.resolve().name)
        try:
            yield from _in_file(path, inside.as_posix(), names, unpack_to / str(number), search)
        except InputError as error:
            search.refuse(error)


def _is_beside(path: Path) -> bool:
    return path.suffix.lower() in _BESIDE or path.name.lower().endswith((".shp.xml", ".aux.xml"))


def stem_of(name: str) -> str:
    """Return a name without the endings of map files: "a.shp.zip" is a, "2022.05.23.geojson" is 2022.05.23."""
    while (stem := name.rpartition("."))[0] and f".{stem[2].lower()}" in MAP_ENDINGS:
        name = stem[0]
    return name


def _in_file(path: Path, name: str, names: tuple[str, ...], unpack_to: Path, search: _Search) -> Iterator[Map]:
    """Yield the maps of one file."""
    ending = path.suffix.lower()
    if not path.is_file():
        raise InputError(f"{path}: no such file or folder")
    check_size(path.stat().st_size, name)
    if ending == ".zip":
        yield from _in_archive(path, name, names, unpack_to, search)
        return
    layers: list[str] = []
    if ending in {".gpkg", ".fgb"}:
        layers = polygon_layers(path)
    elif ending in {".topojson", ".json"}:
        layers = _topology_layers(path)
    where = stem_of(name)
    if len(layers) < 2:  # many formats have one layer, of no name of its own
        yield Map(path, name, (*names, *layers), where, layers[0] if layers else None)
        return
    for layer in _chosen(name, layers, search.wanted):
        yield Map(path, f"{name} layer {layer}", (layer, *names), f"{where}/{layer}", layer)


def _topology_layers(path: Path) -> list[str]:
    """Return the layers of a TopoJSON file; of other JSON none."""
    try:
        document = json.loads(decode_file(path))
    except (ValueError, RecursionError):
        return []  # reading says what is wrong with it
    return topology_layers(document) if isinstance(document, dict) and document.get("type") == "Topology" else []


def _chosen(name: str, layers: list[str], wanted: str | None) -> list[str]:
    """Return the layers to read; InputError where they would have to be guessed."""
    shown = ", ".join(layers[:_MOST_NAMED]) + (f" and {len(layers) - _MOST_NAMED} more" if len(layers) > 5 else "")
    if wanted is not None:
        chosen = [one for one in layers if fnmatch(one.lower(), wanted.lower())]
        if layers and not chosen:
            raise InputError(f"{name}: no layer {wanted!r}; it has {shown}")
        return chosen
    days = [tuple(days_in_name(one)) for one in layers]
    if len(layers) < 2 or (all(len(one) == 1 for one in days) and len(set(days)) == len(days)):
        return layers
    raise InputError(f"{name}: has {len(layers)} layers ({shown}); choose with --zone-layer NAME, or '*' for all")


def _in_archive(path: Path, name: str, names: tuple[str, ...], unpack_to: Path, search: _Search) -> Iterator[Map]:
    """Unpack what may be a map and yield it; a shapefile lies in whatever folder."""
    try:
        with zipfile.ZipFile(path) as archive:
            members = [one for one in archive.infolist() if _is_of_use(one)]
            if any(one.flag_bits & 1 for one in members):
                raise InputError(f"{name}: its files are encrypted; unpack it")
            if len(members) > _MOST_MEMBERS:
                raise InputError(f"{name}: {len(members)} files in it; unpack it and name those that count")
            check_size(sum(one.file_size for one in members), f"{name}, unpacked")
            for one in members:
                archive.extract(one, unpack_to)  # drops drive letters and ".."
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, EOFError, OSError) as error:
        raise InputError(f"{name}: not a ZIP archive that can be read ({error}); unpack it") from error
    found = sorted(file for file in unpack_to.rglob("*") if file.is_file() and file.suffix.lower() in MAP_ENDINGS)
    if not found:
        raise InputError(f"{name}: no zone file in this archive; zone files end in {', '.join(MAP_ENDINGS)}")
    stems = [file.relative_to(unpack_to).as_posix().rsplit(".", 1)[0] for file in found]
    several = len(found) > 1
    chosen = _chosen(name, stems, search.wanted) if several else stems
    for number, (file, stem) in enumerate(zip(found, stems, strict=True)):
        if stem not in chosen:
            continue
        inside = file.relative_to(unpack_to)
        own = (stem_of(file.name), *inside.parts[-2::-1])
        # The archive is what the user named: of one map its name carries the day, of several each has its own.
        order = (*own, *names) if several else (*names, *own)
        known_as = f"{name}/{inside.as_posix()}" if several else name
        try:
            yield from _in_file(
                file, known_as, order, unpack_to / str(number), replace(search, wanted=None) if several else search
            )
        except InputError as error:
            search.refuse(error)
    shutil.rmtree(unpack_to, ignore_errors=True)


def _is_of_use(member: zipfile.ZipInfo) -> bool:
    path = Path(member.filename)
    hidden = any(part.startswith((".", "__MACOSX")) for part in path.parts)
    return not member.is_dir() and not hidden and path.suffix.lower() in (*MAP_ENDINGS, *_BESIDE)
