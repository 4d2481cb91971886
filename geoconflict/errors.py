"""What can go wrong, said in one line.

    GeoconflictError
    ├── InputError (ValueError)      a file, row or value that cannot be used      exit 1
    ├── OutputError (OSError)        an output that cannot be written              exit 1
    ├── UsageError (ValueError)      options that contradict each other            exit 2
    ├── GazetteerError               the index is missing, broken or too old       exit 1
    ├── OnlineError (ConnectionError) an online geocoder that gave no answer       exit 1
    │   └── RefusedError             ... because it wants no more requests          exit 1
    └── PolicyError (PermissionError) the policy forbids it                        exit 4

and, beside them, InputWarning (UserWarning): a row or a value was left out or repaired; no exit code of its own. Its
RowsLeftOutWarning, about rows of the table a command is for, makes the command end with 3.

A message names file, row, value and remedy: `zones.geojson row 17: valid_to 2023-02-30 is not a date; use YYYY-MM-DD`.
"""

from __future__ import annotations


class GeoconflictError(Exception):
    """Base of every error this package raises on purpose."""

    exit_code = 1


class InputError(GeoconflictError, ValueError):
    """Input that cannot be used as it is."""


class OutputError(GeoconflictError, OSError):
    """An output that cannot be written, or that exists already."""


class UsageError(GeoconflictError, ValueError):
    """Options or arguments that do not go together."""

    exit_code = 2


class GazetteerError(GeoconflictError):
    """The gazetteer index cannot be opened or built."""


class OnlineError(GeoconflictError, ConnectionError):
    """An online geocoder gave no usable answer."""


class RefusedError(OnlineError):
    """An online service takes no more requests from us: nothing more should be asked of it now."""


class PolicyError(GeoconflictError, PermissionError):
    """The publication policy refuses this."""

    exit_code = 4


class InputWarning(UserWarning):
    """Something in the input was left out or repaired; the rest was read."""


class RowsLeftOutWarning(InputWarning):
    """Rows of an event table, or zones, were left out because of a bad value; the rest was read."""


class RepairedWarning(InputWarning):
    """A geometry was repaired: the message says which and by how much its area changed."""
