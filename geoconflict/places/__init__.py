"""Decides which place each name means, how surely and how precisely, or none.

context   what the words around a mention say: type words, "X, Y", "near X", lists
choices   what a name may stand for, and each place's own weight
joint     the decision, all names of one article together
roles     does a country act, or is it where something is?
resolve   the door: resolutions with precision, score and reason
"""

from geoconflict.places.resolve import resolve_places

__all__ = ["resolve_places"]
