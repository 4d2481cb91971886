"""Kriging of who holds a place from who holds the towns around it: where a front lies, and a second opinion on a town.

Each side is a surface that is 1 at its own towns and 0 at all others (indicator kriging: Journel 1983, Mathematical
Geology 15, 445-468); a place is the side's whose surface is highest there. Two covariances are used. The linear
variogram has no length and no size to choose, and goes through every report: it says where fronts lie. The exponential
one with a little noise may contradict a report: it is the second opinion.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.spatial import cKDTree

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

LENGTH_M = 160_000.0
"""Length of the exponential covariance. Half or twice as much finds the same wrong reports."""

NOISE = 0.2
"""Variance of a report beside that of the ground. With .02 as many wrong reports are found, and half again as many
right ones listed with them."""

NEIGHBOURS = 100
"""Reports a second opinion is formed from. Farther ones are screened by these, and time grows with the third power."""

DENSE_PLACES = 3_000
"""With more places than this a front is drawn from the `NEIGHBOURS` nearest of them, not from all: memory grows with
the square."""

_AT_ONCE = 200
_KILOMETRE = 1_000.0


def indicators(side: NDArray[np.object_]) -> tuple[NDArray[np.object_], Floats]:
    """Return the names of the sides in order, and an (n, sides) array that is 1 where a place is held by the side."""
    names = np.array(sorted(set(side)), object)
    return names, (side[:, None] == names).astype(float)


def surfaces(xy: Floats, values: Floats) -> Callable[[Floats], Floats]:
    """Return a function from (m, 2) points in metres to the (m, sides) heights of the surfaces through `values`.

    Ordinary kriging with a linear variogram, which is interpolation with the kernel -r and a constant.
    """
    from scipy.interpolate import RBFInterpolator  # .4 s to import, and zones from files or the cache need none

    near = NEIGHBOURS if len(xy) > DENSE_PLACES else None
    through = RBFInterpolator(xy / _KILOMETRE, values, neighbors=near, kernel="linear", degree=0)
    return lambda points: np.asarray(through(points / _KILOMETRE))


def opinions_without_itself(xy: Floats, values: Floats, at: Floats, own: Ints) -> Floats:
    """Return what the reports around each point say of it, the point's own report left out.

    Ordinary kriging, exponential covariance of `LENGTH_M`, noise `NOISE`, from the `NEIGHBOURS` nearest reports.

    Parameters
    ----------
    xy, values
        (n, 2) metres and (n, sides) heights of the reports.
    at
        (m, 2) metres.
    own
        (m,) index of the report to leave out of each, -1 where there is none.

    Returns
    -------
    (m, sides) array whose rows sum to 1: roughly how sure each side is.
    """
    count = min(NEIGHBOURS, len(xy) - 1)
    nearest = np.asarray(cKDTree(xy).query(at, k=count + 1)[1]).reshape(len(at), count + 1)
    # The own report goes last, wherever it stands among reports of one distance; without one the farthest is dropped.
    nearest = np.take_along_axis(nearest, np.argsort(nearest == own[:, None], axis=1, kind="stable"), axis=1)[:, :count]
    found = np.empty((len(at), values.shape[1]))
    for first in range(0, len(at), _AT_ONCE):
        rows = slice(first, first + _AT_ONCE)
        places = xy[nearest[rows]]
        system = np.ones((len(places), count + 1, count + 1))
        between = places[:, :, None] - places[:, None]
        system[:, :-1, :-1] = np.exp(-np.hypot(between[..., 0], between[..., 1]) / LENGTH_M)
        system[:, np.arange(count), np.arange(count)] += NOISE
        system[:, -1, -1] = 0.0  # the weights sum to one
        apart = places - at[rows, None]
        right = np.ones((len(places), count + 1, 1))
        right[:, :-1, 0] = np.exp(-np.hypot(apart[..., 0], apart[..., 1]) / LENGTH_M)
        weights = np.linalg.solve(system, right)[:, :-1, 0]
        found[rows] = np.einsum("mk,mks->ms", weights, values[nearest[rows]])
    return found
