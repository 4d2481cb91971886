"""Decides which place each name means, how surely and how precisely, or none.

context   what the words around a mention say: type words, "X, Y", "near X", lists
choices   what a name may stand for, and each place's own weight
headings  lines that say in which country the names under them lie
lists     names in lists of countries and states
telling   words and outlets that tell a text's country
joint     the decision, all names of one article together
nearness  how strongly the places of a text pull on a spot
verdicts  the decision seen from each mention: place, score, reason
unknown   names no list knows
relations where words beside a place put what they tell: "15 km north of X"
quarters  parts of a town, which lie in it whatever else is called so
roles     does a country act, or is it where something is?
pieces    what a benchmark may leave out
resolve   the door: resolutions with precision, score and reason
"""

from geoconflict.places.pieces import Pieces
from geoconflict.places.resolve import resolve_places

__all__ = ["Pieces", "resolve_places"]
