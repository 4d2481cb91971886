"""What the whole document says about its names, before any of them is judged.

A name that follows a first name, a title or an unknown capitalised word is a person wherever it stands; one that
follows "in" or stands before ", State" is a place wherever it stands.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from geoconflict.gazetteer.names import ARABIC
from geoconflict.mentions import arabic_words
from geoconflict.mentions import vocabulary as v

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geoconflict.mentions.candidates import Candidate
    from geoconflict.mentions.lexicon import Lexicon
    from geoconflict.mentions.tokens import Token

_CLAUSE_BREAK = re.compile(r"[.!?\"“\n]")
ATTESTED_CITY = 15_000
"""People from which "in Columbus" outweighs that the name is also a person's in the same document."""
TELLING_COUNTRIES = 3
ENOUGH_NAMES = 4
"""Other names from which a document shows where it plays."""
_INITIALS = re.compile(r"^(?:[A-Z]\.){1,3}$")
_INSIDE_HASHTAG = frozenset({"", "_"})
_AFTER_PERSON = v.ORGANISATION | v.STREET | v.NATURE | v.AREA_TYPE


class Evidence:
    """Facts of one document.

    Attributes
    ----------
    places
        Keys most readers would take for places.
    counts
        How often each key is a candidate.
    persons, attested
        Keys seen as a person's name, and as a place's, somewhere in the document.
    companies
        Keys the text calls a company.
    starting, ending
        Candidates by their first token, and by the token after their last.
    """

    def __init__(self, tokens: Sequence[Token], candidates: Sequence[Candidate], lexicon: Lexicon) -> None:
        self.tokens, self.lexicon = tokens, lexicon
        self.counts = Counter(candidate.key for candidate in candidates)
        self.places = {key for key in self.counts if lexicon.is_sizeable(key)}
        self.topics = self._topics(candidates)
        self.starting = {candidate.first: candidate for candidate in candidates}
        self.ending = {candidate.last: candidate for candidate in candidates}
        self.companies = {c.key for c in candidates if not c.known.big and self._is_called_company(c)}
        self.between = self._between(candidates)
        self.attested = {candidate.key for candidate in candidates if self._attested(candidate)}
        self.home = self._home_areas()
        self.countries = self._named_countries()
        self.told_of = self._countries_told_of()
        persons = self._named_persons() | {c.key for c in candidates if self._acts_like_a_person(c)}
        self.persons = {
            key for key in persons if key not in self.attested or lexicon.known(key).population < ATTESTED_CITY
        }

    def _topics(self, candidates: Sequence[Candidate]) -> set[Candidate]:
        """Return the names that are only part of a hashtag's subject: "#KeralaFloods", "#PrayForItaly".

        They are, where nothing else says where: the first of a country or first-level area named nowhere else is none.
        """
        inside = [c for c in candidates if self._inside_hashtag(c)]
        named = {c.key for c in candidates if c.key in self.places and c not in inside}
        if not named:
            return set()
        first: dict[str, Candidate] = {}
        for candidate in inside:
            if candidate.known.names_area and candidate.key not in named:
                first.setdefault(candidate.key, candidate)
        return set(inside) - set(first.values())

    def _inside_hashtag(self, candidate: Candidate) -> bool:
        """Whether a name is part of a hashtag about something else: "#KeralaFloods", "#PrayForItaly"."""
        first = self.tokens[candidate.first]
        if not first.hashtag:
            return False
        after = self.tokens[candidate.last].gap if candidate.last < len(self.tokens) else " "
        return first.gap in _INSIDE_HASHTAG or after in _INSIDE_HASHTAG

    def _between(self, candidates: Sequence[Candidate]) -> set[Candidate]:
        """Return the names of "between X and Y" where both are known and neither is a people."""
        found: set[Candidate] = set()
        for one in candidates:
            joint = self.tokens[one.last] if one.last < len(self.tokens) else None
            other = self.starting.get(one.last + 1)
            if one.first and joint and other and joint.norm == "and" and self.tokens[one.first - 1].norm == "between":
                pair = {one, other}
                if all(c.known and not self.lexicon.is_demonym(c.key) for c in pair):
                    found |= pair
        return found

    def _attested(self, candidate: Candidate) -> bool:
        """Whether this occurrence shows a place: "in X" not followed by a capital, "X, Country", "X residents"."""
        tokens = self.tokens
        after = tokens[candidate.last] if candidate.last < len(tokens) else None
        if ARABIC.match(tokens[candidate.first].text):
            before = tokens[candidate.first - 1].norm if candidate.first else ""
            return bool(candidate.prefix) or before in arabic_words.PREPOSITIONS or before in arabic_words.TYPES
        if candidate in self.between:
            return True
        if candidate.first and tokens[candidate.first].gap in (" ", " #") and self._says_place(candidate.first - 1):
            return not (after and after.capital and after.gap == " ")
        if after and after.gap == " " and after.norm in v.PEOPLE_OF and candidate.known:
            return not self.lexicon.word(candidate.key).common
        parent = self.starting.get(candidate.last)
        return bool(after and after.gap == ", " and parent and parent.known.names_area)

    def _home_areas(self) -> dict[tuple[str | None, str], float]:
        """Return how much of the document each first-level area holds: every known or attested name shares out 1."""
        home: dict[tuple[str | None, str], float] = {}
        for key in self.places | self.attested:
            known = self.lexicon.known(key)
            if "country" not in known.kinds:
                for area in known.areas:
                    home[area] = home.get(area, 0.0) + 1 / len(known.areas)
        return home

    def _named_countries(self) -> set[str | None]:
        """Return the countries the document names, itself or by their people."""
        named: set[str | None] = set()
        for key in self.counts:
            known, people = self.lexicon.known(key), self.lexicon.gazetteer.demonym(key)
            if "country" in known.kinds:
                named |= known.countries
            if people is not None:
                named.add(self.lexicon.gazetteer.place(people).country)
        return named - {None}

    def _countries_told_of(self) -> Counter[str | None]:
        """Return how many names are known in each country; names known in many countries say nothing."""
        told = Counter[str | None]()
        for key in self.places | self.attested:
            countries = self.lexicon.known(key).countries
            if len(countries) <= TELLING_COUNTRIES:
                told.update(countries)
        told.update(self.countries)
        return told

    def is_abroad(self, candidate: Candidate) -> bool:
        """Whether a name is known only where nothing else lies, in a document that names places enough."""
        countries = candidate.known.countries
        own = candidate.key in self.places or candidate.key in self.attested
        own = own and len(countries) <= TELLING_COUNTRIES
        others = len(self.places | self.attested) - own
        return others >= ENOUGH_NAMES and all(self.told_of[country] <= own for country in countries)

    def in_named_country(self, candidate: Candidate) -> bool:
        """Whether a name is known in one country only, and the document names that country."""
        countries = candidate.known.countries
        return len(countries) == 1 and countries <= self.countries

    def near_home(self, candidate: Candidate) -> float:
        """Return how much of the other names, 0 to 1, lies in a first-level area where this name is known."""
        areas = candidate.known.areas
        if not areas or "country" in candidate.known.kinds:
            return 0.0
        own = 1 / len(areas) if candidate.key in self.places or candidate.key in self.attested else 0.0
        return min(1.0, max(self.home.get(area, 0.0) for area in areas) - own)

    def _says_place(self, i: int) -> bool:
        """Whether the word at `i`, just before a name, says that it is a place: "in", "city of"."""
        word = self.tokens[i].norm
        if word == "of" and i:
            kind = self.tokens[i - 1]
            return not kind.capital and (kind.norm in v.AREA_TYPE or kind.norm in v.SETTLEMENT_OF)
        return word in v.PLACE_PREPOSITIONS

    def _named_persons(self) -> set[str]:
        """Return words of "First Last", "Title Last", "First M. Last"; "Abu X al-Y" goes on to the end of the run."""
        tokens, persons = self.tokens, set[str]()
        follow = [j for j, token in enumerate(tokens) if token.capital and token.gap in (" ", "") and j]
        for i in (j - 1 for j in follow):
            first = tokens[i]
            if not (first.capital or first.norm in v.TITLES):
                continue
            titled = first.norm in v.TITLES and first.norm not in v.LOOSE_TITLES
            if not titled and not self._is_first_name(i):
                continue
            last = self._last_name(i, titled=titled)
            for token in tokens[i + 1 : last + 1] if titled else tokens[last : last + 1]:
                if token.norm and "country" not in self.lexicon.known(token.norm).kinds:
                    persons.add(token.norm)
            if not titled and not self.lexicon.known(first.norm).big:
                persons.add(first.norm)
            if first.norm in ("abu", "umm"):
                persons.update(self._rest_of_run(i + 1))
        return persons

    def _is_first_name(self, i: int) -> bool:
        first, after = self.tokens[i], self.tokens[i + 1]
        if not first.capital or not self.lexicon.word(first.norm).first_name or after.norm in _AFTER_PERSON:
            return False
        if first.text.isupper() and not after.text.isupper() and len(first.text) > 1:  # "NNE Kingsbury"
            return False
        if first.norm not in self.places and not self.lexicon.word(first.norm).common:
            return True
        no_person_follows = i > 0 and self.tokens[i - 1].norm in v.BEFORE_NO_PERSON
        return self.lexicon.word(after.norm).last_name and not no_person_follows

    def _last_name(self, i: int, *, titled: bool) -> int:
        """Return the token of the family name of a person whose name or title begins at `i`."""
        tokens = self.tokens
        if i + 2 < len(tokens):
            initial = len(tokens[i + 1].text.strip(".")) == 1
            longer = titled and tokens[i + 2].capital and tokens[i + 2].gap == " "
            if initial or longer:
                return i + 2
        return i + 1

    def _rest_of_run(self, i: int) -> list[str]:
        """Return the words of a personal name that goes on from `i`, with "al-" and "bin" inside."""
        words: list[str] = []
        while i < len(self.tokens):
            token = self.tokens[i]
            if words and token.gap not in (" ", "-"):
                break
            if token.capital:
                words.append(token.norm)
            elif token.norm not in v.CONNECTORS or token.norm in v.PREPOSITIONS:
                break
            i += 1
        return words

    def _acts_like_a_person(self, candidate: Candidate) -> bool:
        """Whether a name smaller than a province speaks here ("Malinao said"), or has a first name or initials."""
        if candidate.known.big or not candidate.one_word:
            return False
        j, tokens = candidate.last, self.tokens
        if (
            j < len(tokens)
            and tokens[j].gap == " "
            and tokens[j].norm in v.PERSON_SAYS
            and candidate.key not in self.attested
        ):
            return True
        return self.follows_initial(candidate) or self._follows_unknown_name(candidate)

    def _is_called_company(self, candidate: Candidate) -> bool:
        """Whether the words beside say that a company is called so: "the retailer X", "X Inc", "X & Sons"."""
        i, j, tokens = candidate.first, candidate.last, self.tokens
        if i and tokens[i].gap == " " and tokens[i - 1].norm in v.COMPANY and not tokens[i - 1].capital:
            return True
        after = tokens[j] if j < len(tokens) else None
        if self.joined_by_ampersand(candidate):
            return True
        return bool(after and after.capital and after.gap in (" ", ", ") and after.norm in v.COMPANY_ENDING)

    def joined_by_ampersand(self, candidate: Candidate) -> bool:
        """Whether "&" joins a name to one that is no place: "Abercrombie & Fitch", but not "Nelson & Wellington"."""
        i, j, tokens = candidate.first, candidate.last, self.tokens
        if i and tokens[i].gap.strip() == "&" and tokens[i - 1].norm not in self.places:
            return not (i in self.ending and self.ending[i].key in self.places)
        if j < len(tokens) and tokens[j].gap.strip() == "&":
            return not (j in self.starting and self.starting[j].key in self.places)
        return False

    def follows_initial(self, candidate: Candidate) -> bool:
        """Whether initials stand just before: "J.R. Lincoln", "Merinda K. Lincoln"; "U.S." is none."""
        i, tokens = candidate.first, self.tokens
        if not i or not candidate.one_word:
            return False
        before = tokens[i - 1]
        if tokens[i].gap == ". " and len(before.text) == 1 and before.capital:
            return i > 1 and tokens[i - 2].capital and before.gap == " "
        return (
            tokens[i].gap == " "
            and bool(_INITIALS.match(before.text))
            and not self.lexicon.known(before.norm).names_area
        )

    def _follows_unknown_name(self, candidate: Candidate) -> bool:
        """Whether an unknown capitalised word stands just before, inside a sentence: "Kanye West"."""
        i = candidate.first
        if not candidate.one_word or i < 2 or self.tokens[i].gap != " " or not self.tokens[i].capital:
            return False
        before = self.tokens[i - 1]
        if not before.capital or not before.norm or before.text.isupper() or _CLAUSE_BREAK.search(before.gap):
            return False
        if i > 2 and self.tokens[i - 2].capital and before.gap == " ":  # a headline, or a longer name
            return False
        if before.norm in self.places or before.norm in v.NOT_NAMES | v.ORGANISATION | v.NATURE | v.COMPASS:
            return False
        if self.lexicon.word(before.norm).common or self.lexicon.names_something(before.norm):
            return False
        return not candidate.known.kinds & {"country", "admin1", "capital"}
