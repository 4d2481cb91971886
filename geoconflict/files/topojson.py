"""TopoJSON to features: arcs put together to rings and lines, quantised or not, with heights or without.

GDAL reads arcs with heights as empty geometry and says nothing, so they are decoded here, after the format's
specification (github.com/topojson/topojson-specification).
"""

from __future__ import annotations

from itertools import accumulate
from typing import TYPE_CHECKING, Any

from geoconflict.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterator

_Position = tuple[float, float]
_DEPTH = {"LineString": 0, "MultiLineString": 1, "Polygon": 1, "MultiPolygon": 2}
"""How deep the lists of arcs of a line or ring lie."""


def topology_layers(document: dict[str, Any]) -> list[str]:
    """Return the names of the layers ("objects") of a topology."""
    objects = document.get("objects")
    return list(objects) if isinstance(objects, dict) else []


def topology_features(document: dict[str, Any], layer: str, bad: dict[int, str]) -> Iterator[dict[str, Any]]:
    """Yield the features of one layer as GeoJSON, heights dropped; a feature with a bad geometry has none.

    Coordinates stay in the units of the file: degrees, as the specification has it. What is wrong with a geometry goes
    into `bad`, under the number of the feature from 0. Raises InputError for arcs that cannot be decoded at all.
    """
    try:
        arcs = _Arcs(document)
    except (TypeError, ValueError, KeyError, IndexError) as error:
        raise InputError(f"its arcs cannot be decoded ({error})") from error
    top = document["objects"][layer]
    members = top.get("geometries") or [] if top.get("type") == "GeometryCollection" else [top]
    for number, member in enumerate(members):
        geometry = None
        try:
            geometry = arcs.geometry(member)
        except (TypeError, ValueError, KeyError, IndexError, AttributeError, RecursionError) as error:
            bad[number] = f"not a TopoJSON geometry ({error})"
        properties = member.get("properties") if isinstance(member, dict) else None
        feature = {"type": "Feature", "properties": properties or {}, "geometry": geometry}
        yield feature | ({"id": member["id"]} if isinstance(member, dict) and "id" in member else {})


class _Arcs:
    """The shared lines of a topology, in the units of the file."""

    def __init__(self, document: dict[str, Any]) -> None:
        transform = document.get("transform")
        self._scale = tuple(map(float, transform["scale"])) if transform else (1.0, 1.0)
        self._shift = tuple(map(float, transform["translate"])) if transform else (0.0, 0.0)
        self.lines: list[list[_Position]] = []
        for arc in document["arcs"]:
            # Quantised positions are steps from the one before; heights, which never are, do not matter here.
            steps = [(one[0], one[1]) for one in arc]
            summed = list(accumulate(steps, lambda a, b: (a[0] + b[0], a[1] + b[1]))) if transform else steps
            self.lines.append([self.position(one) for one in summed])

    def position(self, given: Any) -> _Position:
        """Return a position in the units of the file."""
        return given[0] * self._scale[0] + self._shift[0], given[1] * self._scale[1] + self._shift[1]

    def line(self, numbers: list[int]) -> list[_Position]:
        """Join arcs end to end; ~i is arc i backwards. Each begins where the one before ended."""
        joined: list[_Position] = []
        for number in numbers:
            arc = self.lines[number] if number >= 0 else self.lines[~number][::-1]
            joined += arc[1:] if joined else arc
        return joined

    def geometry(self, given: dict[str, Any]) -> dict[str, Any] | None:
        """Return one geometry as GeoJSON; None for what has none."""
        kind = given.get("type")
        if kind is None:
            return None
        if kind == "GeometryCollection":
            parts = [self.geometry(one) for one in given["geometries"]]
            return {"type": kind, "geometries": [one for one in parts if one]}
        if kind == "Point":
            return {"type": kind, "coordinates": self.position(given["coordinates"])}
        if kind == "MultiPoint":
            return {"type": kind, "coordinates": [self.position(one) for one in given["coordinates"]]}
        if kind not in _DEPTH:
            raise ValueError(f"a {kind!r} is none")
        return {"type": kind, "coordinates": self._nested(given["arcs"], _DEPTH[kind])}

    def _nested(self, arcs: Any, depth: int) -> Any:
        return self.line(arcs) if depth == 0 else [self._nested(one, depth - 1) for one in arcs]
