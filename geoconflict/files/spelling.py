"""One spelling for names that differ in case and blanks only."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING

from geoconflict.errors import InputWarning

if TYPE_CHECKING:
    from pandas import Series


def one_spelling(controllers: Series, where: str) -> Series:
    """Return controllers with " red " and "RED" as one side, called as where it first stands; that is said.

    Blanks around a name and doubled ones within are no part of it. An InputWarning names `where` and both spellings;
    blanks alone are not worth one.
    """
    tidy = controllers.str.split().str.join(" ")
    first: dict[str, str] = {}
    for name in tidy.dropna().drop_duplicates():
        spelling = first.setdefault(name.casefold(), name)
        if spelling != name:
            said = f"{where}: controller {name!r} is taken for {spelling!r}, which differs in upper and lower case only"
            warnings.warn(said, InputWarning, stacklevel=3)
    return tidy.map(lambda name: first[name.casefold()], na_action="ignore").astype(controllers.dtype)
