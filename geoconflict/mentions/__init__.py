"""Finds where names of places are in a text: candidates by longest match, evidence for each, a weighed sum decides.

    tokens      words with offsets
    masks       names of armed groups and products, in which nothing is listed
    candidates  spans the index knows, or whose pattern says what they are
    evidence    what the whole document says about its names
    features    what speaks for and against a candidate
    roles       demonym, part of a name, or neither
    finder      weighs and decides

`weights.json` holds the weights. The English ones are round numbers set by hand: trained on news they were no better,
and trained on what may be shipped (tweets, reports on Syria and Iraq) they were worse on news. The Arabic ones were
fitted by logistic regression on half of the Arabic tweets of IDRISI-R (CC BY 4.0), so they suit tweets more than news.
"""

from geoconflict.mentions.finder import find_mentions

__all__ = ["find_mentions"]
