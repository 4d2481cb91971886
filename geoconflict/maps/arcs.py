"""Polygons as arcs: what neighbours, or two days of a series, share of their edges stands on the page once.

A ring is the list of the arcs it runs along, `~n` where it runs along arc n backwards (as TopoJSON has it,
https://github.com/topojson/topojson-specification). An arc is text: steps from point to point in 1/10,000 degree, each
number zigzag-coded in digits of five bits, lowest first, with a sixth bit where more follow, as Google's polylines
have them, in the letters of `ALPHABET`. Neither HTML nor JSON needs to escape any of these.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Whole = NDArray[np.int64]

STEPS_PER_DEGREE = 10_000  # 11 m, a third of a pixel at the largest scale the page offers without tiles
ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
_LETTERS = np.frombuffer(ALPHABET.encode(), dtype=np.uint8)
_SHIFT = 1 << 22  # more than 180 degrees in steps
_DIGITS = 5  # of five bits each: 2^25, more than 360 degrees in steps, zigzag-coded


def shared_arcs(shapes: Sequence[Any], tolerance_deg: float) -> tuple[list[str], list[list[list[int]]]]:
    """Return the arcs of all shapes, and for each shape its rings as numbers of arcs.

    Simplified arc by arc, so that neighbours keep meeting; a ring that has no area left then is dropped.

    Parameters
    ----------
    shapes
        Polygons and collections of them, in degrees.
    tolerance_deg
        How far a line may move, degrees.
    """
    owners, rings = _rings_of(shapes)
    if not rings:
        return [], [[] for _ in shapes]
    lengths = np.array([len(ring) for ring in rings])
    steps = np.concatenate(rings)
    points, at = np.unique((steps[:, 0] + _SHIFT) * (2 * _SHIFT) + steps[:, 1] + _SHIFT, return_inverse=True)
    joint = _joints(at, lengths, len(points))
    places: dict[bytes, int] = {}
    runs: list[Whole] = []
    shaped: list[list[list[int]]] = [[] for _ in shapes]
    ends = np.cumsum(lengths)
    for owner, end, length in zip(owners, ends, lengths, strict=True):
        ring = []
        for run in _split(at[end - length : end], joint):
            turned = _backwards(run)
            key = (run[::-1] if turned else run).astype(np.int64)
            number = places.setdefault(key.tobytes(), len(runs))
            if number == len(runs):
                runs.append(key)
            ring.append(~number if turned else number)
        shaped[owner].append(ring)
    spots = np.stack([points // (2 * _SHIFT) - _SHIFT, points % (2 * _SHIFT) - _SHIFT], axis=1)
    lines = [_simpler(spots[run], tolerance_deg * STEPS_PER_DEGREE) for run in runs]
    kept = [[ring for ring in shape if sum(len(lines[max(n, ~n)]) - 1 for n in ring) > 2] for shape in shaped]
    return _numbered_anew([_text(line) for line in lines], kept)


def _rings_of(shapes: Sequence[Any]) -> tuple[list[int], list[Whole]]:
    """Return closed rings in whole steps, and whose they are."""
    owners, found = [], []
    for owner, shape in enumerate(shapes):
        parts = shapely.get_parts(shapely.get_parts(shape))
        for part in parts[shapely.get_type_id(parts) == shapely.GeometryType.POLYGON]:
            for line in (part.exterior, *part.interiors):
                steps = np.round(shapely.get_coordinates(line) * STEPS_PER_DEGREE).astype(np.int64)
                moved = np.r_[True, (np.diff(steps, axis=0) != 0).any(axis=1)]
                if moved.sum() > 3:
                    owners.append(owner)
                    found.append(steps[moved])
    return owners, found


def _joints(at: Whole, lengths: Whole, count: int) -> NDArray[np.bool_]:
    """Tell for each point whether lines meet or part there; along the others every ring runs the same way."""
    inner = np.ones(len(at), dtype=bool)
    inner[np.cumsum(lengths) - 1] = False  # the last point of a ring begins no edge
    begins = np.flatnonzero(inner)
    first, second = at[begins], at[begins + 1]
    edges = np.unique(np.minimum(first, second) * count + np.maximum(first, second))
    met = np.bincount(edges // count, minlength=count) + np.bincount(edges % count, minlength=count)
    return np.asarray(met != 2)


def _split(ring: Whole, joint: NDArray[np.bool_]) -> list[Whole]:
    """Cut a closed ring at the joints on it; one without a joint begins at its lowest point."""
    cuts = np.flatnonzero(joint[ring[:-1]])
    start = int(cuts[0]) if len(cuts) else int(np.argmin(ring[:-1]))
    turned = np.r_[ring[start:-1], ring[: start + 1]]
    marks = [0, *(cuts[1:] - start), len(turned) - 1] if len(cuts) else [0, len(turned) - 1]
    return [turned[first : last + 1] for first, last in pairwise(marks)]


def _backwards(run: Whole) -> bool:
    """Whether a run is stored the other way round, so that it is one arc whichever way it is first met."""
    here, there = (run[0], run[-1]) if run[0] != run[-1] else (run[1], run[-2])
    return bool(here > there)


def _simpler(line: Whole, tolerance: float) -> Whole:
    kept = shapely.simplify(shapely.linestrings(line.astype(float)), tolerance, preserve_topology=False)
    return np.asarray(np.round(shapely.get_coordinates(kept)), dtype=np.int64)


def _numbered_anew(arcs: list[str], shapes: list[list[list[int]]]) -> tuple[list[str], list[list[list[int]]]]:
    """Leave out the arcs no ring runs along any more."""
    used = sorted({max(n, ~n) for shape in shapes for ring in shape for n in ring})
    place = {old: new for new, old in enumerate(used)}
    renamed = [[[place[n] if n >= 0 else ~place[~n] for n in ring] for ring in shape] for shape in shapes]
    return [arcs[old] for old in used], renamed


def _text(line: Whole) -> str:
    moves = np.vstack([line[:1], np.diff(line, axis=0)]).ravel()
    coded = np.where(moves < 0, -2 * moves - 1, 2 * moves)
    digits = (coded[:, None] >> (5 * np.arange(_DIGITS))) & 31
    more = coded[:, None] >> (5 * np.arange(1, _DIGITS + 1)) > 0
    needed = np.c_[np.ones(len(coded), dtype=bool), more[:, :-1]]
    return _LETTERS[(digits + 32 * more)[needed]].tobytes().decode()
