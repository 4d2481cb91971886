"""Finds where names of places are in a text: candidates by longest match, evidence for each, a weighed sum decides.

    tokens      words with offsets
    masks       names of armed groups and products, in which nothing is listed
    candidates  spans the index knows, or whose pattern says what they are
    evidence    what the whole document says about its names
    features    what speaks for and against a candidate
    roles       demonym, part of a name, or neither
    arabic      candidates and features of Arabic script
    finder      weighs and decides

`weights.json` holds the weights of Latin script: round numbers set by hand, because trained on news they were no better
and trained on what may be shipped (tweets, reports on Syria and Iraq) they were worse on news. `arabic_weights.json`
holds those of Arabic script, fitted by logistic regression on the Arabic tweets of IDRISI (CC BY 4.0).
"""

from geoconflict.mentions.finder import find_mentions

__all__ = ["find_mentions"]
