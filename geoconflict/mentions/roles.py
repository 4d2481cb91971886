"""Which names the form alone shows to be no location: peoples, and parts of an organisation's name."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from geoconflict.mentions import vocabulary as v

if TYPE_CHECKING:
    from geoconflict.mentions.candidates import Candidate
    from geoconflict.mentions.evidence import Evidence
    from geoconflict.mentions.lexicon import Lexicon
    from geoconflict.records import Role

SURE, UNSURE, UNLIKELY = 0.9, 0.3, 0.1
"""Scores of demonyms: those of a plain adjective, of a plural ("Americans": groups of people) and of a likely name."""
_AFTER_QUOTE = re.compile(r"[\"”]\s*$")


LONGEST_TAIL = 8
"""Words after a name that may still belong to an organisation's: "Aleppo University Teaching Hospital"."""


def role_of(candidate: Candidate, evidence: Evidence) -> Role | None:
    """Return "demonym" or "in_name" where the form says so, else None."""
    if inside_organisation(candidate, evidence):
        return "in_name"
    if is_demonym(candidate, evidence.lexicon) or is_attributive(candidate, evidence):
        return "demonym"
    return None


def is_demonym(candidate: Candidate, lexicon: Lexicon) -> bool:
    """Whether the name is a people's, not also that of a country or a big place ("US")."""
    return lexicon.is_demonym(candidate.key) and not candidate.known.outranks_demonym


def inside_organisation(candidate: Candidate, evidence: Evidence) -> bool:
    """Whether the capitalised words around make it part of a name ("Aleppo University", "Bank of Syria")."""
    tokens, i, j = evidence.tokens, candidate.first, candidate.last
    if tokens[j - 1].norm in v.ORGANISATION and not candidate.known and candidate.pattern != "site":
        return True
    last = min(len(tokens), j + LONGEST_TAIL)
    while j < last and tokens[j].gap in (" ", "-") and tokens[j].capital:
        if tokens[j].norm in v.ORGANISATION and not tokens[j].text.isupper():
            return True
        j += 1
    if not i or tokens[i].gap != " ":
        return False
    before = tokens[i - 1]
    if before.norm == "of" and i > 1:
        head = tokens[i - 2]
        return head.capital and head.norm in v.ORGANISATION
    return False


def is_attributive(candidate: Candidate, evidence: Evidence) -> bool:
    """Whether a country's short form stands for its adjective: "US forces", "US-led", "UK troops"."""
    tokens, j = evidence.tokens, candidate.last
    name = tokens[candidate.first].text
    if "country" not in candidate.known.kinds or not candidate.one_word or j >= len(tokens):
        return False
    after = tokens[j]
    if after.gap == "-" and after.norm in v.ATTRIBUTIVE_ENDINGS:
        return True
    if not name.replace(".", "").isupper() or after.gap != " " or after.capital:
        return after.norm in v.STATE_NOUNS and name.replace(".", "").isupper() and after.gap == " "
    word = after.norm
    if word in ("and", "or") and j + 1 < len(tokens) and evidence.lexicon.is_demonym(tokens[j + 1].norm):
        return not evidence.lexicon.known(tokens[j + 1].norm).outranks_demonym  # "US and British warplanes"
    return word in v.STATE_NOUNS or not (word in v.AFTER_SUBJECT or word.endswith(("ed", "ing", "ly", "s")))


def demonym_score(text: str, candidate: Candidate, evidence: Evidence) -> float:
    """Return how likely an adjective of a people is one here, and not a name ("Kelly English") or a group of people."""
    tokens, key = evidence.tokens, candidate.key
    first, after = tokens[candidate.first], tokens[candidate.last] if candidate.last < len(tokens) else None
    if not first.capital or key == "english" or _is_surname(candidate, evidence):
        return UNLIKELY
    if after and after.capital and after.gap == " " and evidence.lexicon.word(key).first_name:
        family = evidence.lexicon.word(after.norm)
        if family.last_name and not family.common:
            return UNLIKELY
    if key.endswith("s") and key != "us" and evidence.lexicon.is_demonym(key[:-1]):
        return UNSURE
    if after and after.norm in v.SAYING and _AFTER_QUOTE.search(text[: first.start]):
        return UNLIKELY
    return SURE


def _is_surname(candidate: Candidate, evidence: Evidence) -> bool:
    """Whether a people's name follows a first name, here or elsewhere: "Monica French", then "French said"."""
    tokens, i = evidence.tokens, candidate.first
    if candidate.key in evidence.persons:
        return True
    if not i or tokens[i].gap != " " or not tokens[i - 1].capital:
        return False
    before = evidence.lexicon.word(tokens[i - 1].norm)
    return before.first_name and not before.common and tokens[i - 1].norm not in evidence.places
